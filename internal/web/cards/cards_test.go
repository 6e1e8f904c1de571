package cards_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web/cards"
)

func each(t *testing.T, test func(t *testing.T, s *site.Site, c site.Cast)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := site.Open(t, w, site.Portal, func(s *site.Site) {
			cards.Register(s.Door, cards.Deps{Accounts: s.Accounts, Cards: s.Cards, Debits: s.Debits, Sandbox: s.Sandbox})
		})
		test(t, s, s.Cast(t))
	})
}

// give has somebody give a card on the sandbox's page.
func give(t *testing.T, v *site.Visitor, at, card string) *site.Page {
	t.Helper()
	v.Get(at).Is(t, http.StatusOK)
	to := v.Submit(at, nil).Is(t, http.StatusSeeOther).Location
	page, ours := strings.CutPrefix(to, site.Origin)
	if !ours || !strings.HasPrefix(page, "/demo/card/") {
		t.Fatalf("adding a card leads to %s", to)
	}
	v.Get(page).Is(t, http.StatusOK)
	return v.Submit(page, site.Form("card", card, "do", "keep"))
}

func methods(c site.Cast) string { return c.Base() + "/payment-methods" }

// P1: cards are given on the gateway's page, and people see brand, last digits and end; one pays by itself, and another
// takes its place; what removing will do is said before.
func TestCardsAreKeptChosenAndRemoved(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben := s.Visit(t).SignIn(site.Ben)
		ben.Get(methods(c)).Is(t, http.StatusOK).Says(t, "No card pays by itself.", "No cards yet")
		give(t, ben, methods(c), "pays").Is(t, http.StatusOK).
			Says(t, "The card is added.", "Visa ending in 4242", "Pays by itself", "December 2034",
				"on the day that they are due")
		give(t, ben, methods(c), "action").Says(t, "Visa ending in 3184", "January 2027")
		if n := ben.Page.Doc.Find(`form[action$="/default"]`).Length(); n != 1 {
			t.Fatalf("%d cards can be chosen", n)
		}
		ben.Submit(ben.Page.Doc.Find(`form[action$="/default"]`).AttrOr("action", ""), nil).Is(t, http.StatusOK).
			Says(t, "from now on", "Invoices are paid with Visa ending in 3184")
		first := ben.Page.Links("/remove")[0]
		ben.Get(first).Is(t, http.StatusOK).
			Says(t, "Remove Visa ending in 3184?", "paid with Visa ending in 4242 from then on")
		ben.Submit(first, nil).Is(t, http.StatusOK).Says(t, "The card is removed.", "paid with Visa ending in 4242").
			Silent(t, "3184")
		ben.Get(first).Is(t, http.StatusNotFound)
		last := ben.Get(methods(c)).Links("/remove")[0]
		ben.Get(last).Says(t, "No invoice is paid by itself any more")
		ben.Submit(last, nil).Says(t, "No cards yet")
		s.Visit(t).SignIn(site.Olivia).Get(c.Base()+"/activity").Says(t, "new card on file", "removed Visa ending in 4242")
	})
}

// A1, A2, S16: who may see cards sees them, who may manage them does so after a recent proof, and nobody reaches those
// of another account.
func TestWhoManagesCards(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben, carl := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Carl)
		give(t, ben, methods(c), "pays").Is(t, http.StatusOK)
		away := ben.Page.Links("/remove")[0]
		for _, email := range []string{site.Ada, site.Tess, site.Priya} {
			v := s.Visit(t).SignIn(email)
			v.Get(methods(c)).Is(t, http.StatusForbidden).Silent(t, "4242")
			v.Get(away).Is(t, http.StatusForbidden)
			v.Get(c.Base())
			v.Post(away, nil).Is(t, http.StatusForbidden)
			v.Post(methods(c), site.Form("key", id.New[id.CardSetupKind]().String())).Is(t, http.StatusForbidden)
		}
		carl.Get(methods(c)).Is(t, http.StatusNotFound)
		own := "/accounts/" + c.Copperfield.String() + "/payment-methods"
		card := strings.TrimSuffix(away[strings.LastIndex(strings.TrimSuffix(away, "/remove"), "/")+1:], "/remove")
		carl.Get(own).Is(t, http.StatusOK)
		carl.Post(own+"/"+card+"/remove", nil).Is(t, http.StatusNotFound)
		carl.Get(own)
		carl.Post(own+"/"+card+"/default", nil).Is(t, http.StatusNotFound)
		s.Offset.Advance(11 * time.Minute)
		ben.Get(methods(c)).Is(t, http.StatusOK).Says(t, "Visa ending in 4242")
		ben.Post(methods(c), site.Form("key", id.New[id.CardSetupKind]().String()))
		if strings.Contains(ben.Page.Location, "/demo/card/") || !strings.Contains(ben.Page.Text, "Confirm it’s you") {
			t.Errorf("a card is added without a recent proof: %s %s", ben.Page.Path, ben.Page.Location)
		}
		if n := s.Count(t, "card_setups", "1 = 1"); n != 1 {
			t.Errorf("%d cards were begun", n)
		}
	})
}

// P1: no form takes a card's number, and the page of a setup works once, for an hour.
func TestNoFormTakesANumber(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben := s.Visit(t).SignIn(site.Ben)
		ben.Get(methods(c))
		ben.Submit(methods(c), site.Form("number", "4000056655665556")).Is(t, http.StatusBadRequest)
		ben.Get(methods(c))
		page := strings.TrimPrefix(ben.Submit(methods(c), nil).Is(t, http.StatusSeeOther).Location, site.Origin)
		ben.Get(page)
		ben.Submit(page, site.Form("card", "4000056655665556", "do", "keep")).Is(t, http.StatusUnprocessableEntity)
		late := s.Visit(t)
		late.Get(page).Is(t, http.StatusOK)
		s.Offset.Advance(time.Hour + time.Second)
		late.Get(page).Is(t, http.StatusNotFound)
		if n := s.Count(t, "cards", "1 = 1"); n != 0 {
			t.Errorf("%d cards", n)
		}
	})
}

// P5, P6, R5: the job runs on two nodes and twice: each invoice is asked for once, and settled once.
func TestRaceCollectingTwice(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben := s.Visit(t).SignIn(site.Ben)
		give(t, ben, methods(c), "pays").Is(t, http.StatusOK)
		s.Offset.Advance(15 * 24 * time.Hour)
		var wait sync.WaitGroup
		for range 6 {
			wait.Go(func() {
				if err := s.Cards.Collect(t.Context()); err != nil {
					t.Error(err)
				}
				if _, err := s.Outbox.Deliver(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if _, err := s.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		ben.SignIn(site.Ben).Get(c.Base()+"/invoices/"+c.Due.String()).Says(t, "This invoice is paid.")
		if n, m := s.Count(t, "payments", "1 = 1"), s.Count(t, "card_charges", "1 = 1"); n != 2 || m != 2 {
			t.Errorf("%d payments by %d attempts for two invoices", n, m)
		}
		s.Visit(t).SignIn(site.Olivia).Get(c.Base()+"/activity").Says(t, "by the card on file")
		if found, err := s.Billing.Audit(t.Context()); err != nil || len(found) != 0 {
			t.Errorf("the audit says %q, %v", found, err)
		}
	})
}

// P6: a part that was paid by hand is not taken again.
func TestOnlyWhatIsLeftIsTaken(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben := s.Visit(t).SignIn(site.Ben)
		give(t, ben, methods(c), "pays")
		_, err := s.Billing.Make(t.Context(), system(), c.Northwind, billing.Move{
			Kind: ledger.Payment, Key: id.New[id.MoneyRequestKind](), Invoice: c.Due, Method: billing.ByTransfer,
			Amount: money.New(10000, money.GBP),
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Offset.Advance(15 * 24 * time.Hour)
		if err := s.Cards.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := s.Count(t, "payments", "amount_minor = 4880"); n != 1 {
			t.Errorf("%d payments of what was left", n)
		}
		ben.SignIn(site.Ben).Get(c.Base()+"/invoices").Silent(t, "of credit")
	})
}

func system() actor.Actor { return actor.NewSystem("test") }
