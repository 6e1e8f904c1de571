package stripe_test

import (
	"testing"

	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	fake "gatehouse/internal/testkit/stripe"
)

// holds compares the books with each other and with what the gateway has. Once all was heard they agree to the penny.
func (m *world) holds(t *testing.T, heard bool) {
	t.Helper()
	if found, err := m.billing.Audit(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("the audit says %q, %v", found, err)
	}
	sum := func(query string) (n int64) {
		if err := db.Across(m.Reader.With(t.Context()), "a test sums up").Raw(query).Scan(&n).Error; err != nil {
			t.Fatal(err)
		}
		return n
	}
	for what, query := range map[string]string{
		"sum of the ledger": "SELECT COALESCE(SUM(amount_minor), 0) FROM ledger_entries",
		"numbers missing": "SELECT COALESCE(SUM(x.gap), 0) FROM (SELECT MAX(ordinal) - COUNT(ordinal) AS gap " +
			"FROM invoices WHERE ordinal IS NOT NULL GROUP BY series) x",
		"payments twice":           "SELECT COUNT(*) - COUNT(DISTINCT reference) FROM payments WHERE gateway = 'stripe'",
		"more paid than asked for": "SELECT COUNT(*) FROM invoices WHERE paid_minor > total_minor OR paid_minor < 0",
		"two collections of one invoice at once": "SELECT COUNT(*) FROM (SELECT invoice_id FROM debit_collections " +
			"WHERE done_at IS NULL GROUP BY invoice_id HAVING COUNT(*) > 1) x",
		"periods charged for twice": "SELECT COUNT(*) FROM charge_parts a JOIN charge_parts b ON b.charge_id = a.charge_id " +
			"AND b.number = a.number AND a.from_on < b.from_on AND b.from_on < a.to_on",
		"late fees twice": "SELECT COUNT(fee_id) - COUNT(DISTINCT fee_id) FROM reminder_states",
	} {
		if n := sum(query); n != 0 {
			t.Errorf("%s: %d", what, n)
		}
	}
	ours := sum("SELECT COALESCE(SUM(amount_minor), 0) FROM payments WHERE gateway = 'stripe'") -
		sum("SELECT COALESCE(SUM(amount_minor), 0) FROM payment_returns")
	if theirs := m.stripe.Taken() - m.stripe.ClaimedBack(); heard && ours != theirs {
		t.Errorf("we have %d, and the gateway %d", ours, theirs)
	}
	back := sum("SELECT COALESCE(SUM(amount_minor), 0) FROM refunds WHERE state <> 'failed'")
	if theirs := m.stripe.PaidBack(); heard && back != theirs {
		t.Errorf("by us %d went back, and by the gateway %d", back, theirs)
	}
	cash := sum("SELECT COALESCE(SUM(amount_minor), 0) FROM ledger_entries WHERE book = 'cash'")
	if cash != ours+m.hands-back {
		t.Errorf("the cash book says %d; by the gateway came %d and went %d, by hand %d", cash, ours, back, m.hands)
	}
}

// calm lets everything come to rest: banks pay, nothing fails, and what was lost is asked for.
func (m *world) calm(t *testing.T) {
	t.Helper()
	m.stripe.Answer(fake.Pays)
	m.stripe.Fixed()
	m.stripe.Refund(fake.RefundsSucceed)
	for _, one := range m.stripe.Refunded() {
		m.stripe.SucceedRefund(one)
	}
	all := m.stripe.Notices()
	for _, n := range append(m.late, all[m.read:]...) {
		if !m.take(t, n) {
			t.Fatalf("not taken: %s", n.Body)
		}
	}
	m.late, m.read = nil, len(all)
	for range 12 {
		m.day(t)
		m.inquire(t)
	}
	m.hear(t)
}

// runWorld takes so many random steps and says how often each thing was done.
func runWorld(t *testing.T, w *testkit.World, seed uint64, steps int) map[string]int {
	t.Helper()
	m := newWorld(t, w, seed)
	for i := range steps {
		m.step(t)
		if i%10 == 9 {
			m.holds(t, false)
		}
		if t.Failed() {
			t.Fatalf("seed %d, step %d", seed, i)
		}
	}
	m.calm(t)
	m.holds(t, true)
	for what, where := range map[string][2]string{
		"charged": {"card_charges", "state = 'paid'"}, "collected": {"debit_collections", "state IN ('paid', 'returned')"},
		"returned": {"payment_returns", "1 = 1"}, "fees": {"reminder_states", "fee_id IS NOT NULL"},
	} {
		m.did[what] = int(m.Count(t, where[0], where[1]))
	}
	t.Logf("seed %d, %d steps, %d invoices: %v", seed, steps, len(m.issued), m.did)
	return m.did
}

// P4, P5, P6, P8, R8: cards, Direct Debits, pages, banks, notices and people in any order: the books add up after every
// step, and once everything was heard they hold what the gateway took, to the penny.
func TestTheBooksAgreeWithTheGatewayWhateverHappens(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		steps := 600
		if w.OnMySQL { // where each step takes several times as long
			steps = 250
		}
		did := runWorld(t, w, 5, steps)
		for _, what := range []string{"sent back", "made by the run", "changed", "cancelled", "days credited"} {
			if did[what] == 0 {
				t.Errorf("nothing was %s: %v", what, did)
			}
		}
	})
}
