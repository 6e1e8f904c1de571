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

// collecting is what takes the money of an invoice by itself at this moment: Direct Debits that are not over, those of
// them that a bank was asked for already, and cards on file that a bank is being asked for.
type collecting struct{ Debits, Sent, Asking int64 }

const collectingSQL = `SELECT (SELECT COUNT(*) FROM debit_collections d WHERE d.account_id = ? AND d.invoice_id = ?
 AND d.done_at IS NULL) AS debits, (SELECT COUNT(*) FROM debit_collections d WHERE d.account_id = ? AND d.invoice_id = ?
 AND d.done_at IS NULL AND d.state <> 'announced') AS sent, (SELECT COUNT(*) FROM card_charges h WHERE h.account_id = ?
 AND h.invoice_id = ? AND h.state = 'waiting') + (SELECT COUNT(*) FROM checkout_shares s JOIN card_payments p
 ON p.id = s.checkout_id WHERE s.account_id = ? AND s.invoice_id = ? AND p.state = 'waiting') AS asking`

func collectingNow(tx *db.Tx, g gate.Grant, row *invoiceRow) (n collecting, err error) {
	at := g.Account()
	err = g.On(tx.DB).Raw(collectingSQL, at, row.ID, at, row.ID, at, row.ID, at, row.ID).Scan(&n).Error
	if err != nil {
		return n, fmt.Errorf("what is under way for an invoice: %w", err)
	}
	return n, nil
}

// notAsked refuses to use credit for what a bank has been asked for: that payment would arrive as well, and only make
// credit again. What is only announced is announced anew where less is left to pay.
func notAsked(tx *db.Tx, g gate.Grant, row *invoiceRow) error {
	n, err := collectingNow(tx, g, row)
	if err == nil && n.Sent+n.Asking > 0 {
		return fault.Conflict("A bank has been asked to pay this invoice already. Once its answer is here, credit can be " +
			"used for what is left.")
	}
	return err
}

// collected refuses to begin a payment beside a Direct Debit or a card on file that nobody was warned of: the invoice
// would be paid twice.
func (o Order) collected(tx *db.Tx, g gate.Grant, row *invoiceRow) error {
	if o.Twice {
		return nil
	}
	n, err := collectingNow(tx, g, row)
	switch {
	case err != nil:
		return err
	case n.Debits > 0:
		return fault.InvalidField("twice", "A Direct Debit for this invoice is under way. Say that you pay all the same.")
	case n.Asking > 0:
		return fault.InvalidField("twice", "The bank of a card on file is being asked for this invoice. Look again in a "+
			"minute, or say that you pay all the same.")
	}
	return nil
}
