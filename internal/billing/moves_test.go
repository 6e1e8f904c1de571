package billing_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

// move makes a move that is well formed, with a key of its own.
func move(kind ledger.Kind, invoice id.Invoice, minor int64) billing.Move {
	m := billing.Move{
		Kind: kind, Key: id.New[id.MoneyRequestKind](), Invoice: invoice, Amount: gbp(minor), Method: billing.ByTransfer,
		Detail: "as agreed on the phone",
	}
	if kind == ledger.Refund {
		m.Invoice = id.Invoice{}
	}
	return m
}

func (r *rig) make(t *testing.T, who actor.Actor, p place, m billing.Move) billing.Moved {
	t.Helper()
	out, err := r.billing.Make(t.Context(), who, p.account, m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAPaymentIsRecordedOnce(t *testing.T) { // P6
	each(t, func(t *testing.T, r *rig) {
		ben, bea := r.newPlace(t, "Ben Okafor", "billing"), r.staff(t)
		invoice := r.issue(t, ben.account, 10000)
		m := move(ledger.Payment, invoice, 5000)
		m.Payer, m.Day = "Northwind Bakery", r.Now(t).Add(-time.Hour)
		r.make(t, bea, ben, m)
		r.make(t, bea, ben, m) // a second click
		r.settled(t, ben, invoice, billing.StatePartPaid, 5000, 1, 0)
		got := r.invoice(t, ben, invoice).Payments[0]
		if got.By != "Northwind Bakery" || got.Gateway != billing.ByTransfer || got.Detail != "as agreed on the phone" ||
			got.Received.Sub(m.Day).Abs() > time.Millisecond {
			t.Errorf("the payment reads %+v", got)
		}
		if e := r.newest(t, ben.account); e.Action != activity.PaymentRecorded || amountOf(e) != "£50.00" {
			t.Errorf("the log says %s %s", e.Action, amountOf(e))
		}
		r.make(t, bea, ben, move(ledger.Payment, invoice, 10000))
		r.settled(t, ben, invoice, billing.StatePaid, 12000, 2, 3000)
		for name, spoil := range map[string]func(m *billing.Move){
			"currency": func(m *billing.Move) { m.Amount = money.New(5, money.EUR) },
			"nothing":  func(m *billing.Move) { m.Amount = gbp(0) },
			"negative": func(m *billing.Move) { m.Amount = gbp(-1) },
			"vast":     func(m *billing.Move) { m.Amount = gbp(1 << 62) },
			"method":   func(m *billing.Move) { m.Method = "stripe" },
			"no key":   func(m *billing.Move) { m.Key = id.MoneyRequest{} },
			"kind":     func(m *billing.Move) { m.Kind = ledger.Invoice },
			"long ago": func(m *billing.Move) { m.Day = time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC) },
			"control":  func(m *billing.Move) { m.Payer = "a\x00b" },
		} {
			m := move(ledger.Payment, invoice, 100)
			spoil(&m)
			if _, err := r.billing.Make(t.Context(), bea, ben.account, m); fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestACreditNoteTakesBackTheTaxToThePenny(t *testing.T) { // P8
	each(t, func(t *testing.T, r *rig) {
		ben, bea := r.newPlace(t, "Ben Okafor", "billing"), r.staff(t)
		d := r.draft(t, 333) // 20% of 3.33 is 0.666
		d.Lines = append(d.Lines, line(333), line(333))
		reduced := line(101)
		reduced.Rate = 500
		d.Lines = append(d.Lines, reduced)
		if _, err := r.billing.Issue(t.Context(), actor.NewSystem("test"), ben.account, d); err != nil {
			t.Fatal(err)
		}
		in := r.invoice(t, ben, d.Key)
		sum := int64(0)
		for i, l := range in.Lines {
			m := move(ledger.CreditNote, d.Key, 0)
			m.Parts = []billing.Part{{Line: l.ID, Net: l.Net}}
			out := r.make(t, bea, ben, m)
			sum += out.Amount.Minor()
			if !strings.HasPrefix(out.Number, "CN-") || !strings.HasSuffix(out.Number, string(rune('1'+i))) {
				t.Errorf("the note is called %s", out.Number)
			}
			r.audited(t)
			_, err := r.billing.Make(t.Context(), bea, ben.account, func() billing.Move {
				m.Key = id.New[id.MoneyRequestKind]()
				return m
			}())
			wantFault(t, err, map[bool]fault.Kind{true: fault.KindConflict, false: fault.KindInvalid}[i == len(in.Lines)-1])
		}
		got := r.invoice(t, ben, d.Key)
		if sum != in.Total.Minor() || got.State != billing.StateCredited || len(got.Notes) != 4 || !got.Paid.IsZero() ||
			got.Credited != in.Total || !got.Left.IsZero() {
			t.Errorf("credited %d of %s: %+v", sum, in.Total, got)
		}
		if e := r.newest(t, ben.account); e.Action != activity.InvoiceCredited || e.What.Label != in.Number {
			t.Errorf("the log says %s of %s", e.Action, e.What.Label)
		}
	})
}

func TestWhatWasPaidAndIsCreditedBecomesCredit(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben, bea := r.newPlace(t, "Ben Okafor", "billing"), r.staff(t)
		invoice := r.issue(t, ben.account, 10000)
		r.decide(t, r.begin(t, ben, invoice, 5000), billing.OutcomePaid)
		if out := r.make(t, bea, ben, move(ledger.CreditNote, invoice, 0)); out.Amount != gbp(12000) {
			t.Errorf("credited %s", out.Amount)
		}
		r.settled(t, ben, invoice, billing.StateCredited, 5000, 1, 5000)
		next := r.issue(t, ben.account, 2000)
		key := id.New[id.AdjustmentKind]()
		for range 2 { // a second click uses nothing more
			used, err := r.billing.UseCredit(t.Context(), r.enter(t, ben), ben.account, next, key, gbp(2400))
			if err != nil || used != gbp(2400) {
				t.Fatalf("used %s, %v", used, err)
			}
		}
		r.settled(t, ben, next, billing.StatePaid, 2400, 0, 2600)
		r.make(t, bea, ben, move(ledger.Refund, next, 2600))
		r.settled(t, ben, next, billing.StatePaid, 2400, 0, 0)
		_, err := r.billing.Make(t.Context(), bea, ben.account, move(ledger.Refund, next, 1))
		wantFault(t, err, fault.KindInvalid)
		last := r.issue(t, ben.account, 100)
		_, err = r.billing.UseCredit(t.Context(), r.enter(t, ben), ben.account, last, id.New[id.AdjustmentKind](), gbp(1))
		wantFault(t, err, fault.KindConflict)
	})
}

func TestFiftyAtOnceUseTheCreditOnce(t *testing.T) { // P7
	each(t, func(t *testing.T, r *rig) {
		ben, bea := r.newPlace(t, "Ben Okafor", "billing"), r.staff(t)
		first := r.issue(t, ben.account, 100)
		r.make(t, bea, ben, move(ledger.Payment, first, 220)) // £1 of credit
		next := r.issue(t, ben.account, 10000)
		who := r.enter(t, ben)
		together(25, func(int) {
			_, err := r.billing.UseCredit(t.Context(), actor.Enter(who.Details), ben.account, next,
				id.New[id.AdjustmentKind](), gbp(60))
			if kind := fault.KindOf(err); err != nil && kind != fault.KindConflict {
				t.Error(err)
			}
		})
		together(25, func(int) {
			_, err := r.billing.Make(t.Context(), actor.Enter(bea.Details), ben.account, move(ledger.Refund, id.Invoice{}, 60))
			if kind := fault.KindOf(err); err != nil && kind != fault.KindInvalid {
				t.Error(err)
			}
		})
		r.settled(t, ben, next, billing.StatePartPaid, 60+40, 0, 0)
	})
}

func TestAWriteOffEndsWhatIsAskedFor(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben, bea := r.newPlace(t, "Ben Okafor", "billing"), r.staff(t)
		invoice := r.issue(t, ben.account, 10000)
		r.decide(t, r.begin(t, ben, invoice, 2000), billing.OutcomePaid)
		late := r.begin(t, ben, invoice, 10000)
		if out := r.make(t, bea, ben, move(ledger.WriteOff, invoice, 0)); out.Amount != gbp(10000) {
			t.Errorf("%s was written off", out.Amount)
		}
		r.settled(t, ben, invoice, billing.StateWrittenOff, 2000, 1, 0)
		for _, m := range []billing.Move{move(ledger.WriteOff, invoice, 0), move(ledger.CreditNote, invoice, 0)} {
			_, err := r.billing.Make(t.Context(), bea, ben.account, m)
			wantFault(t, err, fault.KindConflict)
		}
		r.decide(t, late, billing.OutcomePaid) // money that comes all the same belongs to the client
		r.settled(t, ben, invoice, billing.StateWrittenOff, 2000, 2, 10000)
	})
}

// A10: above the limit a second person decides; whoever asked cannot, nor can anybody decide twice.
func TestAboveTheLimitASecondPersonDecides(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben, bea, dan := r.newPlace(t, "Ben Okafor", "billing"), r.staff(t), r.staff(t)
		invoice := r.issue(t, ben.account, 100000)
		for _, kind := range []ledger.Kind{ledger.CreditNote, ledger.WriteOff, ledger.Payment} {
			m := move(kind, invoice, 50001)
			for range 2 { // a second click asks for nothing more
				out := r.make(t, bea, ben, m)
				if kind != ledger.Payment && out.Amount.Minor() != 120000 && !out.Amount.IsZero() {
					t.Errorf("%s: %s", kind, out.Amount)
				}
			}
			r.settled(t, ben, invoice, billing.StateDue, 0, 0, 0)
			_, err := r.billing.Decide(t.Context(), bea, ben.account, m.Key, true)
			wantFault(t, err, fault.KindConflict) // self-approval
			if _, err := r.billing.Decide(t.Context(), dan, ben.account, m.Key, kind == ledger.Payment); err != nil {
				t.Fatal(err)
			}
			_, err = r.billing.Decide(t.Context(), dan, ben.account, m.Key, true)
			wantFault(t, err, fault.KindConflict)
		}
		r.settled(t, ben, invoice, billing.StatePartPaid, 50001, 1, 0)
		if list, err := r.billing.Requests(t.Context(), bea); err != nil || len(list) != 0 {
			t.Errorf("%d requests wait, %v", len(list), err)
		}
		r.make(t, bea, ben, move(ledger.Payment, invoice, 50000)) // at the limit one is enough
		r.settled(t, ben, invoice, billing.StatePartPaid, 100001, 2, 0)
	})
}

// A10: what changed since it was asked for is not approved as something else.
func TestAnApprovalIsOfTheAmountAskedFor(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben, bea, dan := r.newPlace(t, "Ben Okafor", "billing"), r.staff(t), r.staff(t)
		invoice := r.issue(t, ben.account, 100000)
		m := move(ledger.WriteOff, invoice, 0)
		if out := r.make(t, bea, ben, m); !out.Waits {
			t.Fatal("nobody was asked")
		}
		list, err := r.billing.Requests(t.Context(), dan)
		if err != nil || len(list) != 1 || list[0].Amount != gbp(120000) || list[0].AskedBy != "Bea Lund" ||
			list[0].Number != r.invoice(t, ben, invoice).Number || list[0].Why != m.Detail {
			t.Fatalf("%+v, %v", list, err)
		}
		r.decide(t, r.begin(t, ben, invoice, 1000), billing.OutcomePaid)
		_, err = r.billing.Decide(t.Context(), dan, ben.account, m.Key, true)
		wantFault(t, err, fault.KindConflict)
		r.settled(t, ben, invoice, billing.StatePartPaid, 1000, 1, 0)
		if _, err := r.billing.Decide(t.Context(), bea, ben.account, m.Key, false); err != nil { // one's own is withdrawn
			t.Error(err)
		}
		together(5, func(int) {
			_, err := r.billing.Decide(t.Context(), actor.Enter(dan.Details), ben.account, m.Key, true)
			wantFault(t, err, fault.KindConflict)
		})
	})
}

func TestWhoMayMoveMoney(t *testing.T) { // A1
	each(t, func(t *testing.T, r *rig) {
		ben, carl, bea := r.newPlace(t, "Ben", "billing"), r.newPlace(t, "Carl", "owner"), r.staff(t)
		invoice := r.issue(t, ben.account, 10000)
		for _, kind := range []ledger.Kind{ledger.Payment, ledger.CreditNote, ledger.WriteOff, ledger.Refund} {
			for _, p := range []place{ben, carl} {
				_, err := r.billing.Make(t.Context(), r.enter(t, p), ben.account, move(kind, invoice, 100))
				wantFault(t, err, fault.KindNotFound)
			}
			if kind != ledger.Refund {
				_, err := r.billing.Make(t.Context(), bea, carl.account, move(kind, invoice, 100))
				wantFault(t, err, fault.KindNotFound) // another account's invoice
			}
		}
		_, err := r.billing.UseCredit(t.Context(), r.enter(t, carl), carl.account, invoice,
			id.New[id.AdjustmentKind](), gbp(1))
		wantFault(t, err, fault.KindNotFound)
		_, err = r.billing.Requests(t.Context(), r.enter(t, ben))
		wantFault(t, err, fault.KindDenied)
		_, err = r.billing.Decide(t.Context(), r.enter(t, ben), ben.account, id.New[id.MoneyRequestKind](), true)
		wantFault(t, err, fault.KindNotFound)
		r.settled(t, ben, invoice, billing.StateDue, 0, 0, 0)
	})
}

// A10: an amount that is split into parts below the limit needs a second person from where they come to more.
func TestSplittingAnAmountDoesNotGoRoundTheSecondPerson(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben, bea, ann := r.newPlace(t, "Ben Okafor", "billing"), r.staff(t), r.staff(t)
		one, two := r.issue(t, ben.account, 100000), r.issue(t, ben.account, 40000)
		other := r.newPlace(t, "Olivia Hart", "owner")
		elsewhere := r.issue(t, other.account, 40000)
		bea, ann = r.again(t, bea), r.again(t, ann)
		waits := func(who actor.Actor, p place, m billing.Move, want bool) billing.Move {
			t.Helper()
			if out := r.make(t, who, p, m); out.Waits != want {
				t.Errorf("%s of %s waits: %t, want %t", m.Kind, out.Amount, out.Waits, want)
			}
			return m
		}
		waits(bea, ben, move(ledger.Payment, one, 30000), false)
		waits(bea, ben, move(ledger.Payment, one, 20000), false) // £500.00 in all: at the limit
		asked := waits(bea, ben, move(ledger.Payment, one, 1), true)
		waits(bea, ben, move(ledger.WriteOff, two, 0), true) // another kind, on another invoice
		waits(bea, other, move(ledger.Payment, elsewhere, 40000), false)
		waits(ann, ben, move(ledger.Payment, one, 40000), false) // a colleague has a limit of her own
		if got := r.invoice(t, ben, one).Paid; got != gbp(90000) {
			t.Errorf("%s is paid, want £900.00", got)
		}
		if _, err := r.billing.Decide(t.Context(), ann, ben.account, asked.Key, true); err != nil {
			t.Error(err)
		}
		r.audited(t)
	})
}

// A10: what waits for a second person counts, and after a day one may do as much again.
func TestWhatWaitsCountsTowardsTheLimitForADay(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben, bea := r.newPlace(t, "Ben Okafor", "billing"), r.staff(t)
		invoice := r.issue(t, ben.account, 200000)
		if out := r.make(t, bea, ben, move(ledger.Payment, invoice, 60000)); !out.Waits {
			t.Fatal("£600.00 moved alone")
		}
		if out := r.make(t, bea, ben, move(ledger.Payment, invoice, 100)); !out.Waits {
			t.Error("something moved beside what waits")
		}
		r.Offset.Set(24*time.Hour + time.Minute)
		if out := r.make(t, r.again(t, bea), ben, move(ledger.Payment, invoice, 50000)); out.Waits {
			t.Error("a day later the limit is still used up")
		}
	})
}
