package domains_test

import (
	"slices"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/domains"
	"gatehouse/internal/domains/demoregistrar"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

const day = 24 * time.Hour

// round does what the jobs do.
func round(t *testing.T, r *rig) {
	t.Helper()
	if err := r.domains.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.domains.Remind(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.deliver(t)
}

// Reminders come sixty, thirty, seven days and one day before the end, once each, and say whether it is renewed; one
// that is renewed goes on, and one that is not runs out, which people are told.
func TestRemindersComeOnceEach(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		end := r.Now(t).Add(70*day - time.Hour)
		left := r.add(t, r.account, "left.example", id.Service{}, domains.Registration{Expires: end})
		kept := r.add(t, r.account, "kept.example", id.Service{}, domains.Registration{Expires: end, AutoRenew: true})
		days := map[id.Domain][]int{}
		now := 0
		for _, n := range []int{0, 9, 10, 11, 39, 40, 41, 62, 63, 64, 68, 69, 70, 71, 74} {
			r.later(time.Duration(n-now) * day)
			now = n
			before := len(r.said)
			round(t, r)
			round(t, r)
			for _, m := range r.said[before:] {
				days[m.Domain] = append(days[m.Domain], 70-n)
				if m.AutoRenew != (m.Domain == kept) || !m.Expires.Equal(end.Truncate(time.Millisecond)) {
					t.Errorf("said %+v", m)
				}
			}
		}
		want := []int{60, 30, 7, 1}
		if !slices.Equal(days[left], want) || !slices.Equal(days[kept], want) {
			t.Errorf("reminded %v and %v days before", days[left], days[kept])
		}
		one, _ := r.reads(t, left)
		two, _ := r.reads(t, kept)
		if one.State != domains.Expired || two.State != domains.Active || !two.Expires.After(end) {
			t.Errorf("after the end: %+v, %+v", one, two)
		}
		if got := r.events(); !slices.Equal(got, []domains.Event{domains.Lapsed}) {
			t.Errorf("people were told of %v", got)
		}
		if n := r.logged(t, activity.DomainReminded); n != 8 {
			t.Errorf("the log tells of %d reminders", n)
		}
		w := r.wish(t, left, newServers())
		err := r.domains.Ask(t.Context(), r.proved(t, r.owner), r.account, left, w)
		if fault.KindOf(err) != fault.KindConflict {
			t.Errorf("changed what ran out: %v", err)
		}
		r.elsewhere(t, "left.example", domains.Registration{Expires: end.AddDate(1, 0, 0)})
		r.later(day)
		round(t, r)
		if one, _ = r.reads(t, left); one.State != domains.Active || r.events()[1] != domains.Returned {
			t.Errorf("brought back: %+v, %v", one, r.events())
		}
	})
}

// A job that was away reminds once, of what is so now.
func TestALateJobRemindsOnce(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.add(t, r.account, "soon.example", id.Service{}, domains.Registration{Expires: r.Now(t).Add(5 * day)})
		round(t, r)
		round(t, r)
		if len(r.said) != 1 {
			t.Errorf("reminded %d times", len(r.said))
		}
		r.later(4*day + time.Hour)
		round(t, r)
		if len(r.said) != 2 {
			t.Errorf("reminded %d times", len(r.said))
		}
	})
}

// Each domain is asked about once a day; a registrar that is down costs one question a turn, and is seen.
func TestRegistrarsAreAskedOnceADay(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		looked := func() time.Time { one, _ := r.reads(t, r.bakery); return one.Looked }
		first := looked()
		r.later(23 * time.Hour)
		round(t, r)
		if !looked().Equal(first) {
			t.Error("it was asked about twice a day")
		}
		r.registrar.Behave(demoregistrar.Down)
		r.later(2 * time.Hour)
		round(t, r)
		if one, _ := r.reads(t, r.bakery); !one.Looked.Equal(first) || one.Trouble == "" {
			t.Errorf("%+v", one)
		}
		r.registrar.Behave(demoregistrar.Working)
		r.later(2 * time.Hour)
		round(t, r)
		if one, _ := r.reads(t, r.bakery); one.Looked.Equal(first) || one.Trouble != "" {
			t.Errorf("%+v", one)
		}
		if err := r.domains.LookAgain(t.Context(), r.owner, r.account, r.bakery); !refused(err) {
			t.Errorf("by a customer: %v", err)
		}
		before := looked()
		r.later(time.Minute)
		if err := r.domains.LookAgain(t.Context(), system(), r.account, r.bakery); err != nil {
			t.Fatal(err)
		}
		round(t, r)
		if looked().Equal(before) {
			t.Error("it was not asked about again")
		}
	})
}

// A registry that does not show in two days what its registrar took is no success.
func TestWhatIsNeverShownFails(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ask(t, r, r.bakery, newServers())
		r.deliver(t)
		for range 10 { // something else has it set back each time
			r.elsewhere(t, "northwind.example", domains.Registration{Expires: r.Now(t).AddDate(1, 0, 0), Locked: true})
			r.later(6 * time.Hour)
			round(t, r)
		}
		if one, c := r.reads(t, r.bakery); c.State != domains.Failed || one.Asked != "" {
			t.Errorf("%+v, %+v", one, c)
		}
	})
}

// R5: many nodes that run the jobs at once remind once, and carry a change once.
func TestRaceDomains(t *testing.T) {
	r := newRig(t, testkit.NewMariaDB(t))
	r.add(t, r.account, "soon.example", id.Service{}, domains.Registration{Expires: r.Now(t).Add(65 * day)})
	for n := range 10 {
		w := r.wish(t, r.bakery, domains.Wish{Kind: domains.Renewal, On: n%2 == 0})
		for range 2 {
			if err := r.domains.Ask(t.Context(), r.tech, r.account, r.bakery, w); err != nil {
				t.Fatal(err)
			}
		}
		_, err := testkit.AtOnce(6, func(int) (bool, error) {
			if err := r.domains.Remind(t.Context()); err != nil {
				return false, err
			}
			if _, err := r.Outbox.Deliver(t.Context()); err != nil {
				return false, err
			}
			return true, r.domains.Refresh(t.Context())
		})
		if err != nil {
			t.Fatal(err)
		}
		r.later(6 * day)
		r.tech = r.proved(t, r.tech)
	}
	if len(r.said) != 2 { // 60 and 30 days before; eleven days are left
		t.Errorf("reminded %d times", len(r.said))
	}
	if n := r.registrar.Done(); n != 10 {
		t.Errorf("%d changes", n)
	}
}
