package portal_test

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/sheet"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// A1, F4: a credit note has a page and a paper for whoever sees invoices, and for nobody else.
func TestACreditNoteHasAPageAndAPaper(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		key := s.Issue(t, c.Northwind, "Hosting", 1000)
		pays(t, s, c, key, 700)
		_, err := s.Billing.Make(t.Context(), actor.NewSystem("test"), c.Northwind, billing.Move{
			Kind: ledger.CreditNote, Key: id.New[id.MoneyRequestKind](), Invoice: key,
			Detail: "You cancelled <img src=file:///etc/passwd>",
		})
		if err != nil {
			t.Fatal(err)
		}
		ben, tess, carl := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Tess), s.Visit(t).SignIn(site.Carl)
		one := ben.Get(c.Base() + "/invoices/" + key.String()).Links("/credit-notes/")
		if len(one) != 1 {
			t.Fatalf("the invoice leads to %v", one)
		}
		ben.Get(one[0]).Is(t, http.StatusOK).Says(t, "Credit note CN-", "£12.00 of invoice", "£7.00 of it had been paid",
			"14 Mill Lane", "£10.00", "£2.00", "You cancelled <img src=file:///etc/passwd>")
		paper := ben.Get(one[0]+"/pdf").Is(t, http.StatusOK)
		if !bytes.HasPrefix(paper.Body, []byte("%PDF-")) || bytes.Contains(paper.Body, []byte("root:")) ||
			!strings.Contains(paper.Header.Get("Content-Disposition"), "credit-note-CN-") {
			t.Errorf("the paper begins with %q", paper.Body[:20])
		}
		text := plain(testkit.PDFText(t, paper.Body))
		for _, said := range []string{
			"Credit note CN-", "Northwind Bakery Ltd", "14 Mill Lane", "VAT 20% £2.00 on £10.00", "Credited in all £12.00",
			"You cancelled <img src=file:///etc/passwd>", strings.TrimPrefix(number(ben, c, key), "Invoice "),
		} {
			if !strings.Contains(text, said) {
				t.Errorf("the paper does not say %q: %s", said, text)
			}
		}
		if again := ben.Get(one[0] + "/pdf").Body; !bytes.Equal(again, paper.Body) {
			t.Error("the same credit note gives another paper")
		}
		for _, page := range []string{"", "/pdf", "/ubl"} {
			tess.Get(one[0]+page).Is(t, http.StatusForbidden)
			carl.Get(one[0]+page).Is(t, http.StatusNotFound)
			own := strings.Replace(one[0], c.Northwind.String(), c.Copperfield.String(), 1)
			carl.Get(own+page).Is(t, http.StatusNotFound).Silent(t, "You cancelled")
		}
	})
}

// plain is a text with single spaces.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

// number is what an invoice is called on its page.
func number(v *site.Visitor, c site.Cast, invoice id.Invoice) string {
	return v.Get(c.Base() + "/invoices/" + invoice.String()).Doc.Find("h1").Text()
}

// A1: the statement is a paper as well, with the lines of the page and of the file, on as many sheets as it takes.
func TestAStatementOnPaper(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		pays(t, s, c, c.Due, 14880)
		for i := range 45 {
			s.Issue(t, c.Northwind, "Extra work", int64(1000+7*i))
		}
		ben, tess := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Tess)
		link := ben.Get(c.Base() + "/statement").Links("/statement/pdf")
		if len(link) != 1 {
			t.Fatalf("the statement leads to %v", link)
		}
		paper := ben.Get(link[0]).Is(t, http.StatusOK)
		if !bytes.HasPrefix(paper.Body, []byte("%PDF-")) || paper.Header.Get("Content-Type") != "application/pdf" {
			t.Errorf("the paper begins with %q", paper.Body[:20])
		}
		sameLines(t, testkit.PDFText(t, paper.Body), ben.Get(c.Base()+"/statement/csv").Is(t, http.StatusOK).Body)
		tess.Get(c.Base()+"/statement/pdf").Is(t, http.StatusForbidden)
		ben.Get(c.Base()+"/statement/pdf?from=x").Is(t, http.StatusUnprocessableEntity)
	})
}

// sameLines wants the lines of a statement's file on its paper, in their order: what it was, charged, paid, left.
func sameLines(t *testing.T, text string, file []byte) {
	t.Helper()
	if sheets := strings.Count(text, "\f"); sheets < 2 {
		t.Errorf("the paper has %d sheets", sheets)
	}
	rows, err := sheet.Read(file)
	if err != nil || len(rows) < 48 {
		t.Fatalf("%d lines, %v", len(rows), err)
	}
	text = plain(text)
	for _, row := range rows[1:] {
		line := []string{row[1]}
		for _, amount := range row[3:] {
			if amount != "" {
				a, err := money.Parse(amount, money.GBP)
				if err != nil {
					t.Fatal(err)
				}
				line = append(line, a.String())
			}
		}
		at := regexp.MustCompile(strings.Join(each(line, regexp.QuoteMeta), ".{1,20}?")).FindStringIndex(text)
		if at == nil {
			t.Fatalf("the paper has no line %q after those before it: %.300s", line, text)
		}
		text = text[at[1]:]
	}
}

func each(list []string, change func(string) string) []string {
	out := make([]string, 0, len(list))
	for _, one := range list {
		out = append(out, change(one))
	}
	return out
}

// A1, L2: an e-invoice is made once after the issue and kept as it was made, whatever changes later; nobody can change
// or delete it.
func TestEInvoicesAreMadeOnceAndKept(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben, tess := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Tess)
		invoice := c.Base() + "/invoices/" + c.Due.String()
		ben.Get(invoice+"/ubl").Is(t, http.StatusOK).Says(t, "The e-invoice is being made.")
		for range 2 {
			if err := s.Papers.Make(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		file := ben.Get(invoice+"/ubl").Is(t, http.StatusOK)
		var paper struct {
			ID string `xml:"ID"`
		}
		if err := xml.Unmarshal(file.Body, &paper); err != nil || !strings.HasPrefix(paper.ID, "20") ||
			!strings.Contains(file.Header.Get("Content-Disposition"), ".xml") {
			t.Fatalf("%v in %s", err, file.Body)
		}
		ben.Get(invoice)
		ben.Submit(invoice+"/references", site.Form("po", "PO 99")).Is(t, http.StatusOK)
		pays(t, s, c, c.Due, 14880)
		if err := s.Papers.Make(t.Context()); err != nil {
			t.Fatal(err)
		}
		if later := ben.Get(invoice+"/ubl").Is(t, http.StatusOK).Body; !bytes.Equal(later, file.Body) {
			t.Errorf("the e-invoice became %s", later)
		}
		if n, m := s.Count(t, "billing_papers", "1 = 1"), s.Count(t, "invoices", "state <> 'draft'"); n != m {
			t.Errorf("%d e-invoices of %d invoices", n, m)
		}
		tess.Get(invoice+"/ubl").Is(t, http.StatusForbidden)
		foreign := strings.Replace(invoice, c.Due.String(), c.Foreign.String(), 1)
		ben.Get(foreign+"/ubl").Is(t, http.StatusNotFound)
		for _, statement := range []string{
			"UPDATE billing_papers SET made_at = made_at + 1", "DELETE FROM billing_papers",
		} {
			err := s.Writer.Do(t.Context(), func(tx *db.Tx) error {
				return db.Across(tx.DB, "a test tries what nobody may").Exec(statement).Error
			})
			if err == nil || s.Count(t, "billing_papers", "1 = 1") == 0 {
				t.Errorf("%s: done", statement)
			}
		}
	})
}
