package billing

import (
	"context"
	"fmt"

	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

// mostFindings bounds what one audit names of each kind.
const mostFindings = 20

// Audit looks through the books of all accounts and names what does not add up: documents that do not sum to zero,
// invoices whose ledger tells another story than they do, series with gaps (P8). No findings is the good answer. It is
// for the operator and the nightly job; it shows no personal data.
func (b *Billing) Audit(ctx context.Context) ([]string, error) {
	var findings []string
	for _, check := range []func(context.Context) ([]string, error){b.unbalanced, b.astray, b.gaps} {
		found, err := check(ctx)
		if err != nil {
			return nil, fmt.Errorf("audit: %w", err)
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

func audit[T any](ctx context.Context, r *db.Reader, text string, args ...any) ([]T, error) {
	var rows []T
	err := db.Across(r.With(ctx), "the audit sums over all accounts").Raw(text, args...).Scan(&rows).Error
	return rows, err
}

func (b *Billing) unbalanced(ctx context.Context) ([]string, error) {
	rows, err := audit[struct {
		DocumentID id.Payment
		Currency   money.Currency
		Minor      int64
	}](ctx, b.reader, "SELECT document_id, currency, SUM(amount_minor) AS minor FROM ledger_entries "+
		"GROUP BY document_id, currency HAVING SUM(amount_minor) <> 0 LIMIT ?", mostFindings)
	var found []string
	for _, r := range rows {
		found = append(found, fmt.Sprintf("what document %s posted leaves %s", r.DocumentID, money.New(r.Minor, r.Currency)))
	}
	return found, err
}

func (b *Billing) astray(ctx context.Context) ([]string, error) {
	rows, err := audit[invoiceRow](ctx, b.reader, `SELECT i.id, i.series, i.ordinal FROM invoices i
 LEFT JOIN (SELECT invoice_id, SUM(amount_minor) AS minor FROM ledger_entries WHERE book = 'receivable'
 GROUP BY invoice_id) l ON l.invoice_id = i.id
 LEFT JOIN (SELECT invoice_id, SUM(amount_minor - surplus_minor) AS minor FROM payments GROUP BY invoice_id) p
 ON p.invoice_id = i.id
 WHERE i.state IN ('due', 'part-paid', 'paid') AND (i.paid_minor <> COALESCE(p.minor, 0)
 OR i.total_minor - i.paid_minor <> COALESCE(l.minor, 0)) LIMIT ?`, mostFindings)
	var found []string
	for i := range rows {
		found = append(found, fmt.Sprintf("invoice %s, its payments and the ledger do not agree", rows[i].number()))
	}
	return found, err
}

func (b *Billing) gaps(ctx context.Context) ([]string, error) {
	rows, err := audit[struct {
		Name       string
		LastNumber int64
		Issued     int64
	}](ctx, b.reader, `SELECT s.name, s.last_number, COUNT(i.id) AS issued FROM invoice_series s
 LEFT JOIN invoices i ON i.series = s.name GROUP BY s.name, s.last_number
 HAVING COUNT(i.id) <> s.last_number OR MIN(i.ordinal) <> 1 OR MAX(i.ordinal) <> s.last_number LIMIT ?`, mostFindings)
	var found []string
	for _, r := range rows {
		found = append(found, fmt.Sprintf("series %s gave %d numbers to %d invoices", r.Name, r.LastNumber, r.Issued))
	}
	return found, err
}
