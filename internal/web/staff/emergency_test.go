package staff_test

import (
	"net/http"
	"testing"

	"gatehouse/internal/testkit/site"
)

// A1, N8, L1: a direct link to another department's data is refused, with the way to open it in an emergency. That
// takes a second reason; the client reads it at once, those who judge are told on each of their pages, and somebody
// else than the one who opened it closes it with a finding.
func TestEmergencyAccess(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		client := "/staff/clients/" + c.Northwind.String()
		sam := s.Visit(t).SignIn(site.Sam)
		sam.Get(client).Is(t, http.StatusOK)
		way := sam.Get(client+"/invoices").Is(t, http.StatusForbidden).Says(t, "Open it in an emergency").Links("/emergency")
		if len(way) != 1 {
			t.Fatalf("the refusal leads to %v", way)
		}
		sam.Get(client+"/activity").Is(t, http.StatusForbidden).Silent(t, "Open it in an emergency")
		sam.Get(way[0]).Is(t, http.StatusOK).Says(t, "The client reads it at once.", "Billing staff").
			Silent(t, "Technical staff")
		sam.Submit(client+"/emergency", site.Form("code", "harm", "why", "Now")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Say it in a sentence.")
		if got := sam.Page.Doc.Find("textarea[name=why]").Text(); got != "Now" {
			t.Errorf("what was typed is %q", got)
		}
		sam.Submit(client+"/emergency", site.Form("code", "harm", "why", "A refund goes astray tonight.")).
			Is(t, http.StatusOK).Says(t, "It is open for you for half an hour", "2026-0001")
		sam.Get(client+"/invoices/new").Is(t, http.StatusForbidden).Silent(t, "Open it in an emergency")
		sam.Get("/staff/emergencies").Is(t, http.StatusForbidden)

		s.Visit(t).SignIn(site.Olivia).Get(c.Base()+"/staff-access").Is(t, http.StatusOK).Says(t,
			"Emergency", "Opened what Billing staff may see.", "A refund goes astray tonight.", "Your invoices and payments")

		dana := s.Visit(t).SignIn(site.Dana).Reticent()
		dana.Get("/staff").Says(t, "1 emergency access to judge", "1 opening waits for somebody to judge it")
		one := dana.Get("/staff/emergencies").Says(t, "Northwind Bakery Ltd", "Sam Doyle", "Billing staff", "To be judged").
			Links("/staff/emergencies/")[0]
		dana.Get(one).Is(t, http.StatusOK).Says(t, "A refund goes astray tonight.", "Say why you look at this client")
		dana.Submit(one, site.Form("finding", "needed", "text", "Fine")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Say it in a sentence.")
		dana.Submit(one, site.Form("finding", "needed", "text", "The refund was stopped in time.")).Is(t, http.StatusOK).
			Says(t, "It is closed", "Nothing waits")
		dana.Get("/staff").Silent(t, "emergency access to judge", "for somebody to judge it")
		dana.Get(one).Says(t, "It was needed", "The refund was stopped in time.", "Dana Reyes")
		if p := sam.Get(client + "/invoices"); p.Status != http.StatusForbidden {
			t.Errorf("it stays open after it was judged: %d", p.Status)
		}
	})
}
