package stripe_test

import (
	"context"
	"slices"
	"testing"

	"gatehouse/internal/billing"
	"gatehouse/internal/outbox"
	"gatehouse/internal/testkit/stripe"
)

// P3, P5: money of a payment by card that is claimed back at the bank, or that somebody pays back in Stripe's own
// console, is written down and told once, whatever notices come how often in which order. The books do not move by it,
// and what was never paid here concerns nobody.
func TestMoneyThatLeavesUnaskedIsToldOnce(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		var told []billing.Unasked
		r.Outbox.Handle(billing.MailUnasked, func(_ context.Context, d outbox.Delivery) error {
			var m billing.Unasked
			err := d.Decode(&m)
			told = append(told, m)
			return err
		})
		r.Outbox.Handle(billing.Settled, func(context.Context, outbox.Delivery) error { return nil })
		invoice := r.issue(t, 5000)
		_, page := r.begin(t, invoice, 5000)
		r.stripe.Pay(page.ID)
		for _, n := range r.stripe.Notices() {
			if err := r.receive(t, n); err != nil {
				t.Fatal(err)
			}
		}
		read := len(r.stripe.Notices())
		intent := r.stripe.Intents("")[0]
		r.stripe.Claim(intent)
		r.stripe.RefundElsewhere(intent, 1200)
		r.stripe.RefundElsewhere("pi_of_somebody_else", 700)
		late := r.stripe.Notices()[read:]
		forged := late[0]
		forged.Header = stripe.Sign("whsec_somebody_else_altogether", forged.Body, r.Now(t))
		if r.receive(t, forged) == nil || r.Count(t, "entries", "action = 'payment.left'") != 0 {
			t.Error("a forged notice was taken")
		}
		for range 2 {
			for _, n := range slices.Backward(late) {
				if err := r.receive(t, n); err != nil {
					t.Fatalf("%v: %s", err, n.Body)
				}
			}
		}
		r.Deliver(t)
		if n := r.Count(t, "entries", "action = 'payment.left'"); n != 2 || len(told) != 2 {
			t.Errorf("%d entries, and told %+v", n, told)
		}
		for _, want := range []billing.Unasked{
			{Claimed: true, Amount: gbp(5000), Reason: "debit_not_authorized"}, {Amount: gbp(1200)},
		} {
			if !slices.ContainsFunc(told, func(m billing.Unasked) bool {
				return m.Claimed == want.Claimed && m.Amount == want.Amount && m.Reason == want.Reason && m.Invoice == invoice
			}) {
				t.Errorf("nobody was told %+v, but %+v", want, told)
			}
		}
		in, err := r.billing.ClientInvoice(t.Context(), system(), r.account, invoice)
		if err != nil || in.State != billing.StatePaid {
			t.Errorf("the invoice is %s, %v", in.State, err)
		}
		if found, err := r.billing.Audit(t.Context()); err != nil || len(found) != 0 {
			t.Errorf("the audit says %q, %v", found, err)
		}
	})
}
