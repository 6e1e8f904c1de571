package billing_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

func TestADraftBecomesAnInvoice(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		olivia, bea := r.newPlace(t, "Olivia", "owner"), r.staff(t)
		d := r.draft(t, 10000)
		d.PO, d.Ref = "PO 77", "Kitchen"
		save := func(d billing.Draft) error { return r.billing.SaveDraft(t.Context(), bea, olivia.account, d) }
		for range 2 { // a second click keeps one
			if err := save(d); err != nil {
				t.Fatal(err)
			}
		}
		_, err := r.billing.Invoice(t.Context(), r.enter(t, olivia), olivia.account, d.Key)
		wantFault(t, err, fault.KindNotFound) // nobody of the account sees it
		got, err := r.billing.ClientInvoice(t.Context(), bea, olivia.account, d.Key)
		if err != nil || got.State != billing.StateDraft || got.Number != "" || got.Total != gbp(12000) || got.Version != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		d.Version = 1
		d.Lines = append(d.Lines, line(500))
		if err := save(d); err != nil {
			t.Fatal(err)
		}
		wantFault(t, save(d), fault.KindConflict) // it is version 2 by now
		_, err = r.billing.IssueDraft(t.Context(), bea, olivia.account, d.Key, 1)
		wantFault(t, err, fault.KindConflict)
		if r.Count(t, "invoice_series", "1 = 1") != 0 || r.Count(t, "ledger_entries", "1 = 1") != 0 {
			t.Error("a draft took a number or was posted")
		}
		number, err := r.billing.IssueDraft(t.Context(), bea, olivia.account, d.Key, 2)
		if err != nil || number != r.Now(t).Format("2006")+"-0001" {
			t.Fatalf("%s, %v", number, err)
		}
		in := r.invoice(t, olivia, d.Key)
		if in.Total != gbp(12600) || in.PO != "PO 77" || in.Ref != "Kitchen" || len(in.Lines) != 2 ||
			in.State != billing.StateDue {
			t.Errorf("it reads %+v", in)
		}
		d.Version = in.Version
		wantFault(t, save(d), fault.KindConflict)
		wantFault(t, r.billing.DiscardDraft(t.Context(), bea, olivia.account, d.Key), fault.KindConflict)
		r.audited(t)
	})
}

func TestADiscardedDraftLeavesNoGap(t *testing.T) { // P8
	each(t, func(t *testing.T, r *rig) {
		olivia, bea := r.newPlace(t, "Olivia", "owner"), r.staff(t)
		d := r.draft(t, 100)
		if err := r.billing.SaveDraft(t.Context(), bea, olivia.account, d); err != nil {
			t.Fatal(err)
		}
		if err := r.billing.DiscardDraft(t.Context(), bea, olivia.account, d.Key); err != nil {
			t.Fatal(err)
		}
		if e := r.newest(t, olivia.account); e.Action != activity.InvoiceDraftDiscarded || e.What.Label != d.About {
			t.Errorf("the log says %s of %s", e.Action, e.What.Label)
		}
		wantFault(t, r.billing.DiscardDraft(t.Context(), bea, olivia.account, d.Key), fault.KindNotFound)
		if r.Count(t, "invoices", "1 = 1")+r.Count(t, "invoice_lines", "1 = 1") != 0 {
			t.Error("rows of it are left")
		}
		r.issue(t, olivia.account, 100)
		r.audited(t)
		for _, err := range []error{
			r.billing.SaveDraft(t.Context(), r.enter(t, olivia), olivia.account, r.draft(t, 100)),
			r.billing.DiscardDraft(t.Context(), r.enter(t, olivia), olivia.account, d.Key),
		} {
			wantFault(t, err, fault.KindNotFound)
		}
	})
}

func TestTheReasonOfARateIsKept(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		olivia, bea := r.newPlace(t, "Olivia", "owner"), r.staff(t)
		d := r.draft(t, 1000)
		abroad, free := line(1000), line(1000)
		abroad.Rate, abroad.Treatment = 0, billing.ReverseCharge
		free.Rate, free.Treatment = 0, billing.Exempt
		d.Lines = append(d.Lines, abroad, free)
		_, err := r.billing.Issue(t.Context(), bea, olivia.account, d)
		f, _ := fault.As(err)
		if f == nil || f.Kind != fault.KindInvalid || f.Fields[0].Name != "line-1-rate" {
			t.Fatalf("a reverse charge without a VAT number: %v", err)
		}
		r.taxID(t, olivia, "DE123456789")
		if _, err := r.billing.Issue(t.Context(), bea, olivia.account, d); err != nil {
			t.Fatal(err)
		}
		in := r.invoice(t, olivia, d.Key)
		if in.BilledTo.TaxID != "DE123456789" || len(in.VAT) != 3 || in.VAT[1].RateText() != "0% (reverse charge)" ||
			in.VAT[1].Why() == "" || in.VAT[2].Treatment != billing.Exempt || in.Total != gbp(3200) {
			t.Errorf("it reads %+v", in)
		}
		r.taxID(t, olivia, "DE000000000") // what is issued keeps what was true then
		if again := r.invoice(t, olivia, d.Key); again.BilledTo.TaxID != "DE123456789" {
			t.Errorf("it is now for %s", again.BilledTo.TaxID)
		}
		for name, l := range map[string]billing.Line{
			"a standard rate of nothing": {Treatment: billing.Standard, Rate: 0},
			"an exempt line with a rate": {Treatment: billing.Exempt, Rate: 2000},
			"no such reason":             {Treatment: "because", Rate: 2000},
		} {
			d := r.draft(t, 100)
			d.Lines[0].Treatment, d.Lines[0].Rate = l.Treatment, l.Rate
			_, err := r.billing.Issue(t.Context(), bea, olivia.account, d)
			if fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// What is outside the scope of VAT has no tax, says why, and stands on an invoice of its own.
func TestWhatIsOutsideTheScopeOfVAT(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		olivia, bea := r.newPlace(t, "Olivia", "owner"), r.staff(t)
		outside := func() billing.Line {
			l := line(1000)
			l.Rate, l.Treatment = 0, billing.Outside
			return l
		}
		d := r.draft(t, 1000)
		d.Lines = append(d.Lines, outside())
		for _, write := range []func() error{
			func() error { _, err := r.billing.Issue(t.Context(), bea, olivia.account, d); return err },
			func() error {
				slices.Reverse(d.Lines)
				_, err := r.billing.Issue(t.Context(), bea, olivia.account, d)
				return err
			},
		} {
			if f, _ := fault.As(write()); f == nil || f.Kind != fault.KindInvalid || f.Fields[0].Name != "line-1-rate" {
				t.Fatalf("beside a line with tax: %v", f)
			}
		}
		d.Lines = []billing.Line{outside(), outside()}
		if _, err := r.billing.Issue(t.Context(), bea, olivia.account, d); err != nil {
			t.Fatal(err)
		}
		in := r.invoice(t, olivia, d.Key)
		if len(in.VAT) != 1 || !in.VAT[0].Tax.IsZero() || in.VAT[0].On != gbp(2000) || in.Total != gbp(2000) ||
			in.VAT[0].RateText() != "0% (outside the scope)" || !strings.Contains(in.VAT[0].Why(), "where the customer is") {
			t.Errorf("it reads %+v", in)
		}
		r.audited(t)
	})
}

func (r *rig) taxID(t *testing.T, p place, number string) {
	t.Helper()
	err := r.Gate.Change(t.Context(), actor.NewSystem("test"), verb.AccountEdit, id.AccountScope(p.account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			s, err := r.Box.Seal(number, secretbox.Place{Table: "accounts", Column: "tax_id", Row: p.account.Bytes()})
			if err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.AccountEdited, activity.Details{}),
				g.On(tx.Table("accounts")).Updates(map[string]any{"tax_id": s}).Error
		})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheSeriesCountrySaysHowTaxIsRounded(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		olivia := r.newPlace(t, "Olivia", "owner")
		for country, want := range map[string]int64{"GB": 1099, "JP": 1098} { // 10% of 9.99
			r.billing.Under(billing.Rules{Country: country})
			d := r.draft(t, 999)
			d.Lines[0].Rate, d.Lines[0].Quantity = 1000, decimal.NewFromInt(1)
			if _, err := r.billing.Issue(t.Context(), actor.NewSystem("test"), olivia.account, d); err != nil {
				t.Fatal(err)
			}
			if in := r.invoice(t, olivia, d.Key); in.Total.Minor() != want || in.VAT[0].Tax.Minor() != want-999 {
				t.Errorf("%s: %s", country, in.Total)
			}
		}
		r.audited(t)
	})
}

func TestReferencesAreTheClientsUntilItIsPaid(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben, tess := r.newPlace(t, "Ben", "billing"), r.newPlace(t, "Tess", "technical")
		invoice, theirs := r.issue(t, ben.account, 100), r.issue(t, tess.account, 100)
		refer := func(p place, of id.Account, invoice id.Invoice, version int64) error {
			return r.billing.Refer(t.Context(), r.enter(t, p), of, invoice,
				billing.References{PO: "PO 9", Ref: "Ovens"}, version)
		}
		first := r.invoice(t, ben, invoice)
		if err := refer(ben, ben.account, invoice, first.Version); err != nil {
			t.Fatal(err)
		}
		got := r.invoice(t, ben, invoice)
		if e := r.newest(t, ben.account); got.PO != "PO 9" || got.Ref != "Ovens" || e.Action != activity.InvoiceReferred ||
			len(e.What.Changes) != 2 {
			t.Errorf("%q %q; the log says %s %v", got.PO, got.Ref, e.Action, e.What.Changes)
		}
		wantFault(t, refer(ben, ben.account, invoice, first.Version), fault.KindConflict)
		wantFault(t, refer(ben, ben.account, theirs, 1), fault.KindNotFound)
		wantFault(t, refer(ben, tess.account, theirs, 1), fault.KindNotFound)
		wantFault(t, refer(tess, tess.account, theirs, 1), fault.KindDenied)
		r.decide(t, r.begin(t, ben, invoice, 120), billing.OutcomePaid)
		wantFault(t, refer(ben, ben.account, invoice, r.invoice(t, ben, invoice).Version), fault.KindConflict)
		r.audited(t)
	})
}
