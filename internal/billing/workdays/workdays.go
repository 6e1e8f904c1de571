// Package workdays knows on which days British banks work: Bacs moves no money on weekends and on the bank holidays of
// England and Wales. The days follow from the Banking and Financial Dealings Act 1971 and the yearly proclamations as
// gov.uk/bank-holidays lists them; a holiday that falls on a weekend is made up for on the next working day. A day that
// is proclaimed for one year alone stands in the table below.
package workdays

import "time"

const (
	weekDays = 7
	noon     = 12
)

// Day is the noon, in UTC, that stands for the calendar day of a time where it is.
func Day(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, noon, 0, 0, 0, time.UTC)
}

// Open says whether banks work on the day of a time.
func Open(t time.Time) bool {
	day := Day(t)
	if weekend(day) {
		return false
	}
	for _, h := range Holidays(day.Year()) {
		if h.Equal(day) {
			return false
		}
	}
	return true
}

// OnOrAfter is the first day from a day on, on which banks work.
func OnOrAfter(t time.Time) time.Time {
	day := Day(t)
	for !Open(day) {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// After is so many working days behind a day, which does not count itself.
func After(t time.Time, n int) time.Time {
	day := Day(t)
	for range n {
		day = OnOrAfter(day.AddDate(0, 0, 1))
	}
	return day
}

func weekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }

// Holidays are the bank holidays of a year, each on the day on which banks are shut for it.
func Holidays(year int) []time.Time {
	date := func(m time.Month, d int) time.Time { return time.Date(year, m, d, noon, 0, 0, 0, time.UTC) }
	easter := Easter(year)
	christmas, boxing := date(time.December, 25), date(time.December, 26)
	switch christmas.Weekday() { //nolint:exhaustive // on the others both days are as they are
	case time.Friday:
		boxing = date(time.December, 28)
	case time.Saturday:
		christmas, boxing = date(time.December, 27), date(time.December, 28)
	case time.Sunday:
		christmas = date(time.December, 27) // the Monday is Boxing Day
	}
	out := []time.Time{
		made(date(time.January, 1)), easter.AddDate(0, 0, -2), easter.AddDate(0, 0, 1),
		monday(date(time.May, 1)), monday(date(time.May, 25)), monday(date(time.August, 25)), christmas, boxing,
	}
	return append(out, proclaimed(year)...)
}

// made is the day on which a holiday is made up for.
func made(t time.Time) time.Time {
	for weekend(t) {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

// monday is the first Monday from a day on.
func monday(t time.Time) time.Time {
	return t.AddDate(0, 0, (int(time.Monday)-int(t.Weekday())+weekDays)%weekDays)
}

// proclaimed are holidays of one year alone. A new one is added here once it is proclaimed.
func proclaimed(year int) []time.Time {
	const coronation = 2023
	if year == coronation {
		return []time.Time{time.Date(year, time.May, 8, noon, 0, 0, 0, time.UTC)}
	}
	return nil
}

// Easter is Easter Sunday of a year, by the reckoning of Meeus, Jones and Butcher.
//
//nolint:mnd // the reckoning is these numbers
func Easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, noon, 0, 0, 0, time.UTC)
}
