package reminders_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/billing/reminders"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// rig is the room with billing behind it; what it leaves in the outbox is kept.
type rig struct {
	*testkit.World
	accounts  *accounts.Accounts
	billing   *billing.Billing
	reminders *reminders.Reminders
	rules     reminders.Rules

	mu   sync.Mutex
	left map[string][]json.RawMessage
}

func usual() reminders.Rules {
	return reminders.Rules{
		Days: []int{-3, 0, 7, 14, 21}, StopAfter: 30, StopNotice: 7, PromiseDays: 30, MostPromises: 2, From: 8,
		FeeAfter: 14,
	}
}

func newRig(w *testkit.World, rules reminders.Rules) *rig {
	r := &rig{World: w, left: map[string][]json.RawMessage{}, rules: rules}
	people := identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{})
	r.accounts = accounts.New(w.Gate, w.Reader, w.Box, w.Access, people, w.Outbox)
	r.billing = billing.New(w.Gate, w.Reader, w.Box, r.accounts, w.Outbox)
	r.reminders = reminders.New(reminders.Deps{
		Gate: w.Gate, Reader: w.Reader, Box: w.Box, Billing: r.billing, Outbox: w.Outbox, Rules: rules,
	})
	for _, kind := range []string{
		accounts.MailInvitation, billing.MailInvoice, billing.MailReceipt, reminders.Mail, reminders.Stop, reminders.Release,
	} {
		w.Outbox.Handle(kind, func(_ context.Context, d outbox.Delivery) error {
			var raw json.RawMessage
			err := d.Decode(&raw)
			r.mu.Lock()
			defer r.mu.Unlock()
			r.left[kind] = append(r.left[kind], raw)
			return err
		})
	}
	w.Outbox.Handle(billing.Settled, func(ctx context.Context, d outbox.Delivery) error {
		var m billing.InvoiceSettled
		if err := d.Decode(&m); err != nil {
			return err
		}
		return r.reminders.Settled(ctx, m.Account, m.Invoice)
	})
	return r
}

func each(t *testing.T, rules reminders.Rules, test func(t *testing.T, r *rig)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		r := newRig(w, rules)
		r.at(t, time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC))
		test(t, r)
	})
}

func system() actor.Actor { return actor.NewSystem("test") }

func (r *rig) at(t *testing.T, when time.Time) {
	t.Helper()
	r.Offset.Advance(when.Sub(r.Now(t)))
}

// late sets the time to nine in the morning, so many days after an invoice of owes was due; and runs the job twice.
func (r *rig) late(t *testing.T, n int) {
	t.Helper()
	r.at(t, due().AddDate(0, 0, n).Add(-3*time.Hour))
	for range 2 {
		if err := r.reminders.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func due() time.Time { return time.Date(2027, 3, 20, 12, 0, 0, 0, time.UTC) }

// owes makes an account with an invoice over £100.00 and VAT, for a service.
func (r *rig) owes(t *testing.T) (id.Account, id.Invoice, id.Service) {
	t.Helper()
	account, service := r.client(t), id.New[id.ServiceKind]()
	return account, r.bill(t, account, service), service
}

func (r *rig) client(t *testing.T) id.Account {
	t.Helper()
	account, err := r.accounts.Create(t.Context(), system(), accounts.NewAccount{
		Name: "Copperfield Cycles", Currency: "GBP", OwnerEmail: "owner@" + id.New[id.AccountKind]().String() + ".example",
		Address: accounts.Address{Line1: "3 Mill Lane", City: "Whitby", Postcode: "YO21 1EE", Country: "GB"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return account
}

func (r *rig) bill(t *testing.T, account id.Account, service id.Service) id.Invoice {
	t.Helper()
	d := billing.Draft{
		Key: id.New[id.InvoiceKind](), About: "Hosting", Due: due(), Lines: []billing.Line{{
			Text: "Hosting", Service: service, Quantity: decimal.NewFromInt(1), Price: money.New(10000, money.GBP), Rate: 2000,
		}},
	}
	if _, err := r.billing.Issue(t.Context(), system(), account, d); err != nil {
		t.Fatal(err)
	}
	return d.Key
}

func (r *rig) pays(t *testing.T, account id.Account, invoice id.Invoice, minor int64) {
	t.Helper()
	_, err := r.billing.Make(t.Context(), system(), account, billing.Move{
		Kind: ledger.Payment, Key: id.New[id.MoneyRequestKind](), Invoice: invoice, Amount: money.New(minor, money.GBP),
		Method: billing.ByTransfer,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// tones are those of the reminders so far.
func (r *rig) tones(t *testing.T) (list []reminders.Tone) {
	t.Helper()
	for _, raw := range r.left[reminders.Mail] {
		var m reminders.Reminder
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		list = append(list, m.Tone)
	}
	return list
}

func (r *rig) said(t *testing.T, want ...reminders.Tone) {
	t.Helper()
	if got := r.tones(t); !slices.Equal(got, want) {
		t.Errorf("the reminders are %v, want %v", got, want)
	}
}

func (r *rig) logged(t *testing.T, account id.Account, want activity.Action) (n int) {
	t.Helper()
	page, err := r.Log.Page(t.Context(), id.AccountScope(account), activity.Filter{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Entries {
		if e.Action == want {
			n++
		}
	}
	return n
}

func (r *rig) staff(t *testing.T, department string) actor.Actor {
	t.Helper()
	person := id.New[id.PersonKind]()
	err := r.Gate.Change(t.Context(), system(), verb.ClientsManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			e, err := r.Gate.Open(tx, g, id.PersonScope(person), "Bea Lund")
			if err != nil {
				return gate.Entry{}, err
			}
			q := db.Across(tx.DB, "a test makes rows")
			err = q.Exec("INSERT INTO persons (id, state, locale, time_zone, created_at) "+
				"VALUES (?, 'erased', 'en-GB', 'Europe/London', 1)", person).Error
			if err == nil {
				err = q.Exec("INSERT INTO staff_members (person_id, department, created_at) VALUES (?, ?, 1)",
					person, department).Error
			}
			return e, err
		})
	if err != nil {
		t.Fatal(err)
	}
	now := r.Now(t)
	return actor.Enter(actor.Details{
		Kind: actor.Staff, Person: person, Name: "Bea Lund", Factor: actor.With(actor.ByPassword, actor.ByKey),
		FactorAt: now, ProvedAt: now, Now: now, Seat: actor.Seat{Department: department},
	})
}

func wantFault(t *testing.T, err error, want fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); got != want || err == nil {
		t.Errorf("got %v, want %s", err, want)
	}
}

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
		_, err = r.reminders.Course(ctx, bea, r.client(t), invoice)
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
