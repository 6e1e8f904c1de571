package billing_test

import (
	"slices"
	"testing"
	"time"

	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
)

// A statement is read from the ledger: what was before, what each document changed, and what is after, to the penny.
func TestAStatementTellsWhatChanged(t *testing.T) { // P8
	each(t, func(t *testing.T, r *rig) {
		ben, bea := r.newPlace(t, "Ben Okafor", "billing"), r.staff(t)
		r.issue(t, r.newPlace(t, "Carl", "owner").account, 777) // somebody else's
		before := r.issue(t, ben.account, 1000)
		start := r.Now(t).Add(time.Second)
		r.Offset.Advance(time.Minute)
		invoice := r.issue(t, ben.account, 10000)
		r.make(t, bea, ben, move(ledger.Payment, invoice, 13000)) // £10 on top
		r.make(t, bea, ben, move(ledger.CreditNote, before, 0))   // nothing of it was paid
		_, err := r.billing.UseCredit(t.Context(), r.enter(t, ben), ben.account, r.issue(t, ben.account, 500),
			id.New[id.AdjustmentKind](), gbp(400))
		if err != nil {
			t.Fatal(err)
		}
		r.make(t, bea, ben, move(ledger.Refund, invoice, 600))
		end := r.Now(t).Add(time.Minute)
		s, err := r.billing.Statement(t.Context(), r.enter(t, ben), ben.account, start, end)
		if err != nil || s.Opening != gbp(1200) || s.Closing != gbp(200) || s.Charged != gbp(12000+600+600) ||
			s.Paid != gbp(13000+1200) {
			t.Fatalf("%+v, %v", s, err)
		}
		var kinds []ledger.Kind
		balance := s.Opening.Minor()
		for _, l := range s.Lines {
			kinds = append(kinds, l.Kind)
			if balance += l.Change.Minor(); l.Balance.Minor() != balance {
				t.Errorf("%s: %s, not %d", l.Kind, l.Balance, balance)
			}
			if (l.Number == "") != (l.Kind == ledger.Refund) {
				t.Errorf("%s is called %q", l.Kind, l.Number)
			}
		}
		want := []ledger.Kind{ledger.Invoice, ledger.Payment, ledger.CreditNote, ledger.Invoice, ledger.Refund}
		if !slices.Equal(kinds, want) {
			t.Errorf("it has %v", kinds)
		}
		empty, err := r.billing.Statement(t.Context(), r.enter(t, ben), ben.account, end, end.Add(time.Hour))
		if err != nil || empty.Opening != s.Closing || empty.Closing != s.Closing || len(empty.Lines) != 0 {
			t.Errorf("a quiet period: %+v, %v", empty, err)
		}
		for _, until := range []time.Time{start, start.AddDate(6, 0, 0)} {
			_, err := r.billing.Statement(t.Context(), r.enter(t, ben), ben.account, start, until)
			wantFault(t, err, fault.KindInvalid)
		}
	})
}

func TestWhoMayReadAStatement(t *testing.T) { // A1
	each(t, func(t *testing.T, r *rig) {
		ben, tess := r.newPlace(t, "Ben", "auditor"), r.newPlace(t, "Tess", "technical")
		read := func(p place, of id.Account) error {
			_, err := r.billing.Statement(t.Context(), r.enter(t, p), of, time.Unix(0, 0), time.Unix(86400, 0))
			return err
		}
		if err := read(ben, ben.account); err != nil {
			t.Error(err)
		}
		wantFault(t, read(tess, tess.account), fault.KindDenied)
		wantFault(t, read(ben, tess.account), fault.KindNotFound)
		_, err := r.billing.Statement(t.Context(), r.staff(t), ben.account, time.Unix(0, 0), time.Unix(86400, 0))
		wantFault(t, err, fault.KindNotFound)
	})
}
