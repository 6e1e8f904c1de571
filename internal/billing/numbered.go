package billing

import (
	"context"
	"fmt"
	"strconv"

	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

// Numbered is an invoice as whoever knows its number finds it. Number is empty where there is none.
type Numbered struct {
	ID      id.Invoice
	Account id.Account
	Number  string
	Left    money.Amount // nothing where it asks for nothing more
}

// ByNumber finds an issued invoice of any account, for money that names it by year and number; the prefix of its series
// may be left out where that leaves one. Only rooms of billing call it: it asks
// nobody whether they may.
func (b *Billing) ByNumber(ctx context.Context, series, ordinal string) (Numbered, error) {
	n, err := strconv.ParseInt(ordinal, 10, 64)
	if err != nil {
		return Numbered{}, nil //nolint:nilerr // too long for a number: there is no such invoice
	}
	all := db.Across(b.reader.With(ctx), "a bank transfer names an invoice, not an account")
	var names []string
	if err := all.Raw("SELECT name FROM invoice_series WHERE name = ? OR name LIKE ?", series, "%-"+series).
		Scan(&names).Error; err != nil {
		return Numbered{}, fmt.Errorf("find an invoice: %w", err)
	}
	var rows []invoiceRow
	err = db.Across(b.reader.With(ctx), "a bank transfer names an invoice, not an account").
		Where("series IN ? AND ordinal = ? AND state <> ?", names, n, StateDraft).Limit(2).Find(&rows).Error
	if err != nil {
		return Numbered{}, fmt.Errorf("find an invoice: %w", err)
	}
	if len(rows) != 1 { // of two series with different prefixes, somebody has to say which one is meant
		return Numbered{}, nil
	}
	row := rows[0]
	out := Numbered{ID: row.ID, Account: row.AccountID, Number: row.number(), Left: row.money(0)}
	if row.State.payable() {
		out.Left = row.money(row.left())
	}
	return out, nil
}
