package stripe_test

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/inquiries"
	"gatehouse/internal/id"
	fake "gatehouse/internal/testkit/stripe"
)

func (r *rig) ask(t *testing.T) error {
	t.Helper()
	q := inquiries.New(r.Gate, r.Reader, r.billing, slog.New(slog.DiscardHandler))
	for range 2 { // it may run twice
		if err := q.Ask(t.Context()); err != nil {
			return err
		}
	}
	return nil
}

func (r *rig) lists() (n int) {
	for _, asked := range r.stripe.Asked() {
		if asked.Method == http.MethodGet && asked.Path == "/v1/checkout/sessions" {
			n++
		}
	}
	return n
}

// P4, P5, P6, R8, R13: a payment of which no notice ever came is found by asking, settled once, and stays settled when
// the notice comes after all; a page that was left is closed.
func TestALostNoticeIsAskedFor(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		invoice, other := r.issue(t, 5000), r.issue(t, 700)
		_, page := r.begin(t, invoice, 5000)
		left, leaving := r.begin(t, other, 700)
		r.stripe.Pay(page.ID)
		r.stripe.Leave(leaving.ID)
		if err := r.ask(t); err != nil || r.lists() != 0 {
			t.Fatalf("asked %d times at once, %v", r.lists(), err)
		}
		r.Offset.Advance(11 * time.Minute)
		if err := r.ask(t); err != nil || r.lists() != 1 {
			t.Fatalf("asked %d times, %v", r.lists(), err)
		}
		r.settled(t, invoice, billing.StatePaid, 1, 0)
		r.settled(t, other, billing.StateDue, 1, 0)
		if c, err := r.billing.Checkout(t.Context(), left); err != nil || c.State != billing.CheckoutCancelled {
			t.Errorf("the page that was left is %s, %v", c.State, err)
		}
		for _, n := range r.stripe.Notices() {
			if err := r.receive(t, fake.Notice{Header: r.stripe.Sign(n.Body, r.Now(t)), Body: n.Body}); err != nil {
				t.Error(err)
			}
		}
		r.settled(t, invoice, billing.StatePaid, 1, 0)
		r.Offset.Advance(time.Hour)
		if err := r.ask(t); err != nil || r.lists() != 1 {
			t.Errorf("asked %d times though nothing is open, %v", r.lists(), err)
		}
		if n := r.Count(t, "entries", "action = 'invoice.paid'"); n != 1 {
			t.Errorf("%d entries of one payment", n)
		}
	})
}

// A page that stays open is asked about ever more seldom, and no longer after eight days; Stripe being down changes
// nothing, and is asked again (R8). More pages than a list holds are all read.
func TestOpenPagesAreAskedAboutSeldom(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		invoice := r.issue(t, 5000)
		_, page := r.begin(t, invoice, 5000)
		r.Offset.Advance(11 * time.Minute)
		r.stripe.Fail(fake.Down)
		if err := r.ask(t); err == nil {
			t.Error("Stripe is down, and nobody noticed")
		}
		for range 9 * 24 * 2 {
			r.Offset.Advance(30 * time.Minute)
			if err := r.ask(t); err != nil {
				t.Fatal(err)
			}
		}
		if n := r.lists(); n < 7 || n > 12 {
			t.Errorf("asked %d times in nine days", n)
		}
		r.settled(t, invoice, billing.StateDue, 0, 0)
		fresh := r.issue(t, 9000)
		r.SignInAgain(t, olivia)
		_, paid := r.begin(t, fresh, 9000)
		r.stripe.Pay(paid.ID)
		for range 120 {
			_, err := r.gateway.Start(context.WithoutCancel(t.Context()), checkoutAt(r.Now(t)))
			if err != nil {
				t.Fatal(err)
			}
		}
		r.Offset.Advance(11 * time.Minute)
		if err := r.ask(t); err != nil {
			t.Fatal(err)
		}
		r.settled(t, fresh, billing.StatePaid, 1, 0)
		r.stripe.Leave(page.ID)
	})
}

// checkoutAt is a checkout that nobody here knows.
func checkoutAt(now time.Time) billing.Checkout {
	return billing.Checkout{
		ID: id.New[id.CheckoutKind](), Number: "2026-0001", Amount: gbp(100), Expires: now.Add(time.Hour),
		Back: "/accounts/x",
	}
}

// P2, P4: what Stripe says of a page is compared as a notice is: another amount, account or checkout pays nothing and
// is written down.
func TestAnAnswerThatDoesNotFitPaysNothing(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		invoice := r.issue(t, 5000)
		_, page := r.begin(t, invoice, 5000)
		r.stripe.Pay(page.ID)
		r.stripe.Alter(page.ID, "amount_total", int64(1))
		r.Offset.Advance(11 * time.Minute)
		if err := r.ask(t); err != nil {
			t.Fatal(err)
		}
		r.settled(t, invoice, billing.StateDue, 0, 0)
		if n := r.Count(t, "entries", "action = 'payment.refused'"); n != 1 {
			t.Errorf("%d refusals are written down", n)
		}
	})
}
