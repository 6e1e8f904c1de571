package reports

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// mostPostings is how many lines of the ledger one file holds. A period with more is refused, as a file with a part of
// it would not sum to zero.
const mostPostings = 50_000

// Posting is a line of the ledger, as the provider's accounts take it.
type Posting struct {
	At       time.Time
	Document string      // the same for all lines of one document, which sum to zero
	Kind     ledger.Kind // what the document is
	Invoice  string      // its number; empty where the document belongs to none
	Account  id.Account
	Client   string
	Book     ledger.Book
	Amount   money.Amount // above nothing: a debit
}

// journalSQL reads by time, over all accounts.
const journalSQL = `SELECT e.document_id, e.kind, e.book, e.amount_minor, e.currency, e.posted_at, e.account_id, a.name,
 i.series, i.ordinal FROM ledger_entries e JOIN accounts a ON a.account_id = e.account_id
 LEFT JOIN invoices i ON i.id = e.invoice_id
 WHERE e.posted_at >= ? AND e.posted_at < ? ORDER BY e.posted_at, e.document_id, e.line LIMIT ?`

type postingRow struct {
	DocumentID  id.Payment
	Kind        ledger.Kind
	Book        ledger.Book
	AmountMinor int64
	Currency    money.Currency
	PostedAt    db.Time
	AccountID   id.Account
	Name        secretbox.Sealed
	Series      *string
	Ordinal     *int64
}

// Journal is every line of the ledger of a period, in order.
func (r *Reports) Journal(ctx context.Context, who actor.Actor, from, until time.Time) ([]Posting, error) {
	g, err := r.gate.View(ctx, who, verb.BillingView, id.ProviderScope())
	if err != nil {
		return nil, err
	}
	if !from.Before(until) || until.Sub(from) > longestPeriod {
		return nil, fault.InvalidField("to", "Choose a last day after the first one, at most five years later.")
	}
	rows, err := r.postings(ctx, g, from, until)
	if err != nil {
		return nil, err
	}
	if len(rows) > mostPostings {
		return nil, fault.InvalidField("to", "There are more than "+strconv.Itoa(mostPostings)+
			" lines in this period. Choose a shorter one.")
	}
	names := map[id.Account]string{}
	out := make([]Posting, 0, len(rows))
	for i := range rows {
		row := &rows[i]
		if _, known := names[row.AccountID]; !known {
			place := secretbox.Place{Table: "accounts", Column: "name", Row: row.AccountID.Bytes()}
			if names[row.AccountID], err = r.box.Open(row.Name, place); err != nil {
				return nil, fmt.Errorf("journal: %w", err)
			}
		}
		out = append(out, row.posting(names[row.AccountID]))
	}
	return out, nil
}

func (r *Reports) postings(ctx context.Context, g gate.Grant, from, until time.Time) (rows []postingRow, err error) {
	err = g.On(r.reader.With(ctx)).Raw(journalSQL, db.At(from), db.At(until), mostPostings+1).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	return rows, nil
}

func (row *postingRow) posting(client string) Posting {
	p := Posting{
		At: row.PostedAt.Time, Document: row.DocumentID.String(), Kind: row.Kind, Account: row.AccountID, Client: client,
		Book: row.Book, Amount: money.New(row.AmountMinor, row.Currency),
	}
	if row.Series != nil && row.Ordinal != nil {
		p.Invoice = fmt.Sprintf("%s-%04d", *row.Series, *row.Ordinal)
	}
	return p
}
