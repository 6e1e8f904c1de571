package billing

import (
	"errors"
	"fmt"

	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

// book is an account of the ledger, in the bookkeeper's sense.
type book string

// The books. What an account owes and what we hold is positive, what we owe and what was earned is negative.
const (
	bookReceivable book = "receivable" // what the client owes
	bookCash       book = "cash"       // what came in
	bookCredit     book = "credit"     // what the client paid on top, and may use
	bookSales      book = "sales"
	bookVAT        book = "vat"
)

// posting is what one document writes into the ledger.
type posting struct {
	document []byte
	invoice  id.Invoice
	currency money.Currency
	lines    []postingLine
}

type postingLine struct {
	book   book
	amount int64
}

var errUnbalanced = errors.New("billing: a posting does not sum to zero")

// post writes a posting. It is refused where its lines do not sum to zero, or the document has posted before (P8).
func post(tx *db.Tx, g gate.Grant, p posting) error {
	now, err := tx.Now()
	if err != nil {
		return fmt.Errorf("post: %w", err)
	}
	var sum int64
	rows := make([]ledgerRow, 0, len(p.lines))
	for _, l := range p.lines {
		sum += l.amount
		if l.amount == 0 {
			continue
		}
		rows = append(rows, ledgerRow{
			DocumentID: p.document, Line: len(rows) + 1, AccountID: g.Account(), InvoiceID: p.invoice, Book: l.book,
			AmountMinor: l.amount, Currency: p.currency, PostedAt: db.At(now),
		})
	}
	if sum != 0 || len(rows) == 0 {
		return fmt.Errorf("%w: it leaves %d", errUnbalanced, sum)
	}
	if err := g.On(tx.DB).Create(&rows).Error; err != nil {
		return fmt.Errorf("post: %w", err)
	}
	return nil
}
