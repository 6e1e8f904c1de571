package recurring

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	mostCuts  = 60  // periods of one charge in one run: five years of months
	mostLines = 100 // of an invoice
	mostAbout = 80  // code points of a plan's name in what an invoice is about
)

// cut takes the next period off a charge, which goes on behind it.
func (c *chargeRow) cut() partRow {
	from := c.NextOn.Time
	begins, ends := c.Period.whole(from, c.Anchor)
	to := ends
	if !c.EndsOn.IsZero() && c.EndsOn.Before(to) {
		to = c.EndsOn.Time
	}
	p := partRow{
		ChargeID: c.ID, AccountID: c.AccountID, FromOn: db.At(from), ToOn: db.At(to), WholeFrom: db.At(begins),
		WholeTo: db.At(ends), PriceMinor: c.PriceMinor, State: partPending,
	}
	p.NetMinor = p.from(from)
	if p.NetMinor == 0 {
		p.State = partFree
	}
	c.NextOn = db.At(to)
	return p
}

// cuts takes all periods off a charge that begin up to a day.
func (c *chargeRow) cuts(horizon time.Time) []partRow {
	var parts []partRow
	for !c.over() && !c.NextOn.After(horizon) && len(parts) < mostCuts {
		parts = append(parts, c.cut())
	}
	c.BillOn = c.NextOn
	if c.over() {
		c.BillOn = db.Time{}
	}
	return parts
}

// waiting is a part that an invoice is to hold.
type waiting struct {
	part   partRow
	charge *chargeRow
	due    time.Time
	stored bool // it is in the rows already
}

// apart tells parts from each other that cannot stand on one invoice.
func (w waiting) apart() int {
	if w.charge.Treatment == billing.Outside {
		return 1
	}
	return 0
}

// with says whether two parts can stand on one invoice.
func (w waiting) with(other waiting) bool {
	return w.due.Equal(other.due) && w.apart() == other.apart()
}

// due is when a part is to be paid: on the day when its period begins, or, where that is near or past,
// within the grace.
func (r *Recurring) due(p *partRow, today time.Time) time.Time {
	soonest := today.AddDate(0, 0, min(r.Rules.Grace, r.Rules.Ahead))
	if p.Number > 0 {
		return soonest
	}
	return later(p.FromOn.Time, soonest)
}

// groups puts parts together that are due on the same day, as many as an invoice holds. What is outside the scope of
// VAT stands on an invoice of its own.
func groups(list []waiting) [][]waiting {
	slices.SortStableFunc(list, func(a, b waiting) int {
		return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.apart(), b.apart()), a.part.FromOn.Compare(b.part.FromOn.Time))
	})
	var out [][]waiting
	for _, w := range list {
		if n := len(out); n > 0 && out[n-1][0].with(w) && len(out[n-1]) < mostLines {
			out[n-1] = append(out[n-1], w)
			continue
		}
		out = append(out, []waiting{w})
	}
	return out
}

// BillAccount makes the invoices of one account that are due, and says how many. Doing it again makes no more.
func (r *Recurring) BillAccount(ctx context.Context, who actor.Actor, account id.Account) (made int, err error) {
	err = r.Gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			e, n, err := r.bill(tx, g)
			made = n
			return e, err
		})
	if err = done(err); err != nil {
		return 0, err
	}
	return made, nil
}

func (r *Recurring) bill(tx *db.Tx, g gate.Grant) (entry gate.Entry, made int, err error) {
	today := r.today(g.Now())
	horizon := today.AddDate(0, 0, r.Rules.Ahead)
	var charges []chargeRow
	err = g.On(tx.DB).Where("bill_on <= ?", db.At(horizon)).Order("id").Find(&charges).Error
	if err != nil {
		return entry, 0, fmt.Errorf("make invoices: %w", err)
	}
	if len(charges) == 0 {
		return entry, 0, errDone
	}
	list, free, err := r.collect(tx, g, charges, today, horizon)
	if err != nil {
		return entry, 0, err
	}
	for _, group := range groups(list) {
		e, err := r.invoice(tx, g, group)
		if err != nil {
			return entry, 0, err
		}
		entry, made = entry.And(e), made+1
	}
	for _, f := range free {
		entry = entry.And(r.renewed(g, f))
	}
	if entry.IsZero() {
		return entry, 0, errDone
	}
	return entry, made, nil
}

// collect takes the periods that are due off the charges, adds what waits from before, and moves the charges on. What
// costs nothing is written down here.
func (r *Recurring) collect(
	tx *db.Tx, g gate.Grant, charges []chargeRow, today, horizon time.Time,
) (list []waiting, free []*chargeRow, err error) {
	var stored []partRow
	err = g.On(tx.DB).Where("state = ?", partPending).Order("charge_id, from_on, number").Find(&stored).Error
	if err != nil {
		return nil, nil, fmt.Errorf("make invoices: %w", err)
	}
	for i := range charges {
		c := &charges[i]
		for _, p := range stored {
			if p.ChargeID == c.ID {
				list = append(list, waiting{p, c, r.due(&p, today), true})
			}
		}
		asked, gifts := r.fresh(c, today, horizon, g.Now())
		list = append(list, asked...)
		for _, p := range gifts {
			free = append(free, c)
			if err := write(tx, g, []partRow{p}); err != nil {
				return nil, nil, err
			}
		}
		if err := c.save(tx, g, map[string]any{"next_on": c.NextOn, "bill_on": c.BillOn}); err != nil {
			return nil, nil, err
		}
	}
	return list, free, nil
}

// fresh cuts the periods that are due off a charge: those that are asked for, and those that cost nothing.
func (r *Recurring) fresh(c *chargeRow, today, horizon, now time.Time) (asked []waiting, gifts []partRow) {
	for _, p := range c.cuts(horizon) {
		p.MadeAt = db.At(now)
		if p.State == partPending {
			asked = append(asked, waiting{p, c, r.due(&p, today), false})
		} else {
			gifts = append(gifts, p)
		}
	}
	return asked, gifts
}

// write writes parts. The unique key of charge and day is what makes a period be invoiced once.
func write(tx *db.Tx, g gate.Grant, parts []partRow) error {
	if len(parts) == 0 {
		return nil
	}
	err := g.On(tx.DB).Create(&parts).Error
	if db.IsDuplicate(err) {
		return fault.Conflict("This period is invoiced already.")
	}
	if err != nil {
		return fmt.Errorf("make invoices: %w", err)
	}
	return nil
}

// invoice issues one invoice of parts that are due on the same day.
func (r *Recurring) invoice(tx *db.Tx, g gate.Grant, group []waiting) (gate.Entry, error) {
	d := billing.Draft{Key: id.New[id.InvoiceKind](), Due: group[0].due}
	var fresh []partRow
	for i := range group {
		w := &group[i]
		l, err := r.line(w)
		if err != nil {
			return gate.Entry{}, err
		}
		l.ID = id.New[id.LineKind]()
		d.Lines = append(d.Lines, l)
		w.part.State, w.part.InvoiceID, w.part.LineID = partBilled, d.Key, l.ID
		if !w.stored {
			fresh = append(fresh, w.part)
		}
	}
	d.About = about(d.Lines)
	e, _, err := r.Billing.IssueWithin(tx, g, d)
	if err != nil {
		return gate.Entry{}, err
	}
	for _, w := range group {
		if !w.stored {
			continue
		}
		res := g.On(tx.Model(&partRow{})).Where("charge_id = ? AND from_on = ? AND number = ? AND state = ?",
			w.part.ChargeID, w.part.FromOn, w.part.Number, partPending).
			Updates(map[string]any{"state": partBilled, "invoice_id": w.part.InvoiceID, "line_id": w.part.LineID})
		if res.Error != nil || res.RowsAffected != 1 {
			return gate.Entry{}, notFoundOr(res.Error)
		}
	}
	return e, write(tx, g, fresh)
}

func notFoundOr(err error) error {
	if err != nil {
		return fmt.Errorf("make invoices: %w", err)
	}
	return fault.Conflict("This is invoiced already.")
}

// line is what the invoice says of a part.
func (r *Recurring) line(w *waiting) (billing.Line, error) {
	text, err := r.open("text", w.charge.ID.Bytes(), w.charge.Text)
	if err != nil {
		return billing.Line{}, err
	}
	detail, err := r.open("detail", w.charge.ID.Bytes(), w.charge.Detail)
	if err != nil {
		return billing.Line{}, err
	}
	p := &w.part
	all, n := days(p.WholeFrom.Time, p.WholeTo.Time), days(p.FromOn.Time, p.ToOn.Time)
	switch {
	case p.Number > 0:
		detail = joined(detail, "change of price, "+partial(n, all))
	case n < all:
		detail = joined(detail, partial(n, all))
	}
	return billing.Line{
		Text: billing.Readable(text), Detail: billing.Readable(detail), Service: w.charge.ServiceID,
		From: p.FromOn.Time, To: p.ToOn.AddDate(0, 0, -1),
		Quantity: decimal.NewFromInt(1), Price: w.charge.money(p.NetMinor), Rate: w.charge.RateBp,
		Treatment: w.charge.Treatment,
	}, nil
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + " · " + b
}

// about is what the invoice is called.
func about(lines []billing.Line) string {
	l := lines[0]
	name := []rune(l.Text)
	text := string(name[:min(len(name), mostAbout)])
	if n := len(lines); n > 1 {
		text = fmt.Sprintf("%d services", n)
	}
	return text + ", " + span(l.From, l.To.AddDate(0, 0, 1))
}

func (r *Recurring) renewed(g gate.Grant, c *chargeRow) gate.Entry {
	plan, err := r.open("text", c.ID.Bytes(), c.Text)
	if err != nil {
		plan = ""
	}
	return r.entry(g, activity.ChargeRenewed, c, plan)
}
