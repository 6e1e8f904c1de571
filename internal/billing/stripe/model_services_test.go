package stripe_test

import (
	"log/slog"
	"testing"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// sells puts a plan on the list whose services are charged for.
func (m *world) sells(t *testing.T) {
	t.Helper()
	m.recurring = recurring.New(recurring.Deps{
		Gate: m.Gate, Reader: m.Reader, Box: m.Box, Accounts: m.Accounts, Billing: m.billing, Outbox: m.Outbox,
		Logger: slog.New(slog.DiscardHandler),
	})
	m.plan = id.New[id.PlanKind]()
	if err := m.recurring.AddPlan(t.Context(), system(), m.plan, "Business Hosting 20"); err != nil {
		t.Fatal(err)
	}
}

// terms are a price that was agreed on, for some period.
func (m *world) terms() recurring.Terms {
	price := gbp(int64(m.rng.IntN(9000)))
	return recurring.Terms{
		Plan: m.plan, Period: recurring.Periods()[m.rng.IntN(2)], Price: &price,
		Rate: billing.Rate{Treatment: billing.Standard, Rate: 2000},
	}
}

// orders has a service be charged for from about today on.
func (m *world) orders(t *testing.T) {
	t.Helper()
	s := recurring.Start{
		Key: id.New[id.ChargeKind](), Service: id.New[id.ServiceKind](), Detail: "northwind.example",
		From: m.Now(t).Add(time.Duration(m.rng.IntN(20)-5) * day), Anchor: m.rng.IntN(32), Terms: m.terms(),
	}
	if !refusedOnly(t, m.recurring.Begin(t.Context(), system(), m.account, s)) {
		m.charges = append(m.charges, s.Key)
		m.did["ordered"]++
	}
}

// charge is one of those that were ordered.
func (m *world) charge(t *testing.T) (c recurring.Charge, ok bool) {
	t.Helper()
	if len(m.charges) == 0 {
		return c, false
	}
	c, err := m.recurring.Charge(t.Context(), system(), m.account, m.charges[m.rng.IntN(len(m.charges))])
	if err != nil {
		t.Fatal(err)
	}
	return c, true
}

// changes gives a service other terms, at once or from its next period on.
func (m *world) changes(t *testing.T) {
	t.Helper()
	c, ok := m.charge(t)
	if !ok {
		return
	}
	change := recurring.Change{Terms: m.terms(), Now: m.rng.IntN(2) == 0, Version: c.Version}
	if !refusedOnly(t, m.recurring.Alter(t.Context(), system(), m.account, c.ID, change)) {
		m.did["changed"]++
	}
}

// cancels ends a service on a day before or after today; what was asked for beyond it is credited.
func (m *world) cancels(t *testing.T) {
	t.Helper()
	c, ok := m.charge(t)
	if !ok {
		return
	}
	out, err := m.recurring.End(t.Context(), system(), m.account, c.ID, recurring.Ending{
		On: m.Now(t).Add(time.Duration(m.rng.IntN(40)-10) * day), Credit: true, Version: c.Version,
	})
	if refusedOnly(t, err) {
		return
	}
	m.did["cancelled"]++
	if out.Credited {
		m.did["days credited"]++
	}
}

// renewed finds the invoices that the run and the reminders made, to be paid, credited and refunded like the others.
func (m *world) renewed(t *testing.T) {
	t.Helper()
	before := len(m.issued)
	m.issued = nil
	err := db.Across(m.Reader.With(t.Context()), "a test looks at all invoices").
		Raw("SELECT id FROM invoices WHERE state <> 'draft' ORDER BY series, ordinal").Scan(&m.issued).Error
	if err != nil {
		t.Fatal(err)
	}
	m.did["made by the run"] += len(m.issued) - before
}
