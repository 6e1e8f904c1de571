package billing

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	defaultLimit = 50
	maxLimit     = 200
)

// Segment is a part of the invoices that people look at.
type Segment string

// The segments.
const (
	SegmentAll     Segment = ""
	SegmentDue     Segment = "due" // to be paid, and not overdue
	SegmentOverdue Segment = "overdue"
	SegmentPaid    Segment = "paid"
	SegmentCredits Segment = "credits" // credited or written off
)

// Filter narrows a page of invoices. Before and After are the Older and Newer of another page.
type Filter struct {
	Segment  Segment
	Text     string         // a number, a purchase order, a billing reference, an amount; empty: all
	From, To time.Time      // issued from one time on, and before another; zero: without end
	Currency money.Currency // empty: all
	Before   string
	After    string
	Limit    int // 0: 50
}

// Page is a part of the invoices, newest first. Older and Newer are empty where there is nothing more.
type Page struct {
	Invoices []Summary
	Older    string
	Newer    string
	Partial  bool         // a search looked into a part only; Older, or Newer, leads on
	Credit   money.Amount // what the account may use, where there are invoices to tell its currency
}

// listedRow is an invoice of a list, with what the account has to its credit.
type listedRow struct {
	of     invoiceRow
	credit int64
}

// creditJoin is what the account has to its credit in each currency. It is a table of its own, so that it is summed up
// once for a page, and not for each of its rows.
const creditJoin = "LEFT JOIN (SELECT e.currency AS held_in, -SUM(e.amount_minor) AS credit FROM ledger_entries e " +
	"WHERE e.account_id = ? AND e.book = 'credit' GROUP BY e.currency) held ON held.held_in = invoices.currency"

// Invoices lists the invoices of an account for its people, in one statement whatever their number.
func (b *Billing) Invoices(ctx context.Context, who actor.Actor, account id.Account, f Filter) (Page, error) {
	return b.list(ctx, who, verb.InvoicesView, account, f)
}

// ClientInvoices is Invoices for the provider's staff.
func (b *Billing) ClientInvoices(ctx context.Context, who actor.Actor, account id.Account, f Filter) (Page, error) {
	return b.list(ctx, who, verb.BillingView, account, f)
}

// mostDrafts is how many drafts of one account are listed.
const mostDrafts = 100

// ClientDrafts are the invoices of an account that are not issued yet, for the provider's staff; the newest come first.
func (b *Billing) ClientDrafts(ctx context.Context, who actor.Actor, account id.Account) ([]Summary, error) {
	g, err := b.gate.View(ctx, who, verb.BillingView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	var rows []invoiceRow
	err = g.On(b.reader.With(ctx)).Where("state = ?", StateDraft).Order("id DESC").Limit(mostDrafts).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	page, err := b.page(rows, Filter{Limit: mostDrafts}, g.Now())
	return page.Invoices, err
}

// ClientCredit is Credit for the provider's staff.
func (b *Billing) ClientCredit(ctx context.Context, who actor.Actor, account id.Account) (money.Amount, error) {
	return b.credited(ctx, who, verb.BillingView, account)
}

func (b *Billing) list(ctx context.Context, who actor.Actor, v verb.Verb, account id.Account, f Filter) (Page, error) {
	g, err := b.gate.View(ctx, who, v, id.AccountScope(account))
	if err != nil {
		return Page{}, err
	}
	if f.Limit <= 0 || f.Limit > maxLimit {
		f.Limit = defaultLimit
	}
	if strings.TrimSpace(f.Text) != "" {
		return b.find(ctx, g, f)
	}
	q, err := f.confine(g.On(b.reader.With(ctx)), g, false)
	if err != nil {
		return Page{}, err
	}
	q = q.Table(tableInvoices).Joins(creditJoin, g.Account()).
		Select(summaryColumns + ", COALESCE(held.credit, 0) AS credit").Limit(f.Limit + 1)
	listed, err := db.ReadRows(q, func(r *listedRow) []any { return append(r.of.sums(), &r.of.About, &r.credit) })
	if err != nil {
		return Page{}, fmt.Errorf("list invoices: %w", err)
	}
	rows := make([]invoiceRow, 0, len(listed))
	for i := range listed {
		rows = append(rows, listed[i].of)
	}
	page, err := b.page(rows, f, g.Now())
	if len(listed) > 0 {
		page.Credit = money.New(listed[0].credit, listed[0].of.Currency)
	}
	return page, err
}

func (b *Billing) page(rows []invoiceRow, f Filter, now time.Time) (Page, error) {
	more := len(rows) > f.Limit
	if more {
		rows = rows[:f.Limit]
	}
	if f.After != "" {
		slices.Reverse(rows)
	}
	page := Page{Invoices: make([]Summary, 0, len(rows))}
	for i := range rows {
		s, err := b.summary(&rows[i], now)
		if err != nil {
			return Page{}, err
		}
		page.Invoices = append(page.Invoices, s)
	}
	if len(rows) == 0 {
		return page, nil
	}
	if more || f.After != "" {
		page.Older = placeOf(&rows[len(rows)-1])
	}
	if f.Before != "" || f.After != "" && more {
		page.Newer = placeOf(&rows[0])
	}
	return page, nil
}

// confine adds the conditions of the filter and the order that its index has. Where few of an account's invoices are
// meant, such as those that are open, an index finds them and they are put in order then: the order is an expression,
// or the database would walk through all invoices of the account in that order to find them. For the same reason it is
// not to look for the due day among the open invoices of everybody.
func (f Filter) confine(q *gorm.DB, g gate.Grant, few bool) (*gorm.DB, error) {
	q = f.narrow(q)
	open, overdueFrom := []State{StateDue, StatePartPaid}, db.At(g.Now().Add(-afterDue))
	switch f.Segment {
	case SegmentAll:
		q = q.Where("issued_at IS NOT NULL")
	case SegmentDue:
		q = q.Where("state IN ? AND due_at + 0 > ?", open, overdueFrom)
	case SegmentOverdue:
		q = q.Where("state IN ? AND due_at + 0 <= ?", open, overdueFrom)
	case SegmentPaid:
		q = q.Where("state = ?", StatePaid)
	case SegmentCredits:
		q = q.Where("state IN ?", []State{StateCredited, StateWrittenOff})
	default:
		return nil, fault.NotFound("list invoices")
	}
	order := "issued_at"
	if few || f.Segment == SegmentDue || f.Segment == SegmentOverdue || f.Segment == SegmentCredits {
		order = "issued_at + 0"
	}
	switch {
	case f.Before != "" && f.After != "":
		return nil, fault.NotFound("list invoices")
	case f.Before != "":
		at, last, err := placeFrom(f.Before)
		return q.Where("issued_at <= ? AND (issued_at < ? OR id < ?)", at, at, last).
			Order(order + " DESC, id DESC"), err
	case f.After != "":
		at, first, err := placeFrom(f.After)
		return q.Where("issued_at >= ? AND (issued_at > ? OR id > ?)", at, at, first).Order(order + ", id"), err
	}
	return q.Order(order + " DESC, id DESC"), nil
}

// placeOf writes where a row stands in the list.
func placeOf(r *invoiceRow) string {
	return strconv.FormatInt(r.IssuedAt.UnixMilli(), 36) + "-" + r.ID.String()
}

func placeFrom(text string) (db.Time, id.Invoice, error) {
	at, row, _ := strings.Cut(text, "-")
	ms, err := strconv.ParseInt(at, 36, 64)
	if err != nil {
		return db.Time{}, id.Invoice{}, fault.NotFound("list invoices")
	}
	invoice, err := id.Parse[id.InvoiceKind](row)
	if err != nil {
		return db.Time{}, id.Invoice{}, fault.NotFound("list invoices")
	}
	return db.Time{Time: time.UnixMilli(ms).UTC()}, invoice, nil
}
