package staff_test

import (
	"net/http"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/testkit/site"
)

// A4: staff see which accounts have nobody who can act as the owner; their clients do not see the page.
func TestAccountsWithoutAnOwnerAreListed(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		sam := s.Visit(t).SignIn(site.Sam)
		sam.Get("/staff/owners").Is(t, http.StatusOK).Silent(t, "Copperfield Cycles")
		person, err := s.People.Find(t.Context(), actor.NewShell("root"), site.Carl)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.People.Disable(t.Context(), actor.NewShell("root"), person); err != nil {
			t.Fatal(err)
		}
		sam.Get("/staff/owners").Is(t, http.StatusOK).Says(t, "Copperfield Cycles", "1 owner, suspended, locked or disabled")
		s.Visit(t).SignIn(site.Olivia).Get("/staff/owners").Is(t, http.StatusForbidden)
	})
}
