package billing

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// Note is a credit note in short.
type Note struct {
	ID     id.CreditNote
	Number string // "CN-2026-0003"
	Total  money.Amount
	Kept   money.Amount // the part of Total that had been paid, and became credit
	Why    string
	Issued time.Time
}

// Adjusted is credit that was used for an invoice, its write-off, or a payment that came back.
type Adjusted struct {
	Kind   ledger.Kind
	Amount money.Amount
	Why    string
	At     time.Time
}

// happenedRow is a payment, a credit note or an adjustment of one invoice.
type happenedRow struct {
	Kind    ledger.Kind
	ID      id.Payment
	Gateway string
	Series  string
	Ordinal int64
	Amount  int64
	Extra   int64
	Who     secretbox.Sealed
	Detail  secretbox.Sealed
	At      db.Time
}

// happenedSQL reads all that happened to an invoice, newest first, in one statement.
const happenedSQL = `SELECT * FROM (
 SELECT 'payment' AS kind, id, gateway, '' AS series, 0 AS ordinal, amount_minor AS amount, surplus_minor AS extra,
 paid_by AS who, detail, received_at AS at FROM payments WHERE account_id = ? AND invoice_id = ?
 UNION ALL SELECT 'credit-note', id, '', series, ordinal, total_minor, total_minor - settled_minor, NULL, reason,
 issued_at FROM credit_notes WHERE account_id = ? AND invoice_id = ?
 UNION ALL SELECT kind, id, '', '', 0, amount_minor, 0, NULL, detail, made_at FROM adjustments
 WHERE account_id = ? AND invoice_id = ?
 UNION ALL SELECT 'payment-return', id, '', '', 0, amount_minor, 0, NULL, NULL, returned_at FROM payment_returns
 WHERE account_id = ? AND invoice_id = ?
 UNION ALL SELECT 'refund', r.id, r.gateway, r.state, 0, r.amount_minor, 0, r.destination, a.detail, r.asked_at
 FROM refunds r JOIN adjustments a ON a.id = r.id WHERE r.account_id = ? AND r.invoice_id = ?) h
 ORDER BY at DESC, id DESC`

// happened adds what happened to an invoice.
func (b *Billing) happened(ctx context.Context, g gate.Grant, in *Invoice) error {
	var rows []happenedRow
	err := g.On(b.reader.With(ctx)).Raw(happenedSQL, g.Account(), in.ID, g.Account(), in.ID, g.Account(), in.ID,
		g.Account(), in.ID, g.Account(), in.ID).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("what happened to an invoice: %w", err)
	}
	in.Payments = make([]Payment, 0, len(rows))
	for i := range rows {
		if err := b.add(&rows[i], in); err != nil {
			return err
		}
	}
	return nil
}

func (b *Billing) add(r *happenedRow, in *Invoice) error {
	if r.Kind == ledger.Refund {
		return b.addRefund(r, in)
	}
	table, column := tableAdjusted, "detail"
	switch r.Kind { //nolint:exhaustive // the others are adjustments
	case ledger.Payment:
		table = tablePayments
	case ledger.CreditNote:
		table, column = tableNotes, "reason"
	}
	detail, err := b.open(table, column, r.ID.Bytes(), r.Detail)
	if err != nil {
		return err
	}
	amount, extra := money.New(r.Amount, in.Total.Currency()), money.New(r.Extra, in.Total.Currency())
	switch r.Kind { //nolint:exhaustive // as above
	case ledger.Payment:
		by, err := b.open(table, "paid_by", r.ID.Bytes(), r.Who)
		if err != nil {
			return err
		}
		in.Payments = append(in.Payments, Payment{
			ID: r.ID, Gateway: r.Gateway, By: by, Detail: detail, Amount: amount, Surplus: extra, Received: r.At.Time,
		})
	case ledger.CreditNote:
		note, _ := id.FromBytes[id.CreditNoteKind](r.ID.Bytes())
		in.Notes = append(in.Notes, Note{
			ID: note, Number: number(r.Series, r.Ordinal), Total: amount, Kept: extra, Why: detail, Issued: r.At.Time,
		})
	default:
		in.Moves = append(in.Moves, Adjusted{Kind: r.Kind, Amount: amount, Why: detail, At: r.At.Time})
	}
	return nil
}
