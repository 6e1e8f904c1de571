package portal_test

import (
	"net/http"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/hosting"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// A service says how it stands, why, and offers its panel only while it runs.
func TestEachStateOfAServiceIsTold(t *testing.T) {
	t.Parallel()
	s, c := site.OpenPortal(t, testkit.NewSQLite(t))
	system := actor.NewSystem("test")
	pending, err := s.Hosting.CreateService(t.Context(), system, c.Northwind, hosting.NewService{
		Server: c.Server, Plan: "Client Site", Domain: "lantern.example", Price: money.New(1900, money.GBP),
		Period: hosting.Monthly, Pending: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Hosting.Suspend(t.Context(), system, c.Northwind, c.Shop, "Two invoices are overdue."); err != nil {
		t.Fatal(err)
	}
	olivia, services := s.Visit(t).SignIn(site.Olivia), c.Base()+"/services"
	olivia.Get(c.Base()).Is(t, http.StatusOK).Says(t, "1 suspended", "Being set up")
	for one, says := range map[string][]string{
		pending.String():  {"Being set up", "We are setting this up.", "Not measured yet"},
		c.Bakery.String(): {"Running", "Open panel"},
		c.Shop.String():   {"Suspended", "This service is suspended.", "Two invoices are overdue."},
	} {
		page := olivia.Get(services+"/"+one).Is(t, http.StatusOK).Says(t, says...)
		if offered := page.Doc.Find("a[href$='/panel']").Length() == 1; offered != (one == c.Bakery.String()) {
			t.Errorf("%s offers its panel: %t", page.Path, offered)
		}
	}
	panel := services + "/" + pending.String() + "/panel"
	olivia.Post(panel, nil).Is(t, http.StatusConflict).Says(t, "still being set up")
}
