package contacts_test

import (
	"net/http"
	"net/url"
	"testing"

	"gatehouse/internal/testkit/site"
)

// A1, A3: a bookkeeper who is refused asks the owner for it, and learns nothing by it; the owner reads it on their page
// and in the log. Whoever is not in the account, or holds it already, asks for nothing.
func TestWhoIsRefusedAsksTheOwner(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben, base := s.Visit(t).SignIn(site.Ben), c.Base()
		service, ask := base+"/services/"+c.Bakery.String(), base+"/ask"
		ben.Get(service+"/panel").Is(t, http.StatusForbidden).
			Says(t, "You can’t open this panel", "Olivia Marsh", "Ask Olivia for access", "They are told who asks").
			Silent(t, site.Olivia)
		ben.Submit(ask, nil).Is(t, http.StatusOK).Says(t, "You have asked for access", "Northwind Bakery Ltd").
			Silent(t, site.Olivia)
		ben.Get(service+"/panel").Is(t, http.StatusForbidden).Says(t, "You asked for this on").
			Silent(t, "Ask Olivia for access")
		ben.Post(ask, url.Values{"needs": {"panel:open"}}).Is(t, http.StatusOK).
			Says(t, "You have asked for this already")
		ben.Post(ask, url.Values{"needs": {"account:close"}}).Is(t, http.StatusNotFound)
		ben.Post(ask, url.Values{"needs": {"invoices:pay"}}).Is(t, http.StatusConflict)
		ben.Post("/accounts/"+c.Copperfield.String()+"/ask", url.Values{"needs": {"panel:open"}}).Is(t, http.StatusNotFound)
		s.Visit(t).SignIn(site.Carl).Post(ask, url.Values{"needs": {"panel:open"}}).Is(t, http.StatusNotFound)
		s.Visit(t).SignIn(site.Olivia).Post(ask, url.Values{"needs": {"panel:open"}}).Is(t, http.StatusConflict)

		olivia, at := s.Visit(t).SignIn(site.Olivia), ""
		for _, contact := range s.Members(t, c.Northwind) {
			if contact.Name == "Ben Okafor" {
				at = base + "/contacts/" + contact.ID.String()
			}
		}
		olivia.Get(at).Is(t, http.StatusOK).Says(t, "Ben asks for more", "Open the hosting panel",
			"files, databases and mailboxes", "Change access")
		olivia.Get(base+"/activity").Says(t, "Ben Okafor asked the owners for a permission: Open the hosting panel")
		if n := s.Count(t, "access_asks", "account_id = ?", c.Northwind.Bytes()); n != 1 {
			t.Errorf("%d requests are kept", n)
		}
		if s.Count(t, "access_asks", "account_id = ?", c.Copperfield.Bytes()) != 0 {
			t.Error("a stranger's request was kept")
		}
	})
}
