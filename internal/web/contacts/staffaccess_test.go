package contacts_test

import (
	"net/http"
	"testing"

	"gatehouse/internal/testkit/site"
)

// A1: everybody in an account can see which departments of the provider see what of it, as the policies have it, and
// how many people that are; nobody of the staff is named, and nobody outside is told.
func TestWhoOfTheStaffCanSeeThisAccount(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		s.AllStaff(t)
		s.Staff(t, "bo@harbour.example", "Bo Lund", "billing")
		for _, who := range []string{site.Olivia, site.Ben, site.Priya} {
			p := s.Visit(t).SignIn(who).Get(c.Base()+"/staff-access/who").Is(t, http.StatusOK)
			p.Says(t,
				"Billing staff Clients, their invoices and payments Your account, its contacts and invitations "+
					"Your invoices and payments Your cases about billing Change the details of your account",
				"Refund payments Answer you in your cases 2 people",
				"Technical staff Servers, incidents and clients’ services Your account, its contacts and invitations "+
					"Your services Your cases with us Add and change your services Answer you in your cases 1 person",
				"Your activity log Handle exports and deletion of your data 1 person",
			).Silent(t, "Bea Novak", "Bo Lund", "Sam Doyle")
			if links := p.Links("/activity?by=staff"); (len(links) == 1) != (who != site.Ben) {
				t.Errorf("%s is led to %v", who, links)
			}
		}
		s.Visit(t).SignIn(site.Carl).Get(c.Base()+"/staff-access/who").Is(t, http.StatusNotFound)
	})
}
