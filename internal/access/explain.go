package access

import (
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// Subject is of whom an explanation speaks. No session is needed: it is judged as if it were as sure as it can be.
type Subject struct {
	Person     id.Person
	Membership actor.Membership
	Seat       actor.Seat
	Level      actor.Level // of the best factor that they have
	Now        time.Time
}

// Line is one answer of an explanation.
type Line struct {
	Verb     verb.Verb
	Decision Decision
	Row      string // the policy row that answered
}

// Sentence is the reason, for people.
func (l Line) Sentence() string { return l.Decision.Sentence() }

// Explain says for each permission over the scope whether the subject holds it, and why, by the function that enforces.
func (a *Access) Explain(s Subject, scope id.Scope) []Line {
	var vocabulary []verb.Verb
	switch scope.Kind() {
	case id.ScopeAccount:
		vocabulary = verb.Portal()
		if s.Seat.Department != "" {
			vocabulary = append(vocabulary, verb.Staff()...)
		}
	case id.ScopeProvider:
		vocabulary = verb.Staff()
	case id.ScopePerson:
		vocabulary = verb.Self()
	}
	who := s.actor(scope)
	lines := make([]Line, 0, len(vocabulary))
	for _, v := range vocabulary {
		d := a.Check(who, v, scope)
		row := d.Row
		if row == "" {
			row = noRow
		}
		lines = append(lines, Line{Verb: v, Decision: d, Row: row})
	}
	return lines
}

// ExplainService says whether the subject holds a permission over one service of the account, and why.
func (a *Access) ExplainService(s Subject, v verb.Verb, scope id.Scope, service id.Service) Decision {
	return a.CheckService(s.actor(scope), v, scope, service)
}

// actor is the subject with a session that was confirmed this moment, with the best that they have. Staff have said why
// they look at a client.
func (s Subject) actor(scope id.Scope) actor.Actor {
	who := actor.Details{
		Kind: actor.Person, Person: s.Person, Membership: s.Membership, Seat: s.Seat,
		SignedInAt: s.Now, ProvedAt: s.Now, Factor: actor.ByPassword, Now: s.Now,
	}
	if account, ok := scope.Account(); ok && s.Seat.Department != "" {
		who.Looks = []actor.Look{{Account: account, Ends: s.Now.Add(actor.LookTime)}}
	}
	switch s.Level {
	case actor.PhishingProof:
		who.FactorAt, who.Factor = s.Now, actor.With(actor.ByPassword, actor.ByKey)
	case actor.SecondFactor:
		who.FactorAt, who.Factor = s.Now, actor.With(actor.ByPassword, actor.ByCode)
	case actor.PasswordOnly:
	}
	return actor.Enter(who)
}
