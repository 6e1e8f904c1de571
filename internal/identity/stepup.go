package identity

import (
	"context"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// recentFor is how long a proof counts as recent (S16, our own figure).
const recentFor = 10 * time.Minute

// recentlyProved refuses a session that has proved nothing for ten minutes: a second factor where its owner has one,
// the password otherwise (S16).
func recentlyProved(tx *db.Tx, g gate.Grant) error {
	proved, factor, err := provedIn(tx, g)
	if err != nil {
		return err
	}
	second, err := hasSecondFactor(g.On(tx.DB))
	if err != nil {
		return err
	}
	if second {
		proved = factor
	}
	if proved.IsZero() || g.Now().Sub(proved.Time) > recentFor {
		return fault.StepUp(g.Verb())
	}
	return nil
}

// StepUp proves again who is there, by any of their second factors. It returns the session's new token; the old one is
// worth nothing from then on (N2).
func (p *People) StepUp(ctx context.Context, who actor.Actor, proof Proof) (string, error) {
	if !who.SignedIn() {
		return "", fault.SignIn()
	}
	if err := blank(proof); err != nil {
		return "", err
	}
	person, err := byID(p.reader.With(ctx), who.Person)
	if err != nil {
		return "", err
	}
	shown, err := p.prepare(ctx, proof, claim{person: person, purpose: forStepUp, holder: ofSession(who.Session)})
	if err != nil {
		return "", err
	}
	var token string
	t := try{who: who, known: who, guessable: shown.guessable}
	err = p.counted(ctx, t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if err := shown.use(tx, g); err != nil {
			return gate.Entry{}, err
		}
		var err error
		token, err = p.renew(tx, g, provedSecond(who, shown.method))
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
		func(tx *db.Tx, g gate.Grant, _ personRow) (gate.Entry, error) {
			has, err := hasSecondFactor(g.On(tx.DB))
			if err != nil {
				return gate.Entry{}, err
			}
			if has { // it was added a moment ago, in another window
				return gate.Entry{}, fault.StepUp(g.Verb())
			}
			token, err = p.renew(tx, g, provedPassword())
			return steppedUp(g), err
		})
	return token, err
}

func steppedUp(g gate.Grant) gate.Entry {
	return g.Entry(activity.SteppedUp, activity.Details{Target: aboutPerson(g.Who().Person, g.Who().Name)})
}

// ChangePassword replaces the password of the one who asks, who must know the present one and have proved who they are
// in the last ten minutes (S16). All other sessions end (N5); the one that asks goes on under the token returned.
func (p *People) ChangePassword(ctx context.Context, who actor.Actor, present, next string) (string, error) {
	if !who.SignedIn() {
		return "", fault.SignIn()
	}
	if err := p.allowedPassword(ctx, who, next); err != nil {
		return "", err
	}
	var token, hash string
	err := p.withPassword(ctx, who, "present", present,
		func(tx *db.Tx, g gate.Grant, person personRow) (gate.Entry, error) {
			if err := recentlyProved(tx, g); err != nil {
				return gate.Entry{}, err
			}
			if err := p.storeHash(tx, person, hash, db.At(g.Now())); err != nil {
				return gate.Entry{}, err
			}
			if _, err := endSessions(tx, g, who.Person, who.Session); err != nil {
				return gate.Entry{}, err
			}
			if err := p.alert(tx, g, AlertPasswordChanged, ""); err != nil {
				return gate.Entry{}, err
			}
			var err error
			token, err = p.renew(tx, g, proved{})
			return g.Entry(activity.PasswordChanged, activity.Details{
				Target:  aboutPerson(who.Person, who.Name),
				Changes: []activity.Change{{Field: "password", Redacted: true}},
			}), err
		}, func() (err error) {
			hash, err = p.hasher.Hash(ctx, next)
			return err
		})
	return token, err
}

// allowedPassword applies the rules to a password that the one who asks would like to have.
func (p *People) allowedPassword(ctx context.Context, who actor.Actor, password string) error {
	person, err := byID(p.reader.With(ctx), who.Person)
	if err != nil {
		return err
	}
	email, err := p.OpenEmail(person.ID, person.Email)
	if err != nil {
		return err
	}
	second, err := p.HasSecondFactor(ctx, who)
	if err != nil {
		return err
	}
	return p.checkPassword(password, passwords.Context{Email: email, Name: who.Name, SecondFactor: second})
}

// withPassword runs a change of the signed-in actor for which the password was given once more. The try is counted as
// at the door. What is prepared runs between the check and the change, outside the transaction.
func (p *People) withPassword(
	ctx context.Context, who actor.Actor, field, password string,
	work func(tx *db.Tx, g gate.Grant, person personRow) (gate.Entry, error), prepare ...func() error,
) error {
	person, err := byID(p.reader.With(ctx), who.Person)
	if err != nil {
		return err
	}
	hash, err := p.openHash(person)
	if err != nil {
		return err
	}
	wait, err := p.count(ctx, byPassword, person.EmailIndex)
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
			if err := unchanged(tx, person); err != nil {
				return gate.Entry{}, err
			}
			if err := forget(tx, byPassword, person.EmailIndex); err != nil {
				return gate.Entry{}, err
			}
			return work(tx, g, person)
		})
}
