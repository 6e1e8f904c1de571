package watch_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/watch"
)

// Everybody chooses how they are told of their own sign-in; what protects it cannot be switched off. What they were
// told is listed, with the way to say that it was not them; of others nothing is.
func TestMyAlerts(t *testing.T) { // L7
	each(t, func(t *testing.T, p *post) {
		ben := p.Visit(t).SignIn(site.Ben)
		ben.Get("/me/alerts").Is(t, http.StatusOK).Says(t, "Nothing to tell", "A sign-in on a new device",
			"A sign-in after five failed tries", "Sign-ins from two places too far apart").Silent(t, "Northwind Bakery Ltd:")
		for _, fixed := range []string{"failed-then-in", "travelled", "log-taken"} {
			if ben.Page.Doc.Find("select[name="+fixed+"]").Length() != 0 {
				t.Errorf("%s can be switched off", fixed)
			}
		}
		if n := ben.Page.Doc.Find("select[name=new-country]").Length(); n != 1 {
			t.Errorf("%d choices of new countries", n)
		}
		ben.Submit("/me/alerts", url.Values{"new-country": {"never"}}).Is(t, http.StatusOK).
			Says(t, "We tell you as you chose.")
		ben.Post("/me/alerts", url.Values{"new-country": {"sometimes"}}).Is(t, http.StatusUnprocessableEntity)
		ben.Post("/me/alerts", url.Values{"log-taken": {"never"}}).Is(t, http.StatusOK)

		for _, place := range []string{"York, United Kingdom", "Lyon, France"} {
			p.signsIn(t, p.someone(site.Ben, place), activity.SignedIn, activity.Details{})
		}
		if n := p.alerted(t, site.Ben, "new-country"); n != 0 {
			t.Errorf("%d alerts of what was switched off", n)
		}
		p.signsIn(t, p.someone(site.Ben, ""), activity.ExportTaken, activity.Details{})
		if n := p.alerted(t, site.Ben, "log-taken"); n != 1 {
			t.Errorf("%d alerts of an export", n)
		}
		ben.Get("/me/alerts").Is(t, http.StatusOK).Says(t, "Your log is exported", "By mail", "This wasn’t me")
		link := ben.Page.Links("/not-me")
		if len(link) != 1 {
			t.Fatalf("the links are %v", link)
		}
		ben.Get(link[0]).Is(t, http.StatusOK).Says(t, "This wasn’t you?")
		tess := p.Visit(t).SignIn(site.Tess)
		tess.Get(link[0]).Silent(t, "exported") // the same number of their own log
		tess.Get("/me/alerts").Is(t, http.StatusOK).Says(t, "Nothing to tell")
		p.Visit(t).Get("/me/alerts").Says(t, "Sign into your").Silent(t, "What we told you")
	})
}

// The daily mail is one, for all accounts and for one's own sign-in.
func TestOneDailyMail(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		p.ask(t, watch.UnusualHour)
		v := p.Visit(t).SignIn(site.Olivia)
		v.Get("/me/alerts").Is(t, http.StatusOK).Says(t, "Alerts of your accounts", "Northwind Bakery Ltd")
		v.Submit("/me/alerts", url.Values{"new-country": {"daily"}}).Is(t, http.StatusOK)
		p.watch(t)
		staff := actor.Details{Kind: actor.Staff, Person: id.New[id.PersonKind](), Name: "Sam Doyle", Factor: "passkey"}
		p.happens(t, staff, activity.DataViewed, activity.Details{})
		p.Offset.Advance(time.Second) // the lines stand in the order of their times
		for _, place := range []string{"York, United Kingdom", "Lyon, France"} {
			p.signsIn(t, p.someone(site.Olivia, place), activity.SignedIn, activity.Details{})
		}
		p.watch(t)
		v.Get("/me/alerts").Is(t, http.StatusOK).Says(t, "In your next daily mail", "A sign-in from a new country",
			"The provider’s staff look at your data")
		p.Offset.Advance(24 * time.Hour)
		p.mail(t)
		p.mail(t)
		if len(p.days) != 1 || p.days[0].Person != p.ids[site.Olivia] || len(p.days[0].Hits) != 2 {
			t.Fatalf("the daily mails are %+v", p.days)
		}
		if a, b := p.days[0].Hits[0], p.days[0].Hits[1]; a.Account != p.c.Northwind || !b.Account.IsZero() {
			t.Errorf("the lines are %+v and %+v", a, b)
		}
		if n := p.Count(t, "alerts", "kind = 'new-country'"); n != 0 {
			t.Errorf("%d were mailed at once as well", n)
		}
	})
}

// An owner is told that somebody with access removed a second factor: once, whichever accounts they share, and not of
// their own, of which they are told in the moment that it happens.
func TestARemovedFactor(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		priya := p.someone(site.Priya, "") // of Pixelworks, and of Northwind
		phone := activity.Target{Kind: "factor", Label: "Phone"}
		p.signsIn(t, priya, activity.FactorRemoved, activity.Details{Target: phone})
		p.expect(t, "of a developer", site.Olivia, watch.FactorRemoved)
		if n := p.Count(t, "alert_hits", "rule = 'factor-removed' AND person_id = ?", priya.Person); n != 0 {
			t.Errorf("they were told %d times of themselves", n)
		}
		n := p.Count(t, "entries", "chain = ? AND action = ?", id.AccountScope(p.c.Northwind), activity.AlertRaised)
		if n != 1 {
			t.Errorf("%d entries", n)
		}
		p.again(t, id.PersonScope(priya.Person))
		p.expect(t, "the job comes by again", site.Olivia)
		refused := activity.Details{Outcome: activity.RefusedResult}
		p.signsIn(t, priya, activity.FactorRemoved, refused)
		p.signsIn(t, p.someone(site.Carl, ""), activity.FactorRemoved, activity.Details{})
		p.expect(t, "a refusal, and somebody else's", site.Olivia)
	})
}

// cursor is how far a log was looked through.
func (p *post) cursor(t *testing.T, chain id.Scope) (seq int64) {
	t.Helper()
	err := p.Reader.With(t.Context()).Raw("SELECT seq FROM alert_cursors WHERE chain = ?", chain).Scan(&seq).Error
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

// rewind has the job forget what it looked at since.
func (p *post) rewind(t *testing.T, chain id.Scope, seq int64) {
	t.Helper()
	err := p.Writer.Do(t.Context(), func(tx *db.Tx) error {
		return tx.Exec("UPDATE alert_cursors SET seq = ? WHERE chain = ?", seq, chain).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// However many nodes look at once, and whatever falls over in between, nobody is told twice and nothing is lost.
func TestRaceTwoNodesTellOnce(t *testing.T) { // L1
	each(t, func(t *testing.T, p *post) {
		p.watch(t)
		here := id.AccountScope(p.c.Northwind)
		seen := p.cursor(t, here)
		const times = 8
		for range times {
			p.happens(t, p.someone(site.Tess, ""), activity.ContactRoleChanged, roleTo("Billing", "Owner"))
		}
		other := watch.New(p.Gate, p.Reader, p.Access, p.People, p.Accounts, p.Outbox, nil, nil)
		var wg sync.WaitGroup
		for _, node := range []*watch.Watch{p.Watch, other, p.Watch, other} {
			wg.Go(func() {
				if err := node.Look(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		p.rewind(t, here, seen) // a node fell over before it wrote down how far it was
		if n := len(p.told(t, site.Olivia)); n != times {
			t.Errorf("%d mails for %d entries", n, times)
		}
		if n := p.Count(t, "alert_hits", "rule = 'owner-added' AND person_id = ?", p.ids[site.Olivia]); n != times {
			t.Errorf("%d hits", n)
		}
		raised := p.Count(t, "entries", "chain = ? AND action = ?", here, activity.AlertRaised)
		if raised != times {
			t.Errorf("%d entries of alerts", raised)
		}
	})
}

// A mail that could not be handed over comes again, and is one mail.
func TestATryThatFailed(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		tries := 0
		p.Outbox.Handle(watch.MailHit, func(_ context.Context, d outbox.Delivery) error {
			if tries++; tries == 1 {
				return errors.New("the mail server is away")
			}
			var h watch.Hit
			err := d.Decode(&h)
			p.hits = append(p.hits, h)
			return err
		})
		here := id.AccountScope(p.c.Northwind)
		seen := p.cursor(t, here)
		p.happens(t, p.someone(site.Tess, ""), activity.ContactRoleChanged, roleTo("Billing", "Owner"))
		p.watch(t)
		p.rewind(t, here, seen)
		for range 3 {
			p.Offset.Advance(time.Hour)
			p.watch(t)
		}
		if tries != 2 || len(p.hits) != 1 {
			t.Errorf("%d tries, %d mails", tries, len(p.hits))
		}
	})
}
