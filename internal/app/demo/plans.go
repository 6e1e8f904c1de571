package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

// monthsOfYear is for how many months a year is paid.
const monthsOfYear = 10

// plansBegin has the billing department put its prices on the list, and charge for the services by themselves from the
// next month on.
func (p *past) plansBegin(ctx context.Context) error {
	plans := map[string]id.Plan{}
	for _, client := range []string{northwind, pixelworks, copperfield} {
		p.until(p.at.Add(time.Minute)) // a code counts once
		who, err := p.as(ctx, cast.Bea, p.account[client], firefoxOnLinux())
		if err != nil {
			return err
		}
		for _, s := range servicesOf(client) {
			if plans[s.plan].IsZero() {
				plans[s.plan], err = p.addPlan(ctx, who, s.plan, s.price)
			}
			if err == nil && s.ended == 0 {
				err = p.charge(ctx, who, p.account[client], p.service[s.domain], s.domain, plans[s.plan])
			}
			if err != nil {
				return fmt.Errorf("plans, %s: %w", s.domain, err)
			}
		}
	}
	p.until(p.at.Add(time.Minute))
	return p.Reminders.Work(ctx) // one client has not paid for weeks
}

// charge begins to charge for a service with the month that comes.
func (p *past) charge(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service, domain string, plan id.Plan,
) error {
	return p.Recurring.Begin(ctx, who, account, recurring.Start{
		Key: id.New[id.ChargeKind](), Service: service, Detail: domain,
		From: p.now.AddDate(0, 0, -p.billingDay(0)).AddDate(0, 1, 0),
		Terms: recurring.Terms{
			Plan: plan, Period: recurring.Month,
			Rate: billing.Rate{Treatment: billing.Standard, Rate: standardVAT},
		},
	})
}

func (p *past) addPlan(ctx context.Context, who actor.Actor, name string, price int64) (id.Plan, error) {
	plan := id.New[id.PlanKind]()
	known, err := p.Recurring.Plans(ctx, who)
	if err != nil {
		return plan, err
	}
	if i := slices.IndexFunc(known, func(k recurring.Plan) bool { return k.Name == name }); i >= 0 {
		plan = known[i].ID // what can be ordered has one already
	} else if err := p.Recurring.AddPlan(ctx, who, plan, name); err != nil {
		return plan, err
	}
	for period, minor := range map[recurring.Period]int64{
		recurring.Month: price, recurring.Quarter: 3 * price, recurring.Year: monthsOfYear * price,
		recurring.TwoYears: 2*monthsOfYear*price - price,
	} {
		err := p.Recurring.Reprice(ctx, who, plan, recurring.Price{
			Period: period, Amount: money.New(minor, app.DefaultCurrency),
		})
		if err != nil {
			return plan, err
		}
	}
	return plan, nil
}
