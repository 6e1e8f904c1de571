package cards_test

import (
	"net/http"
	"testing"

	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web/cards"
)

// A1, A7, L1: billing staff see what is on file for a client once they have said why, which the client reads; other
// departments, the client's own people and strangers see none of it, and nobody changes anything there.
func TestStaffSeeWhatIsOnFile(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := site.Open(t, w, site.Portal, func(s *site.Site) {
			cards.Register(s.Door, cards.Deps{Accounts: s.Accounts, Cards: s.Cards, Debits: s.Debits, Sandbox: s.Sandbox})
		})
		c := s.Cast(t)
		s.AllStaff(t)
		ben := s.Visit(t).SignIn(site.Ben)
		setUp(t, s, ben, c)
		give(t, ben, methods(c), "action").Is(t, http.StatusOK)
		at := "/staff/clients/" + c.Northwind.String() + "/payment-methods"

		bea := s.Visit(t).SignIn(site.Bea).Reticent()
		if p := bea.Get(at); !p.Asked() {
			t.Fatalf("nobody asked why: %s", p.Text)
		}
		bea.Page.Silent(t, "3184")
		bea.Say(site.Why).Is(t, http.StatusOK).Says(t, "Visa ending in 3184", "January 2027", "Ends soon",
			"A Direct Debit from the account ending in 2345 pays by itself.", "Account ending in 2345", "Pays by itself",
			"Reference", "Active", "Clients", "Northwind Bakery Ltd").Silent(t, "Sort code")
		if n := bea.Page.Doc.Find(`main form[method="post"]`).Length(); n != 0 {
			t.Errorf("%d forms change what is on file", n)
		}
		if at := bea.Page.Doc.Find(`.gh-tabs a[aria-current="page"]`).Text(); at != "Invoices and payments" {
			t.Errorf("it stands below the tab %q", at)
		}
		s.Visit(t).SignIn(site.Bea).Get("/staff/clients/"+c.Copperfield.String()+"/payment-methods").
			Is(t, http.StatusOK).
			Says(t, "Nothing pays by itself.").Silent(t, "3184", "2345")
		s.Visit(t).SignIn(site.Olivia).Get(c.Base()+"/staff-access").Is(t, http.StatusOK).
			Says(t, "Bea", site.Why, "Your invoices")

		for _, email := range []string{site.Sam, site.Tom} {
			s.Visit(t).SignIn(email).Get(at).Is(t, http.StatusForbidden).Silent(t, "3184", "2345")
		}
		for _, email := range []string{site.Olivia, site.Carl} {
			s.Visit(t).SignIn(email).Get(at).Is(t, http.StatusNotFound).Silent(t, "3184", "2345")
		}
	})
}
