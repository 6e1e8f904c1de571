package stripe_test

import (
	"context"
	"testing"

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
		in, err := r.billing.ClientInvoice(t.Context(), actor.NewSystem("test"), r.account, invoice)
		state := billing.StateDue
		if !workdays.Open(in.Due) { // banks collect on their first day after it
			state = billing.StateOverdue
		}
		r.settled(t, invoice, state, 0, 0)
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
			r.stripe.Decide(intent, "lost") // as each claim of a Direct Debit is
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
		if n := r.Count(t, "payment_departures", "1 = 1") + r.Count(t, "entries", "action = 'payment.lost'"); n != 0 {
			t.Error("the billing department is told to book what is booked")
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

// P6: credit is used for what was only announced, which is then announced anew; not for what a bank has been asked for.
func TestCreditWaitsForTheBank(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		over := r.issue(t, 3000)
		_, first := r.begin(t, over, 3000)
		_, second := r.begin(t, over, 3000)
		r.stripe.Pay(first.ID)
		r.stripe.Pay(second.ID)
		b.hear(t)
		b.give(t, fake.Pays)
		invoice := r.issue(t, 5000)
		use := func() error {
			r.SignInAgain(t, olivia)
			_, err := r.billing.UseCredit(t.Context(), r.As(t, olivia, r.account), r.account, invoice,
				id.New[id.AdjustmentKind](), gbp(1000))
			return err
		}
		b.until(t, debits.Waiting)
		if err := use(); err != nil {
			t.Fatalf("while it is only announced: %v", err)
		}
		b.until(t, debits.Processing)
		if err := use(); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("while the bank is asked: %v", err)
		}
		b.until(t, debits.Paid)
		r.settled(t, invoice, billing.StatePaid, 3, 2000)
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

// P6: while a bank is asked for a card that somebody pays with now, no Direct Debit of the same invoice is announced:
// the money is taken once.
func TestADirectDebitWaitsForACardThatPaysNow(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b := newBank(r)
		b.give(t, fake.Pays)
		l := &till{rig: r, cards: b.cards}
		r.SignInAgain(t, olivia)
		l.give(t, fake.Pays)
		b.read = len(r.stripe.Notices())
		var order outbox.Delivery // the bank is slow: the order is held back
		r.Outbox.Handle(cards.ChargeNow, func(_ context.Context, d outbox.Delivery) error {
			order = d
			return nil
		})
		invoice := r.issue(t, 5000)
		r.SignInAgain(t, olivia)
		who := r.As(t, olivia, r.account)
		kept, err := b.cards.List(t.Context(), who, r.account)
		if err != nil || len(kept) != 1 {
			t.Fatalf("cards: %+v, %v", kept, err)
		}
		o := billing.Together{
			Key: id.New[id.CheckoutKind](), Invoices: []id.Invoice{invoice}, Amount: gbp(5000), Back: "/accounts/x/invoices",
		}
		o.Mark = r.billing.Mark(o)
		if err := b.cards.PayNow(t.Context(), who, r.account, kept[0].ID, o); err != nil {
			t.Fatal(err)
		}
		other := r.issue(t, 700) // which no card is asked for
		b.until(t, debits.Waiting)
		b.passes(t, 3)
		if len(b.soon) != 1 || b.soon[0].Invoice != other {
			t.Fatalf("announced while the bank is asked: %+v", b.soon)
		}
		if err := b.cards.ChargeCardNow(t.Context(), order); err != nil {
			t.Fatal(err)
		}
		b.hear(t)
		b.passes(t, 20)
		r.settled(t, invoice, billing.StatePaid, 2, 0) // one payment each
		if len(b.soon) != 1 || r.stripe.Taken() != 5700 {
			t.Errorf("%d was taken; announced %+v", r.stripe.Taken(), b.soon)
		}
	})
}
