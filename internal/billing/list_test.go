package billing_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// shelf is an account with invoices: one overdue, one due, one part-paid, the rest paid.
func (r *rig) shelf(t *testing.T, paid int) place {
	t.Helper()
	p := r.newPlace(t, "Ben Okafor", "billing")
	now := r.Now(t)
	issue := func(ago, term int) id.Invoice {
		d := r.draft(t, 10000)
		d.Issued = now.AddDate(0, 0, -ago)
		d.Due = d.Issued.AddDate(0, 0, term)
		if _, err := r.billing.Issue(t.Context(), actor.NewSystem("test"), p.account, d); err != nil {
			t.Fatal(err)
		}
		return d.Key
	}
	issue(30, 14)
	for range paid {
		r.decide(t, r.begin(t, p, issue(20, 14), 12000), billing.OutcomePaid)
	}
	r.decide(t, r.begin(t, p, issue(3, 14), 2000), billing.OutcomePaid)
	issue(1, 30)
	return p
}

func TestListsAreConfinedAndTurned(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.shelf(t, 4)
		r.shelf(t, 1) // somebody else's
		list := func(f billing.Filter) billing.Page {
			page, err := r.billing.Invoices(t.Context(), r.enter(t, ben), ben.account, f)
			if err != nil {
				t.Fatal(err)
			}
			return page
		}
		for segment, want := range map[billing.Segment][]billing.State{
			billing.SegmentAll: {"due", "part-paid", "paid", "paid", "paid", "paid", "overdue"},
			billing.SegmentDue: {"due", "part-paid"}, billing.SegmentOverdue: {"overdue"},
			billing.SegmentPaid: {"paid", "paid", "paid", "paid"}, billing.SegmentCredits: nil,
		} {
			var got []billing.State
			for _, s := range list(billing.Filter{Segment: segment}).Invoices {
				got = append(got, s.State)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q: %v, want %v", segment, got, want)
			}
		}
		page := turn(t, list)
		for _, bad := range []billing.Filter{
			{Before: "x"}, {After: "1-1"}, {Before: page.Older, After: page.Older}, {Segment: "1=1"},
		} {
			_, err := r.billing.Invoices(t.Context(), r.enter(t, ben), ben.account, bad)
			wantFault(t, err, fault.KindNotFound)
		}
	})
}

// turn goes to the end and back, and returns the first page.
func turn(t *testing.T, list func(f billing.Filter) billing.Page) billing.Page {
	t.Helper()
	var down, up []string
	page := list(billing.Filter{Limit: 3})
	for more := true; more; {
		for _, s := range page.Invoices {
			down = append(down, s.Number)
		}
		if more = page.Older != ""; more {
			page = list(billing.Filter{Limit: 3, Before: page.Older})
		}
	}
	for more := true; more; {
		for _, s := range slices.Backward(page.Invoices) {
			up = append(up, s.Number)
		}
		if more = page.Newer != ""; more {
			page = list(billing.Filter{Limit: 3, After: page.Newer})
		}
	}
	slices.Reverse(up)
	if len(down) != 7 || !slices.Equal(down, up) || len(slices.Compact(slices.Sorted(slices.Values(down)))) != 7 {
		t.Errorf("down %q, up %q", down, up)
	}
	return page
}

func TestWhatIsDueIsSummedUp(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.shelf(t, 1)
		due, err := r.billing.Due(t.Context(), r.enter(t, ben), ben.account)
		if err != nil || due.Count != 3 || due.Left != gbp(12000+12000+10000) || due.OverdueCount != 1 ||
			due.Overdue != gbp(12000) || due.Oldest.State != billing.StateOverdue || due.Next.Before(r.Now(t)) {
			t.Errorf("%+v, %v", due, err)
		}
		carl := r.newPlace(t, "Carl", "owner")
		due, err = r.billing.Due(t.Context(), r.enter(t, carl), carl.account)
		if err != nil || due != (billing.Due{}) {
			t.Errorf("nothing is due: %+v, %v", due, err)
		}
	})
}

func TestAnInvoiceIsOverdueOnceTheDayIsOver(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, ben.account, 100)
		midnight := r.invoice(t, ben, invoice).Due.Add(12 * time.Hour)
		r.Offset.Advance(midnight.Sub(r.Now(t)) - time.Minute)
		if got := r.invoice(t, ben, invoice).State; got != billing.StateDue {
			t.Errorf("a minute before the day is over it is %s", got)
		}
		r.Offset.Advance(2 * time.Minute)
		if got := r.invoice(t, ben, invoice).State; got != billing.StateOverdue {
			t.Errorf("a minute after the day is over it is %s", got)
		}
		r.decide(t, r.begin(t, ben, invoice, 120), billing.OutcomePaid)
		r.settled(t, ben, invoice, billing.StatePaid, 120, 1, 0)
	})
}

func TestReadsCostTheSameForMany(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		few, many := r.shelf(t, 1), r.shelf(t, 12)
		for _, p := range []place{few, many} {
			who := r.enter(t, p)
			count := func(read func(ctx context.Context) error) int64 {
				ctx, n := db.CountStatements(t.Context())
				if err := read(ctx); err != nil {
					t.Fatal(err)
				}
				return n.Load()
			}
			page, err := r.billing.Invoices(t.Context(), who, p.account, billing.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			last := page.Invoices[len(page.Invoices)-2].ID
			for name, x := range map[string]struct {
				read func(ctx context.Context) error
				most int64
			}{
				"list": {func(ctx context.Context) error {
					_, err := r.billing.Invoices(ctx, who, p.account, billing.Filter{})
					return err
				}, 1},
				"due": {func(ctx context.Context) error { _, err := r.billing.Due(ctx, who, p.account); return err }, 1},
				"invoice": {func(ctx context.Context) error {
					_, err := r.billing.Invoice(ctx, who, p.account, last)
					return err
				}, 2},
			} {
				if n := count(x.read); n > x.most {
					t.Errorf("%s took %d statements, want %d", name, n, x.most)
				}
			}
		}
	})
}

func TestStaffSeeAClientsInvoices(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben, bea := r.shelf(t, 1), r.staff(t)
		page, err := r.billing.ClientInvoices(t.Context(), bea, ben.account, billing.Filter{})
		if err != nil || len(page.Invoices) != 4 {
			t.Fatalf("%d invoices, %v", len(page.Invoices), err)
		}
		if _, err := r.billing.ClientInvoice(t.Context(), bea, ben.account, page.Invoices[0].ID); err != nil {
			t.Error(err)
		}
		_, err = r.billing.Invoices(t.Context(), bea, ben.account, billing.Filter{})
		wantFault(t, err, fault.KindNotFound)
		_, err = r.billing.ClientInvoices(t.Context(), r.enter(t, ben), ben.account, billing.Filter{})
		wantFault(t, err, fault.KindNotFound)
	})
}
