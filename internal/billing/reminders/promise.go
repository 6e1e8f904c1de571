package reminders

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const longestNote = 200

type promiseRow struct {
	ID         id.Promise `gorm:"primaryKey"`
	AccountID  id.Account
	InvoiceID  id.Invoice
	PromisedOn db.Time
	Note       secretbox.Sealed
	MadeAt     db.Time
	ByClient   bool
}

// TableName names the table.
func (promiseRow) TableName() string { return "payment_promises" }

// Promise is a day on which a client promised to pay.
type Promise struct {
	Key  id.Promise // so that a second click writes down no other
	On   time.Time
	Note string // what was said

	byClient bool
}

// Promised writes down a day on which a client promised to pay an invoice: nothing more follows until it is over.
func (r *Reminders) Promised(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice, p Promise,
) error {
	p.Note = strings.Join(strings.Fields(p.Note), " ")
	if p.Key.IsZero() {
		return fault.InvalidField("key", "Open the form again, and fill it in once more.")
	}
	if len([]rune(p.Note)) > longestNote {
		return fault.InvalidField("note", "Use at most "+strconv.Itoa(longestNote)+" characters.")
	}
	err := r.Gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			_, there, err := db.One[promiseRow](g.On(tx.DB).Where("id = ?", p.Key))
			if err != nil || there {
				return gate.Entry{}, orDone(err)
			}
			o, err := r.settled(tx, g, invoice)
			if err != nil {
				return gate.Entry{}, fault.NotFound("promise")
			}
			if err := r.mayPromise(tx, g, &o, noon(p.On)); err != nil {
				return gate.Entry{}, err
			}
			if err := r.writePromise(tx, g, invoice, p); err != nil {
				return gate.Entry{}, err
			}
			return o.change(g, activity.PaymentPromised,
				activity.Change{Field: "day", New: p.On.Format(time.DateOnly)}, activity.Change{Field: "note", New: p.Note}), nil
		})
	return done(err)
}

// writePromise writes a promise down, with what was said sealed.
func (r *Reminders) writePromise(tx *db.Tx, g gate.Grant, invoice id.Invoice, p Promise) (err error) {
	row := promiseRow{
		ID: p.Key, AccountID: g.Account(), InvoiceID: invoice, PromisedOn: db.At(noon(p.On)), MadeAt: db.At(g.Now()),
		ByClient: p.byClient,
	}
	if p.Note != "" {
		row.Note, err = r.Box.Seal(p.Note, secretbox.Place{
			Table: "payment_promises", Column: "note", Row: row.ID.Bytes(),
		})
		if err != nil {
			return fmt.Errorf("promise: %w", err)
		}
	}
	err = g.On(tx.DB).Create(&row).Error
	if db.IsDuplicate(err) {
		return fault.NotFound("promise") // the key is that of somebody else's
	}
	if err != nil {
		return fmt.Errorf("promise: %w", err)
	}
	return nil
}

func orDone(err error) error {
	if err != nil {
		return fmt.Errorf("promise: %w", err)
	}
	return errDone
}

// mayPromise keeps the provider's rule.
func (r *Reminders) mayPromise(tx *db.Tx, g gate.Grant, o *openRow, on time.Time) error {
	today := r.today(g.Now())
	var before int64
	err := g.On(tx.Model(&promiseRow{})).Where("invoice_id = ?", o.ID).Count(&before).Error
	switch {
	case err != nil:
		return fmt.Errorf("promise: %w", err)
	case o.State != billing.StateDue && o.State != billing.StatePartPaid:
		return fault.Conflict("There is nothing left to pay on this invoice.")
	case int(before) >= r.Rules.MostPromises || r.Rules.PromiseDays == 0:
		return fault.Conflict("No more days can be promised for this invoice.")
	case !on.After(today) || on.After(today.AddDate(0, 0, r.Rules.PromiseDays)):
		return fault.InvalidField("on", "Enter a day from tomorrow on, at most "+strconv.Itoa(r.Rules.PromiseDays)+
			" days from now.")
	}
	return nil
}

// Course is what followed from an invoice, and what is to come.
type Course struct {
	Number   string
	Open     bool // it asks for money still
	Sent     int  // reminders so far
	Steps    []Step
	Stops    time.Time // announced; zero: not yet
	Stopped  time.Time
	Fee      bool
	Promises []Promised
}

// Step is a reminder of the schedule.
type Step struct {
	Day  time.Time
	Tone Tone
	Past bool // it was sent, or passed over
}

// Promised is a day that was promised.
type Promised struct {
	On, Made time.Time
	Note     string
	ByClient bool // in the portal
}

// Course reads it for the provider's people.
func (r *Reminders) Course(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice,
) (Course, error) {
	g, err := r.Gate.View(ctx, who, verb.BillingView, id.AccountScope(account))
	if err != nil {
		return Course{}, err
	}
	var rows []openRow
	err = g.On(r.Reader.With(ctx)).Raw(openSQL+" WHERE i.id = ? AND i.account_id = ? AND i.state <> 'draft'", invoice,
		g.Account()).Scan(&rows).Error
	if err != nil {
		return Course{}, fmt.Errorf("reminders: %w", err)
	}
	if len(rows) == 0 {
		return Course{}, fault.NotFound("reminders")
	}
	o := &rows[0]
	c := Course{
		Number: o.number(), Open: o.State == billing.StateDue || o.State == billing.StatePartPaid, Sent: o.Step,
		Stops: o.StopsOn.Time, Stopped: o.StoppedAt.Time, Fee: !o.FeeID.IsZero(),
	}
	for i, day := range r.Rules.Days {
		c.Steps = append(c.Steps, Step{noon(o.DueAt.Time).AddDate(0, 0, day), r.tone(i + 1), i < o.Step})
	}
	return c, r.promises(ctx, g, invoice, &c)
}

func (r *Reminders) promises(ctx context.Context, g gate.Grant, invoice id.Invoice, c *Course) error {
	var rows []promiseRow
	err := g.On(r.Reader.With(ctx)).Where("invoice_id = ?", invoice).Order("made_at, id").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("reminders: %w", err)
	}
	for _, row := range rows {
		note, err := r.Box.Open(row.Note, secretbox.Place{Table: "payment_promises", Column: "note", Row: row.ID.Bytes()})
		if err != nil {
			return fmt.Errorf("reminders: %w", err)
		}
		c.Promises = append(c.Promises, Promised{row.PromisedOn.Time, row.MadeAt.Time, note, row.ByClient})
	}
	return nil
}
