package cards_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/testkit/site"
)

// mandates is the address to which a Direct Debit's form is sent.
func mandates(c site.Cast) string { return methods(c) + "/mandates" }

// setUp has somebody set a Direct Debit up on the sandbox's page, and lets its bank confirm it.
func setUp(t *testing.T, s *site.Site, v *site.Visitor, c site.Cast) *site.Page {
	t.Helper()
	v.Get(methods(c)).Is(t, http.StatusOK)
	page, ours := strings.CutPrefix(v.Submit(mandates(c), nil).Is(t, http.StatusSeeOther).Location, site.Origin)
	if !ours || !strings.HasPrefix(page, "/demo/mandate/") {
		t.Fatalf("setting a Direct Debit up leads to %s", page)
	}
	v.Get(page).Is(t, http.StatusOK)
	v.Submit(page, site.Form("account", "none", "do", "keep")).Is(t, http.StatusUnprocessableEntity).
		Says(t, "Choose a bank account.")
	v.Submit(page, site.Form("account", "pays", "do", "keep")).Is(t, http.StatusOK).
		Says(t, "The Direct Debit is set up.", "Account ending in 2345", "as soon as your bank has confirmed it")
	s.Offset.Advance(7 * 24 * time.Hour)
	if err := s.Debits.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	v.SignIn(site.Ben)
	return v.Get(methods(c)).Is(t, http.StatusOK).
		Says(t, "Invoices are collected by Direct Debit from the account ending in 2345.")
}

// P6: whoever would pay beside a Direct Debit is told what is collected and when, begins nothing without a tick, and
// pays with it; before the Direct Debit is announced nobody is asked for a tick.
func TestPayingBesideADirectDebitTakesATick(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben := s.Visit(t).SignIn(site.Ben)
		setUp(t, s, ben, c)
		pay := c.Base() + "/invoices/" + s.Issue(t, c.Northwind, "Hosting", 10000).String() + "/pay"
		ben.Get(pay).Is(t, http.StatusOK).Silent(t, "You would pay this twice.", "I know, and pay all the same")
		s.Offset.Advance(14 * 24 * time.Hour)
		if err := s.Debits.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
		ben.SignIn(site.Ben)
		ben.Get(pay).Is(t, http.StatusOK).
			Says(t, "You would pay this twice.", "£120.00 is collected from your bank account on",
				"I know, and pay all the same")
		ben.Submit(pay, site.Form("amount", "60.00")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "A Direct Debit for this invoice is under way. Say that you pay all the same.")
		if got := ben.Page.Doc.Find(`input[name="amount"]`).AttrOr("value", ""); got != "60.00" {
			t.Errorf("the amount that was typed is now %q", got)
		}
		if n := s.Count(t, "checkouts", "1 = 1"); n != 0 {
			t.Fatalf("%d payments were begun without a tick", n)
		}
		tick := ben.Page.Doc.Find(`input[name="twice"]`).AttrOr("value", "on")
		to := ben.Submit(pay, site.Form("twice", tick)).Is(t, http.StatusSeeOther).Location
		if !strings.Contains(to, "/demo/checkout/") {
			t.Errorf("with the tick it leads to %s", to)
		}
		if n := s.Count(t, "checkouts", "1 = 1"); n != 1 {
			t.Errorf("%d payments were begun with the tick", n)
		}
	})
}

// A1, A2: who manages payment methods chooses and removes a Direct Debit; nobody else sees it, and nobody reaches that
// of another account.
func TestWhoManagesMandates(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben, carl := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Carl)
		away := setUp(t, s, ben, c).Links("/remove")[0]
		for _, email := range []string{site.Ada, site.Tess, site.Priya} {
			v := s.Visit(t).SignIn(email)
			v.Get(methods(c)).Is(t, http.StatusForbidden).Silent(t, "2345")
			v.Get(away).Is(t, http.StatusForbidden)
			v.Get(c.Base())
			v.Post(away, nil).Is(t, http.StatusForbidden)
			v.Post(mandates(c), site.Form("key", id.New[id.CardSetupKind]().String())).Is(t, http.StatusForbidden)
		}
		parts := strings.Split(strings.TrimSuffix(away, "/remove"), "/")
		foreign := "/accounts/" + c.Copperfield.String() + "/payment-methods/mandates/" + parts[len(parts)-1]
		carl.SignIn(site.Carl)
		carl.Get("/accounts/"+c.Copperfield.String()+"/payment-methods").Is(t, http.StatusOK)
		carl.Post(foreign+"/default", nil).Is(t, http.StatusNotFound)
		carl.Get(foreign+"/remove").Is(t, http.StatusNotFound)
		carl.Get("/accounts/" + c.Copperfield.String() + "/payment-methods")
		carl.Post(foreign+"/remove", nil).Is(t, http.StatusNotFound)
		ben.Get(away).Is(t, http.StatusOK).Says(t, "Our payment provider ends it at your bank.")
		ben.Submit(away, nil).Is(t, http.StatusOK).Silent(t, "2345")
		ben.Get(away).Is(t, http.StatusNotFound)
	})
}
