package staff_test

import (
	"net/http"
	"testing"

	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// Staff of the right departments decide about what owners ask for, with a reason where they decline.
func TestStaffDecideAboutNames(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := site.Open(t, w, register, site.Portal)
		c := s.Cast(t)
		s.AllStaff(t)
		olivia, bea := s.Visit(t).SignIn(site.Olivia), s.Visit(t).SignIn(site.Bea)
		ask := c.Base() + "/settings/requests/name"
		request := func() string {
			t.Helper()
			olivia.Get(ask).Is(t, http.StatusOK)
			olivia.Submit(ask, site.Form("name", "Northwind Bakers Ltd", "reason", "We were bought")).Is(t, http.StatusOK)
			bea.Get("/staff/requests").Is(t, http.StatusOK).
				Says(t, "Northwind Bakery Ltd", "Another account name", "Olivia Marsh", "Yours to decide").
				Silent(t, "Northwind Bakers Ltd", "We were bought") // that is told with a reason, where it is decided
			links := bea.Page.Links("/staff/requests/")
			if len(links) != 1 {
				t.Fatalf("%v", links)
			}
			return links[0]
		}
		bea.Get("/staff/requests").Is(t, http.StatusOK).Says(t, "Nothing waits")
		one := request()
		bea.Get(one).Is(t, http.StatusOK).Says(t, "We were bought", "Olivia Marsh", "Waits for us")
		bea.Submit(one, site.Form("decision", "decline")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Say why, so that the owner knows what to do.")
		bea.Submit(one, nil).Is(t, http.StatusBadRequest)
		bea.Get(one)
		bea.Submit(one, site.Form("decision", "decline", "answer", "Send us the deed")).Is(t, http.StatusOK).
			Says(t, "You declined.", "Nothing waits")
		olivia.Get(c.Base()+"/settings/ownership").Says(t, "Declined", "Our answer: Send us the deed")
		two := request()
		bea.Get(two)
		bea.Submit(two, site.Form("decision", "approve")).Is(t, http.StatusOK).Says(t, "It is changed: Northwind Bakers Ltd.")
		olivia.Get(c.Base()).Is(t, http.StatusOK).Says(t, "Northwind Bakers Ltd")
		olivia.Get(c.Base()+"/activity").
			Says(t, "Bea Novak of Harbour Hosting approved the change of the name of the account",
				"Send us the deed")
		sam := s.Visit(t).SignIn(site.Sam)
		olivia.Get(ask).Is(t, http.StatusOK)
		olivia.Submit(ask, site.Form("name", "Northwind Loaves", "reason", "Once more")).Is(t, http.StatusOK)
		sam.Get("/staff/requests").Is(t, http.StatusOK).Says(t, "Nothing waits").
			Silent(t, "Northwind", "Names and main contacts")
		sam.Get("/staff/requests?kind=requests").Is(t, http.StatusForbidden)
		sam.Get("/staff/requests?kind=colours").Is(t, http.StatusNotFound)
		bea.Get("/staff/requests?kind=requests&mine=1").Is(t, http.StatusOK).
			Says(t, "Northwind Bakers Ltd", "Yours to decide")
		sam.Get(two).Is(t, http.StatusForbidden)
	})
}
