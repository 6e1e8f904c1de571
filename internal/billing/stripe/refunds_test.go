package stripe_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	fake "gatehouse/internal/testkit/stripe"
	"gatehouse/internal/verb"
)

// counter is the rig with a payment of 50.00 through the gateway that became credit by a credit note.
type counter struct {
	*rig
	invoice id.Invoice
	payment id.Payment
	read    int // of the gateway's notices
	told    map[string]int
}

func newCounter(t *testing.T, r *rig) *counter {
	t.Helper()
	c := &counter{rig: r}
	r.Outbox.Handle(billing.SendRefund, r.billing.SendRefund)
	c.told = map[string]int{}
	for _, kind := range []string{billing.MailRefundFailed, billing.MailRefused, billing.Settled} {
		r.Outbox.Handle(kind, func(context.Context, outbox.Delivery) error { c.told[kind]++; return nil })
	}
	c.invoice = r.issue(t, 5000)
	_, page := r.begin(t, c.invoice, 5000)
	r.stripe.Pay(page.ID)
	c.hear(t)
	in, err := r.billing.ClientInvoice(t.Context(), system(), r.account, c.invoice)
	if err != nil || len(in.Payments) != 1 {
		t.Fatalf("%+v, %v", in.Payments, err)
	}
	c.payment = in.Payments[0].ID
	if _, err := r.billing.Make(t.Context(), system(), r.account, billing.Move{
		Kind: ledger.CreditNote, Key: id.New[id.MoneyRequestKind](), Invoice: c.invoice, Detail: "not wanted",
	}); err != nil {
		t.Fatal(err)
	}
	c.stands(t, "", 5000)
	return c
}

// hear delivers the notices that were made since.
func (c *counter) hear(t *testing.T) {
	t.Helper()
	all := c.stripe.Notices()
	for _, n := range all[c.read:] {
		if err := c.receive(t, n); err != nil {
			t.Fatalf("%v: %s", err, n.Body)
		}
	}
	c.read = len(all)
}

func (c *counter) back(minor int64) billing.Move {
	return billing.Move{
		Kind: ledger.Refund, Key: id.New[id.MoneyRequestKind](), Payment: c.payment, Amount: gbp(minor), Detail: "not wanted",
	}
}

func (c *counter) refund(t *testing.T, who actor.Actor, m billing.Move) error {
	t.Helper()
	_, err := c.billing.Make(t.Context(), who, c.account, m)
	return err
}

// stands says how the newest refund is, what is credit, and that the audit finds nothing.
func (c *counter) stands(t *testing.T, state billing.RefundState, credit int64) {
	t.Helper()
	list, err := c.billing.ClientRefunds(t.Context(), system(), c.account)
	switch {
	case err != nil || (state == "") != (len(list) == 0):
		t.Errorf("the refunds are %+v, %v", list, err)
	case state != "" && list[0].State != state:
		t.Errorf("the refund is %s, want %s", list[0].State, state)
	}
	has, err := c.billing.ClientCredit(t.Context(), system(), c.account)
	if err != nil || has.Minor() != credit {
		t.Errorf("the credit is %s, %v; want %d", has, err, credit)
	}
	if found, err := c.billing.Audit(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("the audit says %q, %v", found, err)
	}
}

// eachCounter runs on both databases.
func eachCounter(t *testing.T, test func(t *testing.T, c *counter)) {
	t.Helper()
	each(t, func(t *testing.T, r *rig) { test(t, newCounter(t, r)) })
}

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
			for i := len(all) - 1; i >= 0; i-- {
				if err := c.receive(t, all[i]); err != nil {
					t.Fatalf("%v: %s", err, all[i].Body)
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
			{`"amount":5000`, `"amount":50000`}, {`"currency":"gbp"`, `"currency":"usd"`},
			{`"payment_intent":"pi_`, `"payment_intent":"pi_x`}, {account + " (test mode)", "acct_other (test mode)"},
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

// A payment of several invoices goes back share by share.
func TestRefundOfAShare(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		c := newCounter(t, r)
		list := []id.Invoice{c.issue(t, 3000), c.issue(t, 1000)}
		order := billing.Together{Key: id.New[id.CheckoutKind](), Invoices: list, Amount: gbp(4000)}
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

// hire makes the rows of somebody of the provider.
func (c *counter) hire(tx *db.Tx, person id.Person, department string) error {
	q := db.Across(tx.DB, "a test makes rows")
	seal := func(column string) secretbox.Sealed {
		s, _ := c.Box.Seal("Bea", secretbox.Place{Table: "persons", Column: column, Row: person.Bytes()})
		return s
	}
	err := q.Exec("INSERT INTO persons (id, email, email_index, name, state, locale, time_zone, created_at) "+
		"VALUES (?, ?, ?, ?, 'active', 'en-GB', 'Europe/London', 1)", person, seal("email"),
		c.Box.Index("persons.email", person.String()), seal("name")).Error
	if err != nil {
		return err
	}
	return q.Exec("INSERT INTO staff_members (person_id, department, created_at) VALUES (?, ?, 1)", person,
		department).Error
}

// colleague is somebody of a department of the provider.
func (c *counter) colleague(t *testing.T, department string) actor.Actor {
	t.Helper()
	now, person := c.Now(t), id.New[id.PersonKind]()
	err := c.Gate.Change(t.Context(), system(), verb.ClientsManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			e, err := c.Gate.Open(tx, g, id.PersonScope(person), "Bea")
			if err != nil {
				return e, err
			}
			return e, c.hire(tx, person, department)
		})
	if err != nil {
		t.Fatal(err)
	}
	return actor.Enter(actor.Details{
		Kind: actor.Staff, Person: person, Name: "Bea", Now: now, FactorAt: now, ProvedAt: now,
		Factor: actor.With(actor.ByPassword, actor.ByKey), Seat: actor.Seat{Department: department}, Looks: c.Looks(t),
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
