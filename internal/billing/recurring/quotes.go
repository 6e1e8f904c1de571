package recurring

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Quote is what comes of something that a client is about to agree to.
type Quote struct {
	Today  billing.Sums // of the invoice that is made at once; nothing where none is
	Price  money.Amount // of each whole period from Next on, without tax
	Period Period
	Next   time.Time // the first day that no invoice holds then
	Same   bool      // nothing changes
	Lower  bool      // what is invoiced ahead would be less now, and is not given back
	Tax    billing.Rate
}

// Quote says what Follow would do if it were called now, and does nothing.
func (r *Recurring) Quote(ctx context.Context, who actor.Actor, account id.Account, o Ordered) (Quote, error) {
	g, err := r.Gate.View(ctx, who, verb.ServicesOrder, id.AccountScope(account))
	if err != nil {
		return Quote{}, err
	}
	q := r.Reader.With(ctx)
	list, err := r.plans(q, nil)
	if err != nil {
		return Quote{}, err
	}
	if p, is := planIn(list, o.Plan, o.Name); is {
		o.Plan = p.ID
	}
	s, err := r.reckon(q, g, o)
	if err != nil {
		return Quote{}, err
	}
	out := Quote{
		Price: o.Price, Period: o.Period, Next: s.row.NextOn.Time, Same: s.done, Lower: s.lower, Tax: s.row.rate(),
	}
	var lines []billing.Line
	for i := range s.parts {
		if p := &s.parts[i]; p.State == partPending {
			lines = append(lines, billing.Line{
				Rate: s.row.RateBp, Treatment: s.row.Treatment, Net: s.row.money(p.NetMinor),
			})
		}
	}
	out.Today, err = r.Billing.Sums(lines, o.Price.Currency())
	return out, notNil(err)
}

// Tax is the rate at which an account is charged for what it asked for: that of the service's charge, or the one with
// which it would begin today. v is the permission by which somebody sees what was asked for.
func (r *Recurring) Tax(
	ctx context.Context, who actor.Actor, v verb.Verb, account id.Account, service id.Service,
) (billing.Rate, error) {
	g, err := r.Gate.View(ctx, who, v, id.AccountScope(account))
	if err != nil {
		return billing.Rate{}, err
	}
	q := r.Reader.With(ctx)
	row, is, err := r.runs(q, g, service, r.today(g.Now()))
	if err != nil {
		return billing.Rate{}, err
	}
	if is && !service.IsZero() {
		return row.rate(), nil
	}
	like, _, err := db.One[chargeRow](g.On(q).Where("ends_on IS NULL").Order("created_at, id"))
	if err != nil {
		return billing.Rate{}, notNil(err)
	}
	return r.taxOf(q, g, like)
}

// Term says when the period ends that a service is in, as its charge has it; zero where none goes on.
func (r *Recurring) Term(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service,
) (time.Time, error) {
	g, err := r.Gate.View(ctx, who, verb.ServicesCancel, id.AccountScope(account))
	if err != nil {
		return time.Time{}, err
	}
	row, running, err := r.runs(r.Reader.With(ctx), g, service, r.today(g.Now()))
	if err != nil || !running {
		return time.Time{}, err
	}
	return r.term(r.Reader.With(ctx), g, &row)
}

// Renewal is when the term ends that a service is in, or the day from which it costs nothing any more: neither says
// what it costs. Where nothing is charged for it, it renews as it was set up. by is the permission by which somebody
// sees the service, and everybody who does is told the same.
func (r *Recurring) Renewal(
	ctx context.Context, who actor.Actor, by verb.Verb, account id.Account, service id.Service, setUp time.Time,
) (renews, ends time.Time, err error) {
	g, err := r.Gate.View(ctx, who, by, id.AccountScope(account))
	if err != nil {
		return renews, ends, err
	}
	if !g.AllowsService(service) {
		return renews, ends, fault.NotFound("recurring.renewal")
	}
	row, running, err := r.runs(r.Reader.With(ctx), g, service, r.today(g.Now()))
	if err != nil || !running {
		return setUp, ends, err
	}
	ends = row.EndsOn.Time
	renews, err = r.term(r.Reader.With(ctx), g, &row)
	switch {
	case err != nil:
	case !ends.IsZero() && !renews.Before(ends):
		renews = time.Time{} // it does not
	case ends.IsZero() && renews.IsZero():
		renews = setUp
	}
	return renews, ends, err
}

func (r *Recurring) term(q *gorm.DB, g gate.Grant, row *chargeRow) (time.Time, error) {
	today := r.today(g.Now())
	p, is, err := db.One[partRow](g.On(q).Where("charge_id = ? AND from_on <= ? AND to_on > ?", row.ID, db.At(today),
		db.At(today)).Order("number"))
	if err != nil {
		return time.Time{}, fmt.Errorf("the term of a service: %w", err)
	}
	if is {
		return p.ToOn.Time, nil
	}
	after := *row
	after.cuts(today)
	return after.NextOn.Time, nil
}

// Unused is what would be credited, without tax, if a service ended today; the zero Amount: nothing is charged for it.
func (r *Recurring) Unused(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service,
) (money.Amount, error) {
	g, err := r.Gate.View(ctx, who, verb.ServicesCancel, id.AccountScope(account))
	if err != nil {
		return money.Amount{}, err
	}
	today := r.today(g.Now())
	q := r.Reader.With(ctx)
	rows, err := r.allOf(q, g, service, today)
	if err != nil || len(rows) == 0 {
		return money.Amount{}, err
	}
	var minor int64
	for i := range rows {
		list, err := r.unused(q, g, &rows[i], later(rows[i].StartsOn.Time, today))
		if err != nil {
			return money.Amount{}, err
		}
		for _, u := range list {
			minor += u.net
		}
	}
	return rows[0].money(minor), nil
}

// Invoiced is an invoice that was made for a service.
type Invoiced struct {
	Service id.Service
	Invoice id.Invoice
	At      time.Time
}

// Invoiced lists the invoices that charges of services led to, the oldest first.
func (r *Recurring) Invoiced(
	ctx context.Context, who actor.Actor, account id.Account, services []id.Service,
) ([]Invoiced, error) {
	g, err := r.Gate.View(ctx, who, verb.InvoicesView, id.AccountScope(account))
	if err != nil || len(services) == 0 {
		return nil, err
	}
	var rows []struct {
		ServiceID id.Service
		InvoiceID id.Invoice
		MadeAt    db.Time
	}
	const most = 2000
	err = g.On(r.Reader.With(ctx).Table("charge_parts")).
		Joins("JOIN charges c ON c.id = charge_parts.charge_id AND c.account_id = charge_parts.account_id").
		Where("c.service_id IN ? AND charge_parts.state = ?", services, partBilled).
		Select("c.service_id, charge_parts.invoice_id, charge_parts.made_at").
		Order("charge_parts.made_at, charge_parts.from_on").Limit(most).Find(&rows).Error
	if err != nil {
		return nil, notNil(err)
	}
	out := make([]Invoiced, len(rows))
	for i, row := range rows {
		out[i] = Invoiced{row.ServiceID, row.InvoiceID, row.MadeAt.Time}
	}
	return out, nil
}
