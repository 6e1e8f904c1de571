package recurring_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/billing/recurring"
)

func date(t *testing.T, text string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return d.Add(12 * time.Hour)
}

func TestMonthsOfEveryLengthFollowEachOther(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		period recurring.Period
		anchor int
		days   []string
	}{
		{recurring.Month, 31, []string{"2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"}},
		{recurring.Month, 31, []string{"2028-01-31", "2028-02-29", "2028-03-31"}},
		{recurring.Month, 30, []string{"2028-01-30", "2028-02-29", "2028-03-30"}},
		{recurring.Month, 1, []string{"2026-11-01", "2026-12-01", "2027-01-01"}},
		{recurring.Quarter, 30, []string{"2026-11-30", "2027-02-28", "2027-05-30", "2027-08-30", "2027-11-30"}},
		{recurring.Year, 29, []string{"2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"}},
		{recurring.TwoYears, 29, []string{"2028-02-29", "2030-02-28", "2032-02-29"}},
	} {
		got := date(t, c.days[0])
		for _, want := range c.days[1:] {
			begins, ends := recurring.Whole(c.period, got, c.anchor)
			if !begins.Equal(got) {
				t.Errorf("%s by the %d.: the period of %s begins on %s", c.period, c.anchor, got, begins)
			}
			if got = ends; got.Format(time.DateOnly) != want {
				t.Errorf("%s by the %d.: %s, want %s", c.period, c.anchor, got.Format(time.DateOnly), want)
			}
		}
	}
}

// A charge that begins between two days with its number pays the part of a period up to the next of them.
func TestAFirstPartReachesTheNextBillingDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		period             recurring.Period
		from, begins, ends string
		anchor             int
	}{
		{recurring.Month, "2026-12-12", "2026-12-01", "2027-01-01", 1},
		{recurring.Month, "2027-02-10", "2027-01-31", "2027-02-28", 31},
		{recurring.Month, "2027-02-28", "2027-02-28", "2027-03-31", 31}, // the last of February is the 31st
		{recurring.Quarter, "2026-12-12", "2026-10-01", "2027-01-01", 1},
		{recurring.Year, "2026-12-12", "2026-01-01", "2027-01-01", 1},
		{recurring.TwoYears, "2026-12-31", "2026-12-31", "2028-12-31", 31},
	} {
		begins, ends := recurring.Whole(c.period, date(t, c.from), c.anchor)
		if begins.Format(time.DateOnly) != c.begins || ends.Format(time.DateOnly) != c.ends {
			t.Errorf("%s from %s: %s to %s, want %s to %s", c.period, c.from, begins, ends, c.begins, c.ends)
		}
	}
}

// A day is a calendar day: the hour that a summer time takes or gives changes neither which day it is nor how many
// there are.
func TestSummerTimeChangesNoDay(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"Europe/London", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe"} {
		at, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for day := date(t, "2026-01-01"); day.Year() < 2028; day = day.AddDate(0, 0, 1) {
			y, m, d := day.Date()
			for _, hour := range []int{0, 1, 2, 3, 12, 23} {
				local := time.Date(y, m, d, hour, 30, 0, 0, at)
				ly, lm, ld := local.Date() // an hour that there is not is another one
				if got := recurring.DayOf(local); got.Year() != ly || got.Month() != lm || got.Day() != ld || got.Hour() != 12 {
					t.Fatalf("%s in %s is the day %s", local, zone, got)
				}
			}
		}
	}
	if got := recurring.Share(3100, 0, 31, 31); got != 3100 { // March, which loses an hour in London
		t.Errorf("March costs %d", got)
	}
}

// P2: however a period is cut, its parts add up to its price, and none of them is below nothing.
func TestPartsOfAPeriodAddUpToItsPrice(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(7, 11))
	for range 20_000 {
		all := 28 + dice.Int64N(704)
		price := dice.Int64N(1_000_000_000_001)
		if dice.IntN(3) == 0 {
			price = dice.Int64N(200)
		}
		cuts := []int64{0, all}
		for range dice.IntN(8) {
			cuts = append(cuts, dice.Int64N(all+1))
		}
		slices.Sort(cuts)
		sum := int64(0)
		for i := 1; i < len(cuts); i++ {
			part := recurring.Share(price, cuts[i-1], cuts[i], all)
			if part < 0 {
				t.Fatalf("%d of %d days of %d cost %d", cuts[i]-cuts[i-1], all, price, part)
			}
			sum += part
		}
		if sum != price {
			t.Fatalf("%d in %v of %d days adds up to %d", price, cuts, all, sum)
		}
	}
}
