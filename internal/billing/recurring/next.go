package recurring

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Upcoming is an invoice that is to come, as things stand.
type Upcoming struct {
	Made  time.Time // the day when it is made
	Due   time.Time
	Lines []billing.Line // with their Net
	Net   money.Amount   // without tax
}

// OfService is what a service costs, and what the account's next invoice will hold. The zero Charge: nothing is charged
// for it.
func (r *Recurring) OfService(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service,
) (Charge, Upcoming, error) {
	g, err := r.Gate.View(ctx, who, verb.InvoicesView, id.AccountScope(account))
	if err != nil {
		return Charge{}, Upcoming{}, err
	}
	rows, stored, err := r.ofAccount(ctx, g)
	if err != nil {
		return Charge{}, Upcoming{}, err
	}
	i := slices.IndexFunc(rows, func(c chargeRow) bool { return c.ServiceID == service })
	if i < 0 {
		return Charge{}, Upcoming{}, nil
	}
	charge, err := r.shown(&rows[i])
	if err != nil {
		return Charge{}, Upcoming{}, err
	}
	next, err := r.upcoming(rows, stored, r.today(g.Now()))
	return charge, next, err
}

// Next is the next invoice of a client, for the provider's people.
func (r *Recurring) Next(ctx context.Context, who actor.Actor, account id.Account) (Upcoming, error) {
	g, err := r.Gate.View(ctx, who, verb.BillingView, id.AccountScope(account))
	if err != nil {
		return Upcoming{}, err
	}
	rows, stored, err := r.ofAccount(ctx, g)
	if err != nil {
		return Upcoming{}, err
	}
	return r.upcoming(rows, stored, r.today(g.Now()))
}

// ofAccount reads the charges of an account that go on, and what waits for an invoice.
func (r *Recurring) ofAccount(ctx context.Context, g gate.Grant) (rows []chargeRow, stored []partRow, err error) {
	err = g.On(r.Reader.With(ctx)).Where("bill_on IS NOT NULL").Order("bill_on, id").Find(&rows).Error
	if err == nil {
		err = g.On(r.Reader.With(ctx)).Where("state = ?", partPending).Find(&stored).Error
	}
	if err != nil {
		return nil, nil, fmt.Errorf("what is to come: %w", err)
	}
	return rows, stored, nil
}

// upcoming reckons the next invoice from the rows, and writes nothing. It is made when the first of the charges is due.
func (r *Recurring) upcoming(rows []chargeRow, stored []partRow, today time.Time) (Upcoming, error) {
	if len(rows) == 0 {
		return Upcoming{}, nil
	}
	made := later(rows[0].BillOn.AddDate(0, 0, -r.Rules.Ahead), today)
	group := r.first(rows, stored, made)
	if len(group) == 0 {
		return Upcoming{}, nil
	}
	u := Upcoming{Made: made, Due: group[0].due, Net: group[0].charge.money(0)}
	for i := range group {
		l, err := r.line(&group[i])
		if err != nil {
			return Upcoming{}, err
		}
		l.Net = l.Price
		u.Lines = append(u.Lines, l)
		if u.Net, err = u.Net.Add(l.Net); err != nil {
			return Upcoming{}, fmt.Errorf("what is to come: %w", err)
		}
	}
	return u, nil
}

// first is the first invoice that a run on a day would make of the charges; none where they cost nothing.
func (r *Recurring) first(rows []chargeRow, stored []partRow, day time.Time) []waiting {
	all := r.wouldMake(slices.Clone(rows), stored, day)
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// wouldMake is what a run on a day would make of the charges of one account, which it moves on.
func (r *Recurring) wouldMake(rows []chargeRow, stored []partRow, day time.Time) [][]waiting {
	horizon := day.AddDate(0, 0, r.Rules.Ahead)
	var list []waiting
	for i := range rows {
		c := &rows[i]
		if c.BillOn.After(horizon) {
			continue
		}
		for _, p := range stored {
			if p.ChargeID == c.ID {
				list = append(list, waiting{p, c, r.due(&p, day), true})
			}
		}
		for _, p := range c.cuts(horizon) {
			if p.State == partPending {
				list = append(list, waiting{p, c, r.due(&p, day), false})
			}
		}
	}
	return groups(list)
}

// Forecast is what a run would make.
type Forecast struct {
	Day      time.Time // as if it were that day
	Accounts int
	Invoices int
	Net      []money.Amount // by currency, without tax
	First    []Forecasted   // the first of them, as the run goes
}

// Forecasted is one invoice of those.
type Forecasted struct {
	Account id.Account
	Name    string
	Due     time.Time
	Lines   int
	Net     money.Amount
}

// mostShown is how many invoices of a forecast are listed.
const mostShown = 50

// Forecast says what a run on a day would make, and makes nothing.
func (r *Recurring) Forecast(ctx context.Context, who actor.Actor, day time.Time) (Forecast, error) {
	g, err := r.Gate.View(ctx, who, verb.BillingView, id.ProviderScope())
	if err != nil {
		return Forecast{}, err
	}
	f := Forecast{Day: later(DayOf(day), r.today(g.Now()))}
	var rows []chargeRow
	var stored []partRow
	err = g.On(r.Reader.With(ctx)).Where("bill_on <= ?", db.At(f.Day.AddDate(0, 0, r.Rules.Ahead))).
		Order("account_id, id").Find(&rows).Error
	if err == nil {
		err = g.On(r.Reader.With(ctx)).Where("state = ?", partPending).Find(&stored).Error
	}
	if err != nil {
		return Forecast{}, fmt.Errorf("what a run would make: %w", err)
	}
	for len(rows) > 0 {
		n := slices.IndexFunc(rows, func(c chargeRow) bool { return c.AccountID != rows[0].AccountID })
		if n < 0 {
			n = len(rows)
		}
		if err := f.add(r.wouldMake(rows[:n], stored, f.Day)); err != nil {
			return Forecast{}, err
		}
		rows = rows[n:]
	}
	return f, r.name(ctx, g, &f)
}

// add counts the invoices of one account.
func (f *Forecast) add(made [][]waiting) error {
	if len(made) > 0 {
		f.Accounts++
	}
	for _, group := range made {
		f.Invoices++
		one := Forecasted{
			Account: group[0].part.AccountID, Due: group[0].due, Lines: len(group), Net: group[0].charge.money(0),
		}
		for _, w := range group {
			var err error
			if one.Net, err = one.Net.Add(w.charge.money(w.part.NetMinor)); err != nil {
				return fmt.Errorf("what a run would make: %w", err)
			}
		}
		i := slices.IndexFunc(f.Net, func(a money.Amount) bool { return a.Currency() == one.Net.Currency() })
		if i < 0 {
			i, f.Net = len(f.Net), append(f.Net, money.New(0, one.Net.Currency()))
		}
		var err error
		if f.Net[i], err = f.Net[i].Add(one.Net); err != nil {
			return fmt.Errorf("what a run would make: %w", err)
		}
		if len(f.First) < mostShown {
			f.First = append(f.First, one)
		}
	}
	return nil
}

// name says whom the listed invoices are for.
func (r *Recurring) name(ctx context.Context, g gate.Grant, f *Forecast) error {
	list := make([]id.Account, len(f.First))
	for i, one := range f.First {
		list[i] = one.Account
	}
	names, err := r.Accounts.AccountNames(r.Reader.With(ctx), g, list)
	for i := range f.First {
		f.First[i].Name = names[f.First[i].Account]
	}
	return err
}
