package stripe_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/testkit"
	fake "gatehouse/internal/testkit/stripe"
)

const killedRefund = 500

// payBack decides a refund, and delivers what that leaves.
func (l *living) payBack(ctx context.Context, d doomed) error {
	l.world.Outbox.Handle(billing.SendRefund, l.billing.SendRefund)
	for _, kind := range []string{billing.MailRefundFailed, billing.MailRefused, billing.Settled} {
		l.world.Outbox.Handle(kind, func(context.Context, outbox.Delivery) error { return nil })
	}
	if _, err := l.billing.Make(ctx, system(), d.Account, backFor(d)); err != nil {
		return err
	}
	_, err := l.world.Outbox.Deliver(ctx)
	return err
}

func backFor(d doomed) billing.Move {
	return billing.Move{
		Kind: ledger.Refund, Key: d.Request, Payment: d.Payment, Amount: gbp(killedRefund), Detail: "not wanted",
	}
}

// Refund asks the gateway, or dies beside it.
func (d dying) Refund(ctx context.Context, r billing.Repayment) (billing.Event, error) {
	if d.point == beforeGateway {
		testkit.Kill()
	}
	said, err := d.Gateway.Refund(ctx, r)
	if d.point == afterGateway && err == nil {
		testkit.Kill()
	}
	return said, err
}

// R1, R5, R8: killed at each named point of a refund through the gateway: decided or not at all, sent back once after
// the retry of the form and of the message, and to the penny what the gateway has.
func TestKilledWhilePayingBack(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		for i, point := range []string{
			"INSERT INTO refunds", "INSERT INTO ledger_entries", beforeGateway, afterGateway, "UPDATE refunds", afterCommit,
		} {
			d := doomed{Payment: c.payment, Request: id.New[id.MoneyRequestKind](), Point: point}
			c.kill(t, d)
			c.wholeOrNothing(t, point, map[string]string{
				"refunds": "1 = 1", "outbox": "kind = '" + billing.SendRefund + "'",
			})
			for range 2 {
				if err := c.refund(t, system(), backFor(d)); err != nil {
					t.Errorf("%s: sent again: %v", point, err)
				}
			}
			for range 2 {
				c.Offset.Advance(3 * time.Minute) // the process that is gone held its messages for so long
				c.Deliver(t)
			}
			for _, n := range c.stripe.Notices() { // which are sent again, signed anew
				if err := c.receive(t, fake.Notice{Header: c.stripe.Sign(n.Body, c.Now(t)), Body: n.Body}); err != nil {
					t.Errorf("%s: %v", point, err)
				}
			}
			c.stands(t, billing.RefundArrived, int64(5000-killedRefund*(i+1)))
			if got, want := c.stripe.PaidBack(), int64(killedRefund*(i+1)); got != want {
				t.Errorf("%s: %d went back, want %d", point, got, want)
			}
			if n := c.Count(t, "refunds", "state = 'arrived'"); n != int64(i+1) {
				t.Errorf("%s: %d refunds have arrived", point, n)
			}
		}
	})
}
