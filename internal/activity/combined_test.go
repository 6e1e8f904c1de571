package activity_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// mixed fills a log with entries that differ in all that can be filtered by.
func mixed(t *testing.T, w *testkit.World, chain id.Scope) {
	t.Helper()
	people := []id.Person{id.New[id.PersonKind](), id.New[id.PersonKind](), {}}
	services := []id.Service{id.New[id.ServiceKind](), {}}
	targets := []id.Invoice{id.New[id.InvoiceKind](), id.New[id.InvoiceKind]()}
	actions := []activity.Action{activity.AccountEntered, activity.InvoicePaid, activity.DataViewed, activity.Refused}
	outcomes := []activity.Outcome{activity.Success, activity.Success, activity.RefusedResult, activity.Failed}
	testkit.Append(t, w, chain, 120, func(i int) testkit.Line {
		kind := actor.Person
		if i%7 == 0 {
			kind = actor.Staff
		}
		if people[i%3].IsZero() {
			kind = actor.System
		}
		return testkit.Line{
			Who: actor.Details{
				Kind: kind, Person: people[i%3], Name: fmt.Sprint("Person ", i%3), Factor: "password",
				Address: netip.AddrFrom4([4]byte{203, 0, 113, byte(i % 4)}),
			},
			Action: actions[i/2%4],
			Details: activity.Details{
				Outcome: outcomes[i/3%4], Service: services[i%2], Target: activity.TargetOf("invoice", targets[i/5%2], "2026-1"),
			},
		}
	})
}

// choices are all combinations of filters with the values of an entry.
func choices(e activity.Entry) []activity.Filter {
	set := []func(*activity.Filter){
		func(f *activity.Filter) { f.Person = e.ActorID },
		func(f *activity.Filter) { f.Action = e.Action },
		func(f *activity.Filter) { f.Category = e.Category },
		func(f *activity.Filter) { f.Outcome = e.Outcome },
		func(f *activity.Filter) { f.Service = e.Service },
		func(f *activity.Filter) { f.Target = e.TargetID },
		func(f *activity.Filter) { f.Kind = e.ActorKind },
		func(f *activity.Filter) { f.Mode = activity.Reading },
		func(f *activity.Filter) { f.Address = e.Who.Address },
		func(f *activity.Filter) { f.Unsuccessful = true },
		func(f *activity.Filter) { f.From, f.To = e.Occurred.Add(-time.Hour), e.Occurred.Add(time.Hour) },
	}
	list := []activity.Filter{}
	for i := range set {
		one := activity.Filter{}
		set[i](&one)
		list = append(list, one)
		for j := range i {
			two := one
			set[j](&two)
			list = append(list, two)
			three := two
			set[(i+j)%len(set)](&three)
			list = append(list, three)
		}
	}
	return list
}

func fits(e activity.Entry, f activity.Filter) bool {
	bad := e.Outcome != activity.Success
	return (f.Person.IsZero() || e.ActorID == f.Person) && (f.Action == "" || e.Action == f.Action) &&
		(f.Category == "" || e.Category == f.Category) && (f.Outcome == "" || e.Outcome == f.Outcome) &&
		(f.Service.IsZero() || e.Service == f.Service) && (f.Target == "" || e.TargetID == f.Target) &&
		(f.Kind == "" || e.ActorKind == f.Kind) && (f.Mode == "" || e.Writes == (f.Mode == activity.Writing)) &&
		(f.Address == "" || e.Who.Address == f.Address) && (!f.Unsuccessful || f.Outcome != "" || bad) &&
		(f.From.IsZero() || !e.Occurred.Before(f.From)) && (f.To.IsZero() || e.Occurred.Before(f.To))
}

// Whatever filters are combined, forwards and backwards, with the calendar and without: the same entries as by looking
// at each.
func TestFiltersCombine(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		chain := id.AccountScope(id.New[id.AccountKind]())
		mixed(t, w, chain)
		all := read(t, w, chain, activity.Filter{Limit: 200}).Entries
		if len(all) != 120 {
			t.Fatalf("there are %d entries", len(all))
		}
		now := time.Now()
		day := &activity.CalendarQuery{From: now.AddDate(0, 0, -5), SignIns: now.AddDate(0, 0, -5), Now: now}
		for _, sample := range []activity.Entry{all[3], all[40], all[77]} {
			for _, f := range choices(sample) {
				var want []int64
				for _, e := range all {
					if fits(e, f) {
						want = append(want, e.Seq)
					}
				}
				f.Limit = 200
				if got := seqs(read(t, w, chain, f)); !slices.Equal(got, want) {
					t.Fatalf("%+v: got %v, want %v", f, got, want)
				}
				f.Calendar, f.After = day, 50
				want = slices.DeleteFunc(want, func(seq int64) bool { return seq <= 50 })
				page := read(t, w, chain, f)
				cal := page.Calendar
				if got := seqs(page); !slices.Equal(got, want) || cal.Total != 120 || cal.Days[0].Entries != 120 {
					t.Fatalf("%+v: got %v, want %v; the calendar %+v", f, got, want, cal)
				}
			}
		}
	})
}
