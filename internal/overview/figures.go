package overview

import (
	"cmp"
	"context"
	"fmt"
	"slices"
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
	rows []figure
	at   time.Time // zero: never
}

// still are the figures where they hold at a time; many says that they are to be kept once they are counted.
func (k *keptFigures) still(now time.Time) (rows []figure, at time.Time, many bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.at.IsZero() || now.Before(k.at) || now.Sub(k.at) > figuresFor {
		return nil, time.Time{}, k.many
	}
	return k.rows, k.at, k.many
}

func (k *keptFigures) keep(rows []figure, now time.Time, whole bool) (at time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.many = slices.ContainsFunc(rows, func(f figure) bool { return f.name == "clients" && f.n > k.from })
	if k.many && whole {
		k.rows, k.at = rows, now
	} else {
		k.at = time.Time{}
	}
	return k.at
}

// OverdueFigures are the invoices that are overdue, and payments that are being made or were not.
type OverdueFigures struct {
	Invoices  int
	Amounts   []money.Amount // what is left of them, one of each currency, the most invoices first
	Checkouts int            // begun and not decided
	Failed    int            // payments by card and Direct Debit, and refunds, that failed in the last days
}

// ServiceFigures are the services that have not ended.
type ServiceFigures struct{ Pending, Running, Suspended int }

// failedFor is for how long a payment that failed is among the figures (our own figure).
const failedFor = declinedFor

// failedPayments are those of a table since a moment: cards that a bank declined or asks about, and Direct Debits that
// were not paid or were taken back; and refunds whose money is credit again.
const (
	failedCharges = "card_charges f WHERE f.state IN ('declined', 'action') AND f.done_at > ?"
	failedDebits  = "debit_collections f WHERE f.state IN ('failed', 'returned') AND f.done_at > ?"
	failedRefunds = "refunds f WHERE f.state = 'failed' AND f.done_at > ?"
)

// figure is a count, with its sum where it is of money. Its word parts counts of one name.
type figure struct {
	name, word text
	n, amount  number
}

// figureSource is where figures are counted, as the columns word, n and amount.
type figureSource struct {
	name string
	sees verb.Verb
	sql  string
	args func(now time.Time) []any
}

func figureSources() []figureSource {
	none := func(time.Time) []any { return nil }
	lately := func(now time.Time) []any { return []any{db.At(now.Add(-failedFor))} }
	const count = "'' AS word, COUNT(*) AS n, 0 AS amount FROM "
	return []figureSource{
		{"clients", verb.ClientsView, count + "accounts WHERE state = 'active'", none},
		{
			"overdue", verb.BillingView, "currency AS word, COUNT(*) AS n, SUM(total_minor - paid_minor) AS amount " +
				"FROM invoices WHERE " + payable + " AND due_at <= ? GROUP BY currency",
			func(now time.Time) []any { return []any{overdueFrom(now)} },
		},
		{
			"checkouts", verb.BillingView, count + "checkouts WHERE state = 'open' AND expires_at > ?",
			func(now time.Time) []any { return []any{db.At(now)} },
		},
		{"failed", verb.BillingView, count + failedCharges, lately},
		{"failed", verb.BillingView, count + failedDebits, lately},
		{"failed", verb.BillingView, count + failedRefunds, lately},
		{
			"services", verb.HostingView, "state AS word, COUNT(*) AS n, 0 AS amount FROM services " +
				"WHERE state IN ('pending', 'active', 'suspended') GROUP BY state", none,
		},
		{"unsent", verb.MailPreview, count + "outbox WHERE failed_at IS NOT NULL", none},
	}
}

// Figures are what staff begin their day with, in one statement or none.
func (o *Overview) Figures(ctx context.Context, who actor.Actor) (Figures, error) {
	g, err := o.gate.View(ctx, who, verb.ClientsView, id.ProviderScope())
	if err != nil {
		return Figures{}, err
	}
	sees := map[verb.Verb]bool{verb.ClientsView: true}
	for _, v := range []verb.Verb{verb.BillingView, verb.HostingView, verb.MailPreview} {
		if _, sees[v], err = o.may(ctx, who, v, id.ProviderScope()); err != nil {
			return Figures{}, err
		}
	}
	rows, at, many := o.figures.still(g.Now())
	if at.IsZero() {
		counts := sees
		if many { // for whoever asks next, whatever they may see
			counts = nil
		}
		if rows, err = o.count(ctx, g, counts); err != nil {
			return Figures{}, err
		}
		at = o.figures.keep(rows, g.Now(), many)
	}
	f := newFigures(sees, rows)
	f.At = at
	return f, nil
}

// count counts what is wanted; nil: all.
func (o *Overview) count(ctx context.Context, g gate.Grant, sees map[verb.Verb]bool) ([]figure, error) {
	var arms []string
	var args []any
	for _, s := range figureSources() {
		if sees == nil || sees[s.sees] {
			arms, args = append(arms, "SELECT '"+s.name+"' AS name, "+s.sql), append(args, s.args(g.Now())...)
		}
	}
	rows, err := db.ReadRows(g.On(o.reader.With(ctx)).Raw(strings.Join(arms, " UNION ALL "), args...),
		func(r *figure) []any { return []any{&r.name, &r.word, &r.n, &r.amount} })
	if err != nil {
		return nil, fmt.Errorf("figures: %w", err)
	}
	slices.SortStableFunc(rows, func(a, b figure) int { return cmp.Compare(b.n, a.n) })
	return rows, nil
}

func newFigures(sees map[verb.Verb]bool, rows []figure) Figures {
	var f Figures
	var overdue OverdueFigures
	var services ServiceFigures
	unsent := 0
	for _, r := range rows {
		n := int(r.n)
		switch r.name {
		case "clients":
			f.Clients = n
		case "overdue":
			overdue.Invoices += n
			overdue.Amounts = append(overdue.Amounts, money.New(int64(r.amount), money.Currency(r.word)))
		case "checkouts":
			overdue.Checkouts = n
		case "failed":
			overdue.Failed += n
		case "services":
			services.add(r.word, n)
		case "unsent":
			unsent = n
		}
	}
	if sees[verb.BillingView] {
		f.Overdue = &overdue
	}
	if sees[verb.HostingView] {
		f.Services = &services
	}
	if sees[verb.MailPreview] {
		f.Unsent = &unsent
	}
	return f
}

func (s *ServiceFigures) add(state text, n int) {
	switch state {
	case "pending":
		s.Pending = n
	case "active":
		s.Running = n
	case "suspended":
		s.Suspended = n
	}
}
