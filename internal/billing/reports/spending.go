package reports

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	// monthsShown is how many months a report of spending goes back, the current one included.
	monthsShown = 12
	// mostServices is how many services it names; those that cost most come first.
	mostServices = 100
)

// Spending is what an account was charged in the last months, credit notes taken off and tax left out.
type Spending struct {
	From     time.Time // midnight of the first day, in the zone that was asked for
	Months   []Month   // the oldest first
	Services []Spent   // what cost most comes first
	Total    money.Amount
}

// Month is what one month came to, by the days of its documents.
type Month struct {
	First time.Time // midnight UTC of its first day
	Net   money.Amount
}

// Spent is what one service came to; what belongs to none is together, without a service.
type Spent struct {
	Service      id.Service
	Text, Detail string // as its newest line says
	Net          money.Amount
}

const documentsSQL = `SELECT issued_at, net_minor FROM invoices
 WHERE account_id = ? AND state <> 'draft' AND currency = ? AND issued_at >= ?
 UNION ALL SELECT issued_at, -net_minor FROM credit_notes WHERE account_id = ? AND currency = ? AND issued_at >= ?`

const servicesSQL = `SELECT x.service_id, MAX(x.line_id) AS line_id, SUM(x.net) AS net FROM (
 SELECT l.service_id, l.id AS line_id, l.net_minor AS net FROM invoice_lines l
 JOIN invoices i ON i.id = l.invoice_id AND i.account_id = l.account_id
 WHERE l.account_id = ? AND i.state <> 'draft' AND i.currency = ? AND i.issued_at >= ?
 UNION ALL SELECT l.service_id, l.id, -c.net_minor FROM credit_note_lines c
 JOIN credit_notes n ON n.id = c.note_id AND n.account_id = c.account_id
 JOIN invoice_lines l ON l.id = c.line_id AND l.account_id = c.account_id
 WHERE c.account_id = ? AND n.currency = ? AND n.issued_at >= ?
 ) x GROUP BY x.service_id ORDER BY net DESC, line_id LIMIT ?`

type spentRow struct {
	ServiceID id.Service
	LineID    id.Line
	Net       int64
}

// Spending reads what an account was charged in its currency in the last twelve months of a zone's calendar.
func (r *Reports) Spending(
	ctx context.Context, who actor.Actor, account id.Account, cur money.Currency, zone *time.Location,
) (Spending, error) {
	g, err := r.gate.View(ctx, who, verb.StatementsView, id.AccountScope(account))
	if err != nil {
		return Spending{}, err
	}
	today := g.Now().In(zone)
	from := time.Date(today.Year(), today.Month()-monthsShown+1, 1, 0, 0, 0, 0, zone)
	out := Spending{From: from, Total: money.New(0, cur)}
	for n := range monthsShown {
		out.Months = append(out.Months, Month{
			First: time.Date(from.Year(), from.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC), Net: money.New(0, cur),
		})
	}
	var rows []struct {
		IssuedAt db.Time
		NetMinor int64
	}
	err = g.On(r.reader.With(ctx)).Raw(documentsSQL, account, cur, db.At(from), account, cur, db.At(from)).
		Scan(&rows).Error
	if err != nil {
		return Spending{}, fmt.Errorf("spending: %w", err)
	}
	for _, row := range rows {
		at := row.IssuedAt.In(zone)
		n := (at.Year()-from.Year())*monthsShown + int(at.Month()-from.Month())
		if n < 0 || n >= len(out.Months) {
			continue // it is dated ahead
		}
		m := &out.Months[n]
		m.Net = money.New(m.Net.Minor()+row.NetMinor, cur)
		out.Total = money.New(out.Total.Minor()+row.NetMinor, cur)
	}
	out.Services, err = r.spent(ctx, g, cur, from)
	return out, err
}

// spent splits it by service.
func (r *Reports) spent(ctx context.Context, g gate.Grant, cur money.Currency, from time.Time) ([]Spent, error) {
	var rows []spentRow
	err := g.On(r.reader.With(ctx)).Raw(servicesSQL, g.Account(), cur, db.At(from), g.Account(), cur, db.At(from),
		mostServices).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("spending: %w", err)
	}
	lines := make([]id.Line, len(rows))
	for i, row := range rows {
		lines[i] = row.LineID
	}
	var sealed []sealedLine
	err = g.On(r.reader.With(ctx).Table("invoice_lines")).Select("id, text, detail").Where("id IN ?", lines).
		Find(&sealed).Error
	if err != nil {
		return nil, fmt.Errorf("spending: %w", err)
	}
	out := make([]Spent, 0, len(rows))
	for _, row := range rows {
		one := Spent{Service: row.ServiceID, Net: money.New(row.Net, cur)}
		for _, l := range sealed {
			if l.ID != row.LineID || row.ServiceID.IsZero() {
				continue
			}
			if err := r.name(&one, l); err != nil {
				return nil, err
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// sealedLine is what an invoice says of a line.
type sealedLine struct {
	ID           id.Line
	Text, Detail secretbox.Sealed
}

// name says what the money was spent for, as an invoice does.
func (r *Reports) name(one *Spent, l sealedLine) (err error) {
	if one.Text, err = r.box.Open(l.Text, linePlace("text", l.ID)); err == nil {
		one.Detail, err = r.box.Open(l.Detail, linePlace("detail", l.ID))
	}
	if err != nil {
		return fmt.Errorf("spending: %w", err)
	}
	return nil
}

func linePlace(column string, line id.Line) secretbox.Place {
	return secretbox.Place{Table: "invoice_lines", Column: column, Row: line.Bytes()}
}
