package portal_test

import (
	"net/http"
	"testing"
	"time"

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

// A service renews on a day to come, for those too who see no invoices.
func TestARenewalIsNeverPast(t *testing.T) {
	t.Parallel()
	s, c := site.OpenPortal(t, testkit.NewSQLite(t))
	for _, later := range []time.Duration{0, 45 * 24 * time.Hour, 300 * 24 * time.Hour} {
		s.Offset.Advance(later)
		page := s.Visit(t).SignIn(site.Tess).Get(c.Base()+"/services/"+c.Bakery.String()).Is(t, http.StatusOK)
		shown, _ := page.Doc.Find("dt:contains(Renews) + dd time").Attr("datetime")
		renews, err := time.Parse(time.DateOnly, shown[:min(len(shown), len(time.DateOnly))])
		if now := s.Now(t); err != nil || renews.Before(now.AddDate(0, 0, -1)) || renews.After(now.AddDate(0, 1, 1)) {
			t.Errorf("on %s it renews %q, %v", now, shown, err)
		}
	}
}

// Whoever cannot do anything about a stop themselves is told who can, and nobody is led to invoices by a break-in.
func TestAStoppedServiceSaysWhoCanHelp(t *testing.T) {
	t.Parallel()
	const others = "An owner of this account can see to it."
	s, c := site.OpenPortal(t, testkit.NewSQLite(t))
	system := actor.NewSystem("test")
	if err := s.Hosting.Suspend(t.Context(), system, c.Northwind, c.Bakery, "Two invoices are overdue"); err != nil {
		t.Fatal(err)
	}
	err := s.Hosting.Disable(t.Context(), system, c.Northwind, c.Shop, hosting.Breach{
		Found: "Foreign files in /tmp.", Todo: "Change the passwords.",
	})
	if err != nil {
		t.Fatal(err)
	}
	olivia, tess := s.Visit(t).SignIn(site.Olivia), s.Visit(t).SignIn(site.Tess)
	bakery, shop := c.Base()+"/services/"+c.Bakery.String(), c.Base()+"/services/"+c.Shop.String()
	olivia.Get(bakery).Is(t, http.StatusOK).Says(t, "See the invoices").Silent(t, others)
	tess.Get(bakery).Is(t, http.StatusOK).Says(t, "Two invoices are overdue. "+others).Silent(t, "See the invoices")
	for _, v := range []*site.Visitor{olivia, tess} {
		v.Get(shop).Is(t, http.StatusOK).Says(t, "Change the passwords.", ", and stopped the site, so").
			Silent(t, "See the invoices", others)
	}
}
