package overview

import (
	"context"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// How much of each part staff's view of a client shows.
const (
	clientServices = 50
	clientInvoices = 10
	clientPeople   = 50
	clientInvited  = 20
	clientEntries  = 10
	mostServices   = 500
)

// Client is an account as one department sees it. Parts that the department may not see are nil.
type Client struct {
	Account  Account
	Owner    string // the name of the one who has owned it longest; empty: invited, not there yet
	People   People
	Invited  []Invited
	Services *Services
	Invoices []Invoice // the newest; nil where the department may not see them
	Billing  bool      // the department may see invoices
	Did      []activity.Entry
}

// Invited is somebody who has not accepted an invitation yet.
type Invited struct {
	ID       id.Invitation
	Email    string
	Role     string // key
	RoleName string
	Expires  time.Time
}

// Client reads staff's view of a client: one statement, and one more for what the asker did there. Each look is in the
// client's log.
func (o *Overview) Client(ctx context.Context, who actor.Actor, account id.Account) (Client, error) {
	scope := id.AccountScope(account)
	g, err := o.gate.View(ctx, who, verb.ClientsView, scope)
	if err != nil {
		return Client{}, err
	}
	a := assembly{o: o, who: who, scope: scope, parts: []part{
		accountPart(g), peoplePart(g, clientPeople, true), invitedPart(g),
	}}
	services := a.add(ctx, verb.HostingView, func(g gate.Grant) part { return servicesPart(g, clientServices) })
	invoices := a.add(ctx, verb.BillingView, func(g gate.Grant) part { return invoicesPart(g, clientInvoices) })
	if a.err != nil {
		return Client{}, a.err
	}
	found, err := o.read(ctx, g, a.parts...)
	if err != nil {
		return Client{}, err
	}
	w := &opener{o: o}
	c := Client{
		Account: w.account(account, found["account"]), People: w.peopleOf(g, found["person"]), Billing: invoices != nil,
	}
	c.Owner = c.People.owner()
	for _, r := range found["invited"] {
		c.Invited = append(c.Invited, w.invited(r))
	}
	if services != nil {
		c.Services = new(w.services(*services, found["service"]))
	}
	for _, r := range found["invoice"] {
		c.Invoices = append(c.Invoices, w.invoice(r, g.Now()))
	}
	if w.err != nil {
		return Client{}, w.err
	}
	if len(found["account"]) == 0 {
		return Client{}, fault.NotFound("client")
	}
	own := activity.Filter{Person: who.Person, OwnOnly: true, Limit: clientEntries}
	page, err := o.gate.Log(ctx, who, verb.ClientsView, scope, own)
	c.Did = page.Entries
	return c, err
}

// ClientPeople are those who have access to a client, and those who are invited, for staff: in one statement.
func (o *Overview) ClientPeople(
	ctx context.Context, who actor.Actor, account id.Account,
) (people People, invited []Invited, err error) {
	g, err := o.gate.View(ctx, who, verb.ClientsView, id.AccountScope(account))
	if err != nil {
		return People{}, nil, err
	}
	found, err := o.read(ctx, g, peoplePart(g, mostPeople, true), invitedPart(g))
	if err != nil {
		return People{}, nil, err
	}
	w := &opener{o: o}
	people = w.peopleOf(g, found["person"])
	for _, r := range found["invited"] {
		invited = append(invited, w.invited(r))
	}
	return people, invited, w.err
}

// ClientServices are a client's services, for staff: in one statement.
func (o *Overview) ClientServices(ctx context.Context, who actor.Actor, account id.Account) (Services, error) {
	g, err := o.gate.View(ctx, who, verb.HostingView, id.AccountScope(account))
	if err != nil {
		return Services{}, err
	}
	found, err := o.read(ctx, g, servicesPart(g, mostServices))
	if err != nil {
		return Services{}, err
	}
	w := &opener{o: o}
	return w.services(g, found["service"]), w.err
}

func (p People) owner() string {
	for _, person := range p.List {
		if person.Role == "owner" {
			return person.Name
		}
	}
	return ""
}

func invitedPart(g gate.Grant) part {
	return part{
		name:    "invited",
		columns: map[string]string{"id": "id", "seal1": "email", "t1": "role", "at1": "expires_at"},
		from: "FROM invitations WHERE account_id = ? AND state = 'open' AND expires_at > ? " +
			"ORDER BY id DESC LIMIT ?",
		args: []any{g.Account(), db.At(g.Now()), clientInvited},
	}
}

func (w *opener) invited(r record) Invited {
	v := Invited{
		ID: idOf[id.InvitationKind](w, r.id), Email: w.open("invitations", "email", r.id, r.seal1), Role: string(r.t1),
		Expires: r.at1.Time,
	}
	role, _ := w.o.access.Role(v.Role)
	v.RoleName = role.Name
	return v
}
