package identity

import (
	"context"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/webauthn"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// AskForPasskey is what a browser is given whose user is not known yet. It is the same for everybody but for the
// challenge, which is good in that browser only: door is what ties its forms to it (S5, S9).
func (p *People) AskForPasskey(ctx context.Context, door string) ([]byte, error) {
	if p.party == nil {
		return nil, noParty()
	}
	if door == "" {
		return nil, startAgain()
	}
	asked, err := p.party.AskAnybody()
	if err != nil {
		return nil, err // webauthn says what it did
	}
	return p.ask(ctx, forSignIn, ofBrowser(door), nil, asked)
}

// SignInWithPasskey signs in with a passkey alone: something that somebody has, which made sure that it is them. Tries
// at the password and at codes do not matter here: whoever guesses at those never keeps the owner's passkey out (S4).
func (p *People) SignInWithPasskey(ctx context.Context, who actor.Actor, door, answer string) (Outcome, error) {
	if err := blank(KeyAnswer(answer)); err != nil {
		return Outcome{}, err
	}
	s, err := p.answered(ctx, answer, asking{purpose: forSignIn, holder: ofBrowser(door)})
	if err == nil && s.person.State != stateActive {
		err = webauthn.ErrRefused
	}
	if err = unfit(err); fault.KindOf(err) == fault.KindInvalid {
		return Outcome{}, p.passkeyFailed(ctx, who, s.person, err)
	}
	if err != nil {
		return Outcome{}, err
	}
	outcome := Outcome{Person: s.person.ID, Session: id.New[id.SessionKind]()}
	known, err := p.enter(who, s.person, actor.ByPasskey, outcome.Session)
	if err != nil {
		return Outcome{}, err
	}
	err = p.gate.Change(ctx, known, verb.SelfManage, id.PersonScope(s.person.ID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := unchanged(tx, s.person); err != nil {
				return gate.Entry{}, err
			}
			if err := accept(tx, g, s, "confirmed_at IS NOT NULL", nil); err != nil {
				return gate.Entry{}, err
			}
			b, err := p.begin(tx, g, opening{second: true, replaced: who.Session})
			if err != nil {
				return gate.Entry{}, err
			}
			outcome.take(b)
			return g.Entry(activity.SignedIn, activity.Details{Target: aboutPerson(s.person.ID, known.Name)}), nil
		})
	if fault.KindOf(err) == fault.KindInvalid { // it was removed or suspected a moment ago
		return Outcome{}, p.passkeyFailed(ctx, who, s.person, err)
	}
	if err = p.orSuspect(ctx, known, err); err != nil {
		return Outcome{}, err
	}
	return outcome, nil
}

// passkeyFailed writes the try down where its owner sees it, or the provider where nobody has such a passkey.
func (p *People) passkeyFailed(ctx context.Context, who actor.Actor, person personRow, answer error) error {
	scope, target := id.ProviderScope(), activity.Target{Kind: "person", Label: "a passkey that nobody has"}
	if !person.ID.IsZero() {
		name, err := p.OpenName(person.ID, person.Name)
		if err != nil {
			return err
		}
		scope, target = id.PersonScope(person.ID), aboutPerson(person.ID, name)
	}
	err := p.gate.Tally(ctx, who, scope, activity.SignInFailed, activity.Details{
		Target: target, Outcome: activity.Failed, Reason: "The passkey’s answer did not fit.",
	})
	if err != nil {
		return err
	}
	return answer
}
