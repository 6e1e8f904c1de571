package identity

import (
	"context"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// What the tests of this package look at from outside.

// UseCode accepts a code for the actor without counting the try, so that many may try at once.
func (p *People) UseCode(ctx context.Context, who actor.Actor, code string) error {
	return p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			return g.Entry(activity.SteppedUp, activity.Details{}), p.use(ctx, tx, g, factors.Code(code))
		})
}

func (p *People) use(ctx context.Context, tx *db.Tx, g gate.Grant, proof factors.Proof) error {
	shown, err := p.Ready(ctx, proof, factors.Claim{})
	if err != nil {
		return err
	}
	return shown.Use(tx, g)
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
			return g.Entry(activity.SteppedUp, activity.Details{}), p.use(ctx, tx, g, factors.RecoveryCode(code))
		})
}

// PasswordProved goes on with somebody whose password was right, without hashing it, so that many may at once.
func (p *People) PasswordProved(ctx context.Context, who actor.Actor, email string) (Outcome, error) {
	person, err := p.ByEmail(ctx, p.EmailIndex(email))
	if err != nil {
		return Outcome{}, err
	}
	return p.passwordProved(ctx, who, person, "", false)
}
