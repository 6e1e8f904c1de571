package stripe_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/debits"
	"gatehouse/internal/billing/reminders"
	fake "gatehouse/internal/testkit/stripe"
)

// dunned is a bank with reminders beside it: one on the day an invoice is due and each day after, a fee the day after,
// and a stop.
func dunned(r *rig) (*bank, *reminders.Reminders) {
	b := newBank(r)
	m := reminders.New(reminders.Deps{
		Gate: r.Gate, Reader: r.Reader, Box: r.Box, Billing: r.billing, Outbox: r.Outbox, Rules: reminders.Rules{
			Days: []int{-30, 0, 1, 2, 3, 4}, FeeAfter: 1, FeeFixed: decimal.NewFromInt(5), StopAfter: 2, StopNotice: 1,
			Zone: time.UTC,
		},
	})
	for _, kind := range []string{reminders.Mail, reminders.Stop, billing.Settled} {
		r.Keep(kind)
	}
	return b, m
}

// pressed is how often anything followed from unpaid invoices.
func (b *bank) pressed(t *testing.T) int64 {
	t.Helper()
	return b.Count(t, "outbox", "kind = '"+reminders.Mail+"'") + b.Count(t, "reminder_states", "1 = 1")
}

// While a Direct Debit is announced or under way nobody is reminded, no fee is charged and nothing stops, however late
// the bank makes it. It goes on once the bank has refused for good.
func TestNobodyIsPressedWhileADirectDebitIsUnderWay(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b, remind := dunned(r)
		b.give(t, fake.Empty)
		invoice := r.issue(t, 5000)
		r.Offset.Advance(14 * day) // the job was away: it is announced on the day that it is due
		b.works(t)
		for range 60 {
			if err := remind.Work(t.Context()); err != nil {
				t.Fatal(err)
			}
			open := b.Count(t, "debit_collections", "done_at IS NULL")
			if n := b.pressed(t); open > 0 && n > 0 {
				t.Fatalf("%d things followed while a Direct Debit was under way", n)
			}
			if open == 0 {
				break
			}
			b.passes(t, 1)
			b.works(t) // the next turn of the job announces it once more
		}
		r.settled(t, invoice, billing.StateOverdue, 0, 0)
		if n := b.Count(t, "debit_collections", "state = 'failed'"); n != 2 || b.pressed(t) == 0 {
			t.Errorf("%d collections failed, and %d things followed", n, b.pressed(t))
		}
		if n := b.Count(t, "reminder_states", "fee_id IS NOT NULL"); n != 1 {
			t.Errorf("%d late fees", n)
		}
	})
}

// What a Direct Debit paid in the end was never reminded of.
func TestADirectDebitThatPaysIsNeverRemindedOf(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		b, remind := dunned(r)
		b.give(t, fake.Pays)
		invoice := r.issue(t, 5000)
		r.Offset.Advance(14 * day)
		for b.Count(t, "debit_collections", "state = '"+string(debits.Paid)+"'") == 0 {
			b.passes(t, 1)
			if err := remind.Work(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		r.settled(t, invoice, billing.StatePaid, 1, 0)
		if n := b.pressed(t); n != 0 {
			t.Errorf("%d things followed", n)
		}
	})
}
