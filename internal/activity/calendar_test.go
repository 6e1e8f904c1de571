package activity_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// moments are times of a year, most of them near what could be taken for another day.
func moments(zones []*time.Location) []time.Time {
	const days = 364
	random := rand.New(rand.NewPCG(6, 43)) // the same each time
	first := time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC)
	var list []time.Time
	for _, zone := range zones {
		for range 60 {
			day := first.AddDate(0, 0, random.IntN(days))
			midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
			list = append(list, midnight.Add(-time.Millisecond), midnight, midnight.Add(time.Hour-time.Second))
		}
		for t := first; t.Before(first.AddDate(0, 0, days)); {
			_, end := t.In(zone).ZoneBounds()
			if end.IsZero() || end.After(first.AddDate(0, 0, days)) {
				break
			}
			for _, near := range []time.Duration{-2 * time.Hour, -time.Hour, -time.Second, 0, time.Hour, 2 * time.Hour} {
				list = append(list, end.Add(near), end.Add(near+29*time.Minute))
			}
			t = end
		}
	}
	slices.SortFunc(list, time.Time.Compare)
	return list
}

// came adds an entry for each moment, of one kind after the other, and returns them.
func came(t *testing.T, w *testkit.World, chain id.Scope, times []time.Time) (list []activity.Entry) {
	t.Helper()
	testkit.OpenChain(t, w, chain)
	person := id.New[id.PersonKind]()
	for i, at := range times {
		who, did, details := actor.Details{
			Kind: actor.Person, Person: person, Name: "Ben", Factor: []string{"password", "password and code"}[i%2],
		}, activity.AccountEntered, activity.Details{}
		switch i % 5 {
		case 2:
			who.Kind = actor.Staff
		case 3:
			did, details.Outcome = activity.Refused, activity.RefusedResult
		case 4:
			did, details.Outcome, details.Count = activity.SignInFailed, activity.Failed, 3
		}
		e, ok := activity.Draft(chain, at, actor.Enter(who), did, details)
		if !ok {
			t.Fatalf("no entry of %s", did)
		}
		list = append(list, e)
	}
	for part := range slices.Chunk(list, 500) {
		err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
			head, err := w.Log.Lock(tx, chain)
			if err != nil {
				return err
			}
			return w.Log.Append(tx, []*activity.Head{head}, part)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// byHand counts the days of a calendar by looking at each entry.
func byHand(list []activity.Entry, zone *time.Location, from, now time.Time) map[string]activity.Day {
	days := map[string]activity.Day{}
	for i := range list {
		e := &list[i]
		date := e.Occurred.In(zone).Format(time.DateOnly)
		if date < from.In(zone).Format(time.DateOnly) || e.Occurred.After(now) {
			continue
		}
		d := days[date]
		d.Entries++
		switch {
		case e.ActorKind == actor.Staff:
			d.ByStaff++
		case e.Outcome == activity.RefusedResult:
			d.Refused++
		case e.Outcome == activity.Failed:
			d.Failed += e.Count
		}
		days[date] = d
	}
	return days
}

// Days are those of whoever reads, also where a zone is shifted by quarters of an hour, where its clock is set, and
// where a day has no midnight or two.
func TestDaysAreThoseOfTheReader(t *testing.T) {
	t.Parallel()
	var zones []*time.Location
	for _, name := range []string{
		"UTC", "Europe/London", "Asia/Kathmandu", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago",
		"Pacific/Chatham", "Australia/Lord_Howe", "America/Havana", "Africa/Cairo", "America/St_Johns",
	} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, zone)
	}
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		person := id.New[id.PersonKind]()
		for _, chain := range []id.Scope{id.AccountScope(id.New[id.AccountKind]()), id.PersonScope(person)} {
			list := came(t, w, chain, moments(zones))
			for _, zone := range zones {
				for _, now := range []time.Time{
					time.Date(2026, 5, 31, 0, 0, 0, 0, zone).Add(-time.Millisecond),
					time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC),
				} {
					sameDays(t, w, chain, zone, now, slices.DeleteFunc(slices.Clone(list), func(e activity.Entry) bool {
						return e.Occurred.After(now)
					}))
				}
			}
		}
	})
}

// bySomebody is a calendar whose sign-ins of one day are in an order of their own.
func bySomebody(c activity.Calendar) activity.Calendar {
	c.SignIns = slices.Clone(c.SignIns)
	slices.SortFunc(c.SignIns, func(a, b activity.SignIn) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	c.Edition = 0
	return c
}

// sameDays compares a calendar with what its entries say.
func sameDays(
	t *testing.T, w *testkit.World, chain id.Scope, zone *time.Location, now time.Time, list []activity.Entry,
) {
	t.Helper()
	q := activity.CalendarQuery{Zone: zone, Now: now}
	cal := calendarOf(t, w, chain, q)
	if again := calendarOf(t, w, chain, q); !reflect.DeepEqual(bySomebody(cal), bySomebody(again)) {
		t.Errorf("in %s it is another calendar the second time", zone)
	}
	want := byHand(list, zone, now.AddDate(0, 0, -180), now)
	today, signIns := now.In(zone).Format(time.DateOnly), map[string]int{}
	for _, d := range cal.Days {
		date := d.Day.Format(time.DateOnly)
		if date > today {
			continue // what was written since
		}
		have := activity.Day{Entries: d.Entries, Refused: d.Refused, Failed: d.Failed, ByStaff: d.ByStaff}
		if have != want[date] {
			t.Errorf("%s in %s: %+v, and by hand %+v", date, zone, have, want[date])
		}
		delete(want, date)
	}
	if len(want) > 0 {
		t.Errorf("in %s these days are left out: %v", zone, want)
	}
	for _, s := range cal.SignIns {
		if date := s.Day.Format(time.DateOnly); !s.Failed && !s.Staff && date <= today {
			signIns[date] += s.Many
		}
	}
	first := now.AddDate(0, 0, -29).In(zone).Format(time.DateOnly)
	for i := range list {
		e := &list[i]
		date := e.Occurred.In(zone).Format(time.DateOnly)
		if date >= first && e.ActorKind == actor.Person && e.Action == activity.AccountEntered {
			signIns[date]--
		}
	}
	for date, off := range signIns {
		if off != 0 {
			t.Errorf("%s in %s: the sign-ins are off by %d", date, zone, off)
		}
	}
}
