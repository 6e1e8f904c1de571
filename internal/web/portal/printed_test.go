package portal_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/billing/papers"
	"gatehouse/internal/billing/pdf"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit/site"
)

// makePapers makes the papers that are missing, twice, as two nodes may.
func makePapers(t *testing.T, p *papers.Papers) {
	t.Helper()
	for range 2 {
		if err := p.Make(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// P8, L2: the PDF is drawn once after the issue and kept as it was drawn: another name, address and colour of the
// provider, a payment and a credit note change no paper that was issued.
func TestPapersAreDrawnOnceAndKept(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben, system := s.Visit(t).SignIn(site.Ben), actor.NewSystem("test")
		invoice := c.Base() + "/invoices/" + c.Due.String()
		before := ben.Get(invoice+"/pdf").Is(t, http.StatusOK).Body
		_, err := s.Billing.Make(t.Context(), system, c.Northwind, billing.Move{
			Kind: ledger.CreditNote, Key: id.New[id.MoneyRequestKind](), Invoice: c.Due, Detail: "A gift",
			Parts: []billing.Part{partOf(t, s, c, 100)},
		})
		if err != nil {
			t.Fatal(err)
		}
		note := ben.Get(invoice).Links("/credit-notes/")[0]
		noted := ben.Get(note+"/pdf").Is(t, http.StatusOK).Body
		makePapers(t, s.Papers)
		entries := s.Count(t, "entries", "action = 'e_invoice.made'")
		documents := s.Count(t, "invoices", "state <> 'draft'") + s.Count(t, "credit_notes", "1 = 1")
		if n := s.Count(t, "billing_prints", "1 = 1"); n != documents || entries != documents {
			t.Fatalf("%d papers and %d entries of %d documents", n, entries, documents)
		}
		other := papers.New(s.Gate, s.Reader, s.Box, s.Billing, papers.Letterhead{
			Seller: func() pdf.Seller {
				return pdf.Seller{Name: "Wharf", LegalName: "Wharf plc", Address: "9 Elsewhere", TaxID: "GB1", Accent: "#ff0000"}
			},
			PublicURL: "https://wharf.example",
		}, time.UTC)
		pays(t, s, c, c.Due, 1000)
		makePapers(t, other)
		_, kept, err := other.Invoice(t.Context(), system, c.Northwind, c.Due)
		if err != nil || !bytes.Equal(kept, before) {
			t.Errorf("under another name the paper became another, %v", err)
		}
		if page := ben.Get(invoice + "/pdf").Body; !bytes.Equal(page, before) {
			t.Error("after a payment the paper is another")
		}
		if page := ben.Get(note + "/pdf").Body; !bytes.Equal(page, noted) {
			t.Error("the credit note became another")
		}
		// What is issued from now on is under the new name.
		fresh := s.Issue(t, c.Northwind, "Hosting", 1000)
		makePapers(t, other)
		_, theirs, err := other.Invoice(t.Context(), system, c.Northwind, fresh)
		ours := ben.Get(c.Base() + "/invoices/" + fresh.String() + "/pdf").Body
		if err != nil || !bytes.Equal(theirs, ours) {
			t.Errorf("two portals give two papers, %v", err)
		}
	})
}

// partOf credits a part of the first line.
func partOf(t *testing.T, s *site.Site, c site.Cast, minor int64) billing.Part {
	t.Helper()
	in, err := s.Billing.ClientInvoice(t.Context(), actor.NewSystem("test"), c.Northwind, c.Due)
	if err != nil {
		t.Fatal(err)
	}
	return billing.Part{Line: in.Lines[0].ID, Net: money.New(minor, money.GBP)}
}

// A purchase order number that is entered later comes on another edition of the paper; the first one stays, and nobody
// can change or delete either (P8).
func TestReferencesComeOnAnotherEdition(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben := s.Visit(t).SignIn(site.Ben)
		invoice := c.Base() + "/invoices/" + c.Due.String()
		makePapers(t, s.Papers)
		first := ben.Get(invoice+"/pdf").Is(t, http.StatusOK).Body
		papers := s.Count(t, "billing_prints", "1 = 1")
		ben.Get(invoice)
		ben.Submit(invoice+"/references", site.Form("po", "PO 99")).Is(t, http.StatusOK)
		drawn := ben.Get(invoice+"/pdf").Is(t, http.StatusOK).Body
		makePapers(t, s.Papers)
		second := ben.Get(invoice+"/pdf").Is(t, http.StatusOK).Body
		if bytes.Equal(first, second) || !bytes.Equal(drawn, second) {
			t.Error("the purchase order number is not on the paper, or the paper that is kept is another")
		}
		if n := s.Count(t, "billing_prints", "1 = 1"); n != papers+1 {
			t.Errorf("%d papers after one edition more than %d", n, papers)
		}
		if n := s.Count(t, "billing_prints", "document_id = ? AND edition = 0", c.Due); n != 1 {
			t.Error("the first edition is gone")
		}
		for _, statement := range []string{
			"UPDATE billing_prints SET made_at = made_at + 1", "DELETE FROM billing_prints",
		} {
			err := s.Writer.Do(t.Context(), func(tx *db.Tx) error {
				return db.Across(tx.DB, "a test tries what nobody may").Exec(statement).Error
			})
			if err == nil || s.Count(t, "billing_prints", "1 = 1") != papers+1 {
				t.Errorf("%s: done", statement)
			}
		}
	})
}
