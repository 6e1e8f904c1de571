package billing_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
)

// A1: support sends an unpaid invoice again without having seen what it comes to, once in a while; nobody else does,
// and what is paid is not sent.
func TestAnUnpaidInvoiceIsSentAgain(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ben := r.shelf(t, 1)
		sam := r.staffOf(t, "support")
		list, err := r.billing.ClientDues(t.Context(), sam, ben.account)
		if err != nil || len(list) != 3 || !list[0].Overdue || list[1].Overdue || !list[0].Again.IsZero() {
			t.Fatalf("%+v: %v", list, err)
		}
		_, err = r.billing.ClientInvoice(t.Context(), sam, ben.account, list[0].ID)
		wantFault(t, err, fault.KindDenied)
		number, err := r.billing.SendAgain(t.Context(), sam, ben.account, list[0].ID)
		if err != nil || number != list[0].Number {
			t.Fatalf("%q: %v", number, err)
		}
		if e := r.newest(t, ben.account); e.Action != activity.InvoiceSentAgain || e.What.Label != number {
			t.Errorf("the log says %+v", e)
		}
		_, err = r.billing.SendAgain(t.Context(), sam, ben.account, list[0].ID)
		wantFault(t, err, fault.KindLimited)
		if n := r.Count(t, "outbox", "kind = ?", billing.MailInvoice); n != 5 {
			t.Errorf("%d mails about four invoices, one sent twice", n)
		}
		list, err = r.billing.ClientDues(t.Context(), sam, ben.account)
		if err != nil || list[0].Again.IsZero() || !list[1].Again.IsZero() {
			t.Errorf("%+v: %v", list, err)
		}
		r.refusesToSend(t, ben)
		r.Offset.Advance(11 * time.Minute)
		sam = r.staffOf(t, "support")
		if _, err := r.billing.SendAgain(t.Context(), sam, ben.account, list[0].ID); err != nil {
			t.Errorf("eleven minutes later: %v", err)
		}
	})
}

// refusesToSend tries what must not be sent, and those who must not.
func (r *rig) refusesToSend(t *testing.T, ben place) {
	t.Helper()
	other := r.newPlace(t, "Carl", "owner")
	bea := r.staff(t)
	all, err := r.billing.ClientInvoices(t.Context(), bea, ben.account, billing.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	paid := slices.IndexFunc(all.Invoices, func(s billing.Summary) bool { return s.State == billing.StatePaid })
	_, err = r.billing.SendAgain(t.Context(), bea, ben.account, all.Invoices[paid].ID)
	wantFault(t, err, fault.KindConflict)
	_, err = r.billing.SendAgain(t.Context(), bea, other.account, all.Invoices[0].ID)
	wantFault(t, err, fault.KindNotFound)
	draft := r.draft(t, 100)
	if err := r.billing.SaveDraft(t.Context(), bea, ben.account, draft); err != nil {
		t.Fatal(err)
	}
	_, err = r.billing.SendAgain(t.Context(), bea, ben.account, draft.Key)
	wantFault(t, err, fault.KindNotFound)
	for _, department := range []string{"technical", "privacy"} {
		tom := r.staffOf(t, department)
		_, err = r.billing.SendAgain(t.Context(), tom, ben.account, all.Invoices[0].ID)
		wantFault(t, err, fault.KindDenied)
		_, err = r.billing.ClientDues(t.Context(), tom, ben.account)
		wantFault(t, err, fault.KindDenied)
	}
	_, err = r.billing.SendAgain(t.Context(), r.enter(t, ben), ben.account, all.Invoices[0].ID)
	wantFault(t, err, fault.KindNotFound)
}

// Two at two desks press the button at the same moment: one mail goes out.
func TestOneOfManySendsAgain(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, p.account, 10000)
		sent := make(chan id.Invoice, 8)
		var all sync.WaitGroup
		for range cap(sent) {
			bea := r.staff(t)
			all.Go(func() {
				if _, err := r.billing.SendAgain(t.Context(), bea, p.account, invoice); err == nil {
					sent <- invoice
				}
			})
		}
		all.Wait()
		if len(sent) != 1 {
			t.Errorf("%d of 8 sent it", len(sent))
		}
	})
}
