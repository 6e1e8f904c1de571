package stripe_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/billing/debits"
	"gatehouse/internal/billing/workdays"
	"gatehouse/internal/fault"
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

// P1, P5, P6: a mandate collects an invoice: announced in time, sent on its day, under way, settled once.
func TestADirectDebitIsAnnouncedCollectedAndSettled(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		b.give(t, fake.Pays)
		list, err := b.debits.List(t.Context(), actor.NewSystem("test"), r.account)
		if err != nil || len(list) != 1 || list[0].State != billing.MandateActive || !list[0].Default ||
			list[0].Last4 != "2345" || list[0].Reference != "HARBOUR-0001" {
			t.Fatalf("mandates: %+v, %v", list, err)
		}
		invoice := r.issue(t, 14880)
		b.until(t, debits.Waiting)
		if len(b.soon) != 1 || b.soon[0].Amount != gbp(14880) || b.soon[0].Invoice != invoice {
			t.Fatalf("announced: %+v", b.soon)
		}
		today := r.Now(t)
		if earliest := workdays.After(today, debits.UsualNotice); b.soon[0].On.Before(earliest) ||
			!workdays.Open(b.soon[0].On) {
			t.Errorf("on %s it is announced for %s", today, b.soon[0].On)
		}
		b.until(t, debits.Processing)
		if now := workdays.Day(r.Now(t)); now.Before(b.soon[0].On) {
			t.Errorf("announced for %s, and collected on %s", b.soon[0].On, now)
		}
		r.settled(t, invoice, billing.StateDue, 0, 0)
		in, err := r.billing.ClientInvoice(t.Context(), actor.NewSystem("test"), r.account, invoice)
		if err != nil || in.Debit == nil || !in.Debit.Sent || !in.Debit.Expected.After(in.Debit.On) {
			t.Errorf("under way: %+v, %v", in.Debit, err)
		}
		b.until(t, debits.Paid)
		r.settled(t, invoice, billing.StatePaid, 1, 0)
		b.passes(t, 12)
		r.settled(t, invoice, billing.StatePaid, 1, 0)
		if r.stripe.Taken() != 14880 || len(b.soon) != 1 || len(b.over) != 0 {
			t.Errorf("%d was taken, %+v, %+v", r.stripe.Taken(), b.soon, b.over)
		}
	})
}

// P5: what the bank refuses after days is not settled; too little money is collected once more after another notice, a
// closed account is not.
func TestALateRefusalIsToldAndRetriedByTheRule(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		b.give(t, fake.Empty)
		invoice := r.issue(t, 5000)
		b.passes(t, 60)
		r.settled(t, invoice, billing.StateOverdue, 0, 0)
		if n := r.Count(t, "debit_collections", "state = 'failed'"); n != 2 || len(b.soon) != 2 || len(b.over) != 2 {
			t.Fatalf("%d collections failed; %+v, %+v", n, b.soon, b.over)
		}
		if !b.over[0].Again || b.over[1].Again || b.over[0].Reason != "insufficient_funds" {
			t.Errorf("mails: %+v", b.over)
		}
	})
}

// P8, P5: a claim at the bank after the money came reverses the posting, once, whatever comes twice or first; nothing
// is deleted, and the invoice asks for the money again.
func TestAClaimReversesThePosting(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		b.give(t, fake.Pays)
		invoice := r.issue(t, 5000)
		b.until(t, debits.Processing)
		for r.stripe.Taken() == 0 {
			r.Offset.Advance(day)
			r.stripe.Banks()
		}
		for _, intent := range r.stripe.Intents("") {
			r.stripe.Claim(intent)
		}
		all := r.stripe.Notices()
		for i := range all[b.read:] { // the claim is told of before the payment
			if err := r.receive(t, b.again(t, all[len(all)-1-i])); err != nil {
				t.Error(err)
			}
		}
		b.hear(t)
		r.settled(t, invoice, billing.StateOverdue, 1, 0)
		b.passes(t, 20)
		r.settled(t, invoice, billing.StateOverdue, 1, 0)
		if n := r.Count(t, "payment_returns", "amount_minor = 5000 AND applied_minor = 5000"); n != 1 {
			t.Errorf("%d payments came back", n)
		}
		if n := r.Count(t, "ledger_entries", "kind = 'payment-return'"); n != 2 || len(b.over) != 1 || !b.over[0].Back {
			t.Errorf("%d postings, %+v", n, b.over)
		}
		r.SignInAgain(t, olivia)
		_, page := r.begin(t, invoice, 5000) // the way on: paying by hand
		r.stripe.Pay(page.ID)
		b.hear(t)
		r.settled(t, invoice, billing.StatePaid, 2, 0)
	})
}

// P6: what was paid by card while a Direct Debit was under way becomes credit when that arrives; where the bank then
// says that it did not pay after all, only the credit goes.
func TestPayingTwiceBecomesCredit(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		b.give(t, fake.Pays)
		invoice := r.issue(t, 5000)
		b.until(t, debits.Processing)
		r.SignInAgain(t, olivia)
		if _, err := r.pay(t, invoice, id.New[id.CheckoutKind](), 5000); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("nobody is warned of paying twice: %v", err)
		}
		twice := id.New[id.CheckoutKind]()
		_, err := r.billing.Pay(t.Context(), r.As(t, olivia, r.account), r.account, invoice,
			billing.Order{Key: twice, Amount: gbp(5000), Twice: true})
		if err != nil {
			t.Fatal(err)
		}
		r.stripe.Pay(r.stripe.Sessions(twice.String())[0].ID)
		b.hear(t)
		b.until(t, debits.Paid)
		r.settled(t, invoice, billing.StatePaid, 2, 5000)
		for _, intent := range r.stripe.Intents("") {
			if r.Count(t, "debit_collections", "reference = '"+intent+"'") > 0 {
				r.stripe.FailLate(intent)
			}
		}
		b.hear(t)
		r.settled(t, invoice, billing.StatePaid, 2, 0)
		if n := r.Count(t, "payment_returns", "applied_minor = 0"); n != 1 {
			t.Errorf("%d payments came back", n)
		}
	})
}

// P4, P3: another amount, currency or merchant, or a notice that nobody signed, settles nothing and takes nothing back.
func TestAnAlteredDirectDebitIsRefused(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		b.give(t, fake.Pays)
		invoice := r.issue(t, 5000)
		b.until(t, debits.Processing)
		for r.stripe.Taken() == 0 {
			r.Offset.Advance(day)
			r.stripe.Banks()
		}
		all := r.stripe.Notices()
		paid := all[len(all)-1]
		for name, x := range map[string][2]string{
			"amount":   {`"amount_received":5000`, `"amount_received":500000`},
			"currency": {`"currency":"gbp"`, `"currency":"eur"`},
			"merchant": {account, "acct_another"},
			"payment":  {`"object":{"amount":5000`, `"object":{"x":"y","amount":5000`},
		} {
			bad := r.stripe.Altered(r.stripe.Altered(paid, x[0], x[1]), `"id":"evt_`, `"id":"evt_`+name)
			if name == "payment" {
				bad.Header = fake.Sign("whsec_somebody_else_altogether", bad.Body, r.Now(t))
			}
			if err := r.receive(t, bad); err == nil {
				t.Errorf("%s: taken", name)
			}
			r.settled(t, invoice, billing.StateOverdue, 0, 0)
		}
		if n := r.Count(t, "gateway_events", "refused = 1"); n == 0 {
			t.Error("nothing is written down")
		}
	})
}

// P4: a claim over another amount, or about something else, takes nothing back.
func TestAnAlteredClaimTakesNothingBack(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		b.give(t, fake.Pays)
		invoice := r.issue(t, 5000)
		b.until(t, debits.Paid)
		r.stripe.Claim(r.stripe.Intents("")[0])
		all := r.stripe.Notices()
		b.read = len(all)
		for _, x := range [][2]string{
			{`"amount":5000`, `"amount":4999`}, {`"currency":"gbp"`, `"currency":"eur"`},
		} {
			if err := r.receive(t, r.stripe.Altered(all[len(all)-1], x[0], x[1])); err == nil {
				t.Errorf("%s: taken", x[1])
			}
		}
		r.settled(t, invoice, billing.StatePaid, 1, 0)
		if n := r.Count(t, "payment_returns", "1 = 1"); n != 0 {
			t.Errorf("%d payments came back", n)
		}
	})
}

// R1, R8: whatever is lost on the way, money is collected once: Stripe is down, an answer is lost, the program ends
// before it is written down, Stripe forgets its keys, no notice ever comes.
func TestADirectDebitMovesMoneyOnceWhateverIsLost(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		b.give(t, fake.Pays)
		invoice := r.issue(t, 5000)
		b.until(t, debits.Waiting)
		dies := 3
		r.Outbox.Handle(debits.Send, func(ctx context.Context, d outbox.Delivery) error {
			if dies--; dies < 0 {
				return b.debits.SendDebit(ctx, d)
			}
			r.stripe.ForgetKeys()
			stopped, stop := context.WithCancel(ctx)
			defer stop()
			r.stripe.After(stop)
			return b.debits.SendDebit(stopped, d)
		})
		for range 30 {
			r.Offset.Advance(12 * time.Hour)
			b.works(t)
			r.stripe.Banks() // its notices are lost
		}
		b.read = len(r.stripe.Notices())
		r.settled(t, invoice, billing.StatePaid, 1, 0)
		if len(r.stripe.Intents("")) != 1 || r.stripe.Taken() != 5000 {
			t.Errorf("%d collections, %d was taken", len(r.stripe.Intents("")), r.stripe.Taken())
		}
	})
}

// P5: a mandate that the payer cancels at their bank pays nothing more, its owner is told, and no late notice brings it
// back; what was announced is not collected.
func TestACancelledMandateIsNeverUsedAgain(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		mandate := b.give(t, fake.Pays)
		before := r.stripe.Notices()
		invoice := r.issue(t, 5000)
		b.until(t, debits.Waiting)
		r.stripe.CancelMandate(mandate)
		b.hear(t)
		for _, n := range before {
			if err := r.receive(t, b.again(t, n)); err != nil {
				t.Error(err)
			}
		}
		b.passes(t, 20)
		list, err := b.debits.List(t.Context(), actor.NewSystem("test"), r.account)
		if err != nil || len(list) != 1 || list[0].State != billing.MandateInactive || list[0].Default {
			t.Errorf("mandates: %+v, %v", list, err)
		}
		if len(b.gone) != 1 || !b.gone[0].Paid || r.stripe.Taken() != 0 {
			t.Errorf("%+v, %d was taken", b.gone, r.stripe.Taken())
		}
		r.settled(t, invoice, billing.StateOverdue, 0, 0)
	})
}

// Of a card and a mandate one pays by itself; what is removed is ended at Stripe, and nothing that was only announced
// is collected by it.
func TestOneWayOfPayingPaysByItself(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		r.Outbox.Handle(cards.Charge, b.cards.ChargeCard)
		r.Outbox.Handle(cards.Forget, b.cards.ForgetCard)
		l := &till{rig: r, cards: b.cards}
		l.give(t, fake.Pays)
		b.read = len(r.stripe.Notices())
		b.give(t, fake.Pays)
		r.SignInAgain(t, olivia)
		who := r.As(t, olivia, r.account)
		list, err := b.debits.List(t.Context(), who, r.account)
		if err != nil || len(list) != 1 || list[0].Default {
			t.Fatalf("mandates: %+v, %v", list, err)
		}
		if err := b.debits.MakeDefault(t.Context(), who, r.account, list[0].ID); err != nil {
			t.Fatal(err)
		}
		kept, err := b.cards.List(t.Context(), who, r.account)
		if err != nil || len(kept) != 1 || kept[0].Default {
			t.Fatalf("cards: %+v, %v", kept, err)
		}
		r.issue(t, 5000)
		b.until(t, debits.Waiting)
		r.SignInAgain(t, olivia)
		if err := b.debits.Remove(t.Context(), r.As(t, olivia, r.account), r.account, list[0].ID); err != nil {
			t.Fatal(err)
		}
		b.passes(t, 20)
		if r.stripe.Taken() != 0 || r.stripe.Kept() != 1 {
			t.Errorf("%d was taken, %d are kept", r.stripe.Taken(), r.stripe.Kept())
		}
	})
}

// P1, L5: the number of a bank account is nowhere.
func TestNoAccountNumberAnywhere(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		b.give(t, fake.Pays)
		r.issue(t, 5000)
		b.until(t, debits.Paid)
		for i, dumped := range files(t, r) {
			if strings.Contains(dumped, fake.Canary) {
				t.Errorf("the number is in part %d of what is kept", i)
			}
		}
	})
}
