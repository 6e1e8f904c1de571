package orders

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Wish is what somebody chose of the catalogue.
type Wish struct {
	// Key is the id that the request will have, so that a form that is sent twice asks once.
	Key     id.Order
	Product id.Product
	Options []id.Option
	Domain  string     // of a new service
	Service id.Service // whose plan is to be another; zero: a new service
}

// Ask asks for a new service, or for another plan of one that there is.
func (o *Orders) Ask(ctx context.Context, who actor.Actor, account id.Account, w Wish) (Request, error) {
	offers, err := o.Offers(ctx, who, account)
	if err != nil {
		return Request{}, err
	}
	i := slices.IndexFunc(offers, func(p Product) bool { return p.ID == w.Product })
	if i < 0 {
		return Request{}, fault.InvalidField("product", "Choose what you want from the list.")
	}
	row, err := wished(account, who, offers[i], w)
	if err != nil {
		return Request{}, err
	}
	name := w.Domain
	if !w.Service.IsZero() {
		s, err := o.hosting.Service(ctx, who, account, w.Service)
		if err != nil {
			return Request{}, err
		}
		if s.State != hosting.Active || s.Plan == row.Plan {
			return Request{}, fault.Conflict("Choose another plan than the one that the service has, while it runs.")
		}
		name = s.Label()
	}
	if row.Domain, err = o.seal(name, "domain", row.ID); err != nil {
		return Request{}, fmt.Errorf("ask: %w", err)
	}
	if !row.ServerID.IsZero() {
		follows, err := o.hosting.Follows(ctx, row.ServerID)
		if err != nil {
			return Request{}, err
		}
		if follows {
			row.State = string(Working)
		}
	}
	return o.ask(ctx, who, verb.ServicesOrder, row)
}

// wished is the row of a wish, as the catalogue has it now.
func wished(account id.Account, who actor.Actor, p Product, w Wish) (requestRow, error) {
	row := requestRow{
		ID: w.Key, AccountID: account, PersonID: who.Person, ServiceID: w.Service, ProductID: p.ID, ServerID: p.Server,
		Kind: string(Change), State: string(Asked), Plan: p.Name, PanelPlan: p.PanelPlan, PriceMinor: p.Price.Minor(),
		Currency: string(p.Price.Currency()), Period: string(p.Period),
	}
	if w.Service.IsZero() {
		row.Kind = string(Order)
		domain, err := hosting.ParseDomain(w.Domain)
		if err != nil {
			return requestRow{}, fault.InvalidField("domain", "Enter the domain that it is for, such as example.com.")
		}
		w.Domain = domain
	}
	var names []string
	for _, one := range w.Options {
		i := slices.IndexFunc(p.Options, func(of Option) bool { return of.ID == one })
		if i < 0 {
			return requestRow{}, fault.InvalidField("options", "Choose options from the list.")
		}
		names = append(names, p.Options[i].Name)
		row.PriceMinor += p.Options[i].Price.Minor()
	}
	row.Options = strings.Join(names, ", ")
	return row, nil
}

// End asks for the end of a service: at once, or when it would renew.
type End struct {
	Key     id.Order
	Service id.Service
	Now     bool
	Term    time.Time // when it would renew, as whoever charges for it has it; zero: as hosting has it
	Words   string    // why
}

// AskEnd asks for the end of a service.
func (o *Orders) AskEnd(ctx context.Context, who actor.Actor, account id.Account, e End) (Request, error) {
	var f []fault.Field
	e.Words = words(&f, "reason", e.Words, 500, "Tell us why, in a few words.")
	if len(f) > 0 {
		return Request{}, fault.Invalid(f...)
	}
	s, err := o.hosting.Service(ctx, who, account, e.Service)
	if err != nil {
		return Request{}, err
	}
	if s.State != hosting.Active && s.State != hosting.Suspended {
		return Request{}, fault.Conflict("This service has ended already, or is still being set up.")
	}
	row := requestRow{
		ID: e.Key, AccountID: account, PersonID: who.Person, ServiceID: s.ID, Kind: string(Cancel), State: string(Working),
		Plan: s.Plan, PriceMinor: s.Price.Minor(), Currency: string(s.Price.Currency()), Period: string(s.Period),
	}
	if !e.Now {
		if e.Term.IsZero() {
			e.Term = s.RenewsAt
		}
		if e.Term.IsZero() {
			return Request{}, fault.InvalidField("when", "This service does not renew: it can only end now.")
		}
		row.State, row.EndsAt = string(Planned), db.At(e.Term)
	}
	if row.Words, err = o.seal(e.Words, "words", row.ID); err == nil {
		row.Domain, err = o.seal(s.Label(), "domain", row.ID)
	}
	if err != nil {
		return Request{}, fmt.Errorf("ask for an end: %w", err)
	}
	return o.ask(ctx, who, verb.ServicesCancel, row)
}

// ask writes a request down. The same key again is the same request.
func (o *Orders) ask(ctx context.Context, who actor.Actor, v verb.Verb, row requestRow) (Request, error) {
	var made Request
	err := o.gate.Change(ctx, who, v, id.AccountScope(row.AccountID), func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if err := free(tx, g, row); err != nil {
			return gate.Entry{}, err
		}
		row.AskedAt = db.At(g.Now())
		err := g.On(tx.DB).Create(&row).Error
		if err != nil {
			return gate.Entry{}, fmt.Errorf("ask: %w", err)
		}
		if made, err = o.open(row); err != nil {
			return gate.Entry{}, err
		}
		if err := o.pass(tx, made); err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(activity.OrderAsked, o.details(made)), nil
	})
	return made, err
}

// free says whether somebody may ask for that now: of a service that they reach, and of which nothing else is asked.
func free(tx *db.Tx, g gate.Grant, row requestRow) error {
	if !row.ServiceID.IsZero() && !g.AllowsService(row.ServiceID) {
		return fault.NotFound("ask")
	}
	before, is, err := db.One[requestRow](g.On(tx.DB).Where("id = ? OR service_id = ? AND state IN ?", row.ID,
		row.ServiceID, []State{Asked, Working, Planned}))
	if err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	if is && before.ID != row.ID {
		return fault.Conflict("Something is asked for this service already. Take that back first.")
	}
	if is {
		return fault.Conflict("This was asked for already.")
	}
	return nil
}

func (o *Orders) details(r Request) activity.Details {
	d := activity.Details{Target: activity.TargetOf("request", r.ID, r.Label()), Service: r.Service}
	if r.Kind != Cancel {
		d.Changes = []activity.Change{{Field: "Price", New: r.Price.String() + " a " + string(r.Period)}}
	}
	return d
}

// Withdraw takes a request back that nothing has come of yet. An end is taken back by those who may ask for one.
func (o *Orders) Withdraw(ctx context.Context, who actor.Actor, account id.Account, request id.Order) error {
	v := verb.ServicesOrder
	r, err := o.Request(ctx, who, account, request)
	if err != nil {
		return err
	}
	if r.Kind == Cancel {
		v = verb.ServicesCancel
	}
	return o.settle(ctx, who, v, account, request, settling{
		from: []State{Asked, Planned}, to: Withdrawn, action: activity.OrderWithdrawn,
	})
}

// Request reads one of an account's requests.
func (o *Orders) Request(ctx context.Context, who actor.Actor, account id.Account, request id.Order) (Request, error) {
	g, err := o.gate.View(ctx, who, verb.ServicesManage, id.AccountScope(account))
	if err != nil {
		return Request{}, err
	}
	row, is, err := db.One[requestRow](g.On(o.reader.With(ctx)).Where("id = ?", request))
	if row, err = found(ctx, "read request", row, is, err); err != nil {
		return Request{}, err
	}
	if !row.ServiceID.IsZero() && !g.AllowsService(row.ServiceID) {
		return Request{}, fault.NotFound("read request")
	}
	return o.open(row)
}

// Requests lists what was asked for in an account, the last first.
func (o *Orders) Requests(ctx context.Context, who actor.Actor, account id.Account) ([]Request, error) {
	g, err := o.gate.View(ctx, who, verb.ServicesManage, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	var rows []requestRow
	if err := g.On(o.reader.With(ctx)).Order("id DESC").Limit(most).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	return o.openAll(rows, func(row requestRow) bool { return row.ServiceID.IsZero() || g.AllowsService(row.ServiceID) })
}

func (o *Orders) openAll(rows []requestRow, keep func(requestRow) bool) ([]Request, error) {
	var list []Request
	for _, row := range rows {
		if !keep(row) {
			continue
		}
		r, err := o.open(row)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}
