package billing

import (
	"context"
	"fmt"
	"slices"

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
	Alike   bool         // another invoice has the same number behind another prefix
}

// ByNumber finds an issued invoice of any account, for money that names it. The prefix of its series may be left out
// where that leaves one, and a word that is no prefix is passed over. Only rooms of billing call it: it asks nobody
// whether they may.
func (b *Billing) ByNumber(ctx context.Context, written Written) (Numbered, error) {
	all := db.Across(b.reader.With(ctx), "a bank transfer names an invoice, not an account")
	var names []string
	if err := all.Raw("SELECT name FROM invoice_series WHERE name = ? OR name LIKE ?", written.Year, "%-"+written.Year).
		Scan(&names).Error; err != nil {
		return Numbered{}, fmt.Errorf("find an invoice: %w", err)
	}
	if whole := written.Series(); slices.Contains(names, whole) && written.Prefix != "" {
		names = []string{whole}
	} else {
		written.Prefix = ""
	}
	var rows []invoiceRow
	err := db.Across(b.reader.With(ctx), "a bank transfer names an invoice, not an account").
		Where("series IN ? AND ordinal = ? AND state <> ?", names, written.Ordinal, StateDraft).Find(&rows).Error
	if err != nil {
		return Numbered{}, fmt.Errorf("find an invoice: %w", err)
	}
	row, found := meant(rows, written)
	if !found {
		return Numbered{}, nil
	}
	out := Numbered{ID: row.ID, Account: row.AccountID, Number: row.number(), Left: row.money(0), Alike: len(rows) > 1}
	if row.State.payable() {
		out.Left = row.money(row.left())
	}
	return out, nil
}

// meant is the only one of some invoices, or that whose number was written in full. Of two with different prefixes,
// somebody has to say which one it is.
func meant(rows []invoiceRow, written Written) (invoiceRow, bool) {
	for _, row := range rows {
		if len(rows) == 1 || row.Series == written.Series() {
			return row, true
		}
	}
	return invoiceRow{}, false
}
