package portal_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/billing/papers"
	"gatehouse/internal/billing/pdf"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/testkit/site"
)

// R5, R8: a paper that cannot be drawn and mails that cannot be sent change nothing about money: it is asked for, taken
// and credited as ever, the books are right, and paper and mails come once there is nothing in their way any more.
func TestPapersAndMailsThatFailUndoNoMoney(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		system, down, sent := actor.NewSystem("test"), true, map[string]int{}
		for _, kind := range []string{billing.MailInvoice, billing.MailReceipt} {
			s.Outbox.Handle(kind, func(_ context.Context, d outbox.Delivery) error {
				if down {
					return errors.New("451 greylisted")
				}
				sent[kind+d.ID.String()]++
				return nil
			})
		}
		broken := papers.New(s.Gate, s.Reader, s.Box, s.Billing, papers.Letterhead{
			Seller:    func() pdf.Seller { return pdf.Seller{Name: "Wharf", LegalName: "Wharf plc"} },
			PublicURL: "https://" + strings.Repeat("much.too.long.", 400) + "example", // no code holds it
		}, time.UTC)
		makePapers(t, s.Papers)
		had := s.Count(t, "billing_prints", "1 = 1")
		fails := func() {
			if err := broken.Make(t.Context()); err == nil {
				t.Error("a paper that cannot be drawn was drawn")
			}
			if _, err := s.Outbox.Deliver(t.Context()); err != nil {
				t.Error(err)
			}
		}
		invoice := s.Issue(t, c.Northwind, "Extra work", 10000)
		fails()
		o := billing.Order{Key: id.New[id.CheckoutKind](), Amount: gbp(5000)}
		if _, err := s.Billing.Pay(t.Context(), system, c.Northwind, invoice, o); err != nil {
			t.Fatal(err)
		}
		checkout, err := s.Billing.Checkout(t.Context(), o.Key)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.Sandbox.Decide(t.Context(), checkout, billing.OutcomePaid, s.Now(t)); err != nil {
				t.Fatal(err)
			}
			fails()
		}
		move := billing.Move{
			Kind: ledger.CreditNote, Key: id.New[id.MoneyRequestKind](), Invoice: invoice, Detail: "as agreed",
			Parts: []billing.Part{{Line: first(t, s, c, invoice), Net: gbp(1000)}},
		}
		if _, err := s.Billing.Make(t.Context(), system, c.Northwind, move); err != nil {
			t.Fatal(err)
		}
		fails()
		in, err := s.Billing.ClientInvoice(t.Context(), system, c.Northwind, invoice)
		if err != nil || in.State != billing.StatePartPaid || in.Paid != gbp(5000) || in.Left != gbp(12000-5000-1200) {
			t.Errorf("%s, %s paid, %s left, %v", in.State, in.Paid, in.Left, err)
		}
		if found, err := s.Billing.Audit(t.Context()); err != nil || len(found) != 0 {
			t.Errorf("the audit says %q, %v", found, err)
		}
		// The credit note has no code on it: the invoice's paper does not keep it waiting.
		if n := s.Count(t, "billing_prints", "1 = 1"); n != had+1 {
			t.Errorf("%d papers beside the %d that were there", n-had, had)
		}
		down = false
		s.Offset.Advance(24 * time.Hour)
		makePapers(t, s.Papers)
		if _, err := s.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		for message, n := range sent {
			if n != 1 {
				t.Errorf("%s was sent %d times", message, n)
			}
		}
		ben := s.Visit(t).SignIn(site.Ben)
		ben.Get(c.Base()+"/invoices/"+invoice.String()+"/pdf").Is(t, http.StatusOK)
		wait := s.Count(t, "outbox", "done_at IS NULL AND kind IN (?, ?)", billing.MailInvoice, billing.MailReceipt)
		if wait != 0 || len(sent) < 2 {
			t.Errorf("%d mails were sent, %d wait", len(sent), wait)
		}
	})
}

func gbp(minor int64) money.Amount { return money.New(minor, money.GBP) }

// first is an invoice's first line.
func first(t *testing.T, s *site.Site, c site.Cast, invoice id.Invoice) id.Line {
	t.Helper()
	in, err := s.Billing.ClientInvoice(t.Context(), actor.NewSystem("test"), c.Northwind, invoice)
	if err != nil {
		t.Fatal(err)
	}
	return in.Lines[0].ID
}
