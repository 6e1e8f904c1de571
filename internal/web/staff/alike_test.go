package staff_test

import (
	"net/http"
	"testing"

	"gatehouse/internal/testkit/site"
)

// A2: whoever makes a client is warned of those who may be the same, keeps what they typed, and may go on. Nobody is
// warned of what their department may not see.
func TestAClientWhoMayBeThereAlready(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		root := s.Visit(t).SignIn(site.Root).Reticent()
		clients := s.Count(t, "accounts", "1 = 1")
		root.Get("/staff/clients/new")
		root.Submit("/staff/clients/new", site.Form("name", "Nortwind Bakery Limited", "owner-email", "new@else.example")).
			Is(t, http.StatusUnprocessableEntity).
			Says(t, "This client may be there already.", "Northwind Bakery Ltd has nearly the same name").
			Silent(t, "Copperfield", site.Olivia)
		if got := root.Page.Value("owner-email"); got != "new@else.example" {
			t.Errorf("what was typed is %q", got)
		}
		if links := root.Page.Links(c.Northwind.String()); len(links) != 1 {
			t.Errorf("it leads to %q", links)
		}
		if n := s.Count(t, "accounts", "1 = 1"); n != clients {
			t.Errorf("%d clients were made", n-clients)
		}
		root.Submit("/staff/clients/new", nil).Is(t, http.StatusUnprocessableEntity) // without the tick it asks again
		root.Submit("/staff/clients/new", site.Form("another", "yes")).Is(t, http.StatusOK).Says(t, "The client is set up.")
		if n := s.Count(t, "accounts", "1 = 1"); n != clients+1 {
			t.Errorf("%d clients were made", n-clients)
		}
	})
}
