package stripe_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/debits"
	"gatehouse/internal/outbox"
	fake "gatehouse/internal/testkit/stripe"
)

// P4, P3: another amount, currency or merchant, or a notice that nobody signed, settles nothing and takes nothing back.
func TestAnAlteredDirectDebitIsRefused(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		b.give(t, fake.Pays)
		invoice := r.issue(t, 5000)
		b.until(t, debits.Processing)
		for r.stripe.Taken() == 0 {
			r.Offset.Advance(day)
			r.stripe.Banks()
		}
		all := r.stripe.Notices()
		paid := all[len(all)-1]
		for name, x := range map[string][2]string{
			"amount":   {`"amount_received":5000`, `"amount_received":500000`},
			"currency": {`"currency":"gbp"`, `"currency":"eur"`},
			"merchant": {account, "acct_another"},
			"payment":  {`"object":{"amount":5000`, `"object":{"x":"y","amount":5000`},
		} {
			bad := r.stripe.Altered(r.stripe.Altered(paid, x[0], x[1]), `"id":"evt_`, `"id":"evt_`+name)
			if name == "payment" {
				bad.Header = fake.Sign("whsec_somebody_else_altogether", bad.Body, r.Now(t))
			}
			if err := r.receive(t, bad); err == nil {
				t.Errorf("%s: taken", name)
			}
			r.settled(t, invoice, billing.StateOverdue, 0, 0)
		}
		if n := r.Count(t, "gateway_events", "refused = 1"); n == 0 {
			t.Error("nothing is written down")
		}
	})
}

// P4: a claim over another amount, or about something else, takes nothing back.
func TestAnAlteredClaimTakesNothingBack(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		b.give(t, fake.Pays)
		invoice := r.issue(t, 5000)
		b.until(t, debits.Paid)
		r.stripe.Claim(r.stripe.Intents("")[0])
		all := r.stripe.Notices()
		b.read = len(all)
		for _, x := range [][2]string{
			{`"amount":5000`, `"amount":4999`}, {`"currency":"gbp"`, `"currency":"eur"`},
		} {
			if err := r.receive(t, r.stripe.Altered(all[len(all)-1], x[0], x[1])); err == nil {
				t.Errorf("%s: taken", x[1])
			}
		}
		r.settled(t, invoice, billing.StatePaid, 1, 0)
		if n := r.Count(t, "payment_returns", "1 = 1"); n != 0 {
			t.Errorf("%d payments came back", n)
		}
	})
}

// R1, R8: whatever is lost on the way, money is collected once: Stripe is down, an answer is lost, the program ends
// before it is written down, Stripe forgets its keys, no notice ever comes.
func TestADirectDebitMovesMoneyOnceWhateverIsLost(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		b.give(t, fake.Pays)
		invoice := r.issue(t, 5000)
		b.until(t, debits.Waiting)
		dies := 3
		r.Outbox.Handle(debits.Send, func(ctx context.Context, d outbox.Delivery) error {
			if dies--; dies < 0 {
				return b.debits.SendDebit(ctx, d)
			}
			r.stripe.ForgetKeys()
			stopped, stop := context.WithCancel(ctx)
			defer stop()
			r.stripe.After(stop)
			return b.debits.SendDebit(stopped, d)
		})
		for range 30 {
			r.Offset.Advance(12 * time.Hour)
			b.works(t)
			r.stripe.Banks() // its notices are lost
		}
		b.read = len(r.stripe.Notices())
		r.settled(t, invoice, billing.StatePaid, 1, 0)
		if len(r.stripe.Intents("")) != 1 || r.stripe.Taken() != 5000 {
			t.Errorf("%d collections, %d was taken", len(r.stripe.Intents("")), r.stripe.Taken())
		}
	})
}

// P5: a mandate that the payer cancels at their bank pays nothing more, its owner is told, and no late notice brings it
// back; what was announced is not collected.
func TestACancelledMandateIsNeverUsedAgain(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		mandate := b.give(t, fake.Pays)
		before := r.stripe.Notices()
		invoice := r.issue(t, 5000)
		b.until(t, debits.Waiting)
		r.stripe.CancelMandate(mandate)
		b.hear(t)
		for _, n := range before {
			if err := r.receive(t, b.again(t, n)); err != nil {
				t.Error(err)
			}
		}
		b.passes(t, 20)
		list, err := b.debits.List(t.Context(), actor.NewSystem("test"), r.account)
		if err != nil || len(list) != 1 || list[0].State != billing.MandateInactive || list[0].Default {
			t.Errorf("mandates: %+v, %v", list, err)
		}
		if len(b.gone) != 1 || !b.gone[0].Paid || r.stripe.Taken() != 0 {
			t.Errorf("%+v, %d was taken", b.gone, r.stripe.Taken())
		}
		r.settled(t, invoice, billing.StateOverdue, 0, 0)
	})
}

// P1, L5: the number of a bank account is nowhere.
func TestNoAccountNumberAnywhere(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		b.give(t, fake.Pays)
		r.issue(t, 5000)
		b.until(t, debits.Paid)
		for i, dumped := range files(t, r) {
			if strings.Contains(dumped, fake.Canary) {
				t.Errorf("the number is in part %d of what is kept", i)
			}
		}
	})
}
