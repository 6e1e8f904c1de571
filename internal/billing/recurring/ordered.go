package recurring

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Ordered is what a client agreed to pay for a service: its charge follows.
type Ordered struct {
	Service id.Service
	Plan    id.Plan
	Name    string // of the plan, where it is not on the list under its id
	Detail  string // "northwind.example"
	Period  Period
	Price   money.Amount // of a whole period, without tax
	From    time.Time    // the first day of a charge that is yet to begin; zero, or past: today
}

// step is how a charge comes to what was agreed: the row as it will be, and what is reckoned on the way. Nothing of it
// is written: what is shown before and what is charged then come from here alike.
type step struct {
	row, before chargeRow
	fresh       bool // there is no such charge yet
	parts       []partRow
	done        bool // it is so already
	lower       bool // what is paid ahead would be less now, and is not given back
}

// reckon finds the way of a service's charge to what was agreed.
func (r *Recurring) reckon(q *gorm.DB, g gate.Grant, o Ordered) (step, error) {
	today := r.today(g.Now())
	before, running, err := r.runs(q, g, o.Service, today)
	if err != nil {
		return step{}, err
	}
	if !running {
		return r.beginning(q, g, o, today)
	}
	s := step{row: before, before: before}
	row := &s.row
	if row.PriceMinor == o.Price.Minor() && row.Period == o.Period && row.PlanID == o.Plan {
		s.done = true
		return s, nil
	}
	if row.Currency != o.Price.Currency() {
		return s, fault.Conflict("The client is billed in another currency now. End this charge, and begin another.")
	}
	parts, err := partsAfter(q, g, row.ID, today)
	if err != nil {
		return s, err
	}
	behind := row.cuts(today.AddDate(0, 0, -1)) // what no run has come to yet has the price that held then
	row.PlanID, row.PriceMinor = o.Plan, o.Price.Minor()
	if err := r.tax(q, g, row, before); err != nil {
		return s, err
	}
	if row.Period == o.Period {
		var more []partRow
		more, s.lower = row.rest(slices.Concat(parts, behind), today)
		s.parts = slices.Concat(behind, more)
	} else {
		s.parts, row.Period = behind, o.Period
	}
	s.parts = append(s.parts, row.cuts(today)...)
	return s, nil
}

// runs reads the charge of a service that goes on.
func (r *Recurring) runs(
	q *gorm.DB, g gate.Grant, service id.Service, today time.Time,
) (row chargeRow, is bool, err error) {
	rows, err := r.allOf(q, g, service, today)
	if err != nil || len(rows) == 0 {
		return row, false, err
	}
	return rows[0], true, nil
}

// allOf reads what a service is charged for from today on: one charge, or the one that goes on before one that ends.
func (r *Recurring) allOf(q *gorm.DB, g gate.Grant, service id.Service, today time.Time) (rows []chargeRow, err error) {
	err = g.On(q).Where("service_id = ? AND (ends_on IS NULL OR ends_on > ?)", service, db.At(today)).
		Order("ends_on IS NOT NULL, ends_on DESC").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read a charge: %w", err)
	}
	return rows, nil
}

// beginning is the beginning of a charge that has the id of its service, so that there is one.
func (r *Recurring) beginning(q *gorm.DB, g gate.Grant, o Ordered, today time.Time) (s step, err error) {
	key, err := id.FromBytes[id.ChargeKind](o.Service.Bytes())
	if err != nil {
		return s, fmt.Errorf("recurring: %w", err)
	}
	_, s.done, err = db.One[chargeRow](g.On(q).Where("id = ?", key))
	if err != nil || s.done {
		return s, notNil(err)
	}
	from := later(DayOf(o.From), today)
	if from.After(today.Add(longestAhead)) {
		from = today
	}
	s.fresh, s.row = true, chargeRow{
		ID: key, AccountID: g.Account(), ServiceID: o.Service, PlanID: o.Plan, Period: o.Period, Anchor: from.Day(),
		Currency: o.Price.Currency(), PriceMinor: o.Price.Minor(), StartsOn: db.At(from), NextOn: db.At(from),
		BillOn: db.At(from), CreatedAt: db.At(g.Now()), Version: 1,
	}
	like, is, err := db.One[chargeRow](g.On(q).Where("ends_on IS NULL").Order("created_at, id"))
	if err != nil {
		return s, notNil(err)
	}
	if is { // the client's services renew on the same day
		s.row.Anchor = like.Anchor
	}
	if err := r.tax(q, g, &s.row, like); err != nil {
		return s, err
	}
	s.parts = s.row.cuts(today)
	return s, nil
}

// tax gives a charge the rate that holds for its client today, unless staff chose one of its own for what goes on.
func (r *Recurring) tax(q *gorm.DB, g gate.Grant, row *chargeRow, goesOn chargeRow) error {
	rate, err := r.taxOf(q, g, goesOn)
	row.RateBp, row.Treatment = rate.Rate, rate.Treatment
	return err
}

func (r *Recurring) taxOf(q *gorm.DB, g gate.Grant, goesOn chargeRow) (billing.Rate, error) {
	client, err := r.Accounts.ByGrant(q, g)
	if err != nil {
		return billing.Rate{}, err // accounts says what it did
	}
	chosen := billing.Rate{Treatment: goesOn.Treatment, Rate: goesOn.RateBp}
	switch chosen.Treatment {
	case billing.Reduced, billing.ZeroRated, billing.Exempt:
		return chosen, nil
	case billing.ReverseCharge:
		if why, err := r.Billing.ReverseCharge(q, g, client); err != nil || why == "" {
			return chosen, notNil(err)
		}
	case billing.Standard, billing.Outside:
	}
	rate, err := r.Billing.TaxOf(q, g, client)
	return rate, notNil(err)
}

func notNil(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("recurring: %w", err)
}

// rest is what the rest of the periods that are invoiced already costs more from a day on, now that the charge has
// another price. lower: for one of them it would be less, which is not taken back.
func (c *chargeRow) rest(parts []partRow, today time.Time) (more []partRow, lower bool) {
	for _, p := range latest(parts) {
		m := partRow{
			ChargeID: c.ID, AccountID: c.AccountID, FromOn: db.At(later(today, p.FromOn.Time)), Number: c.Version + 1,
			ToOn: p.ToOn, WholeFrom: p.WholeFrom, WholeTo: p.WholeTo, PriceMinor: c.PriceMinor, LessMinor: p.PriceMinor,
			State: partPending,
		}
		m.NetMinor = m.from(m.FromOn.Time)
		if m.NetMinor < 0 || c.PriceMinor < p.PriceMinor {
			lower = true
			continue
		}
		if m.NetMinor == 0 {
			m.State = partFree
		}
		more = append(more, m)
	}
	return more, lower
}

// Follow brings what a service costs in step with what its client agreed to, and invoices at once what that comes to
// today. Doing it again changes nothing.
func (r *Recurring) Follow(ctx context.Context, account id.Account, o Ordered) error {
	who := actor.NewSystem("an order")
	plan, err := r.planOf(ctx, who, o)
	if err != nil {
		return err
	}
	o.Plan = plan.ID
	err = r.Gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			s, err := r.reckon(tx.DB, g, o)
			if err != nil {
				return gate.Entry{}, err
			}
			if s.done {
				return gate.Entry{}, errDone
			}
			return r.carry(tx, g, &s, plan.Name, o.Detail)
		})
	if err == nil {
		r.Outbox.Wake()
	}
	return done(err)
}

// carry writes a step, and the invoice of what it comes to.
func (r *Recurring) carry(tx *db.Tx, g gate.Grant, s *step, plan, detail string) (gate.Entry, error) {
	row := &s.row
	entry, err := r.stepped(tx, g, s, plan, detail)
	if err != nil {
		return gate.Entry{}, err
	}
	today := r.today(g.Now())
	var asked []waiting
	for _, p := range s.parts {
		p.MadeAt = db.At(g.Now())
		if p.State == partPending {
			asked = append(asked, waiting{p, row, r.due(&p, today), false})
		} else if err := write(tx, g, []partRow{p}); err != nil {
			return gate.Entry{}, err
		}
	}
	for _, group := range groups(asked) {
		e, err := r.invoice(tx, g, group)
		if err != nil {
			return gate.Entry{}, err
		}
		entry = entry.And(e)
	}
	return entry, nil
}

// stepped writes the charge of a step: a new one, or one with other terms.
func (r *Recurring) stepped(tx *db.Tx, g gate.Grant, s *step, plan, detail string) (entry gate.Entry, err error) {
	row := &s.row
	if row.Text, err = r.seal("text", row.ID.Bytes(), plan); err != nil {
		return entry, err
	}
	price := row.money(row.PriceMinor).String() + " " + row.Period.InWords()
	if s.fresh {
		if row.Detail, err = r.seal("detail", row.ID.Bytes(), detail); err != nil {
			return entry, err
		}
		err := g.On(tx.DB).Create(row).Error
		if db.IsDuplicate(err) { // the id is that of somebody else's charge
			return entry, fault.NotFound("begin a charge")
		}
		return r.entry(g, activity.ChargeStarted, row, plan, activity.Change{Field: "price", New: price},
			activity.Change{Field: "from", New: row.StartsOn.Format(time.DateOnly)}), notNil(err)
	}
	waits, err := r.waits(tx.DB, g, row.ID)
	if err != nil {
		return entry, err
	}
	if waits { // a change of before, which the next run asks for
		row.BillOn = db.At(r.today(g.Now()))
	}
	err = row.save(tx, g, map[string]any{
		"plan_id": row.PlanID, "text": row.Text, "price_minor": row.PriceMinor, "period": row.Period,
		"next_on": row.NextOn, "bill_on": row.BillOn, "rate_bp": row.RateBp, "treatment": row.Treatment,
	})
	before := s.before.money(s.before.PriceMinor).String() + " " + s.before.Period.InWords()
	return r.entry(g, activity.ChargeChanged, row, plan,
		activity.Change{Field: "price", Old: before, New: price}), err
}

// waits says whether something of a charge waits for an invoice.
func (r *Recurring) waits(q *gorm.DB, g gate.Grant, charge id.Charge) (bool, error) {
	var n int64
	err := g.On(q).Model(&partRow{}).Where("charge_id = ? AND state = ?", charge, partPending).Count(&n).Error
	return n > 0, notNil(err)
}
