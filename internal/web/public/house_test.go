package public_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/mailer"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web/public"
)

// stage makes a portal with everything that a demonstration has.
func stage(t testing.TB, w *testkit.World) (*site.Site, site.Cast, *mailer.Mailbox) {
	t.Helper()
	box := mailer.NewMailbox(100, clock.System())
	s := site.Open(t, w, func(s *site.Site) {
		site.Portal(s)
		err := public.Register(s.Door, public.Deps{
			Accounts: s.Accounts, Billing: s.Billing, Sandbox: s.Sandbox, Panel: s.Panel, Mailbox: box,
			People: &public.DemoPeople{Password: "the-password", Secret: "THESECRET", Groups: []public.DemoGroup{
				{Name: "Northwind Bakery Ltd", People: []public.DemoPerson{
					{Email: site.Ben, Name: "Ben Okafor", Role: "Billing"},
					{Email: site.Olivia, Name: "Olivia Marsh", Role: "Owner", CodeApp: true},
				}},
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	return s, s.Cast(t), box
}

// each runs a test on both databases.
func each(t *testing.T, test func(t *testing.T, s *site.Site, c site.Cast)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s, c, _ := stage(t, w)
		test(t, s, c)
	})
}

// begin lets somebody begin to pay Northwind's invoice, and returns the address of the checkout's page.
func begin(t *testing.T, c site.Cast, v *site.Visitor) string {
	t.Helper()
	pay := c.Base() + "/invoices/" + c.Due.String() + "/pay"
	v.Get(pay).Is(t, http.StatusOK)
	leads := v.Submit(pay, nil).Is(t, http.StatusSeeOther).Location
	at, ours := strings.CutPrefix(leads, site.Origin)
	if !ours || !strings.HasPrefix(at, sandbox.Path) {
		t.Fatalf("paying leads to %s", leads)
	}
	return at
}

func card(name string) url.Values { return url.Values{"card": {name}, "do": {"pay"}} }
