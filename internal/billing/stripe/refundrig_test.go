package stripe_test

import (
	"context"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// counter is the rig with a payment of 50.00 through the gateway that became credit by a credit note.
type counter struct {
	*rig
	invoice id.Invoice
	payment id.Payment
	read    int // of the gateway's notices
	told    map[string]int
	news    []billing.RefundNews // that those who pay were told
}

func newCounter(t *testing.T, r *rig) *counter {
	t.Helper()
	c := &counter{rig: r}
	r.Outbox.Handle(billing.SendRefund, r.billing.SendRefund)
	c.told = map[string]int{}
	for _, kind := range []string{billing.MailRefused, billing.Settled} {
		r.Outbox.Handle(kind, func(context.Context, outbox.Delivery) error { c.told[kind]++; return nil })
	}
	for _, kind := range []string{billing.MailRefund, billing.MailRefundFailed} {
		r.Outbox.Handle(kind, func(_ context.Context, d outbox.Delivery) error {
			var m billing.RefundNews
			err := d.Decode(&m)
			c.told[kind]++
			if kind == billing.MailRefund {
				c.news = append(c.news, m)
			}
			return err
		})
	}
	c.invoice = r.issue(t, 5000)
	_, page := r.begin(t, c.invoice, 5000)
	r.stripe.Pay(page.ID)
	c.hear(t)
	in, err := r.billing.ClientInvoice(t.Context(), system(), r.account, c.invoice)
	if err != nil || len(in.Payments) != 1 {
		t.Fatalf("%+v, %v", in.Payments, err)
	}
	c.payment = in.Payments[0].ID
	if _, err := r.billing.Make(t.Context(), system(), r.account, billing.Move{
		Kind: ledger.CreditNote, Key: id.New[id.MoneyRequestKind](), Invoice: c.invoice, Detail: "not wanted",
	}); err != nil {
		t.Fatal(err)
	}
	c.stands(t, "", 5000)
	return c
}

// hear delivers the notices that were made since.
func (c *counter) hear(t *testing.T) {
	t.Helper()
	all := c.stripe.Notices()
	for _, n := range all[c.read:] {
		if err := c.receive(t, n); err != nil {
			t.Fatalf("%v: %s", err, n.Body)
		}
	}
	c.read = len(all)
}

func (c *counter) back(minor int64) billing.Move {
	return billing.Move{
		Kind: ledger.Refund, Key: id.New[id.MoneyRequestKind](), Payment: c.payment, Amount: gbp(minor), Detail: "not wanted",
	}
}

func (c *counter) refund(t *testing.T, who actor.Actor, m billing.Move) error {
	t.Helper()
	_, err := c.billing.Make(t.Context(), who, c.account, m)
	return err
}

// stands says how the newest refund is, what is credit, and that the audit finds nothing.
func (c *counter) stands(t *testing.T, state billing.RefundState, credit int64) {
	t.Helper()
	list, err := c.billing.ClientRefunds(t.Context(), system(), c.account)
	switch {
	case err != nil || (state == "") != (len(list) == 0):
		t.Errorf("the refunds are %+v, %v", list, err)
	case state != "" && list[0].State != state:
		t.Errorf("the refund is %s, want %s", list[0].State, state)
	}
	has, err := c.billing.ClientCredit(t.Context(), system(), c.account)
	if err != nil || has.Minor() != credit {
		t.Errorf("the credit is %s, %v; want %d", has, err, credit)
	}
	if found, err := c.billing.Audit(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("the audit says %q, %v", found, err)
	}
}

// eachCounter runs on both databases.
func eachCounter(t *testing.T, test func(t *testing.T, c *counter)) {
	t.Helper()
	each(t, func(t *testing.T, r *rig) { test(t, newCounter(t, r)) })
}

// hire makes the rows of somebody of the provider.
func (c *counter) hire(tx *db.Tx, person id.Person, department string) error {
	q := db.Across(tx.DB, "a test makes rows")
	seal := func(column string) secretbox.Sealed {
		s, _ := c.Box.Seal("Bea", secretbox.Place{Table: "persons", Column: column, Row: person.Bytes()})
		return s
	}
	err := q.Exec("INSERT INTO persons (id, email, email_index, name, state, locale, time_zone, created_at) "+
		"VALUES (?, ?, ?, ?, 'active', 'en-GB', 'Europe/London', 1)", person, seal("email"),
		c.Box.Index("persons.email", person.String()), seal("name")).Error
	if err != nil {
		return err
	}
	return q.Exec("INSERT INTO staff_members (person_id, department, created_at) VALUES (?, ?, 1)", person,
		department).Error
}

// colleague is somebody of a department of the provider.
func (c *counter) colleague(t *testing.T, department string) actor.Actor {
	t.Helper()
	now, person := c.Now(t), id.New[id.PersonKind]()
	err := c.Gate.Change(t.Context(), system(), verb.ClientsManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			e, err := c.Gate.Open(tx, g, id.PersonScope(person), "Bea")
			if err != nil {
				return e, err
			}
			return e, c.hire(tx, person, department)
		})
	if err != nil {
		t.Fatal(err)
	}
	return actor.Enter(actor.Details{
		Kind: actor.Staff, Person: person, Name: "Bea", Now: now, FactorAt: now, ProvedAt: now,
		Factor: actor.With(actor.ByPassword, actor.ByKey), Seat: actor.Seat{Department: department}, Looks: c.Looks(t),
	})
}
