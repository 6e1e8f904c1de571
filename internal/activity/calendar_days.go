package activity

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const secondsOfDay = quarters * quarterLength

// division is how the days of UTC, of which a log has its counts, fall into the days of a reader.
type division struct {
	zone   *time.Location
	starts []start // of the reader's days, in their order
	cuts   []int   // the quarters of a day of UTC at which some of them begin, in their order
}

// start is when a date begins for the reader, in quarters of an hour since 1970.
type start struct{ quarter, date int64 }

// dates are the days of a reader that are divided.
type dates struct {
	zone        *time.Location
	first, last int64 // dates
}

// datesOf are from the reader's day of one moment to that of another.
func datesOf(zone *time.Location, from, to time.Time) dates {
	if zone == nil {
		zone = time.UTC
	}
	// what was written since is of the day of the second moment, or of the next
	return dates{zone: zone, first: dateNumber(from, zone), last: dateNumber(to, zone) + 1}
}

// divide finds where the days begin.
func (days dates) divide() *division {
	d := &division{zone: days.zone}
	for date := days.first; date <= days.last; date++ {
		begins := start{quarter: floorDiv(dayStart(days.zone, date).Unix(), quarterLength), date: date}
		d.starts = append(d.starts, begins)
		cut := int(begins.quarter - quarters*floorDiv(begins.quarter, quarters))
		if cut > 0 && !slices.Contains(d.cuts, cut) {
			d.cuts = append(d.cuts, cut)
		}
	}
	slices.Sort(d.cuts)
	return d
}

// firstDay is the first day of UTC that reaches into the reader's day of a moment.
func (d *division) firstDay(t time.Time) int64 {
	return floorDiv(dayStart(d.zone, dateNumber(t, d.zone)).Unix(), secondsOfDay)
}

// sums are what a row of the counts has up to each cut, and in all. They are written so that few columns are added up.
func (d *division) sums() []string {
	list := make([]string, 0, len(d.cuts)+1)
	for _, cut := range d.cuts {
		before := cut <= quarters/2
		from, to := 0, cut
		if !before {
			from, to = cut, quarters
		}
		columns := make([]string, 0, to-from)
		for quarter := from; quarter < to; quarter++ {
			columns = append(columns, quarterColumn(quarter))
		}
		if text := strings.Join(columns, " + "); before {
			list = append(list, text)
		} else {
			list = append(list, fmt.Sprintf("entries - (%s)", text))
		}
	}
	return append(list, "entries")
}

// share gives what a day of UTC has, by its sums up to each cut and in all, to the reader's days.
func (d *division) share(day int64, sums []int64, give func(date, many int64)) {
	if len(sums) != len(d.cuts)+1 {
		return // no statement of ours has others
	}
	upTo := func(quarter int64) int64 {
		switch i := slices.Index(d.cuts, int(quarter-day*quarters)); {
		case quarter <= day*quarters:
			return 0
		case i >= 0:
			return sums[i]
		}
		return sums[len(sums)-1]
	}
	i, _ := slices.BinarySearchFunc(d.starts, day*quarters, func(s start, quarter int64) int {
		if s.quarter > quarter {
			return 1
		}
		return -1
	})
	for i = max(i-1, 0); i < len(d.starts) && d.starts[i].quarter < (day+1)*quarters; i++ {
		end := (day + 1) * quarters
		if i+1 < len(d.starts) {
			end = min(end, d.starts[i+1].quarter)
		}
		if many := upTo(end) - upTo(d.starts[i].quarter); many != 0 {
			give(d.starts[i].date, many)
		}
	}
}

// dateNumber is the date of a moment somewhere, counted in days from 1 January 1970.
func dateNumber(t time.Time, zone *time.Location) int64 {
	if zone == nil {
		zone = time.UTC
	}
	year, month, day := t.In(zone).Date()
	return floorDiv(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix(), secondsOfDay)
}

func dateOf(number int64) time.Time { return time.Unix(number*secondsOfDay, 0).UTC() }

// dayStart is the first moment of a date somewhere. There are days without a midnight, and with two.
func dayStart(zone *time.Location, number int64) time.Time {
	year, month, day := dateOf(number).Date()
	midnight := time.Date(year, month, day, 0, 0, 0, 0, zone)
	if dateNumber(midnight, zone) == number && dateNumber(midnight.Add(-time.Second), zone) < number {
		return midnight
	}
	const farthest = 16 * time.Hour // no zone is further ahead
	t := dateOf(number).Add(-farthest)
	for dateNumber(t, zone) < number {
		t = t.Add(quarterLength * time.Second)
	}
	return t
}
