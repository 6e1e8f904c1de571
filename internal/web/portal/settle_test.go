package portal_test

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit/site"
)

// pays records money for an invoice.
func pays(t *testing.T, s *site.Site, c site.Cast, invoice id.Invoice, minor int64) {
	t.Helper()
	_, err := s.Billing.Make(t.Context(), actor.NewSystem("test"), c.Northwind, billing.Move{
		Kind: ledger.Payment, Key: id.New[id.MoneyRequestKind](), Invoice: invoice, Method: billing.ByTransfer,
		Amount: money.New(minor, money.GBP),
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCreditIsUsedForAnInvoice(t *testing.T) { // P6, P7
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		pays(t, s, c, s.Issue(t, c.Northwind, "Before", 1000), 1700) // £5 on top
		invoice := c.Base() + "/invoices/" + s.Issue(t, c.Northwind, "After", 1000).String()
		ben, ada := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Ada)
		ben.Get(c.Base()+"/invoices").Says(t, "You have £5.00 of credit.")
		ada.Get(invoice).Is(t, http.StatusOK).Silent(t, "of credit", "Save references")
		ada.Post(invoice+"/credit", site.Form("key", id.New[id.AdjustmentKind]().String(), "amount", "5.00")).
			Is(t, http.StatusForbidden)
		ben.Get(invoice).Is(t, http.StatusOK).Says(t, "Pay £12.00", "Use £5.00 of credit")
		ben.Submit(invoice+"/credit", site.Form("amount", "1.000")).Is(t, http.StatusBadRequest)
		ben.Get(invoice)
		ben.Submit(invoice+"/credit", nil).Is(t, http.StatusOK).
			Says(t, "£5.00 of your credit is used", "Part-paid", "Pay £7.00", "£5.00 of credit used").Silent(t, "Use £")
		ben.Post(invoice+"/credit", site.Form("key", id.New[id.AdjustmentKind]().String(), "amount", "1.00")).
			Is(t, http.StatusConflict).Says(t, "There is no credit left")
	})
}

func TestReferencesStandOnTheInvoice(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		key := s.Issue(t, c.Northwind, "Hosting", 1000)
		invoice := c.Base() + "/invoices/" + key.String()
		ben, stale := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Olivia)
		stale.Get(invoice)
		ben.Get(invoice)
		long := "a reference that is much longer than the sixty characters that fit on it"
		ben.Submit(invoice+"/references", site.Form("po", long, "reference", "Ovens")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Use at most 60 characters")
		if ben.Page.Value("po") != long || ben.Page.Value("reference") != "Ovens" {
			t.Error("what was typed is lost")
		}
		ben.Submit(invoice+"/references", site.Form("po", "PO 114")).Is(t, http.StatusOK).
			Says(t, "Your references are saved.", "PO 114", "Ovens")
		stale.Submit(invoice+"/references", site.Form("po", "PO 9")).Is(t, http.StatusConflict).
			Says(t, "This invoice changed in the meantime")
		pays(t, s, c, key, 1200)
		ben.Get(invoice).Says(t, "PO 114").Silent(t, "Save references")
	})
}

func TestWhatWasCreditedIsShown(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		key := s.Issue(t, c.Northwind, "Hosting", 1000)
		pays(t, s, c, key, 700)
		_, err := s.Billing.Make(t.Context(), actor.NewSystem("test"), c.Northwind, billing.Move{
			Kind: ledger.CreditNote, Key: id.New[id.MoneyRequestKind](), Invoice: key, Detail: "You cancelled in time",
		})
		if err != nil {
			t.Fatal(err)
		}
		ben := s.Visit(t).SignIn(site.Ben)
		ben.Get(c.Base()+"/invoices/"+key.String()).Is(t, http.StatusOK).
			Says(t, "Credited", "Credit note CN-", "You cancelled in time", "£7.00 had been paid, and was kept as credit.",
				"To pay£0.00").Silent(t, "Pay £")
		ben.Get(c.Base()+"/invoices?state=credits").Says(t, "Credited")
		ben.Get(c.Base()+"/invoices/"+key.String()+"/pdf").Is(t, http.StatusOK)
	})
}

// A1, F3: a statement is for whoever may read it; the file has the columns of the page and no formula.
func TestAStatementForAPeriod(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		key := s.Issue(t, c.Northwind, "Hosting", 1000)
		pays(t, s, c, key, 1700)
		statement := c.Base() + "/statement"
		ben, tess := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Tess)
		tess.Get(statement).Is(t, http.StatusForbidden)
		tess.Get(statement+"/csv").Is(t, http.StatusForbidden)
		link := ben.Get(c.Base() + "/invoices").Links("/statement")
		if len(link) != 1 {
			t.Fatalf("the invoices lead to %v", link)
		}
		ben.Get(link[0]).Is(t, http.StatusOK).Says(t, "Statement of account", "Balance before", "Payment for", "£17.00",
			"Balance after")
		for query, says := range map[string]string{
			"?from=2026-13-01":               "Enter the day as 2026-12-31.",
			"?from=2026-12-02&to=2026-12-01": "Choose a last day after the first one",
			"?from=1970-01-01&to=2026-12-01": "at most five years later",
		} {
			ben.Get(statement+query).Is(t, http.StatusUnprocessableEntity).Says(t, says)
		}
		ben.Get(statement+"?from=2020-01-01&to=2020-01-31").Is(t, http.StatusOK).Says(t, "You owed nothing on 31 Jan 2020.")
		file := string(ben.Get(statement+"/csv").Is(t, http.StatusOK).Body)
		if !strings.Contains(file, "Day,What,Currency,Charged,Paid,Balance") || !strings.Contains(file, ",GBP,12.00,,") ||
			!strings.Contains(file, ",GBP,,17.00,") {
			t.Errorf("the file says %s", file)
		}
		for line := range strings.SplitSeq(file, "\n") {
			for cell := range strings.SplitSeq(line, ",") {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t") {
					t.Errorf("a spreadsheet takes %q for a formula", cell)
				}
			}
		}
	})
}
