package overview

import (
	"context"
	"fmt"
	"strings"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Figures is how things stand for staff. What a department may not see is nil.
type Figures struct {
	Clients  int
	Overdue  *OverdueFigures
	Services *ServiceFigures
	Unsent   *int // mails that were given up
}

// OverdueFigures are the invoices that are overdue, and the checkouts that somebody is at.
type OverdueFigures struct {
	Invoices  int
	Amount    money.Amount // of one currency; its zero value where there are several
	Checkouts int          // begun and not decided
}

// ServiceFigures are the services that have not ended.
type ServiceFigures struct{ Pending, Running, Suspended int }

const billingFigures = `,
 (SELECT COUNT(*) FROM invoices WHERE ` + payable + ` AND due_at <= ?),
 (SELECT SUM(total_minor - paid_minor) FROM invoices WHERE ` + payable + ` AND due_at <= ?),
 (SELECT MIN(currency) FROM invoices WHERE ` + payable + ` AND due_at <= ?),
 (SELECT MAX(currency) FROM invoices WHERE ` + payable + ` AND due_at <= ?),
 (SELECT COUNT(*) FROM checkouts WHERE state = 'open' AND expires_at > ?)`

const noBillingFigures = ", 0, 0, '', '', 0"

const serviceFigures = `,
 (SELECT COUNT(*) FROM services WHERE state = 'pending'), (SELECT COUNT(*) FROM services WHERE state = 'active'),
 (SELECT COUNT(*) FROM services WHERE state = 'suspended')`

const mailFigures = ", (SELECT COUNT(*) FROM outbox WHERE failed_at IS NOT NULL)"

type figuresRow struct {
	clients, overdue, left      number
	lowest, highest             text
	checkouts, pending, running number
	suspended, unsent           number
}

// Figures counts what staff begin their day with, in one statement.
func (o *Overview) Figures(ctx context.Context, who actor.Actor) (Figures, error) {
	g, err := o.gate.View(ctx, who, verb.ClientsView, id.ProviderScope())
	if err != nil {
		return Figures{}, err
	}
	sees := map[verb.Verb]bool{}
	for _, v := range []verb.Verb{verb.BillingView, verb.HostingView, verb.MailPreview} {
		if _, sees[v], err = o.may(ctx, who, v, id.ProviderScope()); err != nil {
			return Figures{}, err
		}
	}
	var sql strings.Builder
	var args []any
	sql.WriteString("SELECT (SELECT COUNT(*) FROM accounts WHERE state = 'active')")
	add := func(on bool, columns, instead string, values ...any) {
		if !on {
			columns, values = instead, nil
		}
		sql.WriteString(columns)
		args = append(args, values...)
	}
	from := overdueFrom(g.Now())
	add(sees[verb.BillingView], billingFigures, noBillingFigures, from, from, from, from, db.At(g.Now()))
	add(sees[verb.HostingView], serviceFigures, ", 0, 0, 0")
	add(sees[verb.MailPreview], mailFigures, ", 0")
	rows, err := db.ReadRows(g.On(o.reader.With(ctx)).Raw(sql.String(), args...), func(r *figuresRow) []any {
		return []any{
			&r.clients, &r.overdue, &r.left, &r.lowest, &r.highest, &r.checkouts, &r.pending,
			&r.running, &r.suspended, &r.unsent,
		}
	})
	if err != nil {
		return Figures{}, fmt.Errorf("figures: %w", err)
	}
	var f Figures
	for _, r := range rows { // there is one
		f = r.figures(sees)
	}
	return f, nil
}

func (r figuresRow) figures(sees map[verb.Verb]bool) Figures {
	f := Figures{Clients: int(r.clients)}
	if sees[verb.BillingView] {
		f.Overdue = &OverdueFigures{Invoices: int(r.overdue), Checkouts: int(r.checkouts)}
		if r.lowest == r.highest && r.lowest != "" {
			f.Overdue.Amount = money.New(int64(r.left), money.Currency(r.lowest))
		}
	}
	if sees[verb.HostingView] {
		f.Services = &ServiceFigures{Pending: int(r.pending), Running: int(r.running), Suspended: int(r.suspended)}
	}
	if sees[verb.MailPreview] {
		f.Unsent = new(int(r.unsent))
	}
	return f
}
