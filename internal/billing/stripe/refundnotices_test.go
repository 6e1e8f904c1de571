package stripe_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	fake "gatehouse/internal/testkit/stripe"
)

// P5: a refund that is under way arrives, and fails after all, by notices that come twice and in the wrong order.
func TestRefundThatFailsLate(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		c.stripe.Refund(fake.RefundsPending)
		if err := c.refund(t, system(), c.back(5000)); err != nil {
			t.Fatal(err)
		}
		c.Deliver(t)
		c.stands(t, billing.RefundPending, 0)
		c.read = len(c.stripe.Notices())
		re := c.stripe.Refunded()[0]
		c.stripe.SucceedRefund(re)
		c.hear(t)
		c.stands(t, billing.RefundArrived, 0)
		c.stripe.FailRefund(re)
		all := c.stripe.Notices()
		for range 2 {
			for i, notice := range slices.Backward(all) {
				if err := c.receive(t, notice); err != nil {
					t.Fatalf("%v: %s", err, notice.Body)
				}
				if i == len(all)-1 {
					c.stands(t, billing.RefundFailed, 5000)
				}
			}
		}
		c.stands(t, billing.RefundFailed, 5000)
		if n := c.Count(t, "entries", "action = 'refund.failed'"); n != 1 {
			t.Errorf("%d entries say that it failed", n)
		}
		c.Deliver(t)
		if len(c.news) != 2 || c.news[0].Failed || !c.news[1].Failed || c.news[0].Amount != gbp(5000) ||
			c.news[1].Amount != gbp(5000) || c.news[0].Number == "" || c.news[0].To == "" {
			t.Errorf("those who pay were told %+v; want once that it is on its way, and once that it failed", c.news)
		}
	})
}

// A notice that never came is asked about.
func TestRefundOfWhichNoNoticeComes(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		c.stripe.Refund(fake.RefundsPending)
		if err := c.refund(t, system(), c.back(5000)); err != nil {
			t.Fatal(err)
		}
		c.Deliver(t)
		re := c.stripe.Refunded()[0]
		for _, step := range []struct {
			do    func()
			after time.Duration
			want  billing.RefundState
		}{
			{func() {}, 11 * time.Minute, billing.RefundPending},
			{func() { c.stripe.SucceedRefund(re) }, 25 * time.Hour, billing.RefundArrived},
			{func() { c.stripe.FailRefund(re) }, 25 * time.Hour, billing.RefundFailed},
		} {
			step.do()
			c.Offset.Advance(step.after)
			if err := c.billing.FollowRefunds(t.Context()); err != nil {
				t.Fatal(err)
			}
			list, err := c.billing.ClientRefunds(t.Context(), system(), c.account)
			if err != nil || list[0].State != step.want {
				t.Errorf("%+v, %v; want %s", list, err, step.want)
			}
		}
		c.stands(t, billing.RefundFailed, 5000)
	})
}

// P3, P4: notices that nobody signed, of other amounts, payments, merchants and currencies move nothing and are written
// down, with an alarm.
func TestRefundNoticesThatDoNotFit(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		c.stripe.Refund(fake.RefundsPending)
		if err := c.refund(t, system(), c.back(5000)); err != nil {
			t.Fatal(err)
		}
		c.Deliver(t)
		c.read = len(c.stripe.Notices())
		re := c.stripe.Refunded()[0]
		c.stripe.FailRefund(re)
		notices := c.stripe.Notices()
		right := notices[c.read]
		forged := right
		forged.Header = fake.Sign("whsec_somebody_else_altogether", right.Body, c.Now(t))
		if c.receive(t, forged) == nil {
			t.Error("a forged notice was taken")
		}
		for i, alter := range [][2]string{
			{`"amount":5000`, `"amount":50000`},
			{`"currency":"gbp"`, `"currency":"usd"`},
			{`"payment_intent":"pi_`, `"payment_intent":"pi_x`},
			{account + " (test mode)", "acct_other (test mode)"},
			{`"id":"re_`, `"id":"re_x`},
		} {
			bad := c.stripe.Altered(right, alter[0], alter[1])
			bad = c.stripe.Altered(bad, `"id":"evt_`, `"id":"evt_`+strings.Repeat("x", i+1))
			if k := fault.KindOf(c.receive(t, bad)); k != fault.KindConflict {
				t.Errorf("%q was taken: %s", alter[1], k)
			}
			if err := c.receive(t, bad); err != nil {
				t.Errorf("%q a second time: %v", alter[1], err)
			}
			c.stands(t, billing.RefundPending, 0)
		}
		stranger := c.stripe.Altered(right, `"gatehouse_refund":"`,
			`"gatehouse_refund":"`+id.New[id.AdjustmentKind]().String()+`","x":"`)
		if k := fault.KindOf(c.receive(t, stranger)); k != fault.KindNotFound {
			t.Errorf("a refund of nobody: %s", k)
		}
		if n := c.Count(t, "entries", "action = 'refund.refused'"); n != 5 {
			t.Errorf("%d refusals are written down", n)
		}
		c.Deliver(t)
		if n := c.told[billing.MailRefused]; n != 5 {
			t.Errorf("%d alarms", n)
		}
		if err := c.receive(t, right); err != nil {
			t.Fatal(err)
		}
		c.stands(t, billing.RefundFailed, 5000)
	})
}
