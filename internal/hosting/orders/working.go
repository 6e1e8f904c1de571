package orders

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	// Begin is the kind of message that has a request worked on.
	Begin = "orders.begin"
	// Mail is the kind of message that carries a Told.
	Mail = "mail.order"
)

// Told says how far a request has come: the people of the account who see services are told.
type Told struct {
	Account id.Account `json:"account"`
	Service id.Service `json:"service,omitzero"`
	Kind    Kind       `json:"kind"`
	State   State      `json:"state"`
	Name    string     `json:"name"`
	Answer  string     `json:"answer,omitempty"`
	EndsAt  time.Time  `json:"ends_at,omitzero"`
}

type begun struct {
	Account id.Account `json:"account"`
	Request id.Order   `json:"request"`
}

// pass leaves word of a request that came to another state: to whoever works on it, and to the people who wait.
func (o *Orders) pass(tx *db.Tx, r Request) error {
	key := r.ID.String() + "-" + string(r.State)
	messages := []outbox.Message{{Kind: Mail, Key: key, Payload: Told{
		Account: r.Account, Service: r.Service, Kind: r.Kind, State: r.State, Name: r.Label(), Answer: r.Answer,
		EndsAt: r.EndsAt,
	}}}
	if r.State == Working {
		messages = append(messages, outbox.Message{Kind: Begin, Key: key, Payload: begun{r.Account, r.ID}})
	}
	for _, m := range messages {
		if err := o.post.Enqueue(tx, m); err != nil {
			return fmt.Errorf("pass on a request: %w", err)
		}
	}
	return o.bill(tx, r)
}

// Work does what a request asks for: it makes the service that has the request's id, changes a plan, or ends a service.
// It may be called again for the same request and then does nothing twice.
func (o *Orders) Work(ctx context.Context, d outbox.Delivery) error {
	var m begun
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	who := actor.NewSystem("orders")
	g, err := o.gate.View(ctx, who, verb.HostingManage, id.AccountScope(m.Account))
	if err != nil {
		return err
	}
	row, is, err := db.One[requestRow](g.On(o.reader.With(ctx)).Where("id = ?", m.Request))
	if row, err = found(ctx, "work on a request", row, is, err); err != nil {
		return err
	}
	r, err := o.open(row)
	if err != nil || r.State != Working {
		return err
	}
	switch r.Kind {
	case Order:
		return o.make(ctx, who, row, r)
	case Change:
		err = o.hosting.ChangePlan(ctx, who, r.Account, r.Service, hosting.NewPlan{
			Plan: r.Plan, PanelPlan: row.PanelPlan, Price: r.Price, Period: r.Period,
		})
	case Cancel:
		err = o.hosting.End(ctx, who, r.Account, r.Service)
	}
	if err != nil && fault.KindOf(err) != fault.KindConflict { // it is so already, or cannot become so any more
		return err
	}
	return o.settle(ctx, who, verb.HostingManage, r.Account, r.ID, settling{
		from: []State{Working}, to: Done, action: activity.OrderDone,
	})
}

// make sets a service up. It has the id of its request, so that there is one, however often this is called; the request
// is done once the service runs.
func (o *Orders) make(ctx context.Context, who actor.Actor, row requestRow, r Request) error {
	key, err := id.FromBytes[id.ServiceKind](r.ID.Bytes())
	if err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	now, err := o.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("work on a request: %w", err)
	}
	renews := now.AddDate(0, 1, 0)
	if r.Period == hosting.Yearly {
		renews = now.AddDate(1, 0, 0)
	}
	follows, err := o.hosting.Follows(ctx, row.ServerID)
	if err != nil {
		return err
	}
	service, err := o.hosting.CreateService(ctx, who, r.Account, hosting.NewService{
		Key: key, Server: row.ServerID, Plan: r.Plan, PanelPlan: row.PanelPlan, Domain: r.Domain, Price: r.Price,
		Period: r.Period, RenewsAt: renews, Provision: follows, Pending: true,
	})
	if err != nil {
		return err
	}
	return o.settle(ctx, who, verb.HostingManage, r.Account, r.ID, settling{
		from: []State{Working}, to: Done, action: activity.OrderDone, service: service,
	})
}

// settling is a request's way from one state to another.
type settling struct {
	from    []State
	to      State
	action  activity.Action
	answer  string
	server  id.Server
	service id.Service
}

// settle brings a request to another state, once.
func (o *Orders) settle(
	ctx context.Context, who actor.Actor, v verb.Verb, account id.Account, request id.Order, s settling,
) error {
	return o.gate.Change(ctx, who, v, id.AccountScope(account), func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, is, err := db.One[requestRow](g.On(tx.DB).Where("id = ?", request))
		if row, err = found(ctx, "settle a request", row, is, err); err != nil {
			return gate.Entry{}, err
		}
		set, err := o.settled(g, &row, s)
		if err != nil {
			return gate.Entry{}, err
		}
		res := g.On(tx.DB).Table(tableRequests).Where("id = ? AND state IN ?", request, s.from).Updates(set)
		if res.Error != nil {
			return gate.Entry{}, fmt.Errorf("settle a request: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return gate.Entry{}, fault.Conflict("Something has come of this already. Look at it again.")
		}
		r, err := o.open(row)
		if err != nil {
			return gate.Entry{}, err
		}
		details := o.details(r)
		details.Reason = s.answer
		return g.Entry(s.action, details), o.pass(tx, r)
	})
}

// settled is what is written of a request that comes to another state; the row is as it will be then.
func (o *Orders) settled(g gate.Grant, row *requestRow, s settling) (map[string]any, error) {
	row.State = string(s.to)
	set := map[string]any{"state": row.State}
	if s.to != Working {
		set["settled_at"] = db.At(g.Now())
	}
	if s.answer != "" {
		var err error
		if row.Answer, err = o.seal(s.answer, "answer", row.ID); err != nil {
			return nil, err
		}
		set["answer"] = row.Answer
	}
	if !s.server.IsZero() {
		set["server_id"] = s.server
	}
	if !s.service.IsZero() {
		set["service_id"], row.ServiceID = s.service, s.service
	}
	return set, nil
}

// Waiting lists what waits for staff, the oldest first, over all accounts.
func (o *Orders) Waiting(ctx context.Context, who actor.Actor) ([]Request, error) {
	g, err := o.gate.View(ctx, who, verb.HostingManage, id.ProviderScope())
	if err != nil {
		return nil, err
	}
	var rows []requestRow
	err = g.On(o.reader.With(ctx)).Where("state IN ?", []State{Asked, Planned, Working}).Order("asked_at").Limit(most).
		Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	return o.openAll(rows, func(requestRow) bool { return true })
}

// ForStaff reads one request of a client.
func (o *Orders) ForStaff(ctx context.Context, who actor.Actor, account id.Account, request id.Order) (Request, error) {
	g, err := o.gate.View(ctx, who, verb.HostingManage, id.AccountScope(account))
	if err != nil {
		return Request{}, err
	}
	row, is, err := db.One[requestRow](g.On(o.reader.With(ctx)).Where("id = ?", request))
	if row, err = found(ctx, "read request", row, is, err); err != nil {
		return Request{}, err
	}
	return o.open(row)
}

// Decision is what staff say to a request.
type Decision struct {
	Accept bool
	Server id.Server // that a new service goes to
	Answer string    // for the client; needed to decline
}

// Decide accepts or declines what waits for staff.
func (o *Orders) Decide(
	ctx context.Context, who actor.Actor, account id.Account, request id.Order, d Decision,
) error {
	r, err := o.ForStaff(ctx, who, account, request)
	if err != nil {
		return err
	}
	var f []fault.Field
	missing := "Say why, for the client."
	s := settling{from: []State{Asked}, to: Declined, action: activity.OrderDeclined}
	if d.Accept {
		missing, s.to, s.action, s.server = "", Working, activity.OrderAccepted, d.Server
		if r.Kind == Order && d.Server.IsZero() {
			f = append(f, fault.Field{Name: "server", Message: "Choose a server from the list."})
		}
	}
	s.answer = words(&f, "answer", d.Answer, 500, missing)
	if len(f) > 0 {
		return fault.Invalid(f...)
	}
	return o.settle(ctx, who, verb.HostingManage, account, request, s)
}

// Round begins what was planned for a day that has come. A job calls it.
func (o *Orders) Round(ctx context.Context) error {
	now, err := o.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("orders: %w", err)
	}
	var rows []requestRow
	err = db.Across(o.reader.With(ctx), "what is due is due, whosever it is").
		Where("state = ? AND ends_at <= ?", Planned, db.At(now)).Limit(most).Find(&rows).Error
	if err != nil {
		return fmt.Errorf("orders: %w", err)
	}
	var failures []error
	for _, row := range rows {
		failures = append(failures, o.settle(ctx, actor.NewSystem("orders"), verb.HostingManage, row.AccountID, row.ID,
			settling{from: []State{Planned}, to: Working, action: activity.OrderAccepted}))
	}
	return errors.Join(failures...)
}
