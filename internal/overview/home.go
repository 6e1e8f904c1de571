package overview

import (
	"context"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/verb"
)

// How much of each part the first page of an account shows.
const (
	homeServices = 5
	homePeople   = 6
	homeEntries  = 5
	// homeLooked is how many entries are looked through for those that tell something.
	homeLooked = 40
)

// Account is an account in short.
type Account struct {
	ID       id.Account
	Name     string
	Currency money.Currency
	Closed   bool
	Since    time.Time
}

// Home is the first page of an account. Parts that the asker may not see are nil.
type Home struct {
	Account  Account
	Due      *Due
	Services *Services
	Ending   *Ending // a domain that runs out; nil: none
	People   *People
	Lost     []Lost           // who asks to get back in, for owners, who decide
	Review   *Review          // that is open, for those who can finish it
	Activity []activity.Entry // the newest that tell something; nil where the asker may not read the log
}

// Home reads the first page of an account: one statement, and one more for the log.
func (o *Overview) Home(ctx context.Context, who actor.Actor, account id.Account) (Home, error) {
	scope := id.AccountScope(account)
	g, err := o.gate.View(ctx, who, verb.AccountView, scope)
	if err != nil {
		return Home{}, err
	}
	a := assembly{o: o, who: who, scope: scope, parts: []part{accountPart(g)}}
	due := a.add(ctx, verb.InvoicesView, duePart)
	services := a.add(ctx, verb.ServicesView, func(g gate.Grant) part { return servicesPart(g, homeServices) })
	people := a.add(ctx, verb.ContactsView, func(g gate.Grant) part { return peoplePart(g, homePeople, false) })
	a.add(ctx, verb.DomainsView, endingPart)
	if decides(who) {
		a.add(ctx, verb.ContactsView, lostPart)
	}
	a.add(ctx, verb.ReviewsRun, reviewPart)
	if a.err != nil {
		return Home{}, a.err
	}
	found, err := o.read(ctx, g, a.parts...)
	if err != nil {
		return Home{}, err
	}
	w := &opener{o: o}
	home := Home{Account: w.account(account, found["account"])}
	if due != nil {
		home.Due = new(w.due(found["due"], due.Now()))
	}
	if services != nil {
		home.Services = new(w.services(*services, found["service"]))
	}
	if people != nil {
		home.People = new(w.peopleOf(*people, found["person"]))
	}
	home.Ending = w.ending(found["ending"])
	home.Lost, home.Review = w.lost(found["lost"]), w.review(found["review"])
	if w.err != nil {
		return Home{}, w.err
	}
	if len(found["account"]) == 0 {
		return Home{}, fault.NotFound("overview")
	}
	home.Activity, err = o.lately(ctx, who, scope)
	return home, err
}

// lately reads the newest entries of the account's log that say what was done or refused, as far as the asker may see
// them. That somebody came in or read, or that a mail went out, stands in the log itself; staff who looked stand here
// as well.
func (o *Overview) lately(ctx context.Context, who actor.Actor, scope id.Scope) ([]activity.Entry, error) {
	if !o.access.Check(who, verb.ActivityView, scope).Allowed {
		return nil, nil
	}
	page, err := o.gate.Log(ctx, who, verb.ActivityView, scope, activity.Filter{Limit: homeLooked})
	told := page.Entries[:0]
	for _, e := range page.Entries {
		if len(told) > 0 && sameLook(told[len(told)-1], e) {
			continue
		}
		if tells(e) {
			told = append(told, e)
		}
	}
	return told[:min(len(told), homeEntries)], err
}

// tells says whether an entry is news to the owner of an account.
func tells(e activity.Entry) bool {
	switch {
	case e.Outcome != activity.Success, !e.Writes && e.ActorKind == actor.Staff:
		return true
	case e.Category == activity.CategoryMail, e.Action == activity.AccountEntered,
		e.Action == activity.CheckoutStarted, e.Action == activity.PanelAsked: // what comes of these two is told
		return false
	}
	return e.Writes
}

// sameLook says whether two entries are parts of one look of the same member of staff at a client.
func sameLook(a, b activity.Entry) bool {
	return a.ActorKind == actor.Staff && b.ActorKind == actor.Staff && a.ActorID == b.ActorID && !a.Writes && !b.Writes
}

// assembly collects the parts of a page that the asker may see.
type assembly struct {
	o     *Overview
	who   actor.Actor
	scope id.Scope
	parts []part
	err   error
}

// add takes a part in where the asker holds the permission, and returns the grant that it was made under; nil where
// they do not.
func (a *assembly) add(ctx context.Context, v verb.Verb, build func(gate.Grant) part) *gate.Grant {
	g, ok, err := a.o.may(ctx, a.who, v, a.scope)
	if err != nil && a.err == nil {
		a.err = err
	}
	if !ok {
		return nil
	}
	a.parts = append(a.parts, build(g))
	return &g
}

func accountPart(g gate.Grant) part {
	return part{
		name: "account",
		columns: map[string]string{
			"id": "account_id", "seal1": "name", "t1": "currency", "t2": "state", "at1": "created_at",
		},
		from: "FROM accounts WHERE account_id = ?",
		args: []any{g.Account()},
	}
}

func (w *opener) account(account id.Account, records []record) Account {
	if len(records) == 0 {
		return Account{}
	}
	r := records[0]
	return Account{
		ID: account, Name: w.accountName(account, r), Currency: money.Currency(r.t1),
		Closed: r.t2 == "closed", Since: r.at1.Time,
	}
}

func (w *opener) accountName(account id.Account, r record) string {
	return w.open("accounts", "name", account.Bytes(), r.seal1)
}
