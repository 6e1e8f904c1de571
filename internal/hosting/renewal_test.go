package hosting_test

import (
	"testing"
	"time"

	"gatehouse/internal/hosting"
)

// What nothing is charged for by itself renews by its own period, which goes on after the day it was set up with.
func TestAServiceRenewsAgainAndAgain(t *testing.T) {
	t.Parallel()
	day := func(s string) time.Time {
		at, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct{ set, on, want string }{
		{"2027-01-31", "2026-12-24", "2027-01-31"},
		{"2027-01-31", "2027-01-31", "2027-02-28"}, // the day itself begins the next period
		{"2027-01-31", "2027-03-01", "2027-03-31"},
		{"2027-01-31", "2028-02-10", "2028-02-29"},
		{"2026-12-15", "2027-12-15", "2028-01-15"},
	} {
		s := hosting.Service{State: hosting.Active, Period: hosting.Monthly, RenewsAt: day(c.set)}
		if got := s.Renewal(day(c.on)); !got.Equal(day(c.want)) {
			t.Errorf("set up to renew on %s, seen on %s: %s, not %s", c.set, c.on, got.Format(time.DateOnly), c.want)
		}
	}
	leap := hosting.Service{State: hosting.Suspended, Period: hosting.Yearly, RenewsAt: day("2028-02-29")}
	if got := leap.Renewal(day("2028-03-01")); !got.Equal(day("2029-02-28")) {
		t.Errorf("a year after a leap day is %s", got)
	}
	ended := hosting.Service{State: hosting.Cancelled, RenewsAt: day("2028-02-29")}
	if got := ended.Renewal(day("2028-01-01")); !got.IsZero() {
		t.Errorf("what has ended renews %s", got)
	}
	if got := (hosting.Service{State: hosting.Active}).Renewal(day("2028-01-01")); !got.IsZero() {
		t.Errorf("what does not renew renews %s", got)
	}
}
