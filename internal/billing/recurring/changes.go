package recurring

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Change is new terms for a charge that runs.
type Change struct {
	Terms

	// Now: they hold from today on, and the next invoice asks for what the rest of the period costs more. Otherwise they
	// hold from the next period on.
	Now     bool
	Version int64 // of the charge that the form showed
}

// Alter changes what a service costs.
func (r *Recurring) Alter(
	ctx context.Context, who actor.Actor, account id.Account, charge id.Charge, c Change,
) error {
	return r.Gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, err := r.running(tx, g, charge, c.Version)
			if err != nil {
				return gate.Entry{}, err
			}
			before := row
			plan, err := r.agreed(tx, g, &row, c.Terms)
			if err != nil {
				return gate.Entry{}, err
			}
			if row.Currency != before.Currency {
				return gate.Entry{}, fault.Conflict(
					"The client is billed in another currency now. End this charge, and begin another.")
			}
			if c.Now {
				if err := r.upgrade(tx, g, &row, &before); err != nil {
					return gate.Entry{}, err
				}
			}
			err = row.save(tx, g, map[string]any{
				"plan_id": row.PlanID, "text": row.Text, "price_minor": row.PriceMinor, "period": row.Period,
				"rate_bp": row.RateBp, "treatment": row.Treatment, "bill_on": row.BillOn,
			})
			if err != nil {
				return gate.Entry{}, err
			}
			when := "the next period"
			if c.Now {
				when = r.today(g.Now()).Format(time.DateOnly)
			}
			return r.entry(g, activity.ChargeChanged, &row, plan,
				activity.Change{
					Field: "price", Old: before.money(before.PriceMinor).String() + " " + before.Period.InWords(),
					New: row.money(row.PriceMinor).String() + " " + row.Period.InWords(),
				},
				activity.Change{Field: "from", New: when}), nil
		})
}

func (r *Recurring) entry(
	g gate.Grant, a activity.Action, row *chargeRow, plan string, changes ...activity.Change,
) gate.Entry {
	detail, err := r.open("detail", row.ID.Bytes(), row.Detail)
	if err != nil {
		detail = ""
	}
	return g.Entry(a, activity.Details{
		Target: activity.TargetOf("service", row.ServiceID, named(plan, detail)), Service: row.ServiceID, Changes: changes,
	})
}

// running reads a charge that goes on, as the asker saw it.
func (r *Recurring) running(tx *db.Tx, g gate.Grant, charge id.Charge, version int64) (chargeRow, error) {
	row, found, err := db.One[chargeRow](g.On(tx.DB).Where("id = ?", charge))
	switch {
	case err != nil:
		return row, fmt.Errorf("read a charge: %w", err)
	case !found:
		return row, fault.NotFound("read a charge")
	case row.over():
		return row, fault.Conflict("This charge has ended.")
	case row.Version != version:
		return row, stale()
	}
	return row, nil
}

func stale() error {
	return fault.Conflict("This charge changed in the meantime. Open it again to see how it stands.")
}

// save writes a charge. Whoever changed it in between wins.
func (c *chargeRow) save(tx *db.Tx, g gate.Grant, set map[string]any) error {
	set["version"] = c.Version + 1
	res := g.On(tx.Model(&chargeRow{})).Where("id = ? AND version = ?", c.ID, c.Version).Updates(set)
	if res.Error != nil {
		return fmt.Errorf("change a charge: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return stale()
	}
	c.Version++
	return nil
}

// upgrade reckons what the rest of the periods that are invoiced already costs more from today on.
func (r *Recurring) upgrade(tx *db.Tx, g gate.Grant, row, before *chargeRow) error {
	today := r.today(g.Now())
	switch {
	case row.Period != before.Period:
		return fault.InvalidField("when", "Another period can only begin when this one ends.")
	case !row.NextOn.After(today) && row.NextOn.After(row.StartsOn.Time):
		return fault.Conflict("A period of this charge waits for its invoice. Run the invoices first.")
	case !row.NextOn.After(today):
		return nil // nothing is invoiced yet: the new price holds from the beginning
	}
	parts, err := partsAfter(tx.DB, g, row.ID, today)
	if err != nil {
		return err
	}
	rest, lower := row.rest(parts, today)
	if lower {
		return fault.InvalidField("when", "A lower price can only begin with the next period.")
	}
	for _, more := range rest {
		more.MadeAt = db.At(g.Now())
		if err := g.On(tx.DB).Create(&more).Error; err != nil {
			return fmt.Errorf("change a charge: %w", err)
		}
		if more.State == partPending {
			row.BillOn = db.At(today)
		}
	}
	return nil
}

// partsAfter are the parts of a charge that reach beyond a day, the oldest first.
func partsAfter(q *gorm.DB, g gate.Grant, charge id.Charge, day time.Time) ([]partRow, error) {
	var parts []partRow
	err := g.On(q).Where("charge_id = ? AND to_on > ?", charge, db.At(day)).Order("whole_from, number").
		Find(&parts).Error
	if err != nil {
		return nil, fmt.Errorf("read parts of a charge: %w", err)
	}
	return parts, nil
}

// latest is of each period what was reckoned last.
func latest(parts []partRow) []partRow {
	var out []partRow
	for _, p := range parts {
		if n := len(out); n > 0 && out[n-1].WholeFrom == p.WholeFrom {
			p.FromOn = out[n-1].FromOn // the whole of what the charge holds of the period
			out[n-1] = p
			continue
		}
		out = append(out, p)
	}
	return out
}

// Ending is when a charge ends, and whether the days that were invoiced and are not used are credited.
type Ending struct {
	On      time.Time // the first day that is not charged
	Credit  bool
	Version int64
}

// Ended says what came of it.
type Ended struct {
	Credited bool // there was something to credit
	Waits    bool // a second person of the provider has to approve the credit
}

// End ends a charge. What was invoiced beyond its last day is credited by the rule of days, if that is wanted.
func (r *Recurring) End(
	ctx context.Context, who actor.Actor, account id.Account, charge id.Charge, e Ending,
) (out Ended, err error) {
	err = r.Gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			out = Ended{}
			row, err := r.running(tx, g, charge, e.Version)
			if err != nil {
				return gate.Entry{}, err
			}
			entry, ended, err := r.end(tx, g, &row, e)
			out = ended
			return entry, err
		})
	if err == nil {
		r.Outbox.Wake()
	}
	return out, err
}

func (r *Recurring) end(tx *db.Tx, g gate.Grant, row *chargeRow, e Ending) (entry gate.Entry, out Ended, err error) {
	on := DayOf(e.On)
	today := r.today(g.Now())
	if on.Before(later(row.StartsOn.Time, today.Add(-longestBack))) || on.After(today.Add(longestAhead)) {
		return entry, out, fault.InvalidField("on", "Enter a day since the charge began, within the next year.")
	}
	plan, err := r.open("text", row.ID.Bytes(), row.Text)
	if err != nil {
		return entry, out, err
	}
	entry = r.entry(g, activity.ChargeEnded, row, plan, activity.Change{Field: "ends", New: on.Format(time.DateOnly)})
	row.EndsOn = db.At(on)
	waits, err := r.release(tx, g, row, on)
	if err != nil {
		return entry, out, err
	}
	if e.Credit {
		var credit gate.Entry
		if credit, out, err = r.creditRest(tx, g, row, on); err != nil {
			return entry, out, err
		}
		entry = entry.And(credit)
	}
	row.BillOn = row.NextOn
	if row.over() {
		row.BillOn = db.Time{}
		if waits {
			row.BillOn = db.At(today)
		}
	}
	return entry, out, row.save(tx, g, map[string]any{"ends_on": row.EndsOn, "bill_on": row.BillOn})
}

// release cuts what waits for an invoice down to the days until the end, and says whether some of it is left.
func (r *Recurring) release(tx *db.Tx, g gate.Grant, row *chargeRow, on time.Time) (bool, error) {
	var parts []partRow
	err := g.On(tx.DB).Where("charge_id = ? AND state = ?", row.ID, partPending).Find(&parts).Error
	if err != nil {
		return false, fmt.Errorf("end a charge: %w", err)
	}
	left := false
	for _, p := range parts {
		p.NetMinor -= p.from(on)
		set := map[string]any{"net_minor": p.NetMinor, "state": partFree}
		if p.NetMinor > 0 {
			left, set["state"] = true, partPending
			if on.Before(p.ToOn.Time) {
				set["to_on"] = db.At(on)
			}
		}
		err := g.On(tx.Model(&partRow{})).
			Where("charge_id = ? AND from_on = ? AND number = ?", p.ChargeID, p.FromOn, p.Number).Updates(set).Error
		if err != nil {
			return false, fmt.Errorf("end a charge: %w", err)
		}
	}
	return left, nil
}

// creditRest credits what was invoiced for the days from the end on: one credit note for each invoice.
func (r *Recurring) creditRest(
	tx *db.Tx, g gate.Grant, row *chargeRow, on time.Time,
) (entry gate.Entry, out Ended, err error) {
	unused, err := r.unused(tx.DB, g, row, on)
	if err != nil {
		return entry, out, err
	}
	var invoices []id.Invoice
	by := map[id.Invoice][]billing.Part{}
	for _, u := range unused {
		if by[u.invoice] == nil {
			invoices = append(invoices, u.invoice)
		}
		by[u.invoice] = append(by[u.invoice], billing.Part{Line: u.line, Net: row.money(u.net)})
	}
	for _, invoice := range invoices {
		e, moved, err := r.Billing.Within(tx, g, billing.Move{
			Kind: ledger.CreditNote, Key: id.New[id.MoneyRequestKind](), Invoice: invoice, Parts: by[invoice],
			Detail: "The days from " + on.Format("2 Jan 2006") + " on are not used.",
		})
		if err != nil {
			return entry, out, err
		}
		entry = entry.And(e)
		out.Credited, out.Waits = true, out.Waits || moved.Waits
	}
	return entry, out, nil
}

// ServiceEnded ends what a service costs once the service itself has ended: today, and the unused days are credited.
// Where nothing is charged for it, nothing happens.
func (r *Recurring) ServiceEnded(ctx context.Context, account id.Account, service id.Service) error {
	who := actor.NewSystem("a service ended")
	err := r.Gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			today := r.today(g.Now())
			rows, err := r.allOf(tx.DB, g, service, today)
			if err != nil || len(rows) == 0 {
				return gate.Entry{}, orDone(err)
			}
			var all gate.Entry
			for i := range rows {
				on := later(rows[i].StartsOn.Time, today)
				e, _, err := r.end(tx, g, &rows[i], Ending{On: on, Credit: true})
				if err != nil {
					return gate.Entry{}, err
				}
				all = all.And(e)
			}
			return all, nil
		})
	return done(err)
}
