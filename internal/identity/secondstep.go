package identity

import (
	"context"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/platform/db"
)

// SecondFactor completes a sign-in with a proof. The half session and the proof are both used up by the statement that
// accepts them; the answer to a wrong proof keeps the half session until its tries are gone (S6, S7).
func (p *People) SecondFactor(ctx context.Context, who actor.Actor, half string, proof factors.Proof) (Outcome, error) {
	return p.secondFactor(ctx, who, half, proof, false)
}

// SecondFactorRemembering is SecondFactor, after which the browser stands in for the second step for thirty days, where
// nobody forbids it.
func (p *People) SecondFactorRemembering(
	ctx context.Context, who actor.Actor, half string, proof factors.Proof,
) (Outcome, error) {
	return p.secondFactor(ctx, who, half, proof, true)
}

func (p *People) secondFactor(
	ctx context.Context, who actor.Actor, half string, proof factors.Proof, remember bool,
) (Outcome, error) {
	if err := factors.Blank(proof); err != nil {
		return Outcome{}, err
	}
	open, err := p.TryHalf(ctx, half)
	if err != nil {
		return Outcome{}, err
	}
	person, err := persons.ByID(p.reader.With(ctx), open.PersonID)
	if err != nil {
		return Outcome{}, err
	}
	shown, err := p.Ready(ctx, proof, factors.Claim{
		Person: person, Purpose: factors.ForSecondStep, Holder: factors.OfHalf(open.ID),
	})
	if err != nil {
		return Outcome{}, err
	}
	outcome := Outcome{Person: person.ID, Session: id.New[id.SessionKind]()}
	known, err := p.Enter(who, person, actor.With(actor.ByPassword, shown.Method), outcome.Session)
	if err != nil {
		return Outcome{}, err
	}
	t := factors.Try{Who: who, Known: known, Guessable: shown.Guessable}
	err = p.Counted(ctx, t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if err := persons.Unchanged(tx, person); err != nil {
			return gate.Entry{}, err
		}
		if err := shown.Use(tx, g); err != nil {
			return gate.Entry{}, err
		}
		if err := sessions.UseHalf(tx, g, open.ID); err != nil {
			return gate.Entry{}, err
		}
		b, err := p.begin(tx, g, opening{second: true, remember: remember, replaced: who.Session})
		if err != nil {
			return gate.Entry{}, err
		}
		outcome.take(b)
		return g.Entry(activity.SignedIn, activity.Details{Target: persons.About(person.ID, known.Name)}), nil
	})
	if err != nil {
		return Outcome{}, err
	}
	return outcome, nil
}
