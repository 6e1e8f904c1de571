package portal_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit/site"
)

// A list page takes at most three statements (who asks, the page, the figures of the navigation), however long it is.
func TestListPagesTakeThreeStatements(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		for i := range 8 {
			s.Issue(t, c.Northwind, fmt.Sprintf("Extra %d", i), 100)
			s.Serve(t, c, c.Northwind, fmt.Sprintf("site%d.northwind.example", i))
		}
		s.Join(t, c.Northwind, "nina@northwind.example", "Nina Marsh", accounts.Terms{Role: "auditor"})
		v := s.Visit(t).SignIn(site.Olivia)
		base := c.Base()
		v.Get(base + "/teams/new")
		team := v.Submit(base+"/teams/new", url.Values{"name": {"Bakers"}}).Is(t, http.StatusOK).Path
		s.Invite(t, c.Northwind, "pat@northwind.example", accounts.Terms{Role: "billing"})
		for _, path := range []string{
			"/accounts", "/accounts?q=north", base + "/contacts", base + "/contacts?q=nina",
			base + "/contacts?show=invitations", base + "/contacts/history", base + "/who", base + "/roles",
			base + "/roles/billing", base + "/teams", team, base + "/contacts/teams", base + "/reviews",
			base + "/invoices", base + "/invoices?state=due", base + "/invoices?q=extra&from=2020-01-01",
			base + "/invoices?q=%C2%A31.20",
			base + "/services", base + "/domains", base + "/activity", base + "/activity?outcome=refused", "/me/activity",
			"/me/sessions", "/me/cases", "/me/security",
		} {
			most := int64(3)
			switch path {
			case "/me/security": // no list: the password, factors, recovery codes and devices of one person
				most = 6
			case base + "/contacts/history", base + "/contacts/teams": // two lists: people, and teams with those behind them
				most = 4
			}
			v.Get(path).Is(t, http.StatusOK) // the first visit of a session, and the first look into a log, are written down
			ctx, n := db.CountStatements(t.Context())
			v.Under(ctx).Get(path).Is(t, http.StatusOK)
			if n.Load() > most {
				t.Errorf("%s takes %d statements", path, n.Load())
			}
			if n.Load() == 0 {
				t.Errorf("the statements of %s were not counted", path)
			}
		}
	})
}
