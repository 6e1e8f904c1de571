package workdays_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/billing/workdays"
)

// The days of England and Wales as https://www.gov.uk/bank-holidays lists them.
func TestHolidaysAreThoseThatTheGovernmentLists(t *testing.T) {
	t.Parallel()
	for year, days := range map[int]string{
		2023: "01-02 04-07 04-10 05-01 05-29 08-28 12-25 12-26 05-08",
		2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
		2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
		2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
		2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
		2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
	} {
		var got []string
		for _, h := range workdays.Holidays(year) {
			if h.Year() != year {
				t.Errorf("%s is not in %d", h, year)
			}
			got = append(got, h.Format("01-02"))
		}
		if text := strings.Join(got, " "); text != days {
			t.Errorf("%d: %s, want %s", year, text, days)
		}
	}
}

// Whatever day Christmas is, two working days are holidays for it, and each year has eight.
func TestEachYearHasEightHolidaysOnWorkingDays(t *testing.T) {
	t.Parallel()
	for year := 2024; year < 2100; year++ {
		seen := map[time.Time]bool{}
		for _, h := range workdays.Holidays(year) {
			if h.Weekday() == time.Saturday || h.Weekday() == time.Sunday || workdays.Open(h) {
				t.Errorf("%s is no day on which banks are shut for it", h)
			}
			seen[h] = true
		}
		if len(seen) != 8 {
			t.Errorf("%d has %d holidays", year, len(seen))
		}
	}
}

// Days are counted over weekends and holidays, and the day itself never counts.
func TestWorkingDaysAreCounted(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-18", 3, "2026-11-23"}, // Wednesday: Thursday, Friday, Monday
		{"2026-11-21", 3, "2026-11-25"}, // Saturday
		{"2026-12-23", 3, "2026-12-30"}, // over Christmas, whose second day is made up for on Monday
		{"2026-04-01", 2, "2026-04-07"}, // over Easter
		{"2026-11-23", 0, "2026-11-23"},
	} {
		from, err := time.Parse(time.DateOnly, x.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := workdays.After(from, x.n).Format(time.DateOnly); got != x.want {
			t.Errorf("%d working days after %s is %s, want %s", x.n, x.from, got, x.want)
		}
	}
	saturday := time.Date(2026, 12, 26, 3, 0, 0, 0, time.UTC)
	if got := workdays.OnOrAfter(saturday).Format(time.DateOnly); got != "2026-12-29" {
		t.Errorf("from Boxing Day on, banks work on %s", got)
	}
}
