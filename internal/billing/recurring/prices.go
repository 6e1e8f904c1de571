package recurring

import (
	"context"
	"slices"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/verb"
)

// planOf finds the plan of what was ordered by its id, or else by its name. One that is not on the list is put there.
func (r *Recurring) planOf(ctx context.Context, who actor.Actor, o Ordered) (Plan, error) {
	const pause = 2 // the second look finds what the first one made, or what somebody else made meanwhile
	for n := range pause {
		list, err := r.plans(r.Reader.With(ctx), nil)
		if err != nil {
			return Plan{}, err
		}
		if p, is := planIn(list, o.Plan, o.Name); is {
			return p, nil
		}
		if n == 0 {
			if err := r.AddPlan(ctx, who, o.Plan, o.Name); err != nil && fault.KindOf(err) != fault.KindInvalid {
				return Plan{}, err
			}
		}
	}
	return Plan{}, fault.Conflict("The plan of this order is not on the list.")
}

// planIn finds a plan by its id, or else by its name.
func planIn(list []Plan, plan id.Plan, name string) (Plan, bool) {
	i := slices.IndexFunc(list, func(p Plan) bool { return p.ID == plan })
	if i < 0 {
		i = slices.IndexFunc(list, func(p Plan) bool { return p.Name == name })
	}
	if i < 0 {
		return Plan{}, false
	}
	return list[i], true
}

// Sells puts a product of the catalogue on the list of plans with its price, unless its plan is there already.
func (r *Recurring) Sells(ctx context.Context, o Ordered) error {
	who := actor.NewSystem("the catalogue")
	p, err := r.planOf(ctx, who, o)
	if err != nil {
		return err
	}
	if _, has := p.Of(o.Period, o.Price.Currency()); has || len(p.Prices) > 0 {
		return nil
	}
	return r.Reprice(ctx, who, p.ID, Price{Period: o.Period, Amount: o.Price})
}

// Prices tells what a client pays for plans.
type Prices struct{ list []Plan }

// Of is the price of a plan, which is found by its id, or else by its name.
func (p Prices) Of(plan id.Plan, name string, period Period, cur money.Currency) (money.Amount, bool) {
	found, is := planIn(p.list, plan, name)
	if !is {
		return money.Amount{}, false
	}
	return found.Of(period, cur)
}

// PricesFor reads what a client pays for plans: its own prices go before those of the list.
func (r *Recurring) PricesFor(ctx context.Context, who actor.Actor, account id.Account) (Prices, error) {
	g, err := r.Gate.View(ctx, who, verb.ServicesOrder, id.AccountScope(account))
	if err != nil {
		return Prices{}, err
	}
	list, err := r.plans(r.Reader.With(ctx), &g)
	return Prices{list}, err
}

// Offered lists the plans that products of the catalogue can be charged by.
func (r *Recurring) Offered(ctx context.Context, who actor.Actor) ([]Plan, error) {
	if _, err := r.Gate.View(ctx, who, verb.HostingManage, id.ProviderScope()); err != nil {
		return nil, err
	}
	list, err := r.plans(r.Reader.With(ctx), nil)
	return slices.DeleteFunc(list, func(p Plan) bool { return !p.Offered }), err
}
