package identity

import (
	"context"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// StepUp proves again who is there, by any of their second factors. It returns the session's new token; the old one is
// worth nothing from then on (N2).
func (p *People) StepUp(ctx context.Context, who actor.Actor, proof factors.Proof) (string, error) {
	if !who.SignedIn() {
		return "", fault.SignIn()
	}
	if err := factors.Blank(proof); err != nil {
		return "", err
	}
	person, err := persons.ByID(p.reader.With(ctx), who.Person)
	if err != nil {
		return "", err
	}
	shown, err := p.Ready(ctx, proof, factors.Claim{
		Person: person, Purpose: factors.ForStepUp, Holder: factors.OfSession(who.Session),
	})
	if err != nil {
		return "", err
	}
	var token string
	t := factors.Try{Who: who, Known: who, Guessable: shown.Guessable}
	err = p.Counted(ctx, t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if err := shown.Use(tx, g); err != nil {
			return gate.Entry{}, err
		}
		var err error
		token, err = p.Renew(tx, g, sessions.ProvedSecond(who, shown.Method))
		return steppedUp(g), err
	})
	return token, err
}

// StepUpByPassword proves again who is there, where they have no second factor.
func (p *People) StepUpByPassword(ctx context.Context, who actor.Actor, password string) (string, error) {
	if !who.SignedIn() {
		return "", fault.SignIn()
	}
	second, err := p.HasSecondFactor(ctx, who)
	if err != nil {
		return "", err
	}
	if second { // S13; and whether it is the password is not told
		return "", fault.StepUp(verb.SelfManage)
	}
	var token string
	err = p.withPassword(ctx, who, "password", password,
		func(tx *db.Tx, g gate.Grant, _ persons.Row) (gate.Entry, error) {
			has, err := factors.HasSecond(g.On(tx.DB))
			if err != nil {
				return gate.Entry{}, err
			}
			if has { // it was added a moment ago, in another window
				return gate.Entry{}, fault.StepUp(g.Verb())
			}
			token, err = p.Renew(tx, g, sessions.ProvedPassword())
			return steppedUp(g), err
		})
	return token, err
}

func steppedUp(g gate.Grant) gate.Entry {
	return g.Entry(activity.SteppedUp, activity.Details{Target: persons.About(g.Who().Person, g.Who().Name)})
}

// ChangePassword replaces the password of the one who asks, who must know the present one and have proved who they are
// in the last ten minutes (S16). All other sessions end (N5); the one that asks goes on under the token returned.
func (p *People) ChangePassword(ctx context.Context, who actor.Actor, present, next string) (string, error) {
	if !who.SignedIn() {
		return "", fault.SignIn()
	}
	if err := p.AllowedPassword(ctx, who, next); err != nil {
		return "", err
	}
	var token, hash string
	err := p.withPassword(ctx, who, "present", present,
		func(tx *db.Tx, g gate.Grant, person persons.Row) (gate.Entry, error) {
			if err := factors.RecentlyProved(tx, g); err != nil {
				return gate.Entry{}, err
			}
			if err := p.StoreHash(tx, person, hash, db.At(g.Now())); err != nil {
				return gate.Entry{}, err
			}
			if _, err := sessions.EndAll(tx, g, who.Person, who.Session); err != nil {
				return gate.Entry{}, err
			}
			if err := p.Tell(tx, g, alerts.PasswordChanged, ""); err != nil {
				return gate.Entry{}, err
			}
			var err error
			token, err = p.Renew(tx, g, sessions.Proved{})
			return g.Entry(activity.PasswordChanged, activity.Details{
				Target:  persons.About(who.Person, who.Name),
				Changes: []activity.Change{{Field: "password", Redacted: true}},
			}), err
		}, func() (err error) {
			hash, err = p.hasher.Hash(ctx, next)
			return err
		})
	return token, err
}

// withPassword runs a change of the signed-in actor for which the password was given once more. The try is counted as
// at the door. What is prepared runs between the check and the change, outside the transaction.
func (p *People) withPassword(
	ctx context.Context, who actor.Actor, field, password string,
	work func(tx *db.Tx, g gate.Grant, person persons.Row) (gate.Entry, error), prepare ...func() error,
) error {
	person, err := persons.ByID(p.reader.With(ctx), who.Person)
	if err != nil {
		return err
	}
	hash, err := p.OpenHash(person)
	if err != nil {
		return err
	}
	wait, err := p.tries.Count(ctx, tries.ByPassword, person.EmailIndex)
	if err != nil {
		return err
	}
	fits, _, err := p.hasher.Check(ctx, password, hash)
	if err != nil {
		return err
	}
	if wait > 0 || !fits {
		err := p.signInFailed(ctx, who, person, wait)
		if fault.KindOf(err) == fault.KindInvalid {
			return fault.InvalidField(field, "This isn’t your present password.")
		}
		return err
	}
	for _, first := range prepare {
		if err := first(); err != nil {
			return err
		}
	}
	return p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := persons.Unchanged(tx, person); err != nil {
				return gate.Entry{}, err
			}
			if err := tries.Forget(tx, tries.ByPassword, person.EmailIndex); err != nil {
				return gate.Entry{}, err
			}
			return work(tx, g, person)
		})
}
