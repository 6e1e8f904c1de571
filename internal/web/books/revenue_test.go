package books_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit/site"
)

// P8, F3, A1, A2: revenue is what the ledger says of sales, month by month; clients and departments without billing do
// not see it.
func TestRevenueIsWhatTheLedgerSays(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		past(t, s, c.Northwind, 10_000, 2000, 40)
		noted := past(t, s, c.Copperfield, 5_000, 2000, 10)
		move(t, s, c.Copperfield, billing.Move{Kind: ledger.CreditNote, Invoice: noted, Detail: "A gift"})
		r, err := s.Reports.Revenue(t.Context(), system(), time.UTC)
		if err != nil || len(r.Sales) != 1 || len(r.Churn) != 12 || len(r.Sales[0].Months) != 12 {
			t.Fatalf("%+v, %v", r, err)
		}
		sum := int64(0)
		for _, m := range r.Sales[0].Months {
			sum += m.Net.Minor()
		}
		var sales int64
		err = db.Across(s.Reader.With(t.Context()), "a test adds up").
			Raw("SELECT -SUM(amount_minor) FROM ledger_entries WHERE book = 'sales'").Scan(&sales).Error
		if err != nil || sum != r.Sales[0].Total.Minor() || sum < 10_000 || sum != sales {
			t.Errorf("%d by months, %s in all, %d in the ledger", sum, r.Sales[0].Total, sales)
		}
		bea := s.Visit(t).SignIn(site.Bea)
		page := bea.Get("/staff/revenue").Is(t, http.StatusOK).
			Says(t, "in the last twelve months", "Revenue per month in GBP", "Churn", "The same as a table")
		file := bea.Get(page.Links("/staff/revenue/csv")[0]).Is(t, http.StatusOK)
		if !strings.Contains(file.Text, "Revenue in GBP") || strings.Count(strings.TrimSpace(string(file.Body)), "\n") != 12 {
			t.Errorf("the file is %s", file.Text)
		}
		for _, address := range []string{"/staff/revenue", "/staff/revenue/csv"} {
			s.Visit(t).SignIn(site.Tom).Get(address).Is(t, http.StatusForbidden)
			s.Visit(t).SignIn(site.Olivia).Get(address).Is(t, http.StatusForbidden)
		}
	})
}
