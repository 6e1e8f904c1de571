package stripe_test

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	fake "gatehouse/internal/testkit/stripe"
)

func TestRefundGoesBackToTheCard(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		if err := c.refund(t, system(), c.back(2000)); err != nil {
			t.Fatal(err)
		}
		c.stands(t, billing.RefundAsked, 3000)
		if c.stripe.PaidBack() != 0 {
			t.Error("the gateway was asked within the change")
		}
		c.Deliver(t)
		c.stands(t, billing.RefundArrived, 3000)
		c.hear(t) // the notices say the same again
		c.stands(t, billing.RefundArrived, 3000)
		if got := c.stripe.PaidBack(); got != 2000 {
			t.Errorf("%d went back", got)
		}
		if n := c.Count(t, "entries", "action = 'refund.arrived'"); n != 1 {
			t.Errorf("%d entries say that it arrived", n)
		}
		list, err := c.billing.ClientRefunds(t.Context(), system(), c.account)
		if err != nil || list[0].To != "Visa ending 5556" || list[0].Why != "not wanted" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// P6: no more goes back than came, than is credit, or than is left of the payment.
func TestRefundOfMoreThanThereIs(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		if err := c.refund(t, system(), c.back(3000)); err != nil {
			t.Fatal(err)
		}
		other := c.issue(t, 4000) // 40.00 more of credit, by a transfer
		for _, m := range []billing.Move{
			{Kind: ledger.Payment, Invoice: other, Amount: gbp(8000), Method: billing.ByTransfer},
		} {
			m.Key = id.New[id.MoneyRequestKind]()
			if err := c.refund(t, system(), m); err != nil {
				t.Fatal(err)
			}
		}
		in, err := c.billing.ClientInvoice(t.Context(), system(), c.account, other)
		if err != nil {
			t.Fatal(err)
		}
		byHand := c.back(1000)
		byHand.Payment = in.Payments[0].ID
		stranger := c.back(1000)
		stranger.Payment = id.New[id.PaymentKind]()
		euros := c.back(1000)
		euros.Amount = money.New(1000, "EUR")
		for name, m := range map[string]billing.Move{
			"more than the payment has left": c.back(2001), "by hand": byHand, "of nobody": stranger, "nothing": c.back(0),
			"less": c.back(-5), "in another currency": euros,
		} {
			err := c.refund(t, system(), m)
			if k := fault.KindOf(err); k != fault.KindInvalid && k != fault.KindNotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		c.stands(t, billing.RefundAsked, 6000)
		if err := c.refund(t, system(), c.back(2000)); err != nil {
			t.Errorf("what is left: %v", err)
		}
		c.Deliver(t)
		if got := c.stripe.PaidBack(); got != 5000 {
			t.Errorf("%d went back", got)
		}
	})
}

// P5: two people at once, and one form twice, send the money once.
func TestTwoPeopleRefundAtOnce(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		same := c.back(5000)
		var all sync.WaitGroup
		for _, m := range []billing.Move{same, same, c.back(5000), c.back(5000)} {
			all.Go(func() { _ = c.refund(t, system(), m) })
		}
		all.Wait()
		if n := c.Count(t, "refunds", "1 = 1"); n != 1 {
			t.Errorf("%d refunds", n)
		}
		c.Deliver(t)
		c.stands(t, billing.RefundArrived, 0)
		if got := c.stripe.PaidBack(); got != 5000 {
			t.Errorf("%d went back", got)
		}
	})
}

// The gateway is down, or its answer is lost, for hours and for days: the refund waits, and is made once.
func TestRefundWhileTheGatewayIsDown(t *testing.T) {
	for _, f := range []fake.Failure{fake.Down, fake.Lost} {
		t.Run(string(f), func(t *testing.T) {
			eachCounter(t, func(t *testing.T, c *counter) {
				if err := c.refund(t, system(), c.back(5000)); err != nil {
					t.Fatal(err)
				}
				c.stripe.Fail(f, f) // the transport asks once more by itself
				c.Deliver(t)
				c.stands(t, billing.RefundAsked, 0)
				c.stripe.Fixed()
				c.stripe.ForgetKeys()
				c.Offset.Advance(25 * time.Hour)
				c.Deliver(t)
				c.stands(t, billing.RefundArrived, 0)
				if got := c.stripe.PaidBack(); got != 5000 {
					t.Errorf("%d went back", got)
				}
			})
		})
	}
}

func TestRefundThatTheGatewayRefuses(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		c.stripe.Refund(fake.RefundsRefused)
		if err := c.refund(t, system(), c.back(5000)); err != nil {
			t.Fatal(err)
		}
		c.Deliver(t)
		c.stands(t, billing.RefundFailed, 5000)
		if n := c.told[billing.MailRefundFailed]; n != 1 {
			t.Errorf("staff are told %d times", n)
		}
		c.stripe.Refund(fake.RefundsSucceed)
		if err := c.refund(t, system(), c.back(5000)); err != nil {
			t.Fatalf("again: %v", err)
		}
		c.Deliver(t)
		c.stands(t, billing.RefundArrived, 0)
	})
}

// A payment of several invoices goes back share by share.
func TestRefundOfAShare(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		c := newCounter(t, r)
		list := []id.Invoice{c.issue(t, 3000), c.issue(t, 1000)}
		order := billing.Together{Key: id.New[id.CheckoutKind](), Invoices: list, Amount: gbp(4000)}
		order.Mark = c.billing.Mark(order)
		if _, err := c.billing.PayTogether(t.Context(), c.As(t, olivia, c.account), c.account, order); err != nil {
			t.Fatal(err)
		}
		c.stripe.Pay(c.stripe.Sessions(order.Key.String())[0].ID)
		c.hear(t)
		in, err := c.billing.ClientInvoice(t.Context(), system(), c.account, list[1])
		if err != nil || len(in.Payments) != 1 {
			t.Fatalf("%+v, %v", in, err)
		}
		m := c.back(1001)
		m.Payment = in.Payments[0].ID
		if k := fault.KindOf(c.refund(t, system(), m)); k != fault.KindInvalid {
			t.Errorf("more than the share: %s", k)
		}
		m.Key, m.Amount = id.New[id.MoneyRequestKind](), gbp(1000)
		if err := c.refund(t, system(), m); err != nil {
			t.Fatal(err)
		}
		c.Deliver(t)
		c.hear(t)
		c.stands(t, billing.RefundArrived, 4000)
		if got := c.stripe.PaidBack(); got != 1000 {
			t.Errorf("%d went back", got)
		}
	})
}

// A10: above the limit the gateway is asked after somebody else has approved, and not before.
func TestRefundAboveTheLimitWaitsForASecondPerson(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		c.billing.Under(billing.Rules{Limit: 10})
		bea, dan, sam := c.colleague(t, "billing"), c.colleague(t, "billing"), c.colleague(t, "support")
		m := c.back(5000)
		if k := fault.KindOf(c.refund(t, sam, m)); k == fault.KindUnknown || k == fault.KindInvalid {
			t.Errorf("support refunds: %s", k)
		}
		if err := c.refund(t, bea, m); err != nil {
			t.Fatal(err)
		}
		c.Deliver(t)
		if len(c.stripe.Refunded()) != 0 || c.Count(t, "refunds", "1 = 1") != 0 {
			t.Fatal("it went before it was approved")
		}
		if _, err := c.billing.Decide(t.Context(), bea, c.account, m.Key, true); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("bea approves her own: %v", err)
		}
		if _, err := c.billing.Decide(t.Context(), dan, c.account, m.Key, true); err != nil {
			t.Fatal(err)
		}
		c.Deliver(t)
		c.stands(t, billing.RefundArrived, 0)
	})
}

// R2, S6: nothing of the card but its last digits is kept or said.
func TestRefundKeepsNoCardNumber(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		if err := c.refund(t, system(), c.back(5000)); err != nil {
			t.Fatal(err)
		}
		c.Deliver(t)
		for _, asked := range c.stripe.Asked() {
			if bytes.Contains([]byte(asked.Form.Encode()), []byte(fake.Canary)) {
				t.Errorf("%s tells the number", asked.Path)
			}
		}
	})
}
