package factors

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/identity/totp"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/platform/db"
)

// LostFactors is who holds a half session: their password was right a moment ago. Asking is limited, because a mail
// follows from it.
func (p *Keyring) LostFactors(ctx context.Context, who actor.Actor, half string) (persons.Lost, actor.Actor, error) {
	row, err := p.sessions.GoodHalf(ctx, half)
	if err != nil {
		return persons.Lost{}, actor.Actor{}, err
	}
	if err := p.tries.Take(ctx, tries.RecoveryAskedLimit(), p.tries.CodeSubject(row.PersonID)); err != nil {
		return persons.Lost{}, actor.Actor{}, err
	}
	lost, err := p.persons.Lost(ctx, p.reader.With(ctx), row.PersonID)
	if err != nil {
		return persons.Lost{}, actor.Actor{}, err
	}
	person, err := persons.ByID(p.reader.With(ctx), row.PersonID)
	if err != nil {
		return persons.Lost{}, actor.Actor{}, err
	}
	known, err := p.persons.Enter(who, person, actor.ByPassword, id.Session{})
	return lost, known, err
}

// HasFactors says whether somebody has a second factor at all.
func (p *Keyring) HasFactors(q *gorm.DB, person id.Person) (bool, error) {
	return HasSecond(db.WithScope(q, "person_id", person.Bytes()))
}

// NewSecret makes the key of a code app, and the address that apps read it from.
func (p *Keyring) NewSecret(email string) Enrolment { return p.Secret(totp.NewSecret(), email) }

// Secret is a key of a code app with the address that apps read it from.
func (p *Keyring) Secret(secret, email string) Enrolment {
	return Enrolment{Secret: secret, URL: totp.Address(p.cfg.brand(), email, secret)}
}

// ReplaceFactors puts one code app, of which a code is shown, in the place of every second factor that the person of
// the grant has: whoever found the lost ones gets nowhere with them. All sessions end, and nobody is signed in by it.
func (p *Keyring) ReplaceFactors(tx *db.Tx, g gate.Grant, secret, code string) error {
	const name = "Code app"
	code = totp.Clean(code)
	step, ok := totp.Match(secret, code, g.Now(), 0)
	if !ok || !totp.LooksLike(code) {
		return wrongCode()
	}
	person := g.Person()
	if err := g.On(tx.DB).Where("person_id = ?", person).Delete(&factorRow{}).Error; err != nil {
		return fmt.Errorf("replace factors: %w", err)
	}
	if err := dropRecoveryCodes(tx, g); err != nil {
		return err
	}
	e := Enrolment{Factor: id.New[id.FactorKind](), Secret: secret}
	if err := p.addTOTP(tx, g, person, e, name, true); err != nil {
		return err
	}
	err := g.On(tx.Model(&factorRow{})).Where("id = ?", e.Factor).
		Updates(map[string]any{"last_step": step, "last_used_at": db.At(g.Now())}).Error
	if err != nil {
		return fmt.Errorf("replace factors: %w", err)
	}
	if err := tries.Forget(tx, tries.ByCode, p.tries.CodeSubject(person)); err != nil {
		return err
	}
	if _, err := sessions.EndAll(tx, g, person, id.Session{}); err != nil {
		return err
	}
	return p.alerts.Tell(tx, g, alerts.FactorAdded, name)
}
