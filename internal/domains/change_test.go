package domains_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/domains"
	"gatehouse/internal/domains/demoregistrar"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
)

func ask(t *testing.T, r *rig, domain id.Domain, w domains.Wish) domains.Wish {
	t.Helper()
	w = r.wish(t, domain, w)
	if err := r.domains.Ask(t.Context(), r.tech, r.account, domain, w); err != nil {
		t.Fatal(err)
	}
	return w
}

// Name servers are asked for, taken, and shown by the registry after a while: each step is seen, and people are told
// at once.
func TestNameServersChange(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		w := ask(t, r, r.bakery, newServers())
		one, c := r.reads(t, r.bakery)
		if c.State != domains.Waiting || one.Asked != domains.Nameservers || !slices.Equal(one.Nameservers, harbour()) {
			t.Errorf("asked: %+v, %+v", one, c)
		}
		if err := r.domains.Ask(t.Context(), r.tech, r.account, r.bakery, w); err != nil {
			t.Errorf("a second click: %v", err)
		}
		other := r.wish(t, r.bakery, domains.Wish{Kind: domains.Lock})
		if err := r.domains.Ask(t.Context(), r.owner, r.account, r.bakery, other); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a second change at once: %v", err)
		}
		r.deliver(t)
		if _, c = r.reads(t, r.bakery); c.State != domains.Taken {
			t.Errorf("taken: %+v", c)
		}
		r.later(spread + 15*time.Minute)
		if err := r.domains.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		one, c = r.reads(t, r.bakery)
		want := []string{"ns1.elsewhere.example", "ns2.elsewhere.example"}
		if c.State != domains.Done || one.Asked != "" || !slices.Equal(one.Nameservers, want) {
			t.Errorf("shown: %+v, %+v", one, c)
		}
		r.deliver(t)
		if got := r.events(); !slices.Equal(got, []domains.Event{domains.Wanted}) {
			t.Errorf("people were told of %v", got)
		}
		m := r.told[0]
		if m.By != "technical" || m.Was != strings.Join(harbour(), " ") || m.Wants != strings.Join(want, " ") {
			t.Errorf("they were told %+v", m)
		}
		if r.registrar.Done() != 1 || r.logged(t, activity.DomainServersAsked) != 1 ||
			r.logged(t, activity.DomainTaken) != 1 || r.logged(t, activity.DomainChanged) != 1 ||
			r.logged(t, activity.DomainFound) != 0 {
			t.Error("it was not done once, and written down once")
		}
	})
}

// Renewal and lock take effect at once.
func TestRenewalAndLockChange(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		for _, w := range []domains.Wish{{Kind: domains.Renewal, On: true}, {Kind: domains.Lock}, {Kind: domains.Renewal}} {
			ask(t, r, r.bakery, w)
			r.deliver(t)
			one, c := r.reads(t, r.bakery)
			is := one.AutoRenew
			if w.Kind == domains.Lock {
				is = one.Locked
			}
			if c.State != domains.Done || is != w.On {
				t.Errorf("%+v: %+v, %+v", w, one, c)
			}
			again := r.wish(t, r.bakery, w)
			err := r.domains.Ask(t.Context(), r.tech, r.account, r.bakery, again)
			if fault.KindOf(err) != fault.KindConflict {
				t.Errorf("what is so already: %v", err)
			}
		}
		if r.logged(t, activity.DomainRenewalAsked) != 2 || r.logged(t, activity.DomainLockAsked) != 1 {
			t.Error("the log does not tell of it")
		}
	})
}

// What somebody typed is checked field by field; a form that is out of date changes nothing.
func TestWhatIsNoNameServerIsRefused(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		good := "ns1.elsewhere.example"
		many := make([]string, 14)
		for i := range many {
			many[i] = "ns" + string(rune('a'+i)) + ".elsewhere.example"
		}
		for field, hosts := range map[int][]string{
			2:  {good},
			1:  {"", ""},
			3:  {good, "ns2.elsewhere.example", "NS1.Elsewhere.Example."},
			4:  {good, "", "", "-bad.example"},
			5:  {good, "", "", "", "192.0.2.1"},
			6:  {good, "", "", "", "", "ns_1.example"},
			7:  {good, "", "", "", "", "", "localhost"},
			8:  {good, "", "", "", "", "", "", "a\r\nb.example"},
			9:  {good, "", "", "", "", "", "", "", strings.Repeat("a", 64) + ".example"},
			14: many,
		} {
			w := r.wish(t, r.bakery, domains.Wish{Kind: domains.Nameservers, Hosts: hosts})
			f, ok := fault.As(r.domains.Ask(t.Context(), r.tech, r.account, r.bakery, w))
			if !ok || f.Kind != fault.KindInvalid || len(f.Fields) != 1 || f.Fields[0].Name != domains.HostField(field-1) {
				t.Errorf("%q: %+v", hosts, f)
			}
		}
		w := r.wish(t, r.bakery, domains.Wish{Kind: domains.Nameservers, Hosts: harbour()})
		if err := r.domains.Ask(t.Context(), r.tech, r.account, r.bakery, w); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("those that it has: %v", err)
		}
		stale := r.wish(t, r.bakery, newServers())
		stale.Version--
		if err := r.domains.Ask(t.Context(), r.tech, r.account, r.bakery, stale); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a form that is out of date: %v", err)
		}
		umlaut := r.wish(t, r.bakery, domains.Wish{Kind: domains.Nameservers, Hosts: []string{"ns1.bücher.example", good}})
		_, c, err := r.domains.Check(t.Context(), r.tech, r.account, r.bakery, umlaut)
		if err != nil || c.Wants != good+" ns1.xn--bcher-kva.example" {
			t.Errorf("%+v, %v", c, err)
		}
		if n := r.Count(t, "domain_changes", "1 = 1"); n != 0 {
			t.Errorf("%d changes", n)
		}
	})
}

// A registrar that does not answer is asked again; one that did it and said that it failed did it once.
func TestAChangeSurvivesARegistrarThatFails(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ask(t, r, r.bakery, domains.Wish{Kind: domains.Renewal, On: true})
		for _, way := range []demoregistrar.Way{demoregistrar.Down, demoregistrar.Busy, demoregistrar.Garbled} {
			r.registrar.Behave(way)
			r.later(5 * time.Minute)
			r.deliver(t)
			one, c := r.reads(t, r.bakery)
			if c.State != domains.Waiting || one.AutoRenew || one.Trouble == "" {
				t.Errorf("way %d: %+v, %+v", way, one, c)
			}
		}
		r.registrar.Behave(demoregistrar.Working)
		r.later(5 * time.Minute)
		r.deliver(t)
		one, c := r.reads(t, r.bakery)
		if c.State != domains.Done || !one.AutoRenew || one.Trouble != "" || r.registrar.Done() != 1 {
			t.Errorf("%+v, %+v, done %d times", one, c, r.registrar.Done())
		}
	})
}

// What fails is seen with its reason, told, and can be tried again; a registrar that never answers is given up.
func TestAChangeThatFailsIsSeenAndTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ask(t, r, r.bakery, domains.Wish{Kind: domains.Nameservers, Hosts: []string{"ns1.a.example", "ns1.nowhere.invalid"}})
		r.deliver(t)
		one, c := r.reads(t, r.bakery)
		if c.State != domains.Failed || !strings.Contains(c.Trouble, "ns1.nowhere.invalid") || one.Asked != "" {
			t.Errorf("refused: %+v, %+v", one, c)
		}
		r.registrar.Behave(demoregistrar.Down)
		if err := r.domains.Retry(t.Context(), r.tech, r.account, r.bakery); err != nil {
			t.Fatal(err)
		}
		if err := r.domains.Retry(t.Context(), r.tech, r.account, r.bakery); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("tried again while it is tried: %v", err)
		}
		for range 12 {
			r.deliver(t)
			r.later(7 * time.Hour)
		}
		if one, c = r.reads(t, r.bakery); c.State != domains.Failed || one.Asked != "" {
			t.Errorf("given up: %+v, %+v", one, c)
		}
		r.deliver(t)
		want := []domains.Event{domains.Wanted, domains.Stuck, domains.Stuck}
		if got := r.events(); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
			t.Errorf("people were told of %v", got)
		}
		if !slices.Equal(one.Nameservers, harbour()) || r.registrar.Done() != 0 {
			t.Errorf("something was changed: %+v", one)
		}
		if r.logged(t, activity.DomainStuck) != 2 || r.logged(t, activity.DomainRetried) != 1 {
			t.Error("the log does not tell of it")
		}
	})
}

// Somebody changed the domain at the registrar while a change waited: that change fails, and people are told of both.
func TestWhatChangedMeanwhileIsNotOverwritten(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ask(t, r, r.bakery, newServers())
		thief := []string{"ns1.thief.example", "ns2.thief.example"}
		r.elsewhere(t, "northwind.example", domains.Registration{Expires: r.Now(t).AddDate(1, 0, 0), Nameservers: thief})
		r.deliver(t)
		if _, c := r.reads(t, r.bakery); c.State != domains.Failed {
			t.Errorf("%+v", c)
		}
		if err := r.domains.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.deliver(t)
		one, _ := r.reads(t, r.bakery)
		if !slices.Equal(one.Nameservers, thief) || one.Locked {
			t.Errorf("%+v", one)
		}
		outside := 0
		for _, e := range r.events() {
			if e == domains.Outside {
				outside++
			}
		}
		if outside != 2 || r.logged(t, activity.DomainFound) != 1 { // name servers and lock
			t.Errorf("people were told of %v", r.events())
		}
	})
}
