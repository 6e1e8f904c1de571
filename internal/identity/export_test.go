package identity

import (
	"context"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// What the tests of this package look at from outside.

func MatchTOTP(secret, code string, now time.Time, after int64) (int64, bool) {
	return matchTOTP(secret, code, now, after)
}

func NewTOTPSecret() string                { return newTOTPSecret() }
func NewToken() (string, []byte)           { return newToken() }
func WaitAfter(failures int) time.Duration { return waitAfter(failures) }
func WaitCase(column string) string        { return waitCase(column) }

// UseCode accepts a code for the actor without counting the try, so that many may try at once.
func (p *People) UseCode(ctx context.Context, who actor.Actor, code string) error {
	return p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := p.useCode(tx, g, code); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.SteppedUp, activity.Details{}), nil
		})
}

// TakeAllTurns takes every turn to hash until the function returned is called.
func (p *People) TakeAllTurns() func() { return p.hasher.Hold() }

// BeginWithoutCode begins a session for somebody who proved nothing but a password.
func (p *People) BeginWithoutCode(ctx context.Context, who actor.Actor) error {
	details := who.Details
	details.Session = id.New[id.SessionKind]()
	return p.gate.Change(ctx, actor.Enter(details), verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			_, err := p.begin(tx, g, opening{})
			return g.Entry(activity.SignedIn, activity.Details{}), err
		})
}

// UseRecoveryCode accepts a recovery code for the actor without counting the try, so that many may try at once.
func (p *People) UseRecoveryCode(ctx context.Context, who actor.Actor, code string) error {
	return p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if _, err := p.useRecoveryCode(tx, g, code); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.SteppedUp, activity.Details{}), nil
		})
}

// PasswordProved goes on with somebody whose password was right, without hashing it, so that many may at once.
func (p *People) PasswordProved(ctx context.Context, who actor.Actor, email string) (Outcome, error) {
	person, err := p.byEmail(ctx, p.EmailIndex(email))
	if err != nil {
		return Outcome{}, err
	}
	return p.passwordProved(ctx, who, person, "", false)
}
