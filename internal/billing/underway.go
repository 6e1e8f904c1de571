package billing

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

// UnderWay is a Direct Debit of an invoice that is announced, or on its way: nobody should pay the invoice a second
// time.
type UnderWay struct {
	Sent     bool // it can no longer be held back
	Amount   money.Amount
	On       time.Time // the day of the collection
	Expected time.Time // about when the money arrives; zero: not known yet
}

// underWaySQL is short, as it is read with each invoice that asks for money.
const underWaySQL = `SELECT state, amount_minor, collect_on, expect_on FROM debit_collections
 WHERE account_id = ? AND invoice_id = ? AND done_at IS NULL ORDER BY attempt DESC LIMIT 1`

func (b *Billing) underWay(
	ctx context.Context, g gate.Grant, invoice id.Invoice, cur money.Currency,
) (*UnderWay, error) {
	var rows []struct {
		State       string
		AmountMinor int64
		CollectOn   db.Time
		ExpectOn    db.Time
	}
	err := g.On(b.reader.With(ctx)).Raw(underWaySQL, g.Account(), invoice).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("what is under way for an invoice: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil //nolint:nilnil // there is none, and that is no failure
	}
	return &UnderWay{
		Sent: rows[0].State != "announced", Amount: money.New(rows[0].AmountMinor, cur), On: rows[0].CollectOn.Time,
		Expected: rows[0].ExpectOn.Time,
	}, nil
}

// collected refuses to begin a payment beside a Direct Debit that nobody was warned of: the invoice would be paid
// twice.
func (o Order) collected(tx *db.Tx, g gate.Grant, row *invoiceRow) error {
	var n int64
	err := g.On(tx.Table("debit_collections")).Where("invoice_id = ? AND done_at IS NULL", row.ID).Count(&n).Error
	if err != nil {
		return fmt.Errorf("pay: %w", err)
	}
	if n > 0 && !o.Twice {
		return fault.InvalidField("twice", "A Direct Debit for this invoice is under way. Say that you pay all the same.")
	}
	return nil
}
