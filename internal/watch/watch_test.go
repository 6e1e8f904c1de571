package watch_test

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/verb"
	"gatehouse/internal/watch"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }

// post is what was mailed.
type post struct {
	*site.Site
	c     site.Cast
	mu    sync.Mutex
	hits  []watch.Hit
	days  []watch.Day
	ids   map[string]id.Person
	place map[string]id.Membership
}

func each(t *testing.T, test func(t *testing.T, p *post)) {
	t.Helper()
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		p := &post{Site: s, c: c, ids: map[string]id.Person{}, place: map[string]id.Membership{}}
		s.Outbox.Handle(watch.MailHit, func(_ context.Context, d outbox.Delivery) error {
			p.mu.Lock()
			defer p.mu.Unlock()
			var h watch.Hit
			err := d.Decode(&h)
			p.hits = append(p.hits, h)
			return err
		})
		s.Outbox.Handle(watch.MailDaily, func(_ context.Context, d outbox.Delivery) error {
			p.mu.Lock()
			defer p.mu.Unlock()
			var day watch.Day
			err := d.Decode(&day)
			p.days = append(p.days, day)
			return err
		})
		for _, m := range s.Members(t, c.Northwind) {
			p.ids[m.Email], p.place[m.Email] = m.Person, m.ID
		}
		p.watch(t)
		test(t, p)
	})
}

// watch is a turn of the job, and the delivery of what it left.
func (p *post) watch(t *testing.T) {
	t.Helper()
	if err := p.Watch.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// told says by which rules somebody was mailed at once since it was last asked.
func (p *post) told(t *testing.T, who string) []watch.Rule {
	t.Helper()
	p.watch(t)
	p.mu.Lock()
	defer p.mu.Unlock()
	var rules []watch.Rule
	for _, h := range p.hits {
		if h.Person == p.ids[who] && h.To == who && h.Account == p.c.Northwind {
			rules = append(rules, h.Rule)
		}
	}
	p.hits = nil
	return rules
}

func (p *post) expect(t *testing.T, what, who string, want ...watch.Rule) {
	t.Helper()
	got := p.told(t, who)
	if len(got) != len(want) || len(got) > 0 && got[0] != want[0] {
		t.Errorf("%s: %s was told of %q, want %q", what, who, got, want)
	}
}

// happens adds an entry to Northwind's log.
func (p *post) happens(t *testing.T, who actor.Details, a activity.Action, d activity.Details) {
	t.Helper()
	testkit.Append(t, p.World, id.AccountScope(p.c.Northwind), 1, func(int) testkit.Line {
		return testkit.Line{Who: who, Action: a, Details: d}
	})
}

func (p *post) someone(email, place string) actor.Details {
	return actor.Details{
		Kind: actor.Person, Person: p.ids[email], Name: email, Place: place, Factor: "password",
		Address: netip.MustParseAddr("203.0.113.7"),
	}
}

func roleTo(old, now string) activity.Details {
	return activity.Details{Changes: []activity.Change{{Field: "role", Old: old, New: now}}}
}

// Each rule applies to what it says, and to nothing beside it.
func TestRules(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		staff := actor.Details{Kind: actor.Staff, Person: id.New[id.PersonKind](), Name: "Sam Doyle", Factor: "passkey"}
		tess := p.someone(site.Tess, "")
		refused := roleTo("Billing", "Owner")
		refused.Outcome = activity.RefusedResult
		for _, one := range []struct {
			what string
			who  actor.Details
			a    activity.Action
			d    activity.Details
			want []watch.Rule
		}{
			{"a new owner", tess, activity.ContactRoleChanged, roleTo("Billing", "Owner"), []watch.Rule{watch.OwnerAdded}},
			{"an owner who accepts", tess, activity.ContactJoined, roleTo("", "Owner"), []watch.Rule{watch.OwnerAdded}},
			{"an owner who takes over", tess, activity.OwnershipAccepted, activity.Details{}, []watch.Rule{watch.OwnerAdded}},
			{"an offer to take over", tess, activity.OwnershipOffered, activity.Details{}, nil},
			{"one who was refused", tess, activity.ContactRoleChanged, refused, nil},
			{"an invitation alone", tess, activity.ContactInvited, roleTo("", "Owner"), nil},
			{"more", tess, activity.ContactRoleChanged, roleTo("Billing", "Administrator"), []watch.Rule{watch.RoleRaised}},
			{"less", tess, activity.ContactRoleChanged, roleTo("Owner", "Billing"), nil},
			{"other limits", tess, activity.ContactRoleChanged, activity.Details{
				Changes: []activity.Change{{Field: "services", Old: "a", New: "b"}},
			}, nil},
			{
				"a role of their own", tess, activity.ContactRoleChanged, roleTo("Billing", "Till"), []watch.Rule{watch.RoleRaised},
			},
			{
				"an agency's more", tess, activity.TeamRoleChanged, roleTo("Billing", "Administrator"),
				[]watch.Rule{watch.RoleRaised},
			},
			{"an agency's less", tess, activity.TeamRoleChanged, roleTo("Administrator", "Billing"), nil},
			{"more in a role of their own", tess, activity.RoleChanged, activity.Details{Changes: []activity.Change{
				{Field: "taken out", Old: "pay invoices"}, {Field: activity.FieldAdded, New: "add contacts"},
			}}, []watch.Rule{watch.RoleRaised}},
			{"less in a role of their own", tess, activity.RoleChanged, activity.Details{Changes: []activity.Change{
				{Field: "name", Old: "Till", New: "Shop"}, {Field: "taken out", Old: "pay invoices"},
			}}, nil},
			{"a mandate", tess, activity.MandateAdded, activity.Details{}, []watch.Rule{watch.MethodChanged}},
			{"a stream", tess, activity.StreamCreated, activity.Details{}, []watch.Rule{watch.LogTaken}},
			{"a paused stream", tess, activity.StreamPaused, activity.Details{}, nil},
			{"staff, who go into the daily mail", staff, activity.DataViewed, activity.Details{}, nil},
			{"a new card", tess, activity.CardAdded, activity.Details{}, []watch.Rule{watch.MethodChanged}},
			{"another card", tess, activity.CardChosen, activity.Details{}, []watch.Rule{watch.MethodChanged}},
			{"a card less", tess, activity.CardRemoved, activity.Details{}, []watch.Rule{watch.MethodChanged}},
			{"a card that was not kept", tess, activity.CardAdded, activity.Details{Outcome: activity.Failed}, nil},
			{"a card that paid", tess, activity.CardPaid, activity.Details{}, nil},
			{"an invoice", tess, activity.InvoicePaid, activity.Details{}, nil},
		} {
			p.happens(t, one.who, one.a, one.d)
			p.expect(t, one.what, site.Olivia, one.want...)
		}
		if n := p.Count(t, "alert_hits", "rule = 'staff-access'"); n != 1 {
			t.Errorf("%d hits of staff", n)
		}
		// an export is told by the permission that it needs
		_, err := p.Gate.View(t.Context(), actor.NewSystem("test"), verb.ActivityExport, id.AccountScope(p.c.Northwind))
		if err != nil {
			t.Fatal(err)
		}
		p.expect(t, "an export", site.Olivia, watch.LogTaken)
	})
}

// A country is new where somebody was elsewhere in the last 90 days, and never there.
func TestNewCountry(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		comes := func(place string) {
			p.happens(t, p.someone(site.Tess, place), activity.AccountEntered, activity.Details{})
		}
		comes("")
		comes("York, United Kingdom")
		p.expect(t, "the first place", site.Olivia)
		comes("Leeds, United Kingdom")
		comes("United Kingdom")
		p.expect(t, "another town", site.Olivia)
		comes("Lyon, France")
		p.expect(t, "another country", site.Olivia, watch.NewCountry)
		comes("Paris, France")
		p.expect(t, "again", site.Olivia)
		p.happens(t, p.someone(site.Ben, "Lyon, France"), activity.AccountEntered, activity.Details{})
		p.expect(t, "somebody else for the first time", site.Olivia)
		p.Offset.Advance(89 * 24 * time.Hour)
		comes("Lyon, France")
		p.expect(t, "89 days later", site.Olivia)
		p.Offset.Advance(91 * 24 * time.Hour)
		comes("York, United Kingdom")
		p.expect(t, "nowhere in 90 days", site.Olivia)
	})
}

// Somebody's own sign-in from a new country is told to them, with the link that says “this wasn’t me”, once.
func TestOwnNewCountry(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		own := id.PersonScope(p.ids[site.Ben])
		for _, place := range []string{"York, United Kingdom", "Lyon, France", "Nice, France"} {
			testkit.Append(t, p.World, own, 1, func(int) testkit.Line {
				return testkit.Line{Who: p.someone(site.Ben, place), Action: activity.SignedIn}
			})
			p.watch(t)
		}
		p.again(t, own)
		if n := p.Count(t, "alerts", "kind = 'new-country' AND person_id = ?", p.ids[site.Ben]); n != 1 {
			t.Errorf("%d alerts", n)
		}
	})
}

// again has the job forget how far it was in a log.
func (p *post) again(t *testing.T, chain id.Scope) {
	t.Helper()
	err := p.Writer.Do(t.Context(), func(tx *db.Tx) error {
		return tx.Exec("UPDATE alert_cursors SET seq = 0 WHERE chain = ?", chain).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	p.watch(t)
}

// However often the job comes by an entry, it is told of once.
func TestNeverTwice(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		p.happens(t, p.someone(site.Tess, ""), activity.ContactRoleChanged, roleTo("Billing", "Owner"))
		p.expect(t, "a new owner", site.Olivia, watch.OwnerAdded)
		before := p.Count(t, "alert_hits", "1 = 1")
		p.again(t, id.AccountScope(p.c.Northwind))
		p.again(t, id.AccountScope(p.c.Northwind))
		// what was there before anybody looked is told then, but the new owner is not told again
		if n := p.Count(t, "alert_hits", "rule = 'owner-added' AND seq IN (SELECT MAX(seq) FROM alert_hits)"); n > before {
			t.Errorf("%d hits", n)
		}
		n := 0
		for _, rule := range p.told(t, site.Olivia) {
			if rule == watch.OwnerAdded {
				n++
			}
		}
		if old := p.Count(t, "alert_hits", "rule = 'owner-added'"); int64(n) != old-1 {
			t.Errorf("%d more mails for %d hits", n, old)
		}
	})
}

// Olivia is told of what others do, once a day where she wants it so, and not at all where she does not; what protects
// the account she cannot switch off.
func TestChoices(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		v, page := p.Visit(t).SignIn(site.Olivia), p.c.Base()+"/activity/alerts"
		v.Get(page).Is(t, http.StatusOK).Says(t, "Always told at once", "Somebody becomes an owner", "Somebody may do more")
		if n := v.Page.Doc.Find("select[name=owner-added]").Length(); n != 0 {
			t.Error("what protects the account can be switched off")
		}
		v.Submit(page, url.Values{"role-raised": {"never"}, "staff-access": {"once"}}).Is(t, http.StatusOK).
			Says(t, "We tell you as you chose.")
		v.Post(page, url.Values{"owner-added": {"never"}}).Is(t, http.StatusOK)
		v.Post(page, url.Values{"role-raised": {"sometimes"}}).Is(t, http.StatusUnprocessableEntity)
		p.told(t, site.Olivia)

		raised := func() {
			p.happens(t, p.someone(site.Tess, ""), activity.ContactRoleChanged, roleTo("Billing", "Administrator"))
		}
		raised()
		p.expect(t, "never", site.Olivia)
		p.happens(t, p.someone(site.Tess, ""), activity.ContactRoleChanged, roleTo("Billing", "Owner"))
		p.expect(t, "protected", site.Olivia, watch.OwnerAdded)

		v.Get(page)
		v.Submit(page, url.Values{"role-raised": {"daily"}}).Is(t, http.StatusOK)
		raised()
		raised()
		p.expect(t, "daily", site.Olivia)
		p.mail(t)
		if len(p.days) != 0 {
			t.Error("the daily mail comes before its hour")
		}
		p.Offset.Advance(24 * time.Hour)
		p.mail(t)
		p.mail(t)
		if len(p.days) != 1 || len(p.days[0].Hits) != 2 || p.days[0].Person != p.ids[site.Olivia] {
			t.Errorf("the daily mails are %+v", p.days)
		}
	})
}

func (p *post) mail(t *testing.T) {
	t.Helper()
	if err := p.Watch.MailDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Whoever sees only their own part of a log has no alerts of the whole; who may read all of it gets what they ask for,
// and nobody is told of another account (L7).
func TestWhoIsTold(t *testing.T) { // L7, A1
	each(t, func(t *testing.T, p *post) {
		page := p.c.Base() + "/activity/alerts"
		p.Visit(t).SignIn(site.Ben).Get(page).Is(t, http.StatusNotFound)
		p.Visit(t).SignIn(site.Carl).Get(page).Is(t, http.StatusNotFound)
		ada := p.Visit(t).SignIn(site.Ada)
		ada.Get(page).Is(t, http.StatusOK).Silent(t, "Always told at once")
		p.happens(t, p.someone(site.Tess, ""), activity.ContactRoleChanged, roleTo("Billing", "Owner"))
		p.expect(t, "an auditor who asked for nothing", site.Ada)
		ada.Submit(page, url.Values{"owner-added": {"once"}}).Is(t, http.StatusOK)
		p.happens(t, p.someone(site.Tess, ""), activity.ContactRoleChanged, roleTo("Billing", "Owner"))
		p.expect(t, "an auditor who asked", site.Ada, watch.OwnerAdded)
		for _, other := range []string{site.Ben, site.Tess, site.Carl} {
			p.happens(t, p.someone(site.Olivia, ""), activity.ContactRoleChanged, roleTo("Billing", "Owner"))
			p.expect(t, "somebody who may not read it", other)
		}
	})
}

// The real thing: an owner gives a role by the form, and another owner is told.
func TestARoleThatIsGiven(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		v := p.Visit(t).SignIn(site.Olivia)
		form := p.c.Base() + "/contacts/" + p.place[site.Tess].String() + "/role"
		v.Get(form).Is(t, http.StatusOK)
		v.Submit(form, url.Values{"role": {"owner"}}).Is(t, http.StatusOK)
		p.watch(t)
		if n := p.Count(t, "alert_hits", "rule = 'owner-added'"); n != 2 {
			t.Errorf("%d people were told, want both owners", n)
		}
	})
}
