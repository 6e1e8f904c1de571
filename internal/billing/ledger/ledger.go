// Package ledger is the double-entry book of what clients owe, what came in and what was earned. It is only added to:
// each document posts once, and what it posts sums to zero in its currency (P8). Balances are derived from it and kept
// nowhere else. What an invoice or a payment is stands in billing, which posts here within its own changes.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

// Table is where the postings are.
const Table = "ledger_entries"

// Book is an account of the ledger, in the bookkeeper's sense.
type Book string

// The books. What an account owes and what we hold is positive, what we owe and what was earned is negative.
const (
	Receivable Book = "receivable" // what the client owes
	Cash       Book = "cash"       // what came in
	Credit     Book = "credit"     // what the client paid on top, and may use
	Sales      Book = "sales"
	VAT        Book = "vat"
	BadDebt    Book = "bad-debt" // what will never be paid
	Opening    Book = "opening"  // what was owed before these books began
)

// Kind says what a document is.
type Kind string

// The kinds of documents.
const (
	Invoice    Kind = "invoice"
	Payment    Kind = "payment"
	CreditNote Kind = "credit-note"
	CreditUsed Kind = "credit-used"
	WriteOff   Kind = "write-off"
	Refund     Kind = "refund"
	// PaymentReturn is a payment that came back.
	PaymentReturn Kind = "payment-return"
)

// Posting is what one document writes. At is the document's own time.
type Posting struct {
	Kind     Kind
	Document []byte
	Invoice  id.Invoice // zero where it is about no invoice
	Currency money.Currency
	At       time.Time
	Lines    []Line
}

// Line is an amount for a book, in minor units.
type Line struct {
	Book   Book
	Amount int64
}

type row struct {
	DocumentID  db.Blob `gorm:"primaryKey"`
	Line        int     `gorm:"primaryKey;autoIncrement:false"`
	Kind        Kind
	AccountID   id.Account
	InvoiceID   id.Invoice
	Book        Book
	AmountMinor int64
	Currency    money.Currency
	PostedAt    db.Time
}

// TableName names the table.
func (row) TableName() string { return Table }

// ErrUnbalanced says that a posting does not sum to zero.
var ErrUnbalanced = errors.New("ledger: a posting does not sum to zero")

// Post writes a posting. It is refused where its lines do not sum to zero, or the document has posted before (P8).
func Post(tx *db.Tx, g gate.Grant, p Posting) error {
	var sum int64
	rows := make([]row, 0, len(p.Lines))
	for _, l := range p.Lines {
		sum += l.Amount
		if l.Amount == 0 {
			continue
		}
		rows = append(rows, row{
			DocumentID: p.Document, Line: len(rows) + 1, Kind: p.Kind, AccountID: g.Account(), InvoiceID: p.Invoice,
			Book: l.Book, AmountMinor: l.Amount, Currency: p.Currency, PostedAt: db.At(p.At),
		})
	}
	if sum != 0 || len(rows) == 0 {
		return fmt.Errorf("%w: it leaves %d", ErrUnbalanced, sum)
	}
	if err := g.On(tx.DB).Create(&rows).Error; err != nil {
		return fmt.Errorf("post: %w", err)
	}
	return nil
}

// Balance is what a book of an account holds in a currency.
func Balance(q *gorm.DB, g gate.Grant, book Book, cur money.Currency) (money.Amount, error) {
	var minor int64
	err := g.On(q.Model(&row{})).Where("book = ? AND currency = ?", book, cur).
		Select("COALESCE(SUM(amount_minor), 0)").Scan(&minor).Error
	if err != nil {
		return money.Amount{}, fmt.Errorf("balance: %w", err)
	}
	return money.New(minor, cur), nil
}

// Balances are all that a book of an account holds, by currency; those that are nothing are left out.
func Balances(q *gorm.DB, g gate.Grant, book Book) ([]money.Amount, error) {
	var rows []struct {
		Currency money.Currency
		Minor    int64
	}
	err := g.On(q.Model(&row{})).Where("book = ?", book).Select("currency, SUM(amount_minor) AS minor").
		Group("currency").Having("SUM(amount_minor) <> 0").Order("currency").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("balances: %w", err)
	}
	out := make([]money.Amount, 0, len(rows))
	for _, r := range rows {
		out = append(out, money.New(r.Minor, r.Currency))
	}
	return out, nil
}

// Sum is what all books of all accounts come to in a currency: nothing, or there is something wrong.
type Sum struct {
	Currency money.Currency
	Minor    int64
	Lines    int64
}

// Sums adds everything up, by currency.
func Sums(ctx context.Context, r *db.Reader) ([]Sum, error) {
	var rows []Sum
	err := db.Across(r.With(ctx), "the audit sums over all accounts").
		Raw("SELECT currency, SUM(amount_minor) AS minor, COUNT(*) AS `lines` FROM ledger_entries " +
			"GROUP BY currency ORDER BY currency").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("sum the ledger up: %w", err)
	}
	return rows, nil
}

// Unbalanced names the documents whose postings do not sum to zero, up to so many.
func Unbalanced(ctx context.Context, r *db.Reader, most int) ([]string, error) {
	var rows []struct {
		DocumentID id.Payment
		Currency   money.Currency
		Minor      int64
	}
	err := db.Across(r.With(ctx), "the audit sums over all accounts").
		Raw("SELECT document_id, currency, SUM(amount_minor) AS minor FROM ledger_entries "+
			"GROUP BY document_id, currency HAVING SUM(amount_minor) <> 0 LIMIT ?", most).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("look for what does not sum to zero: %w", err)
	}
	var found []string
	for _, r := range rows {
		found = append(found, fmt.Sprintf("what document %s posted leaves %s", r.DocumentID, money.New(r.Minor, r.Currency)))
	}
	return found, nil
}
