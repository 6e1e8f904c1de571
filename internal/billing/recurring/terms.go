package recurring

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// EndAt has a service cost nothing from a day on that its client chose. What was invoiced for the days from then on is
// credited. A charge that ends by then anyway is left as it is.
func (r *Recurring) EndAt(ctx context.Context, account id.Account, service id.Service, on time.Time) error {
	who := actor.NewSystem("an order")
	err := r.Gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, running, err := r.runs(tx.DB, g, service, r.today(g.Now()))
			if err != nil || !running || !row.EndsOn.IsZero() && !row.EndsOn.After(DayOf(on)) {
				return gate.Entry{}, orDone(err)
			}
			e, _, err := r.end(tx, g, &row, Ending{On: on, Credit: true})
			return e, err
		})
	if err == nil {
		r.Outbox.Wake()
	}
	return done(err)
}

// GoOn has a service cost what it did after all, where its charge was to end on a day that is still to come. Days that
// were credited already are charged for anew, by a charge of the id key.
func (r *Recurring) GoOn(ctx context.Context, account id.Account, service id.Service, key id.Charge) error {
	who := actor.NewSystem("an order")
	err := r.Gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, running, err := r.runs(tx.DB, g, service, r.today(g.Now()))
			if err != nil || !running || row.EndsOn.IsZero() {
				return gate.Entry{}, orDone(err)
			}
			plan, err := r.open("text", row.ID.Bytes(), row.Text)
			if err != nil {
				return gate.Entry{}, err
			}
			if row.NextOn.After(row.EndsOn.Time) {
				return r.anew(tx, g, row, key, plan)
			}
			row.EndsOn, row.BillOn = db.Time{}, row.NextOn
			waits, err := r.waits(tx.DB, g, row.ID)
			if err != nil {
				return gate.Entry{}, err
			}
			if waits {
				row.BillOn = db.At(r.today(g.Now()))
			}
			return r.entry(g, activity.ChargeChanged, &row, plan, activity.Change{Field: "ends", New: "not any more"}),
				row.save(tx, g, map[string]any{"ends_on": row.EndsOn, "bill_on": row.BillOn})
		})
	return done(err)
}

// anew begins a charge with the terms of one that ends, on the day when it ends.
func (r *Recurring) anew(
	tx *db.Tx, g gate.Grant, row chargeRow, key id.Charge, plan string,
) (entry gate.Entry, err error) {
	detail, err := r.open("detail", row.ID.Bytes(), row.Detail)
	if err != nil {
		return entry, err
	}
	row.ID, row.StartsOn, row.NextOn, row.BillOn = key, row.EndsOn, row.EndsOn, row.EndsOn
	row.EndsOn, row.CreatedAt, row.Version = db.Time{}, db.At(g.Now()), 1
	if row.Text, err = r.seal("text", key.Bytes(), plan); err == nil {
		row.Detail, err = r.seal("detail", key.Bytes(), detail)
	}
	if err != nil {
		return entry, err
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return entry, fmt.Errorf("begin a charge: %w", err)
	}
	return r.entry(g, activity.ChargeStarted, &row, plan,
		activity.Change{Field: "price", New: row.money(row.PriceMinor).String() + " " + row.Period.InWords()},
		activity.Change{Field: "from", New: row.StartsOn.Format(time.DateOnly)}), nil
}

// unusedPart is what of a line is for days that are not used.
type unusedPart struct {
	invoice id.Invoice
	line    id.Line
	net     int64
}

// unused is what was invoiced for the days from one on and can be credited.
func (r *Recurring) unused(q *gorm.DB, g gate.Grant, row *chargeRow, on time.Time) (list []unusedPart, err error) {
	parts, err := partsAfter(q, g, row.ID, on)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if p.State != partBilled {
			continue
		}
		left, err := r.Billing.Creditable(q, g, p.InvoiceID, p.LineID)
		if err != nil {
			return nil, err
		}
		if rest := min(p.from(on), left); rest > 0 {
			list = append(list, unusedPart{p.InvoiceID, p.LineID, rest})
		}
	}
	return list, nil
}
