package reminders

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	chunk   = 200
	feeTerm = 14 // days to pay a late fee
	why     = "all unpaid invoices are looked through"
)

type stateRow struct {
	InvoiceID id.Invoice `gorm:"primaryKey"`
	AccountID id.Account
	Step      int
	SaidAt    db.Time // when whoever pays was told that services stop
	StopsOn   db.Time
	StoppedAt db.Time
	FeeID     id.Invoice
	Version   int64
}

// TableName names the table.
func (stateRow) TableName() string { return "reminder_states" }

type stopRow struct {
	InvoiceID id.Invoice `gorm:"primaryKey"`
	ServiceID id.Service `gorm:"primaryKey"`
	AccountID id.Account
	StoppedAt db.Time
	LiftedAt  db.Time
}

// TableName names the table.
func (stopRow) TableName() string { return "arrear_stops" }

// openRow is an unpaid invoice with what followed from it so far.
type openRow struct {
	ID        id.Invoice
	AccountID id.Account
	DueAt     db.Time
	Step      int
	SaidAt    db.Time
	StopsOn   db.Time
	StoppedAt db.Time
	FeeID     id.Invoice
	IsFee     bool
	Promised  db.Time // the last day that was promised
	Collected bool    // a Direct Debit for it is announced or under way

	State      billing.State
	Series     string
	Ordinal    int64
	Currency   money.Currency
	TotalMinor int64
	PaidMinor  int64
	Version    int64 // of the state; 0: there is none yet
}

const openSQL = `SELECT i.id, i.account_id, i.due_at, i.state, i.series, i.ordinal, i.currency, i.total_minor,
 i.paid_minor, COALESCE(s.step, 0) AS step, s.said_at, s.stops_on, s.stopped_at, s.fee_id,
 COALESCE(s.version, 0) AS version,
 EXISTS (SELECT 1 FROM reminder_states f WHERE f.fee_id = i.id AND f.account_id = i.account_id) AS is_fee,
 (SELECT MAX(p.promised_on) FROM payment_promises p WHERE p.invoice_id = i.id
 AND p.account_id = i.account_id) AS promised,
 EXISTS (SELECT 1 FROM debit_collections d WHERE d.invoice_id = i.id AND d.account_id = i.account_id
 AND d.done_at IS NULL) AS collected
 FROM invoices i LEFT JOIN reminder_states s ON s.invoice_id = i.id AND s.account_id = i.account_id`

// Work does what is due for all unpaid invoices. It may run as often as it likes, late, and on several nodes.
func (r *Reminders) Work(ctx context.Context) error {
	now, err := r.Reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("reminders: %w", err)
	}
	if now.In(r.Rules.Zone).Hour() < r.Rules.From {
		return nil
	}
	today := r.today(now)
	horizon := r.horizon(today)
	var troubles []error
	var last openRow
	for {
		rows, err := r.unpaid(ctx, horizon, &last)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("reminders: %w", err)
			}
			if err := r.followDue(ctx, &rows[i], today); err != nil {
				troubles = append(troubles, err)
			}
		}
		if len(rows) < chunk {
			r.Outbox.Wake()
			return errors.Join(troubles...)
		}
		last = rows[len(rows)-1]
	}
}

// unpaid reads a chunk of the unpaid invoices that are due before the horizon, behind the last one that was read.
func (r *Reminders) unpaid(ctx context.Context, horizon time.Time, last *openRow) (rows []openRow, err error) {
	after := orFirst(last.DueAt)
	err = db.Across(r.Reader.With(ctx), why).Raw(openSQL+` WHERE i.state IN ('due', 'part-paid') AND i.due_at < ?
 AND (i.due_at > ? OR i.due_at = ? AND i.id > ?) ORDER BY i.due_at, i.id LIMIT ?`,
		db.At(horizon), after, after, last.ID.Bytes(), chunk).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("reminders: %w", err)
	}
	return rows, nil
}

// orFirst is a time that compares with rows also where there was none before.
func orFirst(t db.Time) db.Time {
	if t.IsZero() {
		return db.At(time.UnixMilli(1))
	}
	return t
}

// followDue follows an invoice for which something is due, and names it in what goes wrong.
func (r *Reminders) followDue(ctx context.Context, o *openRow, today time.Time) error {
	if r.next(o, today).none() {
		return nil
	}
	if err := r.follow(ctx, o.AccountID, o.ID); err != nil {
		return fmt.Errorf("invoice %s: %w", o.ID, err)
	}
	return nil
}

// follow does what is due for one invoice, in one change, once.
func (r *Reminders) follow(ctx context.Context, account id.Account, invoice id.Invoice) error {
	err := r.Gate.Change(ctx, actor.NewSystem("reminders"), verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			o, err := r.read(tx, g, invoice)
			if err != nil {
				return gate.Entry{}, err
			}
			s := r.next(&o, r.today(g.Now()))
			if s.none() {
				return gate.Entry{}, errDone
			}
			return r.act(tx, g, &o, s)
		})
	return done(err)
}

func (r *Reminders) read(tx *db.Tx, g gate.Grant, invoice id.Invoice) (openRow, error) {
	var rows []openRow
	err := g.On(tx.DB).Raw(openSQL+" WHERE i.id = ? AND i.account_id = ?", invoice, g.Account()).Scan(&rows).Error
	if err != nil {
		return openRow{}, fmt.Errorf("reminders: %w", err)
	}
	if len(rows) == 0 {
		return openRow{}, fault.NotFound("reminders")
	}
	if o := rows[0]; o.State != billing.StateDue && o.State != billing.StatePartPaid {
		return o, errDone
	}
	return rows[0], nil
}

func (o *openRow) number() string          { return fmt.Sprintf("%s-%04d", o.Series, o.Ordinal) }
func (o *openRow) left() money.Amount      { return money.New(o.TotalMinor-o.PaidMinor, o.Currency) }
func (o *openRow) target() activity.Target { return activity.TargetOf("invoice", o.ID, o.number()) }
func (o *openRow) change(g gate.Grant, a activity.Action, c ...activity.Change) gate.Entry {
	return g.Entry(a, activity.Details{Target: o.target(), Changes: c})
}

// act does the steps. The state moves on first: whoever was quicker wins.
func (r *Reminders) act(tx *db.Tx, g gate.Grant, o *openRow, s steps) (entry gate.Entry, err error) {
	state := r.ahead(o, s, g.Now())
	if s.fee {
		e, fee, err := r.charge(tx, g, o)
		if err != nil {
			return entry, err
		}
		if !fee.IsZero() {
			entry, state["fee_id"] = entry.And(e), fee
		}
	}
	if err := r.move(tx, g, o, state); err != nil {
		return entry, err
	}
	told, err := r.press(tx, g, o, s)
	if err != nil {
		return entry, err
	}
	if entry = entry.And(told); entry.IsZero() {
		return entry, errDone
	}
	return entry, nil
}

// press does what the client notices of the steps: the mail, and that services stop.
func (r *Reminders) press(tx *db.Tx, g gate.Grant, o *openRow, s steps) (entry gate.Entry, err error) {
	if s.step > 0 || s.warn {
		if entry, err = r.remind(tx, g, o, s); err != nil {
			return entry, err
		}
	}
	if !s.stop {
		return entry, nil
	}
	e, err := r.halt(tx, g, o)
	return entry.And(e), err
}

// move writes how far an invoice is.
func (r *Reminders) move(tx *db.Tx, g gate.Grant, o *openRow, state map[string]any) error {
	if o.Version == 0 {
		err := g.On(tx.DB).Create(&stateRow{InvoiceID: o.ID, AccountID: g.Account(), Version: 1}).Error
		if err != nil {
			return fmt.Errorf("reminders: %w", err)
		}
		o.Version = 1
	}
	state["version"] = o.Version + 1
	res := g.On(tx.Model(&stateRow{})).Where("invoice_id = ? AND version = ?", o.ID, o.Version).Updates(state)
	if res.Error != nil {
		return fmt.Errorf("reminders: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return errDone // another node was quicker
	}
	return nil
}

// remind leaves the mail of a step; one that says when services stop takes the place of the others.
func (r *Reminders) remind(tx *db.Tx, g gate.Grant, o *openRow, s steps) (gate.Entry, error) {
	m := Reminder{
		Account: g.Account(), Invoice: o.ID, Number: o.number(), Left: o.left(), Due: o.DueAt.Time, Tone: Stopping,
		Stops: o.StopsOn.Time,
	}
	key, action := "stopping", activity.StopAnnounced
	changes := []activity.Change{{Field: "left", New: m.Left.String()}}
	if s.warn {
		changes = append(changes, activity.Change{Field: "stops", New: o.StopsOn.Format(time.DateOnly)})
	} else {
		m.Tone, key, action = r.tone(s.step), strconv.Itoa(s.step), activity.InvoiceReminded
		changes = append(changes, activity.Change{Field: "reminder", New: strconv.Itoa(s.step)})
	}
	err := r.Outbox.Enqueue(tx, outbox.Message{Kind: Mail, Key: o.ID.String() + "-" + key, Payload: m})
	return o.change(g, action, changes...), err
}

// charge makes the invoice of a late fee.
func (r *Reminders) charge(tx *db.Tx, g gate.Grant, o *openRow) (gate.Entry, id.Invoice, error) {
	fee, err := r.fee(o.left())
	if err != nil || fee.Minor() <= 0 {
		return gate.Entry{}, id.Invoice{}, err
	}
	d := billing.Draft{
		Key: id.New[id.InvoiceKind](), About: "Late fee for invoice " + o.number(),
		Due: r.today(g.Now()).AddDate(0, 0, feeTerm), Lines: []billing.Line{{
			Text: "Late fee for invoice " + o.number(), Quantity: decimal.NewFromInt(1), Price: fee, Treatment: billing.Exempt,
		}},
	}
	e, number, err := r.Billing.IssueWithin(tx, g, d)
	if err != nil {
		return gate.Entry{}, id.Invoice{}, err
	}
	return e.And(o.change(g, activity.LateFeeCharged,
		activity.Change{Field: "fee", New: fee.String()}, activity.Change{Field: "invoice", New: number})), d.Key, nil
}

// halt has the services on an invoice stop.
func (r *Reminders) halt(tx *db.Tx, g gate.Grant, o *openRow) (gate.Entry, error) {
	var services []id.Service
	err := g.On(tx.Table("invoice_lines")).Distinct("service_id").
		Where("invoice_id = ? AND service_id IS NOT NULL", o.ID).Pluck("service_id", &services).Error
	if err != nil {
		return gate.Entry{}, fmt.Errorf("reminders: %w", err)
	}
	for _, service := range services {
		row := stopRow{InvoiceID: o.ID, ServiceID: service, AccountID: g.Account(), StoppedAt: db.At(g.Now())}
		if err := g.On(tx.DB).Create(&row).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("reminders: %w", err)
		}
		err := r.Outbox.Enqueue(tx, outbox.Message{
			Kind: Stop, Key: o.ID.String() + "-" + service.String(), Payload: ServiceStop{g.Account(), service, o.ID},
		})
		if err != nil {
			return gate.Entry{}, err
		}
	}
	return o.change(g, activity.ArrearsStopped, activity.Change{Field: "services", New: strconv.Itoa(len(services))}), nil
}
