package billing_test

import (
	"slices"
	"testing"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

// found are the numbers that a filter finds, newest first.
func (r *rig) found(t *testing.T, p place, f billing.Filter) (list []string) {
	t.Helper()
	page, err := r.billing.Invoices(t.Context(), r.enter(t, p), p.account, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range page.Invoices {
		list = append(list, one.Number)
	}
	return list
}

// A1: an invoice is found by its number, a purchase order, a reference or an amount, together with the other filters,
// and never one of another account.
func TestInvoicesAreFound(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben, carl := r.newPlace(t, "Ben Okafor", "billing"), r.newPlace(t, "Carl", "owner")
		one, two, three := r.issue(t, ben.account, 1000), r.issue(t, ben.account, 2000), r.issue(t, ben.account, 123400)
		theirs := r.issue(t, carl.account, 2000)
		number := func(p place, invoice id.Invoice) string { return r.invoice(t, p, invoice).Number }
		refer := func(p place, invoice id.Invoice, po, ref string) {
			err := r.billing.Refer(t.Context(), r.enter(t, p), p.account, invoice, billing.References{PO: po, Ref: ref},
				r.invoice(t, p, invoice).Version)
			if err != nil {
				t.Fatal(err)
			}
		}
		refer(ben, one, "PO 114", "Ovens")
		refer(ben, two, "PO 1150", "")
		refer(carl, theirs, "PO 114", "Ovens")
		r.decide(t, r.begin(t, ben, two, 2400), billing.OutcomePaid)
		year := 365 * 24 * time.Hour
		for name, try := range map[string]struct {
			filter billing.Filter
			want   []id.Invoice
		}{
			"its number":               {billing.Filter{Text: " " + number(ben, two) + " "}, []id.Invoice{two}},
			"the number of another":    {billing.Filter{Text: number(carl, theirs)}, nil},
			"a purchase order":         {billing.Filter{Text: "po 114"}, []id.Invoice{one}},
			"a part of two":            {billing.Filter{Text: "PO 11"}, []id.Invoice{two, one}},
			"a reference":              {billing.Filter{Text: "oven"}, []id.Invoice{one}},
			"an amount":                {billing.Filter{Text: "£1,480.80"}, []id.Invoice{three}},
			"an amount, bare":          {billing.Filter{Text: "1480.80"}, []id.Invoice{three}},
			"an amount in whole units": {billing.Filter{Text: "24"}, []id.Invoice{two}},
			"of that state":            {billing.Filter{Text: "po", Segment: billing.SegmentPaid}, []id.Invoice{two}},
			"of that period": {
				billing.Filter{Text: "po", From: r.Now(t).Add(-time.Hour), To: r.Now(t).Add(year)}, []id.Invoice{two, one},
			},
			"before":           {billing.Filter{Text: "po", To: r.Now(t).Add(-year)}, nil},
			"another currency": {billing.Filter{Currency: money.EUR}, nil},
			"the currency":     {billing.Filter{Currency: money.GBP}, []id.Invoice{three, two, one}},
			"nothing like it":  {billing.Filter{Text: "%"}, nil},
			"one at a time":    {billing.Filter{Text: "po", Limit: 1}, []id.Invoice{two}},
		} {
			var want []string
			for _, invoice := range try.want {
				want = append(want, number(ben, invoice))
			}
			if got := r.found(t, ben, try.filter); !slices.Equal(got, want) {
				t.Errorf("%s: found %v, want %v", name, got, want)
			}
			list, more, err := r.billing.Export(t.Context(), r.enter(t, ben), ben.account, try.filter)
			if err != nil || more || try.filter.Limit == 0 && len(list) != len(want) {
				t.Errorf("%s: %d exported, %v", name, len(list), err)
			}
		}
		page, err := r.billing.Invoices(t.Context(), r.enter(t, ben), ben.account, billing.Filter{Text: "po", Limit: 1})
		if err != nil || page.Older == "" || page.Partial {
			t.Fatalf("%+v, %v", page, err)
		}
		if got := r.found(t, ben, billing.Filter{Text: "po", Limit: 1, Before: page.Older}); len(got) != 1 ||
			got[0] != number(ben, one) {
			t.Errorf("the next page has %v", got)
		}
	})
}

// A search costs the same statements, and looks into a bounded run of invoices, however many there are.
func TestASearchCostsTheSameForMany(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		few, many := r.shelf(t, 1), r.shelf(t, 12)
		for _, p := range []place{few, many} {
			for text, most := range map[string]int64{"2026-0001": 1, "£120.00": 1, "no such thing": 1} {
				who := r.enter(t, p)
				ctx, n := db.CountStatements(t.Context())
				if _, err := r.billing.Invoices(ctx, who, p.account, billing.Filter{Text: text}); err != nil {
					t.Fatal(err)
				}
				if n.Load() > most+1 {
					t.Errorf("looking for %s took %d statements", text, n.Load())
				}
			}
		}
	})
}
