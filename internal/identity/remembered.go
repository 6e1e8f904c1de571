package identity

import (
	"context"
	"errors"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// byRemembered lets the browser stand in for the second step, if its person let it and may. done is false where the
// second step has to be asked for. It counts as no use of a factor: whatever asks for one still does.
func (p *People) byRemembered(
	ctx context.Context, who actor.Actor, person persons.Row, hash string, rehash bool,
) (out Outcome, done bool, err error) {
	if trusted, err := p.Trusted(ctx, who, person.ID); err != nil || !trusted {
		return Outcome{}, false, err
	}
	out = Outcome{Person: person.ID, Session: id.New[id.SessionKind]()}
	known, err := p.Enter(who, person, actor.With(actor.ByPassword, actor.ByRemembered), out.Session)
	if err != nil {
		return Outcome{}, false, err
	}
	err = p.gate.Change(ctx, known, verb.SelfManage, id.PersonScope(person.ID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := p.acceptPassword(tx, person, hash, rehash); err != nil {
				return gate.Entry{}, err
			}
			var err error
			done, out.Browser, err = p.StandsIn(tx, g, person)
			if err != nil || !done {
				return gate.Entry{}, errors.Join(err, persons.StartAgain())
			}
			b, err := p.begin(tx, g, opening{remembered: true, replaced: who.Session})
			out.Token = b.token
			return g.Entry(activity.SignedIn, activity.Details{Target: persons.About(person.ID, known.Name)}), err
		})
	if err != nil && !done && fault.KindOf(err) == fault.KindConflict {
		return Outcome{}, false, nil
	}
	if err != nil {
		return Outcome{}, false, err
	}
	return out, true, nil
}
