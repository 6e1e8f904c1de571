package identity

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/verb"
)

// The shortest passwords in characters: as the only factor, and beside a second one (S1).
const (
	ShortestAlone      = passwords.ShortestAlone
	ShortestWithSecond = passwords.ShortestWithSecond
)

// Standing is how somebody signs in, all of it, for the page that says how safe that is.
type Standing struct {
	Factors         []factors.Factor
	Recovery        factors.RecoveryState
	Devices         sessions.Devices
	PasswordChanged time.Time
	PasswordAlone   bool // it is long enough to be the only factor
	Known           factors.KnownKeys
}

// Standing is that of the one who asks.
func (p *People) Standing(ctx context.Context, who actor.Actor) (s Standing, err error) {
	if s.Factors, err = p.Factors(ctx, who); err != nil {
		return Standing{}, err
	}
	if s.Recovery, err = p.Recovery(ctx, who); err != nil {
		return Standing{}, err
	}
	if s.Devices, err = p.Devices(ctx, who); err != nil {
		return Standing{}, err
	}
	if _, err = p.gate.View(ctx, who, verb.SelfView, id.PersonScope(who.Person)); err != nil {
		return Standing{}, err
	}
	person, err := persons.ByID(p.reader.With(ctx), who.Person)
	if err != nil {
		return Standing{}, err
	}
	hash, err := p.OpenHash(person)
	if err != nil {
		return Standing{}, fmt.Errorf("read password: %w", err)
	}
	s.PasswordChanged, s.PasswordAlone = person.PasswordChangedAt.Time, passwords.StandsAlone(hash)
	s.Known, _, err = p.KnownKeys(ctx, person)
	return s, err
}
