package orders

import (
	"context"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	// Charge is the kind of message that says that what a service costs has to follow a request; it carries a Dealt.
	Charge = "orders.charge"
	// Sell is the kind of message that says that a product is offered now; it carries a Deal without a service.
	Sell = "orders.sell"
)

// Dealt names the request after which a charge has to be looked at.
type Dealt struct {
	Account id.Account `json:"account"`
	Service id.Service `json:"service"`
	Request id.Order   `json:"request"`
	Kind    Kind       `json:"kind"`
	State   State      `json:"state"`
}

// Deal is what an account agreed to pay for a service.
type Deal struct {
	Kind   Kind
	Plan   id.Plan
	Name   string // of the plan
	Price  money.Amount
	Period hosting.Period
}

// PriceOf is what an account pays for a plan, which is known by its id, or else by its name.
type PriceOf func(plan id.Plan, name string, period hosting.Period, in money.Currency) (money.Amount, bool)

// Prices finds out what an account pays. The room that charges knows; whoever puts the rooms together binds it.
type Prices func(ctx context.Context, who actor.Actor, account id.Account) (PriceOf, error)

// PricedBy has products cost what their plans cost the account that looks at them. It is called before use.
func (o *Orders) PricedBy(p Prices) *Orders {
	o.prices = p
	return o
}

// plan is the one that a product is charged by: one of the list, or else one of its own, which has its id.
func (row productRow) plan() id.Plan {
	if !row.PlanID.IsZero() {
		return row.PlanID
	}
	own, err := id.FromBytes[id.PlanKind](row.ID.Bytes())
	if err != nil {
		return id.Plan{} // an id has as many bytes as any other
	}
	return own
}

// price gives a product the price that its plan has for an account; without one it keeps its own. It says whether the
// account can have it: what is priced in another currency cannot be ordered.
func (p *Product) price(of PriceOf, cur money.Currency) bool {
	if of != nil {
		if amount, has := of(p.Plan, p.Name, p.Period, cur); has && (p.Price.Currency() == cur || len(p.Options) == 0) {
			p.Price = amount
		}
	}
	return p.Price.Currency() == cur
}

// Deal is what was agreed on last for a service; it is not there for a service that nobody ordered here.
func (o *Orders) Deal(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service,
) (d Deal, is bool, err error) {
	g, err := o.gate.View(ctx, who, verb.HostingManage, id.AccountScope(account))
	if err != nil {
		return d, false, err
	}
	q := o.reader.With(ctx)
	row, is, err := db.One[requestRow](g.On(q).Where("service_id = ? AND kind = ? AND state = ?", service, Change, Done).
		Order("settled_at DESC, id DESC"))
	if err == nil && !is { // a service that was ordered has the id of its request
		row, is, err = db.One[requestRow](g.On(q).Where("id = ? AND kind = ? AND state IN ?", service.Bytes(), Order,
			[]State{Working, Done}))
	}
	if err != nil || !is {
		return d, false, wrapped("read what was agreed", err)
	}
	p, is, err := db.One[productRow](q.Where("id = ?", row.ProductID))
	if err != nil || !is {
		return d, false, wrapped("read what was agreed", err)
	}
	return Deal{
		Kind: Kind(row.Kind), Plan: p.plan(), Name: p.Name, Price: row.price(), Period: hosting.Period(row.Period),
	}, true, nil
}

func wrapped(op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", op, err)
}

// Ends says whether the end of a service is planned.
func (o *Orders) Ends(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service,
) (r Request, is bool, err error) {
	g, err := o.gate.View(ctx, who, verb.HostingManage, id.AccountScope(account))
	if err != nil {
		return r, false, err
	}
	row, is, err := db.One[requestRow](g.On(o.reader.With(ctx)).Where("service_id = ? AND kind = ? AND state = ?",
		service, Cancel, Planned))
	if err != nil || !is {
		return r, false, wrapped("read a planned end", err)
	}
	r, err = o.open(row)
	return r, err == nil, err
}

// bill leaves word that what a service costs has to follow a request that came so far.
func (o *Orders) bill(tx *db.Tx, r Request) error {
	if r.Service.IsZero() || r.State != Done && r.State != Planned && r.State != Withdrawn {
		return nil
	}
	return wrapped("pass on a request", o.post.Enqueue(tx, outbox.Message{
		Kind: Charge, Key: r.ID.String() + "-" + string(r.State), Payload: Dealt{
			Account: r.Account, Service: r.Service, Request: r.ID, Kind: r.Kind, State: r.State,
		},
	}))
}

// sell leaves word that a product is offered.
func (o *Orders) sell(tx *db.Tx, row productRow) error {
	return wrapped("add product", o.post.Enqueue(tx, outbox.Message{
		Kind: Sell, Key: row.ID.String(), Payload: Deal{
			Plan: row.plan(), Name: row.Name, Price: money.New(row.PriceMinor, money.Currency(row.Currency)),
			Period: hosting.Period(row.Period),
		},
	}))
}

// currencyOf is what an account is billed in.
func (o *Orders) currencyOf(ctx context.Context, who actor.Actor, account id.Account) (money.Currency, error) {
	g, err := o.gate.View(ctx, who, verb.ServicesOrder, id.AccountScope(account))
	if err != nil {
		return "", err
	}
	var currency string
	err = g.On(o.reader.With(ctx).Table("accounts")).Limit(1).Pluck("currency", &currency).Error
	if err == nil && currency == "" {
		err = fault.NotFound("list offers")
	}
	return money.Currency(currency), wrapped("list offers", err)
}
