package overview

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
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
	// At is when this was counted, where there are so many clients that it is not counted for each who asks; else zero.
	At time.Time
}

const (
	// manyClients is from how many clients on figures are kept for a while: counting takes longer the more there are.
	manyClients = 5_000
	// figuresFor is how long they are kept.
	figuresFor = time.Minute
)

// keptFigures are figures that were counted for all departments.
type keptFigures struct {
	from number // how many clients

	mu   sync.Mutex
	many bool // clients, when they were counted last
	row  figuresRow
	at   time.Time // zero: never
}

// still are the figures where they hold at a time; many says that they are to be kept once they are counted.
func (k *keptFigures) still(now time.Time) (row figuresRow, at time.Time, many bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.at.IsZero() || now.Before(k.at) || now.Sub(k.at) > figuresFor {
		return figuresRow{}, time.Time{}, k.many
	}
	return k.row, k.at, k.many
}

func (k *keptFigures) keep(row figuresRow, now time.Time, whole bool) (at time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.many = row.clients > k.from; k.many && whole {
		k.row, k.at = row, now
	} else {
		k.at = time.Time{}
	}
	return k.at
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

// Figures are what staff begin their day with, in one statement or none.
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
	row, at, many := o.figures.still(g.Now())
	if at.IsZero() {
		counts := sees
		if many { // for whoever asks next, whatever they may see
			counts = map[verb.Verb]bool{verb.BillingView: true, verb.HostingView: true, verb.MailPreview: true}
		}
		if row, err = o.count(ctx, g, counts); err != nil {
			return Figures{}, err
		}
		at = o.figures.keep(row, g.Now(), many)
	}
	f := row.figures(sees)
	f.At = at
	return f, nil
}

// count counts what is wanted.
func (o *Overview) count(ctx context.Context, g gate.Grant, sees map[verb.Verb]bool) (row figuresRow, err error) {
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
	if err != nil || len(rows) == 0 {
		return row, fmt.Errorf("figures: %w", err)
	}
	return rows[0], nil
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
