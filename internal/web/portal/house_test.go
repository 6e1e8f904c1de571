package portal_test

import (
	"testing"

	"gatehouse/internal/billing/pdf"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web/portal"
)

// open makes a portal with its cast.
func open(t testing.TB, w *testkit.World) (*site.Site, site.Cast) {
	t.Helper()
	s := site.Open(t, w, register)
	return s, s.Cast(t)
}

func register(s *site.Site) {
	portal.Register(s.Door, portal.Deps{
		Accounts: s.Accounts, People: s.People, Billing: s.Billing, Hosting: s.Hosting, Overview: s.Overview,
		Support: s.Support, Gate: s.Gate,
		Access: s.Access, Letterhead: pdf.Seller{
			Name: "Harbour Hosting", LegalName: "Harbour Hosting Ltd", Address: "3 Quay Street, Whitby",
			TaxID: "GB 987 6543 21", Accent: "#0f5e7a",
		},
	})
}

// each runs a test on both databases.
func each(t *testing.T, test func(t *testing.T, s *site.Site, c site.Cast)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s, c := open(t, w)
		test(t, s, c)
	})
}
