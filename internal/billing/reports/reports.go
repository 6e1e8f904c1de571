// Package reports reads what the provider's people want to know of all invoices at once: how old the debts are,
// what tax a period brings, what was sold, and how charges come and go; and what an account wants to know of its own.
// It writes nothing.
package reports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Reports is the room. It is safe for concurrent use.
type Reports struct {
	gate   *gate.Gate
	reader *db.Reader
	box    *secretbox.Box
}

// New makes the room.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box) *Reports {
	return &Reports{gate: g, reader: reader, box: box}
}

const (
	// mostDebtors is how many clients a report holds; those who owe most come first.
	mostDebtors = 2000
	day         = 24 * time.Hour
	// afterNoon is how long after the noon that stands for it the due day lasts.
	afterNoon = 12 * time.Hour
	// longestPeriod bounds a report of tax.
	longestPeriod = 5 * 366 * day
)

// The parts of a debt by age: not due yet, up to 30 days overdue, up to 60, up to 90, and older.
const (
	NotDue = iota
	To30
	To60
	To90
	Older
	ages
)

// Ages is a sum for each of those parts.
type Ages [ages]money.Amount

// Debtor is what a client owes, in one currency.
type Debtor struct {
	Account  id.Account
	Name     string
	Invoices int
	Ages     Ages
	Total    money.Amount
}

// Ageing is what all clients owe.
type Ageing struct {
	At      time.Time
	Debtors []Debtor // who owes most comes first, by currency
	Totals  []Debtor // one for each currency
	More    bool     // there are more clients than the report holds
}

const ageingSQL = `SELECT i.account_id, i.currency, a.name, COUNT(*) AS invoices,
 SUM(i.total_minor - i.paid_minor) AS total,
 SUM(CASE WHEN i.due_at > ? THEN i.total_minor - i.paid_minor ELSE 0 END) AS not_due,
 SUM(CASE WHEN i.due_at <= ? AND i.due_at > ? THEN i.total_minor - i.paid_minor ELSE 0 END) AS to30,
 SUM(CASE WHEN i.due_at <= ? AND i.due_at > ? THEN i.total_minor - i.paid_minor ELSE 0 END) AS to60,
 SUM(CASE WHEN i.due_at <= ? AND i.due_at > ? THEN i.total_minor - i.paid_minor ELSE 0 END) AS to90,
 SUM(CASE WHEN i.due_at <= ? THEN i.total_minor - i.paid_minor ELSE 0 END) AS older
 FROM invoices i JOIN accounts a ON a.account_id = i.account_id
 WHERE i.state IN ('due', 'part-paid') GROUP BY i.account_id, i.currency, a.name
 ORDER BY i.currency, total DESC, i.account_id LIMIT ?`

type ageingRow struct {
	AccountID                              id.Account
	Currency                               money.Currency
	Name                                   secretbox.Sealed
	Invoices                               int
	Total, NotDue, To30, To60, To90, Older int64
}

// Ageing is what clients owe now, by how long it has been due.
func (r *Reports) Ageing(ctx context.Context, who actor.Actor) (Ageing, error) {
	g, err := r.gate.View(ctx, who, verb.BillingView, id.ProviderScope())
	if err != nil {
		return Ageing{}, err
	}
	edge := g.Now().Add(-afterNoon)
	cut := func(days int) db.Time { return db.At(edge.Add(-time.Duration(days) * day)) }
	var rows []ageingRow
	err = g.On(r.reader.With(ctx)).Raw(ageingSQL, cut(0), cut(0), cut(30), cut(30), cut(60), cut(60), cut(90), cut(90),
		mostDebtors+1).Scan(&rows).Error
	if err != nil {
		return Ageing{}, fmt.Errorf("ageing: %w", err)
	}
	out := Ageing{At: g.Now(), More: len(rows) > mostDebtors}
	for i := range rows[:min(len(rows), mostDebtors)] {
		row := &rows[i]
		one := Debtor{Account: row.AccountID, Invoices: row.Invoices, Total: money.New(row.Total, row.Currency)}
		for n, minor := range []int64{row.NotDue, row.To30, row.To60, row.To90, row.Older} {
			one.Ages[n] = money.New(minor, row.Currency)
		}
		place := secretbox.Place{Table: "accounts", Column: "name", Row: row.AccountID.Bytes()}
		if one.Name, err = r.box.Open(row.Name, place); err != nil {
			return Ageing{}, fmt.Errorf("ageing: %w", err)
		}
		out.Debtors = append(out.Debtors, one)
		if err := out.add(one); err != nil {
			return Ageing{}, err
		}
	}
	return out, nil
}

// add counts a client towards the total of their currency.
func (a *Ageing) add(one Debtor) error {
	at := slices.IndexFunc(a.Totals, func(d Debtor) bool { return d.Total.Currency() == one.Total.Currency() })
	if at < 0 {
		a.Totals = append(a.Totals, Debtor{Invoices: one.Invoices, Ages: one.Ages, Total: one.Total})
		return nil
	}
	t := &a.Totals[at]
	t.Invoices += one.Invoices
	var err error
	if t.Total, err = t.Total.Add(one.Total); err != nil {
		return fmt.Errorf("ageing: %w", err)
	}
	for n := range t.Ages {
		if t.Ages[n], err = t.Ages[n].Add(one.Ages[n]); err != nil {
			return fmt.Errorf("ageing: %w", err)
		}
	}
	return nil
}

// Tax is what invoices and credit notes of a period came to at one rate.
type Tax struct {
	Rate         billing.Rate
	Sales, SaleV money.Amount // of invoices, without tax; its tax
	Back, BackV  money.Amount // of credit notes, above nothing
	Net, Due     money.Amount // what is left: without tax; the tax to report
}

// taxSQL sums the tax of documents up: an invoice's row stands under its own id, a credit note's under another.
const taxSQL = `SELECT currency, treatment, rate_bp,
 SUM(CASE WHEN document_id = invoice_id THEN net_minor ELSE 0 END) AS sales,
 SUM(CASE WHEN document_id = invoice_id THEN vat_minor ELSE 0 END) AS sale_v,
 SUM(CASE WHEN document_id <> invoice_id THEN -net_minor ELSE 0 END) AS back,
 SUM(CASE WHEN document_id <> invoice_id THEN -vat_minor ELSE 0 END) AS back_v
 FROM vat_totals WHERE tax_at >= ? AND tax_at < ? GROUP BY currency, treatment, rate_bp`

type taxRow struct {
	Currency                  money.Currency
	Treatment                 billing.Treatment
	RateBp                    int
	Sales, SaleV, Back, BackV int64
}

// VAT is the tax of a period by currency, rate and reason, highest rate first.
func (r *Reports) VAT(ctx context.Context, who actor.Actor, from, until time.Time) ([]Tax, error) {
	g, err := r.gate.View(ctx, who, verb.BillingView, id.ProviderScope())
	if err != nil {
		return nil, err
	}
	if !from.Before(until) || until.Sub(from) > longestPeriod {
		return nil, fault.InvalidField("to", "Choose a last day after the first one, at most five years later.")
	}
	var rows []taxRow
	if err := g.On(r.reader.With(ctx)).Raw(taxSQL, db.At(from), db.At(until)).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("VAT report: %w", err)
	}
	slices.SortFunc(rows, func(a, b taxRow) int {
		return cmp.Or(cmp.Compare(a.Currency, b.Currency), b.RateBp-a.RateBp, cmp.Compare(a.Treatment, b.Treatment))
	})
	out := make([]Tax, 0, len(rows))
	for _, x := range rows {
		sum := func(minor int64) money.Amount { return money.New(minor, x.Currency) }
		out = append(out, Tax{
			Rate: billing.Rate{Treatment: x.Treatment, Rate: x.RateBp}, Sales: sum(x.Sales), SaleV: sum(x.SaleV),
			Back: sum(x.Back), BackV: sum(x.BackV), Net: sum(x.Sales - x.Back), Due: sum(x.SaleV - x.BackV),
		})
	}
	return out, nil
}
