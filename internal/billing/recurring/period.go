package recurring

import (
	"slices"
	"strconv"
	"time"
)

// Period is how often something is charged for, always in advance.
type Period string

// The periods.
const (
	Month    Period = "month"
	Quarter  Period = "quarter"
	Year     Period = "year"
	TwoYears Period = "two-years"
)

// Periods are all of them, the shortest first.
func Periods() []Period { return []Period{Month, Quarter, Year, TwoYears} }

func (p Period) known() bool { return slices.Contains(Periods(), p) }

func (p Period) months() int {
	switch p {
	case Quarter:
		return 3
	case Year:
		return 12
	case TwoYears:
		return 24
	case Month:
	}
	return 1
}

// InWords reads "a month", "every two years".
func (p Period) InWords() string {
	switch p {
	case Quarter:
		return "a quarter"
	case Year:
		return "a year"
	case TwoYears:
		return "every two years"
	case Month:
	}
	return "a month"
}

// DayOf is the calendar day that a time has in its own location, as its noon in UTC.
func DayOf(t time.Time) time.Time { return noon(t.Date()) }

func noon(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }

// days counts the calendar days from one day up to another.
func days(from, to time.Time) int64 { return int64(to.Sub(from) / (24 * time.Hour)) }

// shifted is the day with the anchor's number so many months after that of a day; in a month that is too short it is
// the last one, so that the 31st of January is followed by the 28th of February and the 31st of March.
func shifted(day time.Time, months, anchor int) time.Time {
	y, m, _ := day.Date()
	first := noon(y, m+time.Month(months), 1)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(anchor, last)-1)
}

// after is when the period that begins on a boundary ends.
func (p Period) after(boundary time.Time, anchor int) time.Time {
	return shifted(boundary, p.months(), anchor)
}

// before is when the period that ends on a boundary began.
func (p Period) before(boundary time.Time, anchor int) time.Time {
	return shifted(boundary, -p.months(), anchor)
}

// whole is the period that a day lies in when charging begins or goes on there. A charge that begins between two days
// with its anchor's number pays a part of a period up to the next of them.
func (p Period) whole(from time.Time, anchor int) (begins, ends time.Time) {
	if shifted(from, 0, anchor).Equal(from) {
		return from, p.after(from, anchor)
	}
	next := shifted(from, 0, anchor)
	if !next.After(from) {
		next = shifted(from, 1, anchor)
	}
	return p.before(next, anchor), next
}

// share is what of a price falls on the days from one number up to another, of all days of a
// period. The rule: the first
// n of N days cost price × n ÷ N, rounded to the minor unit, halves up; any stretch costs the difference of two such
// sums. So the parts of a period always add up to its price, however it is cut.
func share(price, from, to, all int64) int64 { return upTo(price, to, all) - upTo(price, from, all) }

func upTo(price, n, all int64) int64 { return (2*price*n + all) / (2 * all) }

// span reads "1 Dec 2026 to 31 Dec 2026"; the last day is included, as people count.
func span(from, to time.Time) string {
	const layout = "2 Jan 2006"
	return from.Format(layout) + " to " + to.AddDate(0, 0, -1).Format(layout)
}

// partial reads "12 of 31 days".
func partial(n, all int64) string {
	return strconv.FormatInt(n, 10) + " of " + strconv.FormatInt(all, 10) + " days"
}
