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
		FactorAt: now, ProvedAt: now, Now: now, Seat: actor.Seat{Department: department}, Looks: r.Looks(t),
	})
}

func wantFault(t *testing.T, err error, want fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); got != want || err == nil {
		t.Errorf("got %v, want %s", err, want)
	}
}
