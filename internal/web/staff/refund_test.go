package staff_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit/site"
)

// paidByCard is an invoice that Olivia paid by card.
func paidByCard(t *testing.T, s *site.Site, c site.Cast, olivia *site.Visitor, net int64) id.Invoice {
	t.Helper()
	invoice := s.Issue(t, c.Northwind, "Hosting", net)
	pay := "/accounts/" + c.Northwind.String() + "/invoices/" + invoice.String() + "/pay"
	olivia.Get(pay)
	leave := olivia.Submit(pay, nil).Is(t, http.StatusSeeOther).Location
	key, err := id.Parse[id.CheckoutKind](strings.TrimPrefix(leave, site.Origin+"/demo/checkout/"))
	if err != nil {
		t.Fatal(err)
	}
	begun, err := s.Billing.Checkout(t.Context(), key)
	if err == nil {
		err = s.Sandbox.Decide(t.Context(), begun, billing.OutcomePaid, s.Now(t))
	}
	if err != nil {
		t.Fatal(err)
	}
	return invoice
}

// A10: whoever approves a refund reads to where the money goes, as whoever asked for it did.
func TestWhoApprovesARefundReadsToWhere(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		client := clientOf(c.Northwind)
		bea, root, olivia := s.Visit(t).SignIn(site.Bea), s.Visit(t).SignIn(site.Root), s.Visit(t).SignIn(site.Olivia)
		note := client + "/invoices/" + paidByCard(t, s, c, olivia, 60000).String() + "/credit-note"
		approves := func(says string) {
			asked := root.Get("/staff/approvals").Links("/approvals/0")[0]
			root.Get(asked).Is(t, http.StatusOK).Says(t, says)
			root.Submit(asked, site.Form("decision", "approve")).Is(t, http.StatusOK)
		}
		bea.Get(note)
		bea.Submit(note, site.Form("detail", "Not wanted")).Is(t, http.StatusOK)
		approves("Not wanted")
		bea.Get(client+"/refund").Is(t, http.StatusOK).Says(t, "To Visa ending 4242: at most £720.00")
		bea.Submit(client+"/refund", site.Form("amount", "720.00", "detail", "Not wanted")).Is(t, http.StatusOK).
			Says(t, "A second person has to approve")
		approves("Visa ending 4242")
	})
}

// A1, A10, P6: the billing department sends credit back to the card that it came from, no more than it paid; the page
// says to where before, and how it stands after, and the client reads the same on the invoice.
func TestCreditGoesBackToTheCard(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		client := clientOf(c.Northwind)
		bea, tom, olivia := s.Visit(t).SignIn(site.Bea), s.Visit(t).SignIn(site.Tom), s.Visit(t).SignIn(site.Olivia)
		invoice := paidByCard(t, s, c, olivia, 2000)
		paper := "/accounts/" + c.Northwind.String() + "/invoices/" + invoice.String()
		note := client + "/invoices/" + invoice.String() + "/credit-note"
		bea.Get(note)
		bea.Submit(note, site.Form("detail", "Not wanted")).Is(t, http.StatusOK)
		tom.Get(client+"/refund").Is(t, http.StatusForbidden)
		bea.Get(client+"/refund").Is(t, http.StatusOK).Says(t, "To Visa ending 4242: at most £24.00")
		bea.Submit(client+"/refund", site.Form("amount", "24.01", "detail", "Not wanted")).
			Is(t, http.StatusUnprocessableEntity).Says(t, "No more can be paid back")
		bea.Submit(client+"/refund", site.Form("amount", "24.00", "detail", "Not wanted")).
			Is(t, http.StatusOK).Says(t, "The payment provider is asked to send £24.00 back", "Asked for")
		if _, err := s.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		bea.Get(client+"/refund").Is(t, http.StatusOK).Says(t, "Arrived", "Visa ending 4242")
		olivia.Get(paper).Is(t, http.StatusOK).
			Says(t, "£24.00 was sent back to Visa ending 4242", "Not wanted")

		const slow, slowAt = "1 refund that has not arrived", "/staff/clients?only=refunds"
		bea.Get("/staff").Is(t, http.StatusOK).Silent(t, slow)
		behind(t, s, "UPDATE refunds SET state = 'pending', done_at = NULL")
		bea.Get("/staff").Is(t, http.StatusOK).Silent(t, slow)
		s.Offset.Advance(8 * 24 * time.Hour)
		bea, tom = s.Visit(t).SignIn(site.Bea), s.Visit(t).SignIn(site.Tom)
		bea.Get("/staff").Is(t, http.StatusOK).Says(t, slow)
		bea.Get(bea.Page.Doc.Find("a[href='"+slowAt+"']").AttrOr("href", "none")).Is(t, http.StatusOK).
			Says(t, "Northwind Bakery", "Refund that takes long")
		tom.Get("/staff").Is(t, http.StatusOK).Silent(t, slow)
		tom.Get(slowAt).Is(t, http.StatusForbidden)
		behind(t, s, "UPDATE refunds SET state = 'arrived', done_at = asked_at + 691200000")

		const failed, tile = "Failed payments, 7 days", "/staff/clients?only=failed"
		bea.Get("/staff").Is(t, http.StatusOK).Says(t, failed, "None failed")
		behind(t, s, "UPDATE refunds SET state = 'failed', return_id = id")
		bea.Get("/staff").Is(t, http.StatusOK).Says(t, failed, "Cards, Direct Debits, refunds")
		bea.Get(bea.Page.Doc.Find(".gh-figures a[href^='"+tile+"']").AttrOr("href", "none")).Is(t, http.StatusOK).
			Says(t, "Northwind Bakery")
		tom.Get("/staff").Is(t, http.StatusOK).Silent(t, failed)
		tom.Get(tile).Is(t, http.StatusForbidden)
	})
}
