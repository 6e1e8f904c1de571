package domains_test

import (
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/domains"
	"gatehouse/internal/domains/demoregistrar"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
)

// Who may see domains and who may have them changed; those of another account are not found (A2, A4).
func TestWhoSeesAndChangesDomains(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		if page, err := r.domains.List(ctx, r.owner, r.account, domains.Cursor{}); err != nil || len(page.Domains) != 3 ||
			page.Domains[0].Name != "parked.example" || page.Domains[2].Name != "northwind.example" {
			t.Errorf("the owner sees %+v, %v", page, err)
		}
		page, err := r.domains.List(ctx, r.dev, r.account, domains.Cursor{})
		if err != nil || len(page.Domains) != 1 || page.Domains[0].Name != "shop.example" || !page.Limited {
			t.Errorf("who looks after one service sees %+v, %v", page, err)
		}
		if _, err := r.domains.List(ctx, r.billing, r.account, domains.Cursor{}); fault.KindOf(err) != fault.KindDenied {
			t.Errorf("who pays sees domains: %v", err)
		}
		for _, domain := range []id.Domain{r.bakery, r.parked} {
			if _, _, err := r.domains.Domain(ctx, r.dev, r.account, domain); fault.KindOf(err) != fault.KindDenied {
				t.Errorf("who looks after one service reads another’s: %v", err)
			}
		}
		if _, _, err := r.domains.Domain(ctx, r.owner, r.account, r.theirs); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("read a foreign one: %v", err)
		}
		if list, err := r.domains.OfService(ctx, r.dev, r.account, r.site); err != nil || len(list) != 0 {
			t.Errorf("of a service that is not theirs: %+v, %v", list, err)
		}
		if list, err := r.domains.OfService(ctx, r.dev, r.account, r.shop); err != nil || len(list) != 1 {
			t.Errorf("of a service: %+v, %v", list, err)
		}
		for name, who := range map[string]actor.Actor{"billing": r.billing, "developer": r.dev} {
			w := r.wish(t, r.shopping, newServers())
			if err := r.domains.Ask(ctx, who, r.account, r.shopping, w); fault.KindOf(err) != fault.KindDenied {
				t.Errorf("changed by %s: %v", name, err)
			}
			if err := r.domains.Retry(ctx, who, r.account, r.shopping); fault.KindOf(err) != fault.KindDenied {
				t.Errorf("tried again by %s: %v", name, err)
			}
		}
		if err := r.domains.Ask(ctx, r.tech, r.account, r.theirs, newServers()); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("changed a foreign one: %v", err)
		}
		if n := r.registrar.Done(); n != 0 {
			t.Errorf("%d changes", n)
		}
		if r.logged(t, activity.Refused) == 0 {
			t.Error("no refusal is in the log")
		}
	})
}

// A change of a domain takes a proof of the last ten minutes: whoever has its name servers has its mail (A7).
func TestAChangeTakesAFreshProof(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		stale := r.tech
		stale.FactorAt = r.Now(t).Add(-11 * time.Minute)
		for _, w := range []domains.Wish{newServers(), {Kind: domains.Lock}, {Kind: domains.Renewal, On: true}} {
			w = r.wish(t, r.bakery, w)
			if err := r.domains.Ask(t.Context(), stale, r.account, r.bakery, w); fault.KindOf(err) != fault.KindStepUp {
				t.Errorf("%s by an old proof: %v", w.Kind, err)
			}
		}
		w := r.wish(t, r.bakery, newServers())
		if err := r.domains.Ask(t.Context(), r.tech, r.account, r.bakery, w); err != nil {
			t.Errorf("by a fresh proof: %v", err)
		}
	})
}

// Staff put domains into accounts that the registrar has for the provider, once each, and take them out again.
func TestStaffKeepDomains(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		add := func(who actor.Actor, name string, service id.Service) error {
			return r.domains.Add(ctx, who, r.account, domains.Addition{
				Key: id.New[id.DomainKind](), Name: name, Registrar: demoregistrar.Name, Service: service,
			})
		}
		r.elsewhere(t, "new.example", domains.Registration{Expires: r.Now(t).AddDate(1, 0, 0)})
		if got := add(r.owner, "new.example", id.Service{}); !refused(got) {
			t.Errorf("added by a customer: %v", got)
		}
		for name, of := range map[string]id.Service{
			"unknown.example": {}, "copperfield.example": {}, "not a name": {}, "new.example": id.New[id.ServiceKind](),
		} {
			if got := add(system(), name, of); fault.KindOf(got) != fault.KindInvalid {
				t.Errorf("added %q: %v", name, got)
			}
		}
		if got := add(system(), "NEW.example.", r.shop); got != nil {
			t.Errorf("added: %v", got)
		}
		r.registrar.Behave(demoregistrar.Down)
		if got := add(system(), "late.example", id.Service{}); fault.KindOf(got) != fault.KindUnavailable {
			t.Errorf("added while the registrar is down: %v", got)
		}
		if err := r.domains.Drop(ctx, r.owner, r.account, r.parked); !refused(err) {
			t.Errorf("taken out by a customer: %v", err)
		}
		if err := r.domains.Drop(ctx, system(), r.account, r.theirs); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("took out a foreign one: %v", err)
		}
		if err := r.domains.Drop(ctx, system(), r.account, r.parked); err != nil {
			t.Error(err)
		}
		if _, _, err := r.domains.Domain(ctx, r.owner, r.account, r.parked); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("it is still there: %v", err)
		}
		for _, a := range []activity.Action{activity.DomainAdded, activity.DomainDropped} {
			if r.logged(t, a) == 0 {
				t.Errorf("%s is not in the log", a)
			}
		}
	})
}

// The list goes page by page, each domain once.
func TestTheListHasPages(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		end := r.Now(t).AddDate(2, 0, 0)
		for n := range 50 { // all run out in the same moment
			r.add(t, r.account, "site-"+string(rune('a'+n%26))+string(rune('a'+n/26))+".example", id.Service{},
				domains.Registration{Expires: end})
		}
		seen := map[string]int{}
		after := domains.Cursor{}
		for pages := 1; ; pages++ {
			page, err := r.domains.List(t.Context(), r.owner, r.account, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range page.Domains {
				seen[d.Name]++
			}
			if page.Next.IsZero() {
				if pages != 2 {
					t.Errorf("%d pages", pages)
				}
				break
			}
			after = domains.ParseCursor(page.Next.String())
		}
		if len(seen) != 53 {
			t.Errorf("%d domains", len(seen))
		}
		for name, n := range seen {
			if n != 1 {
				t.Errorf("%s stands there %d times", name, n)
			}
		}
	})
}
