package billing_test

import (
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

// P2, A1: another amount, currency or invoice than the page had shown is refused, whichever way is paid, is in the log
// with who it was, and the billing department is told, once an hour. What was shown and has changed since is no attack.
func TestAnAlteredFormIsRefusedLoggedAndTold(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		r.credit(t, ben, 5000)
		one, two := r.issue(t, ben.account, 1000), r.issue(t, ben.account, 2000)
		theirs := r.issue(t, r.newPlace(t, "Carl", "owner").account, 1000)
		shown := billing.Together{Key: id.New[id.CheckoutKind](), Invoices: []id.Invoice{one}, Amount: gbp(1200)}
		shown.Mark = r.billing.Mark(shown)
		pay := func(o billing.Together) error {
			_, err := r.billing.PayTogether(t.Context(), r.enter(t, ben), ben.account, o)
			return err
		}
		use := func(o billing.Together) error {
			_, err := r.billing.CreditTogether(t.Context(), r.enter(t, ben), ben.account, o)
			return err
		}
		altered := int64(0)
		for name, alter := range map[string]func(o *billing.Together){
			"amount":            func(o *billing.Together) { o.Amount = gbp(1) },
			"currency":          func(o *billing.Together) { o.Amount = money.New(1200, money.EUR) },
			"another invoice":   func(o *billing.Together) { o.Invoices = []id.Invoice{two} },
			"one more":          func(o *billing.Together) { o.Invoices = []id.Invoice{one, two} },
			"somebody else's":   func(o *billing.Together) { o.Invoices = []id.Invoice{theirs} },
			"another payment":   func(o *billing.Together) { o.Key = id.New[id.CheckoutKind]() },
			"no mark":           func(o *billing.Together) { o.Mark = "" },
			"no mark of ours":   func(o *billing.Together) { o.Mark = "AAAA" },
			"amount, with mark": func(o *billing.Together) { o.Amount, o.Mark = gbp(1), o.Mark[:len(o.Mark)-2]+"AA" },
		} {
			for _, do := range []func(billing.Together) error{pay, use} {
				o := shown
				alter(&o)
				wantFault(t, do(o), fault.KindInvalid)
				altered++
				e := r.newest(t, ben.account)
				if e.Action != activity.PaymentRefused || e.Outcome != activity.RefusedResult || e.Who.Name != "Ben Okafor" {
					t.Errorf("%s: the log says %s, %s, by %s", name, e.Action, e.Outcome, e.Who.Name)
				}
				if mine := e.TargetID == one.String() || e.TargetID == two.String(); mine == (name == "somebody else's") {
					t.Errorf("%s: the log says it of %+v", name, e.What)
				}
			}
		}
		told := func() int64 { return r.Count(t, "outbox", "kind = ?", billing.MailRefused) }
		if n := r.Count(t, "entries", "action = ?", activity.PaymentRefused); n != altered || told() < 1 || told() > 2 {
			t.Errorf("%d of %d are in the log, %d mails", n, altered, told()) // two, where an hour ends meanwhile
		}
		before := told()
		r.Offset.Advance(time.Hour)
		wantFault(t, pay(billing.Together{Key: shown.Key, Invoices: shown.Invoices, Amount: gbp(2)}), fault.KindInvalid)
		if told() != before+1 {
			t.Errorf("%d mails an hour later", told())
		}
		if n := r.Count(t, "checkouts", "1 = 1"); n != 0 {
			t.Errorf("%d payments were begun", n)
		}
		r.settled(t, ben, one, billing.StateDue, 0, 0, 5000)
		r.decide(t, r.begin(t, ben, one, 200), billing.OutcomePaid) // meanwhile
		refused := r.Count(t, "entries", "action = ?", activity.PaymentRefused)
		wantFault(t, pay(shown), fault.KindInvalid)
		if n := r.Count(t, "entries", "action = ?", activity.PaymentRefused); n != refused || told() != before+1 {
			t.Error("what changed meanwhile is taken for an attack")
		}
		shown.Amount = gbp(1000)
		shown.Mark = r.billing.Mark(shown)
		if err := pay(shown); err != nil {
			t.Error(err)
		}
	})
}

// credit gives an account credit: it pays an invoice, and so much more.
func (r *rig) credit(t *testing.T, p place, minor int64) {
	t.Helper()
	invoice := r.issue(t, p.account, 100)
	_, err := r.billing.Make(t.Context(), r.staff(t), p.account, billing.Move{
		Kind: ledger.Payment, Key: id.New[id.MoneyRequestKind](), Invoice: invoice, Method: billing.ByTransfer,
		Amount: gbp(120 + minor),
	})
	if err != nil {
		t.Fatal(err)
	}
}
