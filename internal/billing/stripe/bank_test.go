package stripe_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/billing/cards"
	"gatehouse/internal/billing/debits"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	fake "gatehouse/internal/testkit/stripe"
)

const day = 24 * time.Hour

// bank is the room of Direct Debit over a rig, with what it had mailed.
type bank struct {
	*rig
	debits *debits.Debits
	cards  *cards.Cards
	read   int // notices that were delivered

	mu   sync.Mutex
	soon []debits.Announced
	over []debits.Failed
	gone []debits.Gone
}

func newBank(r *rig) *bank {
	b := &bank{rig: r, debits: debits.New(r.Gate, r.Reader, r.Box, r.billing, r.Outbox, debits.Rules{})}
	b.cards = cards.New(r.Gate, r.Reader, r.Box, r.billing, r.Outbox)
	b.cards.Beside(b.debits)
	b.debits.Beside(b.cards)
	r.Outbox.Handle(debits.Send, b.debits.SendDebit)
	r.Outbox.Handle(debits.Forget, b.debits.ForgetMandate)
	kept(b, debits.MailSoon, &b.soon)
	kept(b, debits.MailOver, &b.over)
	kept(b, debits.MailGone, &b.gone)
	return b
}

func kept[M any](b *bank, kind string, into *[]M) {
	b.Outbox.Handle(kind, func(_ context.Context, d outbox.Delivery) error {
		var m M
		err := d.Decode(&m)
		b.mu.Lock()
		defer b.mu.Unlock()
		*into = append(*into, m)
		return err
	})
}

// hear delivers each notice that was not delivered yet, twice, signed anew as Stripe does when it sends again.
func (b *bank) hear(t *testing.T) {
	t.Helper()
	all := b.stripe.Notices()
	for _, n := range all[b.read:] {
		for range 2 {
			if err := b.receive(t, b.again(t, n)); err != nil {
				t.Errorf("%s: %v", n.Body, err)
			}
		}
	}
	b.read = len(all)
	b.Deliver(t)
}

func (b *bank) again(t *testing.T, n fake.Notice) fake.Notice {
	t.Helper()
	return fake.Notice{Header: b.stripe.Sign(n.Body, b.Now(t)), Body: n.Body}
}

// give has a mandate given, and confirmed by its bank.
func (b *bank) give(t *testing.T, how fake.Bank) (mandate string) {
	t.Helper()
	setup := id.New[id.CardSetupKind]()
	b.SignInAgain(t, olivia)
	to, err := b.debits.Begin(t.Context(), b.As(t, olivia, b.account), b.account, setup, "/accounts/x/payment-methods")
	pages := b.stripe.Sessions(setup.String())
	if err != nil || len(pages) != 1 || pages[0].URL != to {
		t.Fatalf("a mandate is given at %s, %v; %+v", to, err, pages)
	}
	mandate = b.stripe.GiveMandate(pages[0].ID, how)
	b.hear(t)
	b.Offset.Advance(4 * day)
	b.stripe.Banks()
	b.hear(t)
	return mandate
}

// passes lets so many days pass, with the jobs, the banks and the notices of each.
func (b *bank) passes(t *testing.T, days int) {
	t.Helper()
	for range days {
		b.Offset.Advance(day)
		b.works(t)
		b.stripe.Banks()
		b.hear(t)
	}
}

func (b *bank) works(t *testing.T) {
	t.Helper()
	for range 2 { // it may run twice
		if err := b.debits.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := b.cards.Collect(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	b.Deliver(t)
}

// until lets days pass until a collection stands so.
func (b *bank) until(t *testing.T, state debits.State) {
	t.Helper()
	for range 40 {
		if b.Count(t, "debit_collections", "state = '"+string(state)+"'") > 0 {
			return
		}
		b.passes(t, 1)
	}
	t.Fatalf("no collection is %s", state)
}
