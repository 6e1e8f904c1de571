package billing

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// What a statement covers at most.
const (
	mostStatementLines = 5000
	longestStatement   = 5 * 366 * 24 * time.Hour
)

// Statement is what an account was charged and paid in a period, from the ledger alone. Balances are what the account
// owes; below nothing, what it has to its credit.
type Statement struct {
	Opening, Closing money.Amount
	Charged, Paid    money.Amount // in the period, both above nothing
	Lines            []StatementLine
}

// StatementLine is what one document changed.
type StatementLine struct {
	At      time.Time
	Kind    ledger.Kind
	Number  string     // of the invoice or the credit note; empty for a refund
	Invoice id.Invoice // zero for a refund
	Change  money.Amount
	Balance money.Amount // after it
}

// statementSQL reads what each document of a period changed of what the account owes.
const statementSQL = `SELECT x.*, COALESCE(n.series, i.series) AS series, COALESCE(n.ordinal, i.ordinal) AS ordinal
 FROM (
 SELECT document_id, kind, invoice_id, posted_at, SUM(amount_minor) AS minor FROM ledger_entries
 WHERE account_id = ? AND book IN ('receivable', 'credit') AND currency = ? AND posted_at >= ? AND posted_at < ?
 GROUP BY document_id, kind, invoice_id, posted_at HAVING SUM(amount_minor) <> 0) x
 LEFT JOIN invoices i ON i.id = x.invoice_id AND i.account_id = ?
 LEFT JOIN credit_notes n ON n.id = x.document_id AND n.account_id = ?
 ORDER BY x.posted_at, x.document_id LIMIT ?`

type statementRow struct {
	Kind      ledger.Kind
	InvoiceID id.Invoice
	PostedAt  db.Time
	Minor     int64
	Series    *string
	Ordinal   *int64
}

// Statement is the account's statement from one time until another, in the account's currency.
func (b *Billing) Statement(
	ctx context.Context, who actor.Actor, account id.Account, from, until time.Time,
) (Statement, error) {
	g, err := b.gate.View(ctx, who, verb.StatementsView, id.AccountScope(account))
	if err != nil {
		return Statement{}, err
	}
	if !from.Before(until) || until.Sub(from) > longestStatement {
		return Statement{}, fault.InvalidField("to", "Choose a last day after the first one, at most five years later.")
	}
	client, err := b.accounts.ByGrant(b.reader.With(ctx), g)
	if err != nil {
		return Statement{}, err
	}
	cur := client.Currency
	var opening int64
	err = g.On(b.reader.With(ctx).Table(ledger.Table)).Select("COALESCE(SUM(amount_minor), 0)").
		Where("book IN ? AND currency = ? AND posted_at < ?", []ledger.Book{ledger.Receivable, ledger.Credit}, cur,
			db.At(from)).
		Scan(&opening).Error
	if err != nil {
		return Statement{}, fmt.Errorf("statement: %w", err)
	}
	var rows []statementRow
	err = g.On(b.reader.With(ctx)).Raw(statementSQL, account, cur, db.At(from), db.At(until), account, account,
		mostStatementLines+1).Scan(&rows).Error
	if err != nil {
		return Statement{}, fmt.Errorf("statement: %w", err)
	}
	if len(rows) > mostStatementLines {
		return Statement{}, fault.InvalidField("to",
			"This period has more lines than a statement holds. Choose a shorter one.")
	}
	return stated(rows, opening, cur), nil
}

// stated adds the lines up.
func stated(rows []statementRow, opening int64, cur money.Currency) Statement {
	s := Statement{Opening: money.New(opening, cur)}
	balance, charged, paid := opening, int64(0), int64(0)
	for _, r := range rows {
		balance += r.Minor
		if r.Minor > 0 {
			charged += r.Minor
		} else {
			paid -= r.Minor
		}
		l := StatementLine{
			At: r.PostedAt.Time, Kind: r.Kind, Invoice: r.InvoiceID, Change: money.New(r.Minor, cur),
			Balance: money.New(balance, cur),
		}
		if r.Series != nil && r.Ordinal != nil {
			l.Number = number(*r.Series, *r.Ordinal)
		}
		s.Lines = append(s.Lines, l)
	}
	s.Closing, s.Charged, s.Paid = money.New(balance, cur), money.New(charged, cur), money.New(paid, cur)
	return s
}
