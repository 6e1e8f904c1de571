package billing

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Due is what an account has to pay. Where nothing is due, Count is zero and so is the rest.
type Due struct {
	Count        int          // invoices to be paid, overdue ones included
	Left         money.Amount // of all of them
	OverdueCount int
	Overdue      money.Amount // the part of Left that is overdue
	Next         time.Time    // when the next one that is not overdue is due; zero where there is none
	Oldest       Summary      // the one that has been or will be due first; without About
}

type dueRow struct {
	Oldest invoiceRow

	OpenCount    int
	OpenMinor    int64
	OverdueCount int
	OverdueMinor int64
	NextAt       db.Time
}

// dueSQL reads the invoice that is due first together with the sums of all that are in its currency. An account has one
// currency; sums over several would say nothing.
const dueSQL = `SELECT ` + sumColumns + `,
 COUNT(*) OVER cur AS open_count, SUM(total_minor - paid_minor) OVER cur AS open_minor,
 SUM(CASE WHEN due_at <= ? THEN 1 ELSE 0 END) OVER cur AS overdue_count,
 SUM(CASE WHEN due_at <= ? THEN total_minor - paid_minor ELSE 0 END) OVER cur AS overdue_minor,
 MIN(CASE WHEN due_at > ? THEN due_at END) OVER cur AS next_at
 FROM invoices WHERE account_id = ? AND state IN ('due', 'part-paid')
 WINDOW cur AS (PARTITION BY currency) ORDER BY due_at, id LIMIT 1`

// Due sums up what an account has to pay, in one statement.
func (b *Billing) Due(ctx context.Context, who actor.Actor, account id.Account) (Due, error) {
	g, err := b.gate.View(ctx, who, verb.InvoicesView, id.AccountScope(account))
	if err != nil {
		return Due{}, err
	}
	return b.due(ctx, g)
}

func (b *Billing) due(ctx context.Context, g gate.Grant) (Due, error) {
	overdueFrom := db.At(g.Now().Add(-afterDue))
	q := g.On(b.reader.With(ctx)).Raw(dueSQL, overdueFrom, overdueFrom, overdueFrom, g.Account())
	rows, err := db.ReadRows(q, func(r *dueRow) []any {
		return append(r.Oldest.sums(), &r.OpenCount, &r.OpenMinor, &r.OverdueCount, &r.OverdueMinor, &r.NextAt)
	})
	if err != nil {
		return Due{}, fmt.Errorf("what is due: %w", err)
	}
	if len(rows) == 0 {
		return Due{}, nil
	}
	r := &rows[0]
	oldest, err := b.summary(&r.Oldest, g.Now())
	if err != nil {
		return Due{}, err
	}
	return Due{
		Count: r.OpenCount, Left: r.Oldest.money(r.OpenMinor),
		OverdueCount: r.OverdueCount, Overdue: r.Oldest.money(r.OverdueMinor),
		Next: r.NextAt.Time, Oldest: oldest,
	}, nil
}

// Credit is what an account has paid on top and may use, by the ledger; the zero Amount where there is none.
func (b *Billing) Credit(ctx context.Context, who actor.Actor, account id.Account) (money.Amount, error) {
	return b.credited(ctx, who, verb.InvoicesView, account)
}

func (b *Billing) credited(
	ctx context.Context, who actor.Actor, v verb.Verb, account id.Account,
) (money.Amount, error) {
	g, err := b.gate.View(ctx, who, v, id.AccountScope(account))
	if err != nil {
		return money.Amount{}, err
	}
	owed, err := ledger.Balances(b.reader.With(ctx), g, ledger.Credit)
	if err != nil || len(owed) == 0 {
		return money.Amount{}, err // the ledger says what it did
	}
	return owed[0].Neg(), nil
}
