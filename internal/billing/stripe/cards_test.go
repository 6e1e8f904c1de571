package stripe_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	fake "gatehouse/internal/testkit/stripe"
)

// till is the room of cards over a rig, with what it had mailed.
type till struct {
	*rig
	cards *cards.Cards

	mu     sync.Mutex
	failed []cards.Failed
}

func newTill(r *rig) *till {
	l := &till{rig: r, cards: cards.New(r.Gate, r.Reader, r.Box, r.billing, r.Outbox)}
	r.Outbox.Handle(cards.Charge, l.cards.ChargeCard)
	r.Outbox.Handle(cards.ChargeNow, l.cards.ChargeCardNow)
	r.Outbox.Handle(cards.Forget, l.cards.ForgetCard)
	r.Outbox.Handle(cards.MailFailed, func(_ context.Context, d outbox.Delivery) error {
		var m cards.Failed
		err := d.Decode(&m)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.failed = append(l.failed, m)
		return err
	})
	return l
}

// give has a card kept on file, its notice delivered twice.
func (l *till) give(t *testing.T, bank fake.Bank) {
	t.Helper()
	setup := id.New[id.CardSetupKind]()
	who := l.As(t, olivia, l.account)
	to, err := l.cards.Begin(t.Context(), who, l.account, setup, "/accounts/x/payment-methods")
	if err != nil {
		t.Fatal(err)
	}
	again, err := l.cards.Begin(t.Context(), l.As(t, olivia, l.account), l.account, setup, "/accounts/x/payment-methods")
	pages := l.stripe.Sessions(setup.String())
	if err != nil || again != to || len(pages) != 1 || pages[0].URL != to {
		t.Fatalf("the card is given at %s and %s, %v; %+v", to, again, err, pages)
	}
	before := len(l.stripe.Notices())
	l.stripe.Give(pages[0].ID, bank)
	for range 2 {
		for _, n := range l.stripe.Notices()[before:] {
			if err := l.receive(t, n); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func (l *till) collect(t *testing.T) {
	t.Helper()
	for range 2 { // it may run twice
		if err := l.cards.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	l.Deliver(t)
}

// P1, P5, P6: a card on file pays an invoice on the day that it is due, once, however often the job runs, and whether
// Stripe's answer or its notice comes first.
func TestACardOnFilePaysOnTheDueDay(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		l := newTill(r)
		l.give(t, fake.Pays)
		invoice := r.issue(t, 5000)
		l.collect(t)
		r.settled(t, invoice, billing.StateDue, 0, 0)
		r.Offset.Advance(14 * 24 * time.Hour)
		l.collect(t)
		r.settled(t, invoice, billing.StatePaid, 1, 0)
		for _, n := range r.stripe.Notices() {
			if err := r.receive(t, fake.Notice{Header: r.stripe.Sign(n.Body, r.Now(t)), Body: n.Body}); err != nil {
				t.Error(err)
			}
		}
		r.Offset.Advance(10 * 24 * time.Hour)
		l.collect(t)
		r.settled(t, invoice, billing.StatePaid, 1, 0)
		if r.stripe.Taken() != 5000 || len(l.failed) != 0 {
			t.Errorf("%d was taken, and %+v mailed", r.stripe.Taken(), l.failed)
		}
	})
}

// R1, R8: whatever is lost on the way between Stripe and our books, the money moves once: down, no answer, an answer
// that was lost, a stop before it was written down, a day later when Stripe has forgotten the key.
func TestMoneyMovesOnceWhateverIsLost(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		l := newTill(r)
		l.give(t, fake.Pays)
		invoice := r.issue(t, 5000)
		r.Offset.Advance(14 * 24 * time.Hour)
		dies := true
		r.Outbox.Handle(cards.Charge, func(ctx context.Context, d outbox.Delivery) error {
			if !dies {
				return l.cards.ChargeCard(ctx, d)
			}
			dies = false // the bank is asked, and the program ends before it hears of it
			stopped, stop := context.WithCancel(ctx)
			r.stripe.After(stop)
			return l.cards.ChargeCard(stopped, d)
		})
		r.stripe.Fail(fake.Down)
		for range 8 {
			l.collect(t)
			r.Offset.Advance(7 * time.Minute)
		}
		r.settled(t, invoice, billing.StatePaid, 1, 0)

		second := r.issue(t, 700)
		r.Offset.Advance(14 * 24 * time.Hour)
		l.Deliver(t)
		dies = true
		l.collect(t)
		r.stripe.ForgetKeys()
		r.Offset.Advance(26 * time.Hour)
		l.Deliver(t)
		r.settled(t, second, billing.StatePaid, 2, 0)
		if r.stripe.Taken() != 5700 {
			t.Errorf("%d was taken", r.stripe.Taken())
		}
	})
}

// P5: a bank that declines is asked on the days of the schedule and no more; each time whoever pays is told, and when
// it is tried again. A new card that pays by itself is tried on the next day of them.
func TestADeclinedCardIsTriedBySchedule(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		l := newTill(r)
		l.give(t, fake.Declines)
		invoice := r.issue(t, 5000)
		r.Offset.Advance(14 * 24 * time.Hour)
		for range 12 * 4 {
			l.collect(t)
			r.Offset.Advance(6 * time.Hour)
		}
		if n := r.Count(t, "card_charges", "state = 'declined'"); n != 4 || len(l.failed) != 4 {
			t.Fatalf("%d attempts, %d mails", n, len(l.failed))
		}
		for i, m := range l.failed {
			if m.Invoice != invoice || m.Action || m.Next.IsZero() != (i == 3) || m.Amount != gbp(5000) {
				t.Errorf("mail %d is %+v", i, m)
			}
		}
		r.settled(t, invoice, billing.StateOverdue, 0, 0)
	})
}

// P5: where the bank wants its customer, nobody but them can go on: it is said once, and not tried again alone.
func TestABankThatAsksForItsCustomer(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		l := newTill(r)
		l.give(t, fake.Asks)
		invoice := r.issue(t, 5000)
		r.Offset.Advance(14 * 24 * time.Hour)
		for range 9 {
			l.collect(t)
			r.Offset.Advance(24 * time.Hour)
		}
		if len(l.failed) != 1 || !l.failed[0].Action || !l.failed[0].Next.IsZero() {
			t.Errorf("mails: %+v", l.failed)
		}
		r.SignInAgain(t, olivia)
		_, page := r.begin(t, invoice, 5000) // the way on: paying by hand
		before := len(r.stripe.Notices())
		r.stripe.Pay(page.ID)
		for _, n := range r.stripe.Notices()[before:] {
			if err := r.receive(t, n); err != nil {
				t.Error(err)
			}
		}
		r.settled(t, invoice, billing.StatePaid, 1, 0)
	})
}

// P6: what was paid by hand before its turn is not taken from the card; a card that was removed is not charged, and is
// forgotten by Stripe.
func TestNothingIsTakenInVain(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		l := newTill(r)
		l.give(t, fake.Pays)
		invoice := r.issue(t, 5000)
		r.Offset.Advance(14 * 24 * time.Hour)
		r.SignInAgain(t, olivia)
		_, page := r.begin(t, invoice, 5000)
		if err := l.cards.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := r.pay(t, invoice, id.New[id.CheckoutKind](), 5000); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("nobody is warned of paying twice: %v", err)
		}
		r.stripe.Pay(page.ID)
		all := r.stripe.Notices()
		if err := r.receive(t, all[len(all)-1]); err != nil {
			t.Fatal(err)
		}
		l.Deliver(t)
		r.settled(t, invoice, billing.StatePaid, 1, 0)

		second := r.issue(t, 700)
		r.Offset.Advance(14 * 24 * time.Hour)
		if err := l.cards.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.SignInAgain(t, olivia)
		list, err := l.cards.List(t.Context(), r.As(t, olivia, r.account), r.account)
		if err != nil || len(list) != 1 || !list[0].Default || list[0].Brand != "Visa" || list[0].Last4 != "5556" {
			t.Fatalf("cards: %+v, %v", list, err)
		}
		if err := l.cards.Remove(t.Context(), r.As(t, olivia, r.account), r.account, list[0].ID); err != nil {
			t.Fatal(err)
		}
		l.collect(t)
		r.settled(t, second, billing.StateDue, 1, 0)
		if r.stripe.Taken() != 5000 || r.stripe.Kept() != 0 {
			t.Errorf("%d was taken, %d cards are kept", r.stripe.Taken(), r.stripe.Kept())
		}
	})
}

// P1, L5: a card's number is nowhere: not in a row, an entry or a message, whatever Stripe's answers hold.
func TestNoCardNumberAnywhere(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		l := newTill(r)
		l.give(t, fake.Declines)
		r.issue(t, 5000)
		r.Offset.Advance(14 * 24 * time.Hour)
		l.collect(t)
		r.stripe.Answer(fake.Pays)
		r.Offset.Advance(4 * 24 * time.Hour)
		l.collect(t)
		if r.stripe.Taken() != 5000 {
			t.Fatalf("%d was taken", r.stripe.Taken())
		}
		for i, dumped := range dump(t, r) {
			if strings.Contains(dumped, fake.Canary) || strings.Contains(dumped, fake.Canary[:12]) {
				t.Errorf("the number is in part %d of what is kept", i)
			}
		}
	})
}

// dump is everything that is kept: the database as it lies on the disk, or its tables, and the sealed parts opened.
func dump(t *testing.T, r *rig) []string {
	t.Helper()
	out := files(t, r)
	list, err := newTill(r).cards.List(t.Context(), actor.NewSystem("test"), r.account)
	if err != nil || len(list) != 1 {
		t.Fatalf("cards: %+v, %v", list, err)
	}
	out = append(out, list[0].Brand+list[0].Last4)
	var kept []string
	all := db.Across(r.Reader.With(t.Context()), "a test looks at everything")
	err = all.Raw("SELECT method_ref FROM cards UNION ALL SELECT customer_ref FROM cards " +
		"UNION ALL SELECT reference FROM payments UNION ALL SELECT COALESCE(last_error, '') FROM outbox").Scan(&kept).Error
	if err != nil {
		t.Fatal(err)
	}
	return append(out, kept...)
}

// files are the database as it lies on the disk, where it does.
func files(t *testing.T, r *rig) (out []string) {
	t.Helper()
	if r.OnMySQL {
		return nil
	}
	all, err := filepath.Glob(r.Config.Path + "*")
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	for _, file := range all {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	return out
}
