package recurring_test

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// rig is the room with billing behind it, on a database whose time is set.
type rig struct {
	*testkit.World
	accounts  *accounts.Accounts
	billing   *billing.Billing
	recurring *recurring.Recurring
	plan      id.Plan
}

// newRig makes the room on a day.
func newRig(t testing.TB, w *testkit.World) *rig {
	t.Helper()
	r := open(w)
	r.at(t, time.Date(2027, 1, 10, 9, 0, 0, 0, time.UTC))
	r.plan = id.New[id.PlanKind]()
	if err := r.recurring.AddPlan(t.Context(), system(), r.plan, "Business Hosting 20"); err != nil {
		t.Fatal(err)
	}
	for period, minor := range map[recurring.Period]int64{
		recurring.Month: 3100, recurring.Quarter: 9000, recurring.Year: 36500, recurring.TwoYears: 70000,
	} {
		err := r.recurring.Reprice(t.Context(), system(), r.plan, recurring.Price{Period: period, Amount: gbp(minor)})
		if err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// open puts the rooms together.
func open(w *testkit.World) *rig {
	r := &rig{World: w}
	people := identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{})
	r.accounts = accounts.New(w.Gate, w.Reader, w.Box, w.Access, people, w.Outbox)
	r.billing = billing.New(w.Gate, w.Reader, w.Box, r.accounts, w.Outbox)
	r.recurring = recurring.New(recurring.Deps{
		Gate: w.Gate, Reader: w.Reader, Box: w.Box, Accounts: r.accounts, Billing: r.billing, Outbox: w.Outbox,
		Logger: w.Logger,
	})
	return r
}

func each(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) { test(t, newRig(t, w)) })
}

func system() actor.Actor { return actor.NewSystem("test") }

func gbp(minor int64) money.Amount { return money.New(minor, money.GBP) }

// at sets the database's time.
func (r *rig) at(t testing.TB, when time.Time) {
	t.Helper()
	r.Offset.Advance(when.Sub(r.Now(t)))
}

// on sets the database's day, at nine in the morning.
func (r *rig) on(t *testing.T, day string) {
	t.Helper()
	r.at(t, date(t, day).Add(-3*time.Hour))
}

func (r *rig) client(t testing.TB, name string) id.Account {
	t.Helper()
	account, err := r.accounts.Create(t.Context(), system(), accounts.NewAccount{
		Name: name, Currency: "GBP", OwnerEmail: "owner@" + id.New[id.AccountKind]().String() + ".example",
		Address: accounts.Address{Line1: "1 Mill Lane", City: "Whitby", Postcode: "YO21 1DL", Country: "GB"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return account
}

func standard() billing.Rate { return billing.Rate{Treatment: billing.Standard, Rate: 2000} }

// begin begins a charge of a plan's price.
func (r *rig) begin(t testing.TB, account id.Account, p recurring.Period, from time.Time, anchor int) recurring.Start {
	t.Helper()
	s := recurring.Start{
		Key: id.New[id.ChargeKind](), Service: id.New[id.ServiceKind](), Detail: "northwind.example", From: from,
		Anchor: anchor, Terms: recurring.Terms{Plan: r.plan, Period: p, Rate: standard()},
	}
	if err := r.recurring.Begin(t.Context(), system(), account, s); err != nil {
		t.Fatal(err)
	}
	return s
}

func (r *rig) charge(t *testing.T, account id.Account, charge id.Charge) recurring.Charge {
	t.Helper()
	c, err := r.recurring.Charge(t.Context(), system(), account, charge)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (r *rig) work(t testing.TB) {
	t.Helper()
	if err := r.recurring.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// invoices are those of an account, the oldest first.
func (r *rig) invoices(t testing.TB, account id.Account) []billing.Invoice {
	t.Helper()
	var out []billing.Invoice
	for before := ""; ; {
		page, err := r.billing.ClientInvoices(t.Context(), system(), account, billing.Filter{Before: before})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page.Invoices {
			in, err := r.billing.ClientInvoice(t.Context(), system(), account, s.ID)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, in)
		}
		if before = page.Older; before == "" {
			slices.Reverse(out)
			return out
		}
	}
}

func (r *rig) audited(t testing.TB) {
	t.Helper()
	if found, err := r.billing.Audit(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("the audit says %q, %v", found, err)
	}
}

// staff makes the actor of one request of somebody of a department.
func (r *rig) staff(t *testing.T, department string) actor.Actor {
	t.Helper()
	person := id.New[id.PersonKind]()
	err := r.Gate.Change(t.Context(), system(), verb.ClientsManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			e, err := r.Gate.Open(tx, g, id.PersonScope(person), "Bea Lund")
			if err != nil {
				return gate.Entry{}, err
			}
			now, err := tx.Now()
			if err != nil {
				return gate.Entry{}, err
			}
			q := db.Across(tx.DB, "a test makes rows")
			err = q.Exec("INSERT INTO persons (id, state, locale, time_zone, created_at) "+
				"VALUES (?, 'erased', 'en-GB', 'Europe/London', ?)", person, db.At(now)).Error
			if err == nil {
				err = q.Exec("INSERT INTO staff_members (person_id, department, created_at) VALUES (?, ?, ?)",
					person, department, db.At(now)).Error
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

// person makes the actor of one request of somebody of an account.
func (r *rig) person(t *testing.T, account id.Account, role string) actor.Actor {
	t.Helper()
	person := id.New[id.PersonKind]()
	testkit.OpenChain(t, r.World, id.PersonScope(person))
	return actor.Enter(actor.Details{
		Kind: actor.Person, Person: person, Name: "Ben Okafor", Session: id.New[id.SessionKind](),
		Factor: "password", Address: netip.MustParseAddr("192.0.2.1"), Now: r.Now(t),
		Membership: actor.Membership{ID: id.New[id.MembershipKind](), Account: account, Role: role, RoleName: role},
	})
}

func wantFault(t *testing.T, err error, want fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); got != want || err == nil {
		t.Errorf("got %v, want %s", err, want)
	}
}

// actions are those of an account's log, the newest first.
func (r *rig) actions(t *testing.T, account id.Account) (list []activity.Action) {
	t.Helper()
	page, err := r.Log.Page(t.Context(), id.AccountScope(account), activity.Filter{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Entries {
		list = append(list, e.Action)
	}
	return list
}
