package gate

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Grant is a decision that was made for real: it lets store functions reach the data of one scope. Only this package
// makes one. The zero Grant panics wherever it is used, because a program that has one forgot to ask.
type Grant struct {
	given *given
}

type given struct {
	who      actor.Actor
	decision access.Decision
	now      time.Time
	entered  *entered
}

// entered is what a change collects besides the entry that it returns.
type entered struct {
	heads []*activity.Head
	also  []activity.Entry
}

func (g Grant) must() *given {
	if g.given == nil {
		panic("gate: a zero Grant was used")
	}
	return g.given
}

// Scope is what the grant is over.
func (g Grant) Scope() id.Scope { return g.must().decision.Scope }

// Verb is the permission that was granted.
func (g Grant) Verb() verb.Verb { return g.must().decision.Verb }

// Who is the actor that it was granted to.
func (g Grant) Who() actor.Actor { return g.must().who }

// Decision says why it was granted.
func (g Grant) Decision() access.Decision { return g.must().decision }

// Now is the database's time at which it was granted.
func (g Grant) Now() time.Time { return g.must().now }

// Account is the account that the grant is over; it panics where it is over something else.
func (g Grant) Account() id.Account {
	account, ok := g.must().decision.Scope.Account()
	if !ok {
		panic("gate: the grant is not over an account")
	}
	return account
}

// Person is the person that the grant is over; it panics where it is over something else.
func (g Grant) Person() id.Person {
	person, ok := g.must().decision.Scope.Person()
	if !ok {
		panic("gate: the grant is not over a person")
	}
	return person
}

// Services are the services that the grant is limited to, where it is limited.
func (g Grant) Services() (services []id.Service, limited bool) {
	d := g.must().decision
	return slices.Clone(d.Services), d.Limited
}

// AllowsService says whether the grant reaches a service.
func (g Grant) AllowsService(s id.Service) bool {
	d := g.must().decision
	return !d.Limited || slices.Contains(d.Services, s)
}

// On confines a query to the grant's scope. A grant over the provider sees the rows of all accounts.
func (g Grant) On(q *gorm.DB) *gorm.DB {
	d := g.must().decision
	switch d.Scope.Kind() {
	case id.ScopeAccount:
		return db.WithScope(q, "account_id", d.Scope.Bytes())
	case id.ScopePerson:
		return db.WithScope(q, "person_id", d.Scope.Bytes())
	case id.ScopeProvider:
		if d.Verb.IsOpen() {
			panic("gate: what is open to everybody reaches no rows")
		}
		return db.Across(q, "granted over the provider")
	}
	panic("gate: a grant over nothing")
}

// Entry makes the entry of what was done under the grant. Returned from a change, it is written with it.
func (g Grant) Entry(a activity.Action, d activity.Details) Entry {
	return g.EntryIn(g.must().decision.Scope, a, d)
}

// EntryIn is Entry for another chain that the change holds: that of a second scope, or of one that it opened.
func (g Grant) EntryIn(chain id.Scope, a activity.Action, d activity.Details) Entry {
	v := g.must()
	drafted, ok := activity.Draft(chain, v.now, v.who.In(chain), a, d)
	if !ok {
		panic("gate: the catalogue does not know the action " + string(a))
	}
	drafted.Verb, drafted.GrantedBy = v.decision.Verb, v.decision.Role
	if drafted.ActorRole == "" && drafted.Who.Role == "" {
		drafted.ActorRole = v.decision.RoleName
	}
	return Entry{entries: []activity.Entry{drafted}}
}

// EntryFor is Entry for what came of somebody else's doing while they were not there: Gatehouse itself writes it down,
// in their name, where a reader looks for it. It panics for everybody but Gatehouse.
func (g Grant) EntryFor(who actor.Actor, a activity.Action, d activity.Details) Entry {
	v := g.must()
	if v.who.Kind != actor.System {
		panic("gate: an entry in somebody else's name")
	}
	named := *v
	named.who = who
	return Grant{given: &named}.Entry(a, d)
}

// Also adds an entry to the change from below: for what another room does in the same transaction, where only the room
// that began the change returns to the gate. It panics outside a change.
func (g Grant) Also(e Entry) {
	v := g.must()
	if v.entered == nil {
		panic("gate: an entry was added outside a change")
	}
	v.entered.also = append(v.entered.also, e.entries...)
}

// Entry is what a change says of itself for the log. Only a Grant makes one; with a zero Entry nothing is committed.
type Entry struct {
	entries []activity.Entry
	often   []often
}

// IsZero says whether the entry says nothing.
func (e Entry) IsZero() bool { return len(e.entries) == 0 }

// And adds another entry of the same change.
func (e Entry) And(other Entry) Entry {
	return Entry{
		entries: append(slices.Clone(e.entries), other.entries...), often: append(slices.Clone(e.often), other.often...),
	}
}
