package identity

import (
	"context"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Outcome is how a sign-in went: either a session, or half of one that a second factor completes.
type Outcome struct {
	Person  id.Person
	Session id.Session // zero while the second step is to come
	Token   string     // of the session; for a cookie, nowhere else
	Half    string     // token of the half session, good for SecondFactor only, for five minutes
	Browser string     // what the browser is to keep for years from now on; empty: what it has
	Advice  Advice     // what the person should do next for their sign-in
}

func (o *Outcome) take(b begun) { o.Token, o.Browser, o.Advice = b.token, b.browser, b.advice }

// SignIn checks an address and a password. Whether the address is known, the password wrong, the person disabled or the
// way in shut cannot be told from the outside: each takes the same statements and one hash, and the answer depends on
// nothing but how often that address was tried (S5).
func (p *People) SignIn(ctx context.Context, who actor.Actor, email, password string) (Outcome, error) {
	if err := persons.Typed(email, password); err != nil {
		return Outcome{}, err
	}
	person, err := p.ByEmail(ctx, p.EmailIndex(email))
	if err != nil {
		return Outcome{}, err
	}
	hash, err := p.OpenHash(person)
	if err != nil {
		return Outcome{}, err
	}
	wait, fits, weak, err := p.counted(ctx, p.EmailIndex(email), password, hash)
	if err != nil {
		return Outcome{}, err
	}
	if wait > 0 || !fits || person.State != persons.Active {
		return Outcome{}, p.signInFailed(ctx, who, person, wait)
	}
	if weak {
		if hash, err = p.hasher.Hash(ctx, password); err != nil {
			return Outcome{}, err
		}
	}
	return p.passwordProved(ctx, who, person, hash, weak)
}

// counted counts a try and then checks the password. The count has committed before anybody looks at the password, so
// that no parallel guess slips past it (S4).
func (p *People) counted(
	ctx context.Context, subject secretbox.Index, password, hash string,
) (wait time.Duration, fits, weak bool, err error) {
	if wait, err = p.tries.Count(ctx, tries.ByPassword, subject); err != nil {
		return 0, false, false, err
	}
	fits, weak, err = p.hasher.Check(ctx, password, hash)
	return wait, fits, weak, err
}

// signInFailed writes the try down where its owner sees it, or the provider where the address is nobody's, and answers.
func (p *People) signInFailed(ctx context.Context, who actor.Actor, person persons.Row, wait time.Duration) error {
	scope, target := id.ProviderScope(), activity.Target{Kind: "person", Label: "an address that nobody has"}
	if !person.ID.IsZero() {
		name, err := p.OpenName(person.ID, person.Name)
		if err != nil {
			return err
		}
		scope, target = id.PersonScope(person.ID), persons.About(person.ID, name)
	}
	details := activity.Details{Target: target, Outcome: activity.Failed, Reason: "The password did not fit."}
	answer := fault.InvalidField("password",
		"This e-mail address and password don’t belong together. Check both, then try again.")
	if wait > 0 {
		details.Outcome, details.Reason = activity.RefusedResult, "There were too many failed tries before."
		answer = tries.MustWait(wait)
	}
	if err := p.gate.Tally(ctx, who, scope, activity.SignInFailed, details); err != nil {
		return err
	}
	return answer
}

// passwordProved goes on with somebody whose password was right: to their session, or to the second step.
func (p *People) passwordProved(
	ctx context.Context, who actor.Actor, person persons.Row, hash string, rehash bool,
) (Outcome, error) {
	second, err := factors.HasSecond(db.WithScope(p.reader.With(ctx), "person_id", person.ID.Bytes()))
	if err != nil {
		return Outcome{}, err
	}
	if second {
		out, done, err := p.byRemembered(ctx, who, person, hash, rehash)
		if done || err != nil {
			return out, err
		}
	}
	outcome := Outcome{Person: person.ID}
	if !second {
		outcome.Session = id.New[id.SessionKind]()
	}
	known, err := p.Enter(who, person, actor.ByPassword, outcome.Session)
	if err != nil {
		return Outcome{}, err
	}
	err = p.gate.Change(ctx, known, verb.SelfManage, id.PersonScope(person.ID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			err := p.acceptPassword(tx, person, hash, rehash)
			if err != nil {
				return gate.Entry{}, err
			}
			details := activity.Details{Target: persons.About(person.ID, known.Name)}
			if second {
				outcome.Half, err = sessions.MakeHalf(tx, g)
				return g.Often(activity.PasswordAccepted, details), err
			}
			b, err := p.begin(tx, g, opening{replaced: who.Session})
			outcome.take(b)
			return g.Entry(activity.SignedIn, details), err
		})
	if err != nil {
		return Outcome{}, err
	}
	return outcome, nil
}

// acceptPassword does what a right password does to what is kept of it, whatever comes after.
func (p *People) acceptPassword(tx *db.Tx, person persons.Row, hash string, rehash bool) error {
	if err := persons.Unchanged(tx, person); err != nil {
		return err
	}
	if err := tries.Forget(tx, tries.ByPassword, person.EmailIndex); err != nil {
		return err
	}
	if !rehash {
		return nil
	}
	return p.StoreHash(tx, person, hash, db.Time{})
}
