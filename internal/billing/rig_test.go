package billing_test

import (
	"context"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

const (
	secret   = "a secret of the test, long enough"
	merchant = "harbour-hosting"
)

// rig is billing with the sandbox as its gateway, and a second gateway beside it.
type rig struct {
	*testkit.World
	billing *billing.Billing
	sandbox *sandbox.Gateway

	mu   sync.Mutex
	held bool // keep notices back
	sent []delivery
}

type delivery struct {
	header http.Header
	body   []byte
}

// other is another gateway, whose notices are made like those of the sandbox.
type other struct{ *sandbox.Gateway }

// Name is not the sandbox's.
func (other) Name() string { return "other" }

func newRig(t *testing.T, w *testkit.World) *rig {
	t.Helper()
	r := &rig{World: w}
	cfg := sandbox.Config{
		Secret: []byte(secret), Merchant: merchant, BaseURL: "http://localhost:8080/", Deliver: r.deliver,
	}
	var err error
	if r.sandbox, err = sandbox.New(cfg); err != nil {
		t.Fatal(err)
	}
	people := identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{Hasher: passwords.NewQuickHasher()})
	rooms := accounts.New(w.Gate, w.Reader, w.Box, w.Access, people, w.Outbox)
	r.billing = billing.New(w.Gate, w.Reader, w.Box, rooms, w.Outbox, r.sandbox, other{r.sandbox})
	return r
}

func each(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) { test(t, newRig(t, w)) })
}

func webhook() actor.Actor {
	return actor.NewWebhook(sandbox.Name, netip.MustParseAddr("198.51.100.7"))
}

func (r *rig) deliver(ctx context.Context, header http.Header, body []byte) error {
	r.mu.Lock()
	r.sent = append(r.sent, delivery{header, body})
	held := r.held
	r.mu.Unlock()
	if held {
		return nil
	}
	return r.billing.Receive(ctx, webhook(), sandbox.Name, header, body)
}

// post sends a notice made by hand, signed rightly.
func (r *rig) post(t *testing.T, gateway, body string) error {
	t.Helper()
	header := http.Header{}
	header.Set(sandbox.SignatureHeader, sandbox.Sign([]byte(secret), []byte(body), r.Now(t)))
	return r.billing.Receive(t.Context(), webhook(), gateway, header, []byte(body))
}

// place is an account with one person in it.
type place struct {
	account id.Account
	person  id.Person
	name    string
	role    string
}

func (r *rig) newPlace(t *testing.T, name, role string) place {
	t.Helper()
	p := place{account: id.New[id.AccountKind](), person: id.New[id.PersonKind](), name: name, role: role}
	err := r.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ClientsManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			e, err := r.Gate.Open(tx, g, id.AccountScope(p.account), "Northwind")
			if err != nil {
				return gate.Entry{}, err
			}
			f, err := r.Gate.Open(tx, g, id.PersonScope(p.person), name)
			if err != nil {
				return gate.Entry{}, err
			}
			return e.And(f), insertPlace(r.World, tx, p)
		})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func insertPlace(w *testkit.World, tx *db.Tx, p place) error {
	now, err := tx.Now()
	if err != nil {
		return err
	}
	q := db.Across(tx.DB, "a test makes rows")
	seal := func(text, table, column string, row []byte) secretbox.Sealed {
		s, _ := w.Box.Seal(text, secretbox.Place{Table: table, Column: column, Row: row})
		return s
	}
	err = q.Exec("INSERT INTO accounts (account_id, name, line1, city, postcode, country, currency, state, created_at) "+
		"VALUES (?, ?, ?, ?, ?, ?, 'GBP', 'active', ?)", p.account,
		seal("Northwind Bakery Ltd", "accounts", "name", p.account.Bytes()),
		seal("1 Mill Lane", "accounts", "line1", p.account.Bytes()),
		seal("Whitby", "accounts", "city", p.account.Bytes()),
		seal("YO21 1DL", "accounts", "postcode", p.account.Bytes()),
		seal("GB", "accounts", "country", p.account.Bytes()), db.At(now)).Error
	if err != nil {
		return err
	}
	err = q.Exec("INSERT INTO persons (id, email, email_index, name, state, locale, time_zone, created_at) "+
		"VALUES (?, ?, ?, ?, 'active', 'en-GB', 'Europe/London', ?)", p.person,
		seal("a@b.example", "persons", "email", p.person.Bytes()), w.Box.Index("persons.email", p.person.String()),
		seal(p.name, "persons", "name", p.person.Bytes()), db.At(now)).Error
	if err != nil {
		return err
	}
	if p.role == "" {
		return q.Exec("INSERT INTO staff_members (person_id, department, created_at) VALUES (?, 'billing', ?)",
			p.person, db.At(now)).Error
	}
	return q.Exec("INSERT INTO memberships (id, account_id, person_id, role, created_at) VALUES (?, ?, ?, ?, ?)",
		id.New[id.MembershipKind](), p.account, p.person, p.role, db.At(now)).Error
}

// enter makes the actor of one request.
func (r *rig) enter(t *testing.T, p place) actor.Actor {
	t.Helper()
	return actor.Enter(actor.Details{
		Kind: actor.Person, Person: p.person, Name: p.name, Session: id.New[id.SessionKind](), Factor: "password",
		Address: netip.MustParseAddr("192.0.2.1"), Device: "Firefox on Linux", Now: r.Now(t),
		Membership: actor.Membership{
			ID: id.New[id.MembershipKind](), Account: p.account, Role: p.role, RoleName: "Billing",
		},
	})
}

// staff makes the actor of one request of somebody in the billing department.
func (r *rig) staff(t *testing.T) actor.Actor {
	t.Helper()
	return r.staffOf(t, "billing")
}

func (r *rig) staffOf(t *testing.T, department string) actor.Actor {
	t.Helper()
	p := r.newPlace(t, "Bea Lund", "")
	err := r.Writer.Do(t.Context(), func(tx *db.Tx) error {
		return db.Across(tx.DB, "a test moves staff").
			Exec("UPDATE staff_members SET department = ? WHERE person_id = ?", department, p.person).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	now := r.Now(t)
	return actor.Enter(actor.Details{
		Kind: actor.Staff, Person: p.person, Name: p.name, Factor: actor.With(actor.ByPassword, actor.ByKey),
		FactorAt: now, ProvedAt: now, Now: now, Seat: actor.Seat{Department: department}, Looks: r.Looks(t),
	})
}

func gbp(minor int64) money.Amount { return money.New(minor, money.GBP) }

// line is one thing for a price, with VAT at 20%.
func line(minor int64) billing.Line {
	return billing.Line{
		Text: "Hosting, Business", Detail: "northwind.example", Quantity: decimal.NewFromInt(1),
		Price: gbp(minor), Rate: 2000,
	}
}

func (r *rig) draft(t *testing.T, minor int64) billing.Draft {
	t.Helper()
	return billing.Draft{
		Key: id.New[id.InvoiceKind](), About: "Hosting, December 2026", Due: r.Now(t).Add(14 * 24 * time.Hour),
		Lines: []billing.Line{line(minor)},
	}
}

// issue makes an invoice over a price, VAT on top.
func (r *rig) issue(t *testing.T, account id.Account, minor int64) id.Invoice {
	t.Helper()
	d := r.draft(t, minor)
	if _, err := r.billing.Issue(t.Context(), actor.NewSystem("test"), account, d); err != nil {
		t.Fatal(err)
	}
	return d.Key
}

// begin begins to pay and returns the checkout.
func (r *rig) begin(t *testing.T, p place, invoice id.Invoice, minor int64) billing.Checkout {
	t.Helper()
	o := billing.Order{Key: id.New[id.CheckoutKind](), Amount: gbp(minor)}
	to, err := r.billing.Pay(t.Context(), r.enter(t, p), p.account, invoice, o)
	if err != nil {
		t.Fatal(err)
	}
	if to != "http://localhost:8080/demo/checkout/"+o.Key.String() {
		t.Fatalf("the gateway sends people to %s", to)
	}
	c, err := r.billing.Checkout(t.Context(), o.Key)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (r *rig) decide(t *testing.T, c billing.Checkout, outcome billing.Outcome) {
	t.Helper()
	if err := r.sandbox.Decide(t.Context(), c, outcome, r.Now(t)); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) invoice(t *testing.T, p place, invoice id.Invoice) billing.Invoice {
	t.Helper()
	got, err := r.billing.Invoice(t.Context(), r.enter(t, p), p.account, invoice)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// newest is the last entry of an account's log.
func (r *rig) newest(t *testing.T, account id.Account) activity.Entry {
	t.Helper()
	page, err := r.Log.Page(t.Context(), id.AccountScope(account), activity.Filter{Limit: 1})
	if err != nil || len(page.Entries) == 0 {
		t.Fatalf("%v, %d entries", err, len(page.Entries))
	}
	return page.Entries[0]
}

// settled says what an invoice and its books hold: state, paid, payments, sum of the cash book, credit.
func (r *rig) settled(t *testing.T, p place, invoice id.Invoice, state billing.State, paid, payments, credit int64) {
	t.Helper()
	got := r.invoice(t, p, invoice)
	if got.State != state || got.Paid != gbp(paid) || int64(len(got.Payments)) != payments {
		t.Errorf("the invoice is %s, %s paid by %d payments; want %s, %s, %d",
			got.State, got.Paid, len(got.Payments), state, gbp(paid), payments)
	}
	c, err := r.billing.Credit(t.Context(), r.enter(t, p), p.account)
	if err != nil || c.Minor() != credit {
		t.Errorf("the credit is %s, %v; want %s", c, err, gbp(credit))
	}
	r.audited(t)
}

func (r *rig) audited(t *testing.T) {
	t.Helper()
	if found, err := r.billing.Audit(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("the audit says %q, %v", found, err)
	}
}

func wantFault(t *testing.T, err error, want fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); got != want || err == nil {
		t.Errorf("got %v, want %s", err, want)
	}
}

// again is the next request of somebody of the provider.
func (r *rig) again(t *testing.T, who actor.Actor) actor.Actor {
	t.Helper()
	now := r.Now(t)
	return actor.Enter(actor.Details{
		Kind: actor.Staff, Person: who.Person, Name: who.Name, Factor: actor.With(actor.ByPassword, actor.ByKey),
		FactorAt: now, ProvedAt: now, Now: now, Seat: actor.Seat{Department: "billing"}, Looks: r.Looks(t),
	})
}
