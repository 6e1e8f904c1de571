package factors

import (
	"context"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/platform/db"
)

// recentFor is how long a proof counts as recent (S16, our own figure).
const recentFor = 10 * time.Minute

// RecentlyProved refuses a session that has proved nothing for ten minutes: a second factor where its owner has one,
// the password otherwise (S16).
func RecentlyProved(tx *db.Tx, g gate.Grant) error {
	proved, factor, err := sessions.ProvedIn(tx, g)
	if err != nil {
		return err
	}
	second, err := HasSecond(g.On(tx.DB))
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

// provedLately is RecentlyProved for pages, before anything is changed: by what the session said when it was read.
func (p *Keyring) provedLately(ctx context.Context, g gate.Grant) error {
	second, err := HasSecond(g.On(p.reader.With(ctx)))
	if err != nil {
		return err
	}
	proved := g.Who().ProvedAt
	if second {
		proved = g.Who().FactorAt
	}
	if proved.IsZero() || g.Now().Sub(proved) > recentFor {
		return fault.StepUp(g.Verb())
	}
	return nil
}

// AllowedPassword applies the rules to a password that the one who asks would like to have.
func (p *Keyring) AllowedPassword(ctx context.Context, who actor.Actor, password string) error {
	person, err := persons.ByID(p.reader.With(ctx), who.Person)
	if err != nil {
		return err
	}
	email, err := p.persons.OpenEmail(person.ID, person.Email)
	if err != nil {
		return err
	}
	second, err := p.HasSecondFactor(ctx, who)
	if err != nil {
		return err
	}
	return p.persons.CheckPassword(password, passwords.Context{Email: email, Name: who.Name, SecondFactor: second})
}
