package app

import (
	"context"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/orders"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
)

// pricesOf has the catalogue cost what the list of plans says, and a client's own prices.
func (a *App) pricesOf(ctx context.Context, who actor.Actor, account id.Account) (orders.PriceOf, error) {
	prices, err := a.Recurring.PricesFor(ctx, who, account)
	if err != nil {
		return nil, err // recurring says what it did
	}
	return func(plan id.Plan, name string, period hosting.Period, in money.Currency) (money.Amount, bool) {
		return prices.Of(plan, name, recurring.Period(period), in)
	}, nil
}

// sellProduct puts a product of the catalogue on the list of plans.
func (a *App) sellProduct(ctx context.Context, d outbox.Delivery) error {
	var m orders.Deal
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	err := a.Recurring.Sells(ctx, recurring.Ordered{
		Plan: m.Plan, Name: m.Name, Period: recurring.Period(m.Period), Price: m.Price,
	})
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return nil
}

// chargeOrder has what a service costs follow a request.
func (a *App) chargeOrder(ctx context.Context, d outbox.Delivery) error {
	var m orders.Dealt
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	if err := a.chargeRequest(ctx, m); err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return nil
}

// chargeRequest looks at how things stand now, and not at how they stood when the message was written: a message that
// comes late, or twice, changes nothing.
func (a *App) chargeRequest(ctx context.Context, m orders.Dealt) error {
	if m.Kind != orders.Cancel {
		return a.followDeal(ctx, m.Account, m.Service)
	}
	ends, planned, err := a.Orders.Ends(ctx, actor.NewSystem(orders.Charge), m.Account, m.Service)
	switch {
	case err != nil:
		return err // orders says what it did
	case planned:
		return a.Recurring.EndAt(ctx, m.Account, m.Service, ends.EndsAt)
	case m.State == orders.Withdrawn:
		anew, err := id.FromBytes[id.ChargeKind](m.Request.Bytes())
		if err != nil {
			return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
		}
		return a.Recurring.GoOn(ctx, m.Account, m.Service, anew)
	}
	return nil
}

// followDeal charges for a service that runs what was agreed on for it. What ended meanwhile costs nothing more.
func (a *App) followDeal(ctx context.Context, account id.Account, service id.Service) error {
	who := actor.NewSystem(orders.Charge)
	deal, is, err := a.Orders.Deal(ctx, who, account, service)
	if err != nil || !is {
		return err // orders says what it did
	}
	s, _, err := a.Hosting.ClientService(ctx, who, account, service)
	switch {
	case fault.KindOf(err) == fault.KindNotFound || err == nil && s.State == hosting.Pending:
		return nil // it costs something once it runs, and says so then
	case err != nil:
		return err // hosting says what it did
	case s.State == hosting.Cancelled:
		return a.Recurring.ServiceEnded(ctx, account, service)
	}
	o := recurring.Ordered{
		Service: service, Plan: deal.Plan, Name: deal.Name, Detail: s.Domain, Period: recurring.Period(deal.Period),
		Price: deal.Price,
	}
	if deal.Kind == orders.Change {
		o.From = s.RenewsAt // what nothing was charged for from here is paid for until then
	}
	if err := a.Recurring.Follow(ctx, account, o); err != nil {
		return err // recurring says what it did
	}
	s, _, err = a.Hosting.ClientService(ctx, who, account, service)
	if err == nil && s.State == hosting.Cancelled { // while the charge began
		err = a.Recurring.ServiceEnded(ctx, account, service)
	}
	return err
}

// chargeMoved has what a service costs follow a service that is in another state.
func (a *App) chargeMoved(ctx context.Context, m hosting.ServiceMoved) error {
	switch {
	case m.To == hosting.Cancelled:
		return a.Recurring.ServiceEnded(ctx, m.Account, m.Service)
	case m.From == hosting.Pending && m.To == hosting.Active:
		return a.followDeal(ctx, m.Account, m.Service)
	}
	return nil
}
