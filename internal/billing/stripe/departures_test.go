package stripe_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/testkit/stripe"
)

// leaving is a rig with payments that money leaves, and what the billing department was told of it.
type leaving struct {
	*rig
	told []string
	read int
}

func newLeaving(r *rig) *leaving {
	l := &leaving{rig: r}
	r.Outbox.Handle(billing.MailUnasked, func(_ context.Context, d outbox.Delivery) error {
		var m billing.Unasked
		err := d.Decode(&m)
		says := "left"
		if m.Kept {
			says = "stayed"
		} else if m.Lost {
			says = "lost"
		}
		l.told = append(l.told, fmt.Sprintf("%s %d", says, m.Amount.Minor()))
		return err
	})
	r.Outbox.Handle(billing.Settled, func(context.Context, outbox.Delivery) error { return nil })
	return l
}

// paid is what Stripe calls the payment of an invoice; the account's newest.
func (l *leaving) paid(t *testing.T, minor int64) string {
	t.Helper()
	before := l.stripe.Intents("")
	_, page := l.begin(t, l.issue(t, minor), minor)
	return l.pays(t, page, before)
}

func (l *leaving) pays(t *testing.T, page stripe.Session, before []string) string {
	t.Helper()
	l.stripe.Pay(page.ID)
	for _, n := range l.fresh() {
		if err := l.receive(t, n); err != nil {
			t.Fatal(err)
		}
	}
	all := l.stripe.Intents("")
	i := slices.IndexFunc(all, func(one string) bool { return !slices.Contains(before, one) })
	return all[i]
}

// fresh are the notices since the last time.
func (l *leaving) fresh() []stripe.Notice {
	list := l.stripe.Notices()[l.read:]
	l.read += len(list)
	return list
}

// hear takes what Stripe has said since, twice, in an order.
func (l *leaving) hear(t *testing.T, order func([]stripe.Notice)) {
	t.Helper()
	list := l.fresh()
	order(list)
	for range 2 {
		for _, n := range list {
			if err := l.receive(t, n); err != nil {
				t.Fatalf("%v: %s", err, n.Body)
			}
		}
	}
	l.Deliver(t)
}

func asTheyCame([]stripe.Notice) {}

// stands asserts what can go back of the account's payments, the largest first, what was told, and that the books are
// as they were.
func (l *leaving) stands(t *testing.T, told []string, back ...int64) {
	t.Helper()
	list, err := l.billing.Refundable(t.Context(), system(), l.account)
	var got []int64
	for _, one := range list {
		got = append(got, one.Most.Minor())
	}
	slices.SortFunc(got, func(a, b int64) int { return int(b - a) })
	if err != nil || !slices.Equal(got, back) {
		t.Errorf("%v can go back, not %v: %v", got, back, err)
	}
	slices.Sort(l.told)
	if slices.Sort(told); !slices.Equal(l.told, told) {
		t.Errorf("the billing department was told %q, not %q", l.told, told)
	}
	if found, err := l.billing.Audit(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("the audit says %q, %v", found, err)
	}
	l.told = nil
}

// P3, P5: what left a payment unasked can be refunded here no more, unless it stayed in the end; how it ended is told
// once, whatever notices come how often in which order. The books do not move by it.
func TestHowItEndsThatMoneyLeftUnasked(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		l := newLeaving(r)
		one := l.paid(t, 5000)
		l.stands(t, nil, 5000)
		l.stripe.Claim(one)
		l.hear(t, asTheyCame)
		l.stands(t, []string{"left 5000"})
		l.stripe.Decide(one, "won")
		won := l.fresh()[0]
		won.Header = stripe.Sign("whsec_somebody_else_altogether", won.Body, r.Now(t))
		if r.receive(t, won) == nil {
			t.Error("a forged end was taken")
		}
		l.stands(t, nil)
		l.stripe.Decide(one, "won")
		l.hear(t, asTheyCame)
		l.stands(t, []string{"stayed 5000"}, 5000)

		two := l.paid(t, 3000)
		l.stripe.Claim(two)
		l.stripe.Decide(two, "lost")
		l.hear(t, slices.Reverse[[]stripe.Notice])
		l.stands(t, []string{"lost 3000"}, 5000)

		l.stripe.RefundElsewhere(one, 1200)
		l.hear(t, asTheyCame)
		l.stands(t, []string{"left 1200"}, 3800)
		l.stripe.FailElsewhere(one)
		l.hear(t, asTheyCame)
		l.stands(t, []string{"stayed 1200"}, 5000)

		three := l.paid(t, 2000)
		l.stripe.RefundElsewhere(three, 700)
		l.stripe.FailElsewhere(three)
		l.hear(t, slices.Reverse[[]stripe.Notice])
		l.stands(t, []string{"stayed 700"}, 5000, 2000)

		l.stripe.RefundElsewhere("pi_of_somebody_else", 700)
		l.stripe.FailElsewhere("pi_of_somebody_else")
		l.hear(t, asTheyCame)
		l.stands(t, nil, 5000, 2000)
		if stayed := r.Count(t, "entries", "action = 'payment.stayed'"); stayed != 3 {
			t.Errorf("%d entries of what stayed", stayed)
		}
		if lost := r.Count(t, "entries", "action = 'payment.lost'"); lost != 1 {
			t.Errorf("%d entries of what was lost", lost)
		}
	})
}

// P5, P6: what leaves a payment of several invoices leaves its shares one after the other. What is claimed while it is
// on its way back left twice: it can go back only once both have ended.
func TestMoneyLeavesThePaymentOfSeveralInvoices(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		l := newLeaving(r)
		before := l.stripe.Intents("")
		order := billing.Together{
			Key: id.New[id.CheckoutKind](), Invoices: []id.Invoice{l.issue(t, 3000), l.issue(t, 1000)}, Amount: gbp(4000),
		}
		order.Mark = l.billing.Mark(order)
		if _, err := l.billing.PayTogether(t.Context(), l.As(t, olivia, l.account), l.account, order); err != nil {
			t.Fatal(err)
		}
		paid := l.pays(t, l.stripe.Sessions(order.Key.String())[0], before)
		l.stands(t, nil, 3000, 1000)
		l.stripe.RefundElsewhere(paid, 3500)
		l.hear(t, asTheyCame)
		l.stands(t, []string{"left 3500"}, 500)
		l.stripe.Claim(paid)
		l.hear(t, asTheyCame)
		l.stands(t, []string{"left 4000"})
		l.stripe.FailElsewhere(paid) // the claim is still open
		l.hear(t, asTheyCame)
		l.stands(t, []string{"stayed 3500"})
		l.stripe.Decide(paid, "warning_closed")
		l.hear(t, asTheyCame)
		l.stands(t, []string{"stayed 4000"}, 3000, 1000)
		l.stripe.RefundElsewhere(paid, 2500)
		l.stripe.RefundElsewhere(paid, 1000)
		l.hear(t, asTheyCame)
		l.stands(t, []string{"left 1000", "left 2500"}, 500)
	})
}
