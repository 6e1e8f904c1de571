package books_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/sheet"
	"gatehouse/internal/testkit/site"
)

// P8, F3: what is owed, its tax, what was sold and the file for accounting keep currencies apart: no sum is of two.
func TestReportsKeepCurrenciesApart(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, _ site.Cast) {
		euros, err := s.Accounts.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
			Name: "Żółw Sp. z o.o.", Currency: "EUR", OwnerEmail: "anna@zolw.example",
		})
		if err != nil {
			t.Fatal(err)
		}
		now := s.Now(t)
		for _, rate := range []int{2000, 500} {
			_, err = s.Billing.Issue(t.Context(), system(), euros, billing.Draft{
				Key: id.New[id.InvoiceKind](), About: "Hosting", Issued: now, Due: now.AddDate(0, 0, 14), Lines: []billing.Line{{
					Text: "Hosting", Quantity: decimal.NewFromInt(1), Price: money.New(40000, money.EUR), Rate: rate,
				}},
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		bea, today := s.Visit(t).SignIn(site.Bea), now.Format(time.DateOnly)
		span := "?from=" + today + "&to=" + today
		bea.Get("/staff/ageing").Is(t, http.StatusOK).Says(t, "All in EUR", "€900.00", "All in GBP", "£303.60")
		bea.Get("/staff/vat"+span).Is(t, http.StatusOK).Says(t, "€100.00 and £50.60")
		file := string(bea.Get("/staff/vat/csv"+span).Is(t, http.StatusOK).Body)
		for _, line := range []string{
			"EUR,20,standard,400.00,80.00,0.00,0.00,400.00,80.00", "EUR,5,reduced,400.00,20.00,0.00,0.00,400.00,20.00",
			"GBP,20,standard,253.00,50.60,0.00,0.00,253.00,50.60",
		} {
			if !strings.Contains(file, line) {
				t.Errorf("the file says %s, and not %s", file, line)
			}
		}
		r, err := s.Reports.Revenue(t.Context(), system(), time.UTC)
		if err != nil || len(r.Sales) != 2 {
			t.Fatalf("%+v, %v", r, err)
		}
		for _, sales := range r.Sales {
			want := map[money.Currency]int64{money.EUR: 80000, money.GBP: 25300}[sales.Total.Currency()]
			if sales.Total.Minor() != want {
				t.Errorf("%s were sold", sales.Total)
			}
		}
		bea.Get("/staff/revenue").Is(t, http.StatusOK).Says(t, "Revenue per month in GBP", "Revenue per month in EUR")
		rows, err := sheet.Read(bea.Get("/staff/vat/journal.csv"+span).Is(t, http.StatusOK).Body)
		if err != nil {
			t.Fatal(err)
		}
		sums, in := map[string]int64{}, map[string]int{}
		for _, row := range rows[1:] {
			sums[row[1]+row[9]] += minor(t, row[7]) - minor(t, row[8])
			in[row[9]]++
		}
		for document, sum := range sums {
			if sum != 0 {
				t.Errorf("%s sums to %d", document, sum)
			}
		}
		if in["EUR"] != 6 || in["GBP"] == 0 || len(in) != 2 {
			t.Errorf("its lines are in %v", in)
		}
	})
}
