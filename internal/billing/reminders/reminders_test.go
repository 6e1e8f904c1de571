package reminders_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/reminders"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit"
)

// Each step comes on its day, once, though the job runs again and again; before eight nothing does.
func TestRemindersFollowTheSchedule(t *testing.T) {
	each(t, usual(), func(t *testing.T, r *rig) {
		account, invoice, service := r.owes(t)
		for n := -10; n <= 40; n++ {
			r.late(t, n)
		}
		r.said(t, reminders.Ahead, reminders.Today, reminders.Friendly, reminders.Firm, reminders.Last, reminders.Stopping)
		if n := r.logged(t, account, activity.InvoiceReminded); n != 5 {
			t.Errorf("the log tells of %d reminders", n)
		}
		if stops := r.left[reminders.Stop]; len(stops) != 1 || r.logged(t, account, activity.ArrearsStopped) != 1 {
			t.Errorf("%d services stop", len(stops))
		}
		r.pays(t, account, invoice, 5000)
		if n := len(r.left[reminders.Release]); n != 0 {
			t.Errorf("%d services run again for a part", n)
		}
		r.pays(t, account, invoice, 7000)
		if err := r.reminders.Settled(t.Context(), account, invoice); err != nil { // the message comes again
			t.Fatal(err)
		}
		held, err := r.reminders.Holds(t.Context(), account, service)
		if n := len(r.left[reminders.Release]); n != 1 || held || err != nil {
			t.Errorf("%d services run again, held: %t, %v", n, held, err)
		}
		if n := r.logged(t, account, activity.ArrearsLifted); n != 1 {
			t.Errorf("the log tells of %d releases", n)
		}
	})
}

// A job that was away sends the reminder of today, and none of those whose day is gone. Nothing stops that was not
// announced so many days before.
func TestALateJobSendsOneReminderAndAnnouncesBeforeItStops(t *testing.T) {
	each(t, usual(), func(t *testing.T, r *rig) {
		account, _, _ := r.owes(t)
		r.late(t, 100)
		r.said(t, reminders.Stopping)
		if n := r.logged(t, account, activity.StopAnnounced); n != 1 {
			t.Errorf("it was announced %d times", n)
		}
		r.late(t, 106)
		if len(r.left[reminders.Stop]) != 0 {
			t.Error("services stop before the day that was announced")
		}
		r.late(t, 107)
		if len(r.left[reminders.Stop]) != 1 {
			t.Error("services do not stop on the day that was announced")
		}
		r.said(t, reminders.Stopping)
	})
}

// A service that two unpaid invoices hold runs again once both are paid.
func TestAServiceStandsStillAsLongAsAnythingHoldsIt(t *testing.T) {
	each(t, usual(), func(t *testing.T, r *rig) {
		account, one, service := r.owes(t)
		two := r.bill(t, account, service)
		for n := 20; n <= 32; n++ {
			r.late(t, n)
		}
		r.pays(t, account, one, 12000)
		if n := len(r.left[reminders.Release]); n != 0 {
			t.Errorf("%d services run again while another invoice is unpaid", n)
		}
		r.pays(t, account, two, 12000)
		if n := len(r.left[reminders.Release]); n != 1 {
			t.Errorf("%d services run again", n)
		}
	})
}

// P2: a late fee is asked for once, within its limits, on an invoice of its own, and never for a late fee.
func TestALateFeeIsAskedForOnce(t *testing.T) {
	rules := usual()
	rules.FeeShare, rules.FeeLeast, rules.FeeMost, rules.StopAfter = decimal.RequireFromString("2.5"), 1, 50, 0
	each(t, rules, func(t *testing.T, r *rig) {
		account, _, _ := r.owes(t)
		for n := 0; n <= 80; n += 4 {
			r.late(t, n)
		}
		page, err := r.billing.ClientInvoices(t.Context(), system(), account, billing.Filter{})
		if err != nil || len(page.Invoices) != 2 {
			t.Fatalf("%d invoices, %v", len(page.Invoices), err)
		}
		fee := page.Invoices[0]
		if fee.Total != money.New(300, money.GBP) || fee.About != "Late fee for invoice 2027-0001" {
			t.Errorf("the fee is %s: %s", fee.Total, fee.About) // 2.5% of £120.00, without VAT
		}
		if n := r.logged(t, account, activity.LateFeeCharged); n != 1 {
			t.Errorf("the log tells of %d fees", n)
		}
		if found, err := r.billing.Audit(t.Context()); err != nil || len(found) != 0 {
			t.Errorf("%v, %v", found, err)
		}
	})
}

// A promised day puts everything off until it is over; the rule says how far and how often, and who may write it down.
func TestAPromisePausesTheSchedule(t *testing.T) {
	each(t, usual(), func(t *testing.T, r *rig) {
		account, invoice, _ := r.owes(t)
		r.late(t, 1)
		r.said(t, reminders.Today)
		bea, ctx := r.staff(t, "billing"), t.Context()
		promise := reminders.Promise{Key: id.New[id.PromiseKind](), On: due().AddDate(0, 0, 15), Note: "on the phone"}
		for range 2 { // a second click
			if err := r.reminders.Promised(ctx, bea, account, invoice, promise); err != nil {
				t.Fatal(err)
			}
		}
		for n := 2; n <= 15; n++ {
			r.late(t, n)
		}
		r.said(t, reminders.Today)
		r.late(t, 16)
		r.said(t, reminders.Today, reminders.Firm)
		bea = r.staff(t, "billing")
		far := reminders.Promise{Key: id.New[id.PromiseKind](), On: due().AddDate(0, 0, 47)}
		wantFault(t, r.reminders.Promised(ctx, bea, account, invoice, far), fault.KindInvalid)
		far.On = due().AddDate(0, 0, 16)
		wantFault(t, r.reminders.Promised(ctx, bea, account, invoice, far), fault.KindInvalid) // that is today
		far.On = due().AddDate(0, 0, 17)
		wantFault(t, r.reminders.Promised(ctx, r.staff(t, "support"), account, invoice, far), fault.KindDenied)
		if err := r.reminders.Promised(ctx, bea, account, invoice, far); err != nil {
			t.Fatal(err)
		}
		far.Key = id.New[id.PromiseKind]()
		wantFault(t, r.reminders.Promised(ctx, bea, account, invoice, far), fault.KindConflict) // two are enough
		course, err := r.reminders.Course(ctx, bea, account, invoice)
		if err != nil || len(course.Promises) != 2 || course.Promises[0].Note != "on the phone" || course.Sent != 4 {
			t.Errorf("%+v, %v", course, err)
		}
		other := r.client(t)
		_, err = r.reminders.Course(ctx, r.staff(t, "billing"), other, invoice)
		wantFault(t, err, fault.KindNotFound) // A1
	})
}

// R5: several nodes that run the job at once do each step once.
func TestNodesThatRemindAtOnceDoEachStepOnce(t *testing.T) {
	each(t, usual(), func(t *testing.T, r *rig) {
		var list []id.Account
		for range 5 {
			account, _, _ := r.owes(t)
			list = append(list, account)
		}
		r.at(t, due().AddDate(0, 0, 8))
		_, err := testkit.AtOnce(6, func(int) (bool, error) { return true, r.reminders.Work(t.Context()) })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(r.tones(t)); n != len(list) {
			t.Errorf("%d reminders of %d invoices", n, len(list))
		}
		for _, account := range list {
			if n := r.logged(t, account, activity.InvoiceReminded); n != 1 {
				t.Errorf("the log tells of %d reminders", n)
			}
		}
	})
}
