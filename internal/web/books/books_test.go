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
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web/books"
)

func each(t *testing.T, test func(t *testing.T, s *site.Site, c site.Cast)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := site.Open(t, w, site.Portal, func(s *site.Site) {
			books.Register(s.Door, books.Deps{Reports: s.Reports})
		})
		c := s.Cast(t)
		s.AllStaff(t)
		test(t, s, c)
	})
}

func system() actor.Actor { return actor.NewSystem("test") }

// past issues an invoice that was due so many days ago, and returns it.
func past(t *testing.T, s *site.Site, account id.Account, net int64, rate, days int) id.Invoice {
	t.Helper()
	due, key := s.Now(t).AddDate(0, 0, -days), id.New[id.InvoiceKind]()
	_, err := s.Billing.Issue(t.Context(), system(), account, billing.Draft{
		Key: key, About: "Hosting", Issued: due.AddDate(0, 0, -14), Due: due, Lines: []billing.Line{{
			Text: "Hosting", Quantity: decimal.NewFromInt(1), Price: money.New(net, money.GBP), Rate: rate,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func move(t *testing.T, s *site.Site, account id.Account, m billing.Move) {
	t.Helper()
	m.Key = id.New[id.MoneyRequestKind]()
	if _, err := s.Billing.Make(t.Context(), system(), account, m); err != nil {
		t.Fatal(err)
	}
}

// F3, A1, A2: what clients owe is split by its age; what is paid, credited or written off is not in it; the file has
// the figures of the page and no formula; other departments and clients do not see it.
func TestDebtsByAge(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		account, err := s.Accounts.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
			Name: "=HYPERLINK(1)", Currency: "GBP", OwnerEmail: "mallory@evil.example",
		})
		if err != nil {
			t.Fatal(err)
		}
		past(t, s, account, 100000, 0, 0)
		past(t, s, account, 1000, 0, 1)
		past(t, s, account, 200, 0, 31)
		past(t, s, account, 30, 0, 61)
		past(t, s, account, 4, 0, 91)
		part := past(t, s, account, 70000, 0, 45)
		move(t, s, account, billing.Move{
			Kind: ledger.Payment, Invoice: part, Method: billing.ByTransfer, Amount: money.New(69000, money.GBP),
		})
		move(t, s, account, billing.Move{
			Kind: ledger.CreditNote, Invoice: past(t, s, account, 5000, 0, 40), Detail: "never used",
		})
		move(t, s, account, billing.Move{
			Kind: ledger.WriteOff, Invoice: past(t, s, account, 5000, 0, 400), Detail: "gone",
		})
		bea, tom, olivia := s.Visit(t).SignIn(site.Bea), s.Visit(t).SignIn(site.Tom), s.Visit(t).SignIn(site.Olivia)
		bea.Get("/staff/ageing").Is(t, http.StatusOK).Says(t, "=HYPERLINK(1)", "6 invoices", "£1,000.00", "£10.00", "£12.00",
			"£0.30", "£0.04", "£1,022.34", "Northwind Bakery Ltd", "All in GBP")
		file := string(bea.Get("/staff/ageing/csv").Is(t, http.StatusOK).Body)
		want := "'=HYPERLINK(1),GBP,6,1000.00,10.00,12.00,0.30,0.04,1022.34"
		if !strings.Contains(file, want) || !strings.Contains(file, "Northwind Bakery Ltd,GBP,2,184.80,0.00,") {
			t.Errorf("the file says %s", file)
		}
		for _, page := range []string{
			"/staff/ageing", "/staff/ageing/csv", "/staff/vat", "/staff/vat/csv", "/staff/vat/journal.csv",
		} {
			tom.Get(page).Is(t, http.StatusForbidden).Silent(t, "HYPERLINK")
			if got := olivia.Get(page).Status; got != http.StatusForbidden && got != http.StatusNotFound {
				t.Errorf("a client at %s: %d", page, got)
			}
			s.Visit(t).Get(page).Says(t, "Sign in")
		}
		_ = c
	})
}

// P8, F3: the tax of a period is that of its invoices less that of its credit notes, by rate; what lies outside is not
// in it.
func TestTheTaxOfAPeriod(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		bea := s.Visit(t).SignIn(site.Bea)
		before := past(t, s, c.Northwind, 10000, 2000, 400) // another year
		move(t, s, c.Northwind, billing.Move{
			Kind: ledger.CreditNote, Invoice: c.Due, Detail: "half of it",
			Parts: []billing.Part{{Line: lineOf(t, s, c, c.Due), Net: money.New(6200, money.GBP)}},
		})
		today := s.Now(t).Format(time.DateOnly)
		// 30.00 and 124.00 of Northwind, 99.00 of Copperfield: 253.00 and 50.60; back: 62.00 and 12.40.
		bea.Get("/staff/vat?from="+today+"&to="+today).Is(t, http.StatusOK).
			Says(t, "The VAT of this period is £38.20", "£253.00", "£50.60", "£62.00", "£12.40", "£191.00")
		file := string(bea.Get("/staff/vat/csv?from="+today+"&to="+today).Is(t, http.StatusOK).Body)
		if !strings.Contains(file, today+","+today+",GBP,20,standard,253.00,50.60,62.00,12.40,191.00,38.20") {
			t.Errorf("the file says %s", file)
		}
		in, err := s.Billing.ClientInvoice(t.Context(), system(), c.Northwind, before)
		if err != nil {
			t.Fatal(err)
		}
		day := in.Issued.Format(time.DateOnly)
		bea.Get("/staff/vat?from="+day+"&to="+day).Is(t, http.StatusOK).Says(t, "£20.00", "£100.00").Silent(t, "£253.00")
		bea.Get("/staff/vat?from=2001-01-01&to=2001-12-31").Says(t, "No invoice or credit note was issued")
		for query, says := range map[string]string{
			"?from=x":                        "Enter the day as 2026-12-31.",
			"?from=2026-12-02&to=2026-12-01": "Choose a last day after the first one",
			"?from=1970-01-01&to=2026-12-01": "at most five years later",
		} {
			bea.Get("/staff/vat"+query).Is(t, http.StatusUnprocessableEntity).Says(t, says)
		}
	})
}

// P8: what is outside the scope of VAT stands apart in the report and its file, and bears none.
func TestWhatIsOutsideTheScopeStandsApart(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		now := s.Now(t)
		_, err := s.Billing.Issue(t.Context(), system(), c.Northwind, billing.Draft{
			Key: id.New[id.InvoiceKind](), About: "Hosting", Issued: now, Due: now.AddDate(0, 0, 14), Lines: []billing.Line{{
				Text: "Hosting", Quantity: decimal.NewFromInt(1), Price: money.New(7000, money.GBP), Treatment: billing.Outside,
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
		bea, today := s.Visit(t).SignIn(site.Bea), now.Format(time.DateOnly)
		bea.Get("/staff/vat?from="+today+"&to="+today).Is(t, http.StatusOK).
			Says(t, "The VAT of this period is £50.60", "0% (outside the scope)", "£70.00")
		file := string(bea.Get("/staff/vat/csv?from="+today+"&to="+today).Is(t, http.StatusOK).Body)
		if !strings.Contains(file, today+","+today+",GBP,0,outside,70.00,0.00,0.00,0.00,70.00,0.00") {
			t.Errorf("the file says %s", file)
		}
	})
}

func lineOf(t *testing.T, s *site.Site, c site.Cast, invoice id.Invoice) id.Line {
	t.Helper()
	in, err := s.Billing.ClientInvoice(t.Context(), system(), c.Northwind, invoice)
	if err != nil {
		t.Fatal(err)
	}
	return in.Lines[0].ID
}
