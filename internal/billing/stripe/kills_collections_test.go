package stripe_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/billing/debits"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/testkit"
	fake "gatehouse/internal/testkit/stripe"
)

// living is what a process of its own has of billing: the rooms of cards and of Direct Debit, and the outbox.
type living struct {
	world   *testkit.World
	billing *billing.Billing
	cards   *cards.Cards
	debits  *debits.Debits
}

func newLiving(w *testkit.World, bills *billing.Billing) *living {
	l := &living{world: w, billing: bills, cards: cards.New(w.Gate, w.Reader, w.Box, bills, w.Outbox)}
	l.debits = debits.New(w.Gate, w.Reader, w.Box, bills, w.Outbox, debits.Rules{})
	l.cards.Beside(l.debits)
	l.debits.Beside(l.cards)
	w.Outbox.Handle(cards.Charge, l.cards.ChargeCard)
	w.Outbox.Handle(cards.ChargeNow, l.cards.ChargeCardNow)
	w.Outbox.Handle(debits.Send, l.debits.SendDebit)
	for _, kind := range []string{
		billing.MailInvoice, billing.MailReceipt, cards.MailFailed, debits.MailSoon, debits.MailOver,
	} {
		w.Outbox.Handle(kind, func(context.Context, outbox.Delivery) error { return nil })
	}
	return l
}

// work runs the job of a room, and delivers what it leaves.
func (l *living) work(ctx context.Context, room string) error {
	job := l.debits.Work
	if room == "cards" {
		job = l.cards.Collect
	}
	if err := job(ctx); err != nil {
		return err
	}
	_, err := l.world.Outbox.Deliver(ctx)
	return err
}

// Charge asks the bank of a card, or dies beside it.
func (d dying) Charge(ctx context.Context, c billing.Charge) (billing.Event, error) {
	if d.point == beforeGateway {
		testkit.Kill()
	}
	said, err := d.Gateway.Charge(ctx, c)
	if d.point == afterGateway && err == nil {
		testkit.Kill()
	}
	return said, err
}

// Debit collects, or dies beside it.
func (d dying) Debit(ctx context.Context, c billing.Debit) (billing.Event, error) {
	if d.point == beforeGateway {
		testkit.Kill()
	}
	said, err := d.Gateway.Debit(ctx, c)
	if d.point == afterGateway && err == nil {
		testkit.Kill()
	}
	return said, err
}

// spot is a point, and which time it is reached.
type spot struct {
	point string
	nth   int
}

func (s spot) String() string { return fmt.Sprintf("%s (%d)", s.point, s.nth) }

// The named points of a charge to a card, and of the four parts of a collection, in their order.
func chargeSpots() []spot {
	return []spot{
		{afterGateway, 1},
		{"INSERT INTO payments", 1},
		{"UPDATE card_charges", 1},
		{"UPDATE heads", 1},
		{"INSERT INTO checkouts", 1},
		{"INSERT INTO card_charges", 1},
		{"INSERT INTO outbox", 1},
		{"INSERT INTO entries", 1},
		{beforeGateway, 1},
		{"INSERT INTO gateway_events", 1},
		{"UPDATE checkouts", 1},
		{"UPDATE invoices", 1},
		{"INSERT INTO ledger_entries", 1},
		{afterCommit, 1},
	}
}

func announceSpots() []spot {
	return []spot{
		{"INSERT INTO debit_collections", 1},
		{"INSERT INTO outbox", 1},
		{"INSERT INTO entries", 1},
		{"UPDATE heads", 1},
		{"INSERT INTO entry_personal", 1},
		{afterCommit, 1},
	}
}

func sendSpots() []spot {
	return []spot{
		{afterGateway, 1},
		{"UPDATE debit_collections", 1},
		{"INSERT INTO checkouts", 1},
		{"INSERT INTO outbox", 1},
		{beforeGateway, 1},
		{"UPDATE debit_collections", 2},
	}
}

func arrivalSpots() []spot {
	return []spot{
		{"INSERT INTO ledger_entries", 1},
		{"INSERT INTO gateway_events", 1},
		{"INSERT INTO payments", 1},
		{"UPDATE invoices", 1},
		{"UPDATE debit_collections", 1},
		{afterCommit, 1},
	}
}

func claimSpots() []spot {
	return []spot{
		{"INSERT INTO payment_returns", 1},
		{"INSERT INTO ledger_entries", 1},
		{"UPDATE debit_collections", 1},
		{"UPDATE invoices", 1},
		{"INSERT INTO outbox", 1},
		{afterCommit, 1},
	}
}

// killCharging kills whoever charges a card, so many of the points; each invoice is paid once in the end.
func killCharging(t *testing.T, r *rig, spots []spot) (kills int) {
	t.Helper()
	l := newTill(r)
	r.Keep(cards.MailFailed)
	l.give(t, fake.Pays)
	for i, s := range spots {
		invoice := r.issue(t, 5000)
		r.Offset.Advance(14 * day)
		r.Deliver(t)
		r.kill(t, doomed{Work: "cards", Point: s.point, Nth: s.nth})
		r.wholeOrNothing(t, s.String(), map[string]string{
			"checkouts": "1 = 1", "card_charges": "1 = 1", "outbox": "kind = '" + cards.Charge + "'",
			"entries": "action = 'card.charged'",
		})
		r.settledWhole(t, s)
		for range 2 {
			r.Offset.Advance(3 * time.Minute) // the process that is gone held its messages for so long
			l.collect(t)
		}
		r.settled(t, invoice, billing.StatePaid, int64(i+1), 0)
		for _, n := range r.stripe.Notices() {
			if err := r.receive(t, fake.Notice{Header: r.stripe.Sign(n.Body, r.Now(t)), Body: n.Body}); err != nil {
				t.Errorf("%s: %v", s, err)
			}
		}
		r.settledWhole(t, s)
		if taken, want := r.stripe.Taken(), int64(5000*(i+1)); taken != want {
			t.Errorf("%s: %d was taken, want %d", s, taken, want)
		}
		if n := r.Count(t, "card_charges", "state = 'paid'"); n != int64(i+1) {
			t.Errorf("%s: %d charges are paid", s, n)
		}
	}
	return len(spots)
}

// settledWhole says that what settling leaves behind is there whole, or not at all.
func (r *rig) settledWhole(t *testing.T, s spot) {
	t.Helper()
	r.wholeOrNothing(t, s.String(), map[string]string{
		"payments": "1 = 1", "gateway_events": "outcome = 'paid'", "checkouts": "state = 'paid'",
		"entries": "action = 'invoice.paid'", "outbox": "kind = '" + billing.MailReceipt + "'",
		"ledger_entries": "kind = 'payment' AND book = 'cash'",
	})
}

// killCollecting kills whoever announces, sends, settles and takes back a Direct Debit, each at one of its points, so
// many times round; each is collected once and taken back once in the end.
func killCollecting(t *testing.T, r *rig, rounds int) (kills int) {
	t.Helper()
	b := newBank(r)
	b.give(t, fake.Pays)
	for i := range rounds {
		known, invoice := r.stripe.Intents(""), r.issue(t, 5000)
		r.Offset.Advance(14 * day)
		r.Deliver(t)
		b.killJob(t, announceSpots()[i%6], map[string]string{
			"debit_collections": "1 = 1", "outbox": "kind = '" + debits.MailSoon + "'", "entries": "action = 'debit.announced'",
		})
		b.works(t)
		b.toTheDay(t, invoice)
		b.killJob(t, sendSpots()[i%6], map[string]string{
			"checkouts": "1 = 1", "outbox": "kind = '" + debits.Send + "'", "entries": "action = 'debit.sent'",
		})
		b.until(t, debits.Processing)
		for r.stripe.Taken() < int64(5000*(i+1)) {
			r.Offset.Advance(day)
			r.stripe.Banks()
		}
		b.killHeard(t, arrivalSpots()[i%6])
		b.hear(t)
		r.settled(t, invoice, billing.StatePaid, int64(i+1), 0)
		b.killClaim(t, known, claimSpots()[i%6])
		r.settled(t, invoice, billing.StateOverdue, int64(i+1), 0)
		if n := len(r.stripe.Intents("")); n != i+1 {
			t.Errorf("round %d: %d collections at Stripe", i, n)
		}
		kills += 4
	}
	return kills
}

// killJob kills whoever runs the job at a point, and lets the time pass for which it held its messages.
func (b *bank) killJob(t *testing.T, s spot, whole map[string]string) {
	t.Helper()
	b.kill(t, doomed{Work: "debits", Point: s.point, Nth: s.nth})
	b.wholeOrNothing(t, s.String(), whole)
	b.Offset.Advance(3 * time.Minute)
	b.works(t)
	b.wholeOrNothing(t, s.String(), whole)
}

// toTheDay lets time pass up to the day on which the Direct Debit of an invoice is sent.
func (b *bank) toTheDay(t *testing.T, invoice id.Invoice) {
	t.Helper()
	in, err := b.billing.ClientInvoice(t.Context(), actor.NewSystem("test"), b.account, invoice)
	if err != nil || in.Debit == nil {
		t.Fatalf("nothing is announced: %v", err)
	}
	for b.Now(t).Before(in.Debit.On) {
		b.Offset.Advance(6 * time.Hour)
	}
}

// killHeard kills whoever takes the last notice of a collection.
func (b *bank) killHeard(t *testing.T, s spot) {
	t.Helper()
	all := b.stripe.Notices()
	n := b.again(t, all[len(all)-1])
	b.kill(t, doomed{Header: n.Header, Body: n.Body, Point: s.point, Nth: s.nth})
	b.settledWhole(t, s)
}

// killClaim claims back the collection that was not known before, and kills whoever takes the notice.
func (b *bank) killClaim(t *testing.T, known []string, s spot) {
	t.Helper()
	for _, intent := range b.stripe.Intents("") {
		if !slices.Contains(known, intent) {
			b.stripe.Claim(intent)
		}
	}
	whole := map[string]string{
		"payment_returns": "1 = 1", "debit_collections": "state = 'returned'",
		"outbox": "kind = '" + debits.MailOver + "'", "ledger_entries": "kind = 'payment-return' AND book = 'cash'",
	}
	all := b.stripe.Notices()
	n := b.again(t, all[len(all)-1])
	b.kill(t, doomed{Header: n.Header, Body: n.Body, Point: s.point, Nth: s.nth})
	b.wholeOrNothing(t, s.String(), whole)
	b.hear(t)
	b.wholeOrNothing(t, s.String(), whole)
}

// R1, R5, R8: killed while a card is charged: once or not at all, and once after the retry. The other points are killed
// in the long run.
func TestKilledWhileChargingACard(t *testing.T) {
	each(t, func(t *testing.T, r *rig) { killCharging(t, r, chargeSpots()[:3]) })
}

// R1, R5, R8: killed while a Direct Debit is announced, sent, settled and taken back.
func TestKilledWhileCollecting(t *testing.T) {
	each(t, func(t *testing.T, r *rig) { killCollecting(t, r, 1) })
}
