package identity

import (
	"context"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/webauthn"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// SignInWithPasskey signs in with a passkey alone: something that somebody has, which made sure that it is them. Tries
// at the password and at codes do not matter here: whoever guesses at those never keeps the owner's passkey out (S4).
func (p *People) SignInWithPasskey(ctx context.Context, who actor.Actor, door, answer string) (Outcome, error) {
	if err := factors.Blank(factors.KeyAnswer(answer)); err != nil {
		return Outcome{}, err
	}
	s, err := p.Answered(ctx, answer, factors.Asking{Purpose: factors.ForSignIn, Holder: factors.OfBrowser(door)})
	if err == nil && s.Person.State != persons.Active {
		err = webauthn.ErrRefused
	}
	if err = factors.Unfit(err); fault.KindOf(err) == fault.KindInvalid {
		return Outcome{}, p.passkeyFailed(ctx, who, s.Person, err)
	}
	if err != nil {
		return Outcome{}, err
	}
	outcome := Outcome{Person: s.Person.ID, Session: id.New[id.SessionKind]()}
	known, err := p.Enter(who, s.Person, actor.ByPasskey, outcome.Session)
	if err != nil {
		return Outcome{}, err
	}
	err = p.gate.Change(ctx, known, verb.SelfManage, id.PersonScope(s.Person.ID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := persons.Unchanged(tx, s.Person); err != nil {
				return gate.Entry{}, err
			}
			if err := factors.Accept(tx, g, s, "confirmed_at IS NOT NULL", nil); err != nil {
				return gate.Entry{}, err
			}
			b, err := p.begin(tx, g, opening{second: true, replaced: who.Session})
			if err != nil {
				return gate.Entry{}, err
			}
			outcome.take(b)
			return g.Entry(activity.SignedIn, activity.Details{Target: persons.About(s.Person.ID, known.Name)}), nil
		})
	if fault.KindOf(err) == fault.KindInvalid { // it was removed or suspected a moment ago
		return Outcome{}, p.passkeyFailed(ctx, who, s.Person, err)
	}
	if err = p.OrSuspect(ctx, known, err); err != nil {
		return Outcome{}, err
	}
	return outcome, nil
}

// passkeyFailed writes the try down where its owner sees it, or the provider where nobody has such a passkey.
func (p *People) passkeyFailed(ctx context.Context, who actor.Actor, person persons.Row, answer error) error {
	scope, target := id.ProviderScope(), activity.Target{Kind: "person", Label: "a passkey that nobody has"}
	if !person.ID.IsZero() {
		name, err := p.OpenName(person.ID, person.Name)
		if err != nil {
			return err
		}
		scope, target = id.PersonScope(person.ID), persons.About(person.ID, name)
	}
	err := p.gate.Tally(ctx, who, scope, activity.SignInFailed, activity.Details{
		Target: target, Outcome: activity.Failed, Reason: "The passkey’s answer did not fit.",
	})
	if err != nil {
		return err
	}
	return answer
}
