package staff_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/reports"
	"gatehouse/internal/figures"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit/site"
)

// A2: the first page tells each department what its permissions reach, by the links of its tiles and charts, and each
// of them opens for whoever is shown it.
func TestEachDepartmentSeesItsOwnDashboard(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		f := figures.New(s.Gate, s.Reader, s.Access, reports.New(s.Gate, s.Reader, s.Box), time.UTC)
		if err := f.Count(t.Context()); err != nil {
			t.Fatal(err)
		}
		const (
			books   = "Revenue"
			overdue = "Overdue"
			failed  = "Failed payments, 7 days"
			running = "Services running"
		)
		health := []string{
			"Second factor", "Security keys", "Access reviews", "Dormant contacts", "Staff looked at clients",
		}
		all := append([]string{books, overdue, failed, running}, health...)
		for _, of := range []struct {
			email string
			sees  []string
		}{
			{site.Sam, []string{running}},
			{site.Bea, []string{books, overdue, failed}},
			{site.Tom, []string{running}},
			{site.Dana, health},
			{site.Root, all},
		} {
			v := s.Visit(t).SignIn(of.email)
			v.Get("/staff").Is(t, http.StatusOK)
			var shown, links []string
			for _, n := range v.Page.Doc.Find(".gh-figures li p:first-child, .gh-charts h2").EachIter() {
				shown = append(shown, n.Text())
			}
			for _, n := range v.Page.Doc.Find(".gh-figures a, .gh-charts .card-header a").EachIter() {
				links = append(links, n.AttrOr("href", ""))
			}
			for _, title := range all {
				has := slices.ContainsFunc(shown, func(s string) bool { return s == title || s == title+" in GBP" })
				if has != slices.Contains(of.sees, title) {
					t.Errorf("%s: that %q is shown is %v: %q", of.email, title, has, shown)
				}
			}
			for _, link := range links {
				if link == "/staff/revenue" { // another area, which has the same permission
					continue
				}
				if got := v.Get(link); got.Status != http.StatusOK && got.Status != http.StatusNotFound {
					t.Errorf("%s is shown %s, and told %d", of.email, link, got.Status)
				}
			}
		}
	})
}

// abroad issues an invoice of 90 euros to a client who is billed in them.
func abroad(t *testing.T, s *site.Site) {
	t.Helper()
	system := actor.NewSystem("test")
	account, err := s.Accounts.Create(t.Context(), system, accounts.NewAccount{
		Name: "Boulangerie Petit", Currency: "EUR", OwnerEmail: "petit@boulangerie.example",
	})
	if err == nil {
		_, err = s.Billing.Issue(t.Context(), system, account, billing.Draft{
			Key: id.New[id.InvoiceKind](), About: "Hosting", Due: s.Now(t).Add(14 * 24 * time.Hour), Lines: []billing.Line{
				{Text: "Hosting", Quantity: decimal.New(1, 0), Price: money.New(9000, money.EUR)},
			},
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// declined leaves a card that the bank declined for an invoice.
func declined(t *testing.T, s *site.Site, account id.Account, invoice id.Invoice) {
	t.Helper()
	behind(t, s, fmt.Sprintf("INSERT INTO cards (id, account_id, gateway, merchant, customer_ref, method_ref, detail, "+
		"added_at) VALUES (x'%x', x'%x', 'sandbox', 'm', 'c', 'r', x'0067730100', 1)", invoice.Bytes(), account.Bytes()))
	behind(t, s, fmt.Sprintf("INSERT INTO card_charges (id, account_id, invoice_id, card_id, attempt, state, "+
		"created_at, done_at) SELECT c.id, c.account_id, c.id, c.id, 1, 'declined', 1, %d FROM cards c",
		s.Now(t).UnixMilli()))
}

// A2: what is overdue stands side by side in each of its currencies, and what failed is told, with what waits because
// of it, on the first page of billing staff and of administrators alone. The page takes as many statements however much
// there is to tell.
func TestMoneyOnTheFirstPage(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		abroad(t, s)
		f := figures.New(s.Gate, s.Reader, s.Access, reports.New(s.Gate, s.Reader, s.Box), time.UTC)
		if err := f.Count(t.Context()); err != nil {
			t.Fatal(err)
		}
		// Who asks, the navigation, the clients, the figures, what waits, and the charts of those who have some.
		most := map[string]int64{site.Sam: 5, site.Bea: 6, site.Tom: 5, site.Dana: 6, site.Root: 6}
		told := func(email string) string {
			t.Helper()
			v := s.Visit(t).SignIn(email)
			v.Get("/staff").Is(t, http.StatusOK) // the first look of each half hour is in the log
			ctx, n := db.CountStatements(t.Context())
			page := v.Under(ctx).Get("/staff").Is(t, http.StatusOK)
			if n.Load() != most[email] {
				t.Errorf("%s is shown the first page in %d statements", email, n.Load())
			}
			return strings.Join(strings.Fields(page.Doc.Find(".gh-figures, .gh-hover").Text()), " ")
		}
		before := told(site.Bea)
		if !strings.Contains(before, "Overdue0 Nothing is overdue") || !strings.Contains(before, "None failed") {
			t.Errorf("before anything is overdue or fails: %s", before)
		}
		s.Offset.Advance(15 * 24 * time.Hour)
		declined(t, s, c.Northwind, c.Older)
		for email := range most {
			page := told(email)
			for _, of := range []string{
				"£303.60, €90.00 4 invoices", "Failed payments, 7 days1 Cards", "1 card declined this week",
			} {
				if strings.Contains(page, of) != (email == site.Bea || email == site.Root) {
					t.Errorf("%s: %q: %s", email, of, page)
				}
			}
		}
	})
}
