package stripe_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	fake "gatehouse/internal/testkit/stripe"
)

// now orders a card on file to pay invoices at once.
func (l *till) now(t *testing.T, key id.Checkout, minor int64, invoices ...id.Invoice) error {
	t.Helper()
	l.SignInAgain(t, olivia)
	who := l.As(t, olivia, l.account)
	kept, err := l.cards.List(t.Context(), who, l.account)
	if err != nil || len(kept) == 0 {
		t.Fatalf("cards: %+v, %v", kept, err)
	}
	return l.cards.PayNow(t.Context(), who, l.account, kept[0].ID, together(l.billing, key, minor, invoices...))
}

func together(b *billing.Billing, key id.Checkout, minor int64, invoices ...id.Invoice) billing.Together {
	o := billing.Together{Key: key, Invoices: invoices, Amount: gbp(minor), Back: "/accounts/x/invoices"}
	o.Mark = b.Mark(o)
	return o
}

// said is what came of the last attempt at the invoices.
func (l *till) said(t *testing.T, want cards.Answer, minor int64, invoices ...id.Invoice) {
	t.Helper()
	got, found, err := l.cards.LastTried(t.Context(), l.As(t, olivia, l.account), l.account, invoices)
	if err != nil || !found || got.Answer != want || got.Amount != gbp(minor) {
		t.Errorf("the bank said %+v, %t, %v; want %s", got, found, err, want)
	}
}

// counts orders a card to pay one invoice, and to pay two together.
func counts(t *testing.T, test func(t *testing.T, l *till, minor int64, invoices ...id.Invoice)) {
	t.Helper()
	each(t, func(t *testing.T, r *rig) {
		l := newTill(r)
		l.give(t, fake.Pays)
		test(t, l, 5000, r.issue(t, 5000))
		test(t, l, 5700, r.issue(t, 5000), r.issue(t, 700))
	})
}

// stands says that each invoice stands so, and that no more was taken since than it ought.
func (l *till) stands(t *testing.T, state billing.State, payments int64, taken int64, invoices ...id.Invoice) {
	t.Helper()
	for _, one := range invoices {
		l.settled(t, one, state, payments, 0)
	}
	if n := l.stripe.Taken(); n != taken {
		t.Errorf("%d was taken, want %d", n, taken)
	}
}

// P5, P6: a card that is declined settles nothing; it is said, mailed once, and another way pays what is still due.
func TestACardChosenOnTheSpotIsDeclined(t *testing.T) {
	counts(t, func(t *testing.T, l *till, minor int64, invoices ...id.Invoice) {
		payments, taken, mails := l.Count(t, "payments", "1 = 1"), l.stripe.Taken(), len(l.failed)
		l.stripe.Answer(fake.Declines)
		if err := l.now(t, id.New[id.CheckoutKind](), minor, invoices...); err != nil {
			t.Fatal(err)
		}
		l.said(t, cards.Asking, minor, invoices...)
		l.Deliver(t)
		l.said(t, cards.Declined, minor, invoices...)
		l.stands(t, billing.StateDue, payments, taken, invoices...)
		if len(l.failed) != mails+1 || l.failed[mails].Action || l.failed[mails].Amount != gbp(minor) {
			t.Errorf("mails: %+v", l.failed)
		}
		l.page(t, together(l.billing, id.New[id.CheckoutKind](), minor, invoices...), l.stripe.Pay)
		l.stands(t, billing.StatePaid, payments+int64(len(invoices)), taken+minor, invoices...)
	})
}

// page begins to pay on Stripe's page, and does something there; its notices are delivered twice.
func (l *till) page(t *testing.T, o billing.Together, do func(session string)) {
	t.Helper()
	before := len(l.stripe.Notices())
	if _, err := l.billing.PayTogether(t.Context(), l.As(t, olivia, l.account), l.account, o); err != nil {
		t.Fatal(err)
	}
	do(l.stripe.Sessions(o.Key.String())[0].ID)
	for range 2 {
		for _, n := range l.stripe.Notices()[before:] {
			if err := l.receive(t, n); err != nil {
				t.Error(err)
			}
		}
	}
}

// P5, P6: a bank that wants its customer settles nothing; whoever leaves its page has paid nothing, and whoever
// confirms there has paid once.
func TestACardChosenOnTheSpotIsConfirmed(t *testing.T) {
	counts(t, func(t *testing.T, l *till, minor int64, invoices ...id.Invoice) {
		payments, taken, mails := l.Count(t, "payments", "1 = 1"), l.stripe.Taken(), len(l.failed)
		l.stripe.Answer(fake.Asks)
		if err := l.now(t, id.New[id.CheckoutKind](), minor, invoices...); err != nil {
			t.Fatal(err)
		}
		l.Deliver(t)
		l.said(t, cards.Confirm, minor, invoices...)
		if len(l.failed) != mails+1 || !l.failed[mails].Action {
			t.Errorf("mails: %+v", l.failed)
		}
		l.page(t, together(l.billing, id.New[id.CheckoutKind](), minor, invoices...), l.stripe.Leave)
		l.stands(t, billing.StateDue, payments, taken, invoices...)
		l.page(t, together(l.billing, id.New[id.CheckoutKind](), minor, invoices...), l.stripe.Pay)
		l.Deliver(t)
		l.stands(t, billing.StatePaid, payments+int64(len(invoices)), taken+minor, invoices...)
	})
}

// R1, R8: Stripe is down, its answer is lost, the program ends before it hears of it, and a day later Stripe has
// forgotten the key: it is visible, nobody pays beside it without saying so, and the money moves once.
func TestACardChosenOnTheSpotPaysOnceWhateverIsLost(t *testing.T) {
	counts(t, func(t *testing.T, l *till, minor int64, invoices ...id.Invoice) {
		payments, taken := l.Count(t, "payments", "1 = 1"), l.stripe.Taken()
		dies := true
		l.Outbox.Handle(cards.ChargeNow, func(ctx context.Context, d outbox.Delivery) error {
			if !dies || d.Attempt < 2 {
				return l.cards.ChargeCardNow(ctx, d)
			}
			dies = false
			stopped, stop := context.WithCancel(ctx)
			l.stripe.After(stop)
			return l.cards.ChargeCardNow(stopped, d)
		})
		l.stripe.Fail(fake.Down)
		key := id.New[id.CheckoutKind]()
		if err := l.now(t, key, minor, invoices...); err != nil {
			t.Fatal(err)
		}
		l.Deliver(t)
		l.said(t, cards.Asking, minor, invoices...)
		who := l.As(t, olivia, l.account)
		if err := l.now(t, id.New[id.CheckoutKind](), minor, invoices...); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("the card is asked a second time: %v", err)
		}
		o := together(l.billing, id.New[id.CheckoutKind](), minor, invoices...)
		if _, err := l.billing.PayTogether(t.Context(), who, l.account, o); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("nobody is warned of paying twice: %v", err)
		}
		if err := l.now(t, key, minor, invoices...); err != nil { // a second click
			t.Errorf("a second click: %v", err)
		}
		l.stripe.Fixed()
		l.Offset.Advance(7 * time.Minute)
		l.Deliver(t)
		l.stands(t, billing.StateDue, payments, taken+minor, invoices...) // it paid, and nobody heard of it
		l.stripe.ForgetKeys()
		l.Offset.Advance(26 * time.Hour)
		for range 3 {
			l.Deliver(t)
			l.Offset.Advance(7 * time.Minute)
		}
		l.SignInAgain(t, olivia)
		l.said(t, cards.Paid, minor, invoices...)
		l.stands(t, billing.StatePaid, payments+int64(len(invoices)), taken+minor, invoices...)
	})
}

// P6, R5: somebody has a card pay an invoice in two tabs while the schedule has its turn on two nodes, and a Direct
// Debit its own: one of them asks, and the invoice is settled once.
func TestRacePayingNowAndTheSchedule(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		b.give(t, fake.Pays)
		l := &till{rig: r, cards: b.cards}
		r.Outbox.Handle(cards.Charge, b.cards.ChargeCard)
		r.Outbox.Handle(cards.ChargeNow, b.cards.ChargeCardNow)
		r.SignInAgain(t, olivia)
		l.give(t, fake.Pays)
		b.read = len(r.stripe.Notices())
		kept, err := b.cards.List(t.Context(), actor.NewSystem("test"), r.account)
		if err != nil || len(kept) != 1 {
			t.Fatalf("cards: %+v, %v", kept, err)
		}
		for round := range int64(3) {
			r.SignInAgain(t, olivia)
			if round%2 == 1 { // the card pays by itself, and not the mandate
				who := r.As(t, olivia, r.account)
				if err := b.cards.MakeDefault(t.Context(), who, r.account, kept[0].ID); err != nil {
					t.Fatal(err)
				}
			}
			invoice := r.issue(t, 5000)
			r.Deliver(t)
			r.Offset.Advance(14 * day)
			r.SignInAgain(t, olivia)
			var wait sync.WaitGroup
			for i := range 6 {
				who := r.As(t, olivia, r.account)
				wait.Go(func() {
					var err error
					switch i % 3 {
					case 0:
						o := together(r.billing, id.New[id.CheckoutKind](), 5000, invoice)
						err = b.cards.PayNow(t.Context(), who, r.account, kept[0].ID, o)
					case 1:
						err = b.cards.Collect(t.Context())
					default:
						err = b.debits.Work(t.Context())
					}
					if kind := fault.KindOf(err); err != nil && kind != fault.KindConflict && kind != fault.KindInvalid {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			for range 3 { // three nodes deliver
				wait.Go(func() {
					if _, err := r.Outbox.Deliver(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			b.hear(t)
			b.passes(t, 20)
			r.settled(t, invoice, billing.StatePaid, round+1, 0)
			if n, want := r.stripe.Taken(), 5000*(round+1); n != want {
				t.Fatalf("round %d: %d was taken, want %d", round, n, want)
			}
		}
	})
}
