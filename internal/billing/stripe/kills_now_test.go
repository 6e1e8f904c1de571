package stripe_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/id"
	fake "gatehouse/internal/testkit/stripe"
)

// payNow has a card on file pay invoices at once, and delivers what that leaves.
func (l *living) payNow(ctx context.Context, who actor.Actor, d doomed) error {
	o := together(l.billing, d.Checkout, 5700, d.Invoices...)
	if err := l.cards.PayNow(ctx, who, d.Account, d.Card, o); err != nil {
		return err
	}
	_, err := l.world.Outbox.Deliver(ctx)
	return err
}

// nowSpots are the named points of paying with a card at once: first what a test kills in the short run, then the
// others of the order, of the bank, of the books and of writing down what it said.
func nowSpots() []spot {
	return []spot{
		{"INSERT INTO card_payments", 1},
		{afterGateway, 1},
		{"UPDATE card_payments", 1},
		{"UPDATE heads", 1},
		{"INSERT INTO checkouts", 1},
		{"INSERT INTO checkout_shares", 1},
		{"INSERT INTO outbox", 1},
		{"INSERT INTO entries", 1},
		{beforeGateway, 1},
		{"INSERT INTO gateway_events", 1},
		{"UPDATE checkouts", 1},
		{"INSERT INTO payments", 1},
		{"INSERT INTO payments", 2},
		{"UPDATE invoices", 1},
		{"UPDATE invoices", 2},
		{"INSERT INTO ledger_entries", 1},
		{afterCommit, 1},
	}
}

// killNow kills whoever pays two invoices with a card at once, so many of the points; whoever paid sends the same form
// once more, and each invoice is paid once in the end.
func killNow(t *testing.T, r *rig, spots []spot) (kills int) {
	t.Helper()
	l := newTill(r)
	l.give(t, fake.Pays)
	for i, s := range spots {
		one, two := r.issue(t, 5000), r.issue(t, 700)
		r.Deliver(t)
		r.SignInAgain(t, olivia)
		kept, err := l.cards.List(t.Context(), r.As(t, olivia, r.account), r.account)
		if err != nil || len(kept) != 1 {
			t.Fatalf("cards: %+v, %v", kept, err)
		}
		key := id.New[id.CheckoutKind]()
		r.kill(t, doomed{
			Card: kept[0].ID, Checkout: key, Invoices: []id.Invoice{one, two}, Point: s.point, Nth: s.nth,
		})
		r.nowWhole(t, s)
		if err := l.now(t, key, 5700, one, two); err != nil {
			t.Errorf("%s: sent again: %v", s, err)
		}
		for range 2 {
			r.Offset.Advance(3 * time.Minute) // the process that is gone held its messages for so long
			r.Deliver(t)
		}
		for _, n := range r.stripe.Notices() {
			if err := r.receive(t, fake.Notice{Header: r.stripe.Sign(n.Body, r.Now(t)), Body: n.Body}); err != nil {
				t.Errorf("%s: %v", s, err)
			}
		}
		r.nowWhole(t, s)
		for _, invoice := range []id.Invoice{one, two} {
			r.settled(t, invoice, billing.StatePaid, int64(2*(i+1)), 0)
		}
		if taken, want := r.stripe.Taken(), int64(5700*(i+1)); taken != want {
			t.Errorf("%s: %d was taken, want %d", s, taken, want)
		}
		if n := r.Count(t, "card_payments", "state = 'paid'"); n != int64(i+1) {
			t.Errorf("%s: %d orders are paid", s, n)
		}
	}
	return len(spots)
}

// nowWhole says that what an order leaves behind is there whole, or not at all, and so is what settling leaves. Two
// invoices are paid by each.
func (r *rig) nowWhole(t *testing.T, s spot) {
	t.Helper()
	r.wholeOrNothing(t, s.String(), map[string]string{
		"card_payments": "1 = 1", "checkouts": "1 = 1", "outbox": "kind = '" + cards.ChargeNow + "'",
		"checkout_shares": "position = 1",
	})
	r.wholeOrNothing(t, s.String(), map[string]string{
		"checkout_shares": "1 = 1", "entries": "action = 'card.charged'",
	})
	r.wholeOrNothing(t, s.String(), map[string]string{"gateway_events": "outcome = 'paid'", "checkouts": "state = 'paid'"})
	r.wholeOrNothing(t, s.String(), map[string]string{
		"payments": "1 = 1", "invoices": "state = 'paid'", "entries": "action = 'invoice.paid'",
	})
}

// R1, R5, R8: killed while a card on file pays two invoices at once: whole or nothing, and each paid once after the
// retry. The other points are killed in the long run.
func TestKilledWhilePayingWithACardNow(t *testing.T) {
	each(t, func(t *testing.T, r *rig) { killNow(t, r, nowSpots()[:3]) })
}
