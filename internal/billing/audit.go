package billing

import (
	"context"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// mostFindings bounds what one audit names of each kind.
const mostFindings = 20

// Audit looks through the books of all accounts and names what does not add up (P8): postings that do not sum to zero
// or are not what their document posts, invoices whose parts tell another story than they do, credit that nobody has,
// series with gaps. No findings is the good answer. It is for the operator and the nightly job; it shows no personal
// data.
func (b *Billing) Audit(ctx context.Context) ([]string, error) {
	findings, err := ledger.Unbalanced(ctx, b.reader, mostFindings)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	for _, check := range []func(context.Context) ([]string, error){
		b.misposted, b.misadded, b.astray, b.mistaxed, b.overspent, b.misrefunded, b.gaps,
	} {
		found, err := check(ctx)
		if err != nil {
			return nil, fmt.Errorf("audit: %w", err)
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

// AuditNightly is Audit with its result in the provider's log: an auditor sees that somebody looked, and what came of
// it. Where something was found, it fails.
func (b *Billing) AuditNightly(ctx context.Context) error {
	findings, err := b.Audit(ctx)
	if err != nil {
		return err
	}
	err = b.gate.Change(ctx, actor.NewSystem("audit of the ledger"), verb.BillingManage, id.ProviderScope(),
		func(_ *db.Tx, g gate.Grant) (gate.Entry, error) {
			d := activity.Details{Target: activity.Target{Kind: "ledger", Label: "the ledger"}}
			if len(findings) > 0 {
				d.Outcome, d.Reason = activity.Failed, fmt.Sprintf("%d things do not add up; doctor names them.", len(findings))
			}
			return g.Entry(activity.LedgerAudited, d), nil
		})
	if err == nil && len(findings) > 0 {
		err = fmt.Errorf("the ledger does not add up: %s, and %d more", findings[0], len(findings)-1)
	}
	return err
}

func audit[T any](ctx context.Context, r *db.Reader, text string, args ...any) ([]T, error) {
	var rows []T
	err := db.Across(r.With(ctx), "the audit sums over all accounts").Raw(text, args...).Scan(&rows).Error
	return rows, err
}

// duePostings is what each document should have posted, line for line.
const duePostings = `
 SELECT id AS document_id, 'invoice' AS kind, account_id, id AS invoice_id, 'receivable' AS book, currency,
 issued_at AS posted_at, total_minor AS minor FROM invoices WHERE state <> 'draft'
 UNION ALL SELECT id, 'invoice', account_id, id, CASE WHEN series LIKE 'OB%' THEN 'opening' ELSE 'sales' END, currency,
 issued_at, -net_minor FROM invoices
 WHERE state <> 'draft'
 UNION ALL SELECT id, 'invoice', account_id, id, 'vat', currency, issued_at, -vat_minor FROM invoices
 WHERE state <> 'draft'
 UNION ALL SELECT id, 'payment', account_id, invoice_id, 'cash', currency, received_at, amount_minor FROM payments
 UNION ALL SELECT id, 'payment', account_id, invoice_id, 'receivable', currency, received_at,
 surplus_minor - amount_minor FROM payments
 UNION ALL SELECT id, 'payment', account_id, invoice_id, 'credit', currency, received_at, -surplus_minor FROM payments
 UNION ALL SELECT id, 'payment-return', account_id, invoice_id, 'cash', currency, returned_at, -amount_minor
 FROM payment_returns
 UNION ALL SELECT id, 'payment-return', account_id, invoice_id, 'receivable', currency, returned_at, applied_minor
 FROM payment_returns
 UNION ALL SELECT id, 'payment-return', account_id, invoice_id, 'credit', currency, returned_at,
 amount_minor - applied_minor FROM payment_returns
 UNION ALL SELECT id, 'credit-note', account_id, invoice_id, 'sales', currency, issued_at, net_minor FROM credit_notes
 UNION ALL SELECT id, 'credit-note', account_id, invoice_id, 'vat', currency, issued_at, vat_minor FROM credit_notes
 UNION ALL SELECT id, 'credit-note', account_id, invoice_id, 'receivable', currency, issued_at, -settled_minor
 FROM credit_notes
 UNION ALL SELECT id, 'credit-note', account_id, invoice_id, 'credit', currency, issued_at,
 settled_minor - total_minor FROM credit_notes
 UNION ALL SELECT id, kind, account_id, invoice_id, CASE kind WHEN 'write-off' THEN 'bad-debt' ELSE 'credit' END,
 currency, made_at, amount_minor FROM adjustments
 UNION ALL SELECT id, kind, account_id, invoice_id, CASE kind WHEN 'refund' THEN 'cash' ELSE 'receivable' END,
 currency, made_at, -amount_minor FROM adjustments
 UNION ALL SELECT return_id, 'refund', account_id, NULL, 'cash', currency, done_at, amount_minor FROM refunds
 WHERE state = 'failed'
 UNION ALL SELECT return_id, 'refund', account_id, NULL, 'credit', currency, done_at, -amount_minor FROM refunds
 WHERE state = 'failed'`

// misposted holds the ledger against the documents, line for line: what was changed, added, moved or taken away by hand
// in either leaves a difference.
func (b *Billing) misposted(ctx context.Context) ([]string, error) {
	rows, err := audit[struct {
		DocumentID id.Payment
		Kind       string
		Book       string
		Currency   money.Currency
		Minor      int64
	}](ctx, b.reader, `SELECT document_id, kind, book, currency, SUM(minor) AS minor FROM (`+duePostings+`
 UNION ALL SELECT document_id, kind, account_id, invoice_id, book, currency, posted_at, -amount_minor
 FROM ledger_entries
 ) x GROUP BY document_id, kind, account_id, invoice_id, book, currency, posted_at HAVING SUM(minor) <> 0 LIMIT ?`,
		mostFindings)
	var found []string
	for _, r := range rows {
		found = append(found, fmt.Sprintf("%s %s and the ledger differ by %s in the book %s",
			r.Kind, r.DocumentID, money.New(r.Minor, r.Currency), r.Book))
	}
	return found, err
}

// misadded looks for invoices that are not the sum of their lines, and credit notes that are not that of theirs.
func (b *Billing) misadded(ctx context.Context) ([]string, error) {
	rows, err := audit[struct {
		Series  string
		Ordinal int64
	}](ctx, b.reader, `SELECT i.series, i.ordinal FROM invoices i LEFT JOIN (SELECT invoice_id, SUM(net_minor) AS net
 FROM invoice_lines GROUP BY invoice_id) l ON l.invoice_id = i.id
 WHERE i.state <> 'draft' AND i.net_minor <> COALESCE(l.net, 0)
 UNION ALL SELECT n.series, n.ordinal FROM credit_notes n LEFT JOIN (SELECT note_id, SUM(net_minor) AS net
 FROM credit_note_lines GROUP BY note_id) l ON l.note_id = n.id WHERE n.net_minor <> COALESCE(l.net, 0) LIMIT ?`,
		mostFindings)
	var found []string
	for _, r := range rows {
		found = append(found, number(r.Series, r.Ordinal)+" is not the sum of its lines")
	}
	return found, err
}

// astray looks for invoices whose state, settled and credited amounts do not follow from their documents.
func (b *Billing) astray(ctx context.Context) ([]string, error) {
	rows, err := audit[invoiceRow](ctx, b.reader, `SELECT i.id, i.series, i.ordinal FROM invoices i
 LEFT JOIN (SELECT invoice_id, SUM(amount_minor) AS minor FROM ledger_entries WHERE book = 'receivable'
 GROUP BY invoice_id) l ON l.invoice_id = i.id
 LEFT JOIN (SELECT invoice_id, SUM(amount_minor - surplus_minor) AS minor FROM payments GROUP BY invoice_id) p
 ON p.invoice_id = i.id
 LEFT JOIN (SELECT invoice_id, SUM(applied_minor) AS minor FROM payment_returns GROUP BY invoice_id) b
 ON b.invoice_id = i.id
 LEFT JOIN (SELECT invoice_id, SUM(CASE kind WHEN 'credit-used' THEN amount_minor ELSE 0 END) AS used,
 SUM(CASE kind WHEN 'write-off' THEN amount_minor ELSE 0 END) AS lost FROM adjustments GROUP BY invoice_id) a
 ON a.invoice_id = i.id
 LEFT JOIN (SELECT invoice_id, SUM(total_minor) AS total, SUM(settled_minor) AS settled FROM credit_notes
 GROUP BY invoice_id) n ON n.invoice_id = i.id
 WHERE i.state <> 'draft' AND (i.paid_minor <> COALESCE(p.minor, 0) - COALESCE(b.minor, 0)
  + COALESCE(a.used, 0) + COALESCE(n.settled, 0) OR
  i.noted_minor <> COALESCE(n.settled, 0) OR i.credited_minor <> COALESCE(n.total, 0)
 OR i.total_minor - i.paid_minor - COALESCE(a.lost, 0) <> COALESCE(l.minor, 0)
 OR i.state <> CASE WHEN COALESCE(a.lost, 0) > 0 THEN 'written-off'
 WHEN i.credited_minor = i.total_minor THEN 'credited'
 WHEN i.paid_minor = i.total_minor THEN 'paid' WHEN i.paid_minor > i.noted_minor THEN 'part-paid'
 ELSE 'due' END) LIMIT ?`,
		mostFindings)
	var found []string
	for i := range rows {
		found = append(found, fmt.Sprintf("invoice %s, its payments and the ledger do not agree", rows[i].number()))
	}
	return found, err
}

// mistaxed looks for documents whose tax by rate is not theirs.
func (b *Billing) mistaxed(ctx context.Context) ([]string, error) {
	rows, err := audit[struct {
		DocumentID id.Payment
	}](ctx, b.reader, `SELECT document_id FROM (
 SELECT id AS document_id, net_minor AS net, vat_minor AS vat FROM invoices WHERE state <> 'draft'
 AND series NOT LIKE 'OB%'
 UNION ALL SELECT id, -net_minor, -vat_minor FROM credit_notes
 UNION ALL SELECT document_id, -net_minor, -vat_minor FROM vat_totals) x
 GROUP BY document_id HAVING SUM(net) <> 0 OR SUM(vat) <> 0 LIMIT ?`, mostFindings)
	var found []string
	for _, r := range rows {
		found = append(found, fmt.Sprintf("the tax of document %s by rate is not its tax", r.DocumentID))
	}
	return found, err
}

// overspent looks for accounts that used more credit than they had. One whose payment came back after it had become
// credit, and was used, owes that much.
func (b *Billing) overspent(ctx context.Context) ([]string, error) {
	rows, err := audit[struct {
		AccountID id.Account
		Currency  money.Currency
		Minor     int64
	}](ctx, b.reader, `SELECT account_id, currency, SUM(amount_minor) AS minor FROM ledger_entries WHERE book = 'credit'
 GROUP BY account_id, currency HAVING SUM(amount_minor) > (SELECT COALESCE(SUM(r.amount_minor - r.applied_minor), 0)
 FROM payment_returns r WHERE r.account_id = ledger_entries.account_id AND r.currency = ledger_entries.currency)
 LIMIT ?`, mostFindings)
	var found []string
	for _, r := range rows {
		found = append(found, fmt.Sprintf("account %s used %s more credit than it had",
			r.AccountID, money.New(r.Minor, r.Currency)))
	}
	return found, err
}

func (b *Billing) gaps(ctx context.Context) ([]string, error) {
	rows, err := audit[struct {
		Name       string
		LastNumber int64
		Issued     int64
	}](ctx, b.reader, `SELECT s.name, s.last_number, COUNT(d.ordinal) AS issued FROM invoice_series s
 LEFT JOIN (SELECT series, ordinal FROM invoices WHERE state <> 'draft'
 UNION ALL SELECT series, ordinal FROM credit_notes) d ON d.series = s.name GROUP BY s.name, s.last_number
 HAVING COUNT(d.ordinal) <> s.last_number OR MIN(d.ordinal) <> 1 OR MAX(d.ordinal) <> s.last_number LIMIT ?`,
		mostFindings)
	var found []string
	for _, r := range rows {
		found = append(found, fmt.Sprintf("series %s gave %d numbers to %d documents", r.Name, r.LastNumber, r.Issued))
	}
	return found, err
}
