package site

import (
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing/pdf"
	"gatehouse/internal/platform/paper"
	"gatehouse/internal/testkit"
	"gatehouse/internal/web/contacts"
	"gatehouse/internal/web/domains"
	"gatehouse/internal/web/log"
	"gatehouse/internal/web/me"
	"gatehouse/internal/web/notices"
	"gatehouse/internal/web/ownership"
	"gatehouse/internal/web/portal"
	"gatehouse/internal/web/review"
	"gatehouse/internal/web/teams"
)

// Seller is under whose name invoices go out.
func Seller() pdf.Seller {
	return pdf.Seller{
		Name: "Harbour Hosting", LegalName: "Harbour Hosting Ltd", Address: "3 Quay Street, Whitby",
		TaxID: "GB 987 6543 21", Accent: "#0f5e7a",
	}
}

// Portal adds all pages of account holders: their accounts, who has access, the log and what concerns oneself.
func Portal(s *Site) {
	portal.Register(s.Door, portal.Deps{
		Gate:     s.Gate,
		Accounts: s.Accounts, Billing: s.Billing, Hosting: s.Hosting, Overview: s.Overview, Access: s.Access,
		Domains: s.Domains, Cards: s.Cards,
		Papers: s.Papers, Reports: s.Reports, Letterhead: Seller, VATIDs: s.VATIDs,
	})
	domains.Register(s.Door, domains.Deps{Domains: s.Domains, Hosting: s.Hosting, Accounts: s.Accounts})
	contacts.Register(s.Door, contacts.Deps{
		Shared: s.Teams, Assist: s.Assist,
		Accounts: s.Accounts, Recovery: s.Recovery, Hosting: s.Hosting, Gate: s.Gate, Access: s.Access,
	})
	teams.Register(s.Door, teams.Deps{Accounts: s.Accounts, Teams: s.Teams, Access: s.Access})
	ownership.Register(s.Door, ownership.Deps{Accounts: s.Accounts, Ownership: s.Ownership})
	notices.Register(s.Door, notices.Deps{Notices: s.Notices})
	review.Register(s.Door, review.Deps{
		Reviews: s.Reviews, Accounts: s.Accounts, Hosting: s.Hosting, PublicKeys: s.Box.NoteKeys(),
		Letterhead: func() paper.About {
			return paper.About{Brand: "Harbour Hosting", Foot: "Harbour Hosting Ltd", Accent: "#0f5e7a"}
		},
	})
	log.Register(s.Door, log.Deps{
		Accounts: s.Accounts, Billing: s.Billing, Hosting: s.Hosting, Gate: s.Gate, Access: s.Access, Streams: s.Streams,
		Exports: s.Exports, Watch: s.Watch, Bookmarks: s.Bookmarks, Keys: s.Box.NoteKeys(),
		Keeping: func() activity.Keeping { return activity.Keeping{Months: 12, MoneyYears: 7} },
	})
	me.Register(s.Door, me.Deps{People: s.People, Support: s.Support, Access: s.Access})
}

// OpenPortal makes a portal with these pages and its cast.
func OpenPortal(t testing.TB, w *testkit.World) (*Site, Cast) {
	t.Helper()
	s := Open(t, w, Portal)
	return s, s.Cast(t)
}

// Each runs a test on both databases, in such a portal.
func Each(t *testing.T, test func(t *testing.T, s *Site, c Cast)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s, c := OpenPortal(t, w)
		test(t, s, c)
	})
}
