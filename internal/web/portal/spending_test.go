package portal_test

import (
	"net/http"
	"testing"

	"github.com/shopspring/decimal"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit/site"
)

// A1, P2: spending adds up over months and services to the same sum, credit notes taken off; whoever may not read
// statements, and another account, see nothing of it.
func TestSpendingByMonthAndService(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		system := actor.NewSystem("test")
		key, service := id.New[id.InvoiceKind](), id.New[id.ServiceKind]()
		line := func(text string, minor int64, of id.Service) billing.Line {
			return billing.Line{
				Text: text, Detail: "blog.northwind.example", Quantity: decimal.NewFromInt(1), Price: money.New(minor, money.GBP),
				Rate: 2000, Service: of,
			}
		}
		_, err := s.Billing.Issue(t.Context(), system, c.Northwind, billing.Draft{
			Key: key, About: "Two things", Due: s.Now(t).AddDate(0, 0, 14),
			Lines: []billing.Line{line("Spare hosting", 4321, service), line("Advice", 1000, id.Service{})},
		})
		if err != nil {
			t.Fatal(err)
		}
		in, err := s.Billing.ClientInvoice(t.Context(), system, c.Northwind, key)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Billing.Make(t.Context(), system, c.Northwind, billing.Move{
			Kind: ledger.CreditNote, Key: id.New[id.MoneyRequestKind](), Invoice: key, Detail: "A gift",
			Parts: []billing.Part{{Line: in.Lines[0].ID, Net: money.New(321, money.GBP)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		all, err := s.Reports.Spending(t.Context(), system, c.Northwind, money.GBP, s.Now(t).Location())
		if err != nil {
			t.Fatal(err)
		}
		months, services := int64(0), int64(0)
		for _, m := range all.Months {
			months += m.Net.Minor()
		}
		for _, one := range all.Services {
			services += one.Net.Minor()
			if one.Service == service && one.Net.Minor() != 4000 {
				t.Errorf("the service came to %s", one.Net)
			}
		}
		if months != services || months != all.Total.Minor() || len(all.Months) != 12 || months < 5000 {
			t.Errorf("%d by months, %d by services, %s in all", months, services, all.Total)
		}
		ben := s.Visit(t).SignIn(site.Ben)
		at := ben.Get(c.Base() + "/invoices").Links("/spending")
		if len(at) != 1 {
			t.Fatalf("the invoices lead to %v", at)
		}
		ben.Get(at[0]).Is(t, http.StatusOK).Says(t, all.Total.String()+" in the last twelve months", "Spare hosting",
			"£40.00", "Everything else", "The same as a table")
		s.Visit(t).SignIn(site.Tess).Get(at[0]).Is(t, http.StatusForbidden)
		s.Visit(t).SignIn(site.Carl).Get(at[0]).Is(t, http.StatusNotFound).Silent(t, "Spare hosting")
	})
}
