package identity

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// Lost is somebody who says that they have none of their second factors any more.
type Lost struct {
	Person        id.Person
	Name          string
	Email         string
	TimeZone      string
	PasswordSince time.Time // of the password that was given
	Version       int64     // of the person's row
}

// LostFactors is who holds a half session: their password was right a moment ago. Asking is limited, because a mail
// follows from it.
func (p *People) LostFactors(ctx context.Context, who actor.Actor, half string) (Lost, actor.Actor, error) {
	row, err := p.goodChallenge(ctx, half)
	if err != nil {
		return Lost{}, actor.Actor{}, err
	}
	if err := p.take(ctx, recoveryAskedLimit(), p.codeSubject(row.PersonID)); err != nil {
		return Lost{}, actor.Actor{}, err
	}
	lost, err := p.Lost(ctx, p.reader.With(ctx), row.PersonID)
	if err != nil {
		return Lost{}, actor.Actor{}, err
	}
	person, err := byID(p.reader.With(ctx), row.PersonID)
	if err != nil {
		return Lost{}, actor.Actor{}, err
	}
	known, err := p.enter(who, person, actor.ByPassword, id.Session{})
	return lost, known, err
}

// Lost reads an active person for the room that lets people back in, through the caller's handle. Somebody who is
// disabled is not found.
func (p *People) Lost(_ context.Context, q *gorm.DB, person id.Person) (Lost, error) {
	row, err := byID(q, person)
	if err != nil {
		return Lost{}, err
	}
	if row.ID.IsZero() || row.State != stateActive {
		return Lost{}, fault.NotFound("read person")
	}
	lost := Lost{
		Person: row.ID, TimeZone: row.TimeZone, PasswordSince: row.PasswordChangedAt.Time, Version: row.Version,
	}
	if lost.Name, err = p.OpenName(row.ID, row.Name); err != nil {
		return Lost{}, err
	}
	lost.Email, err = p.OpenEmail(row.ID, row.Email)
	return lost, err
}

// Reader is the person as whom somebody acts who came by a link that was mailed to them: they have proved that they
// read the mailbox, and nothing else.
func (p *People) Reader(ctx context.Context, who actor.Actor, person id.Person) (actor.Actor, error) {
	row, err := byID(p.reader.With(ctx), person)
	if err != nil {
		return actor.Actor{}, err
	}
	if row.ID.IsZero() || row.State != stateActive {
		return actor.Actor{}, fault.NotFound("read person")
	}
	return p.byLink(who, row)
}

// HasFactors says whether somebody has a second factor at all.
func (p *People) HasFactors(q *gorm.DB, person id.Person) (bool, error) {
	return hasSecondFactor(db.WithScope(q, "person_id", person.Bytes()))
}

// NewSecret makes the key of a code app, and the address that apps read it from.
func (p *People) NewSecret(email string) Enrolment { return p.Secret(newTOTPSecret(), email) }

// Secret is a key of a code app with the address that apps read it from.
func (p *People) Secret(secret, email string) Enrolment {
	return Enrolment{Secret: secret, URL: totpAddress(p.cfg.Brand, email, secret)}
}

// ReplaceFactors puts one code app, of which a code is shown, in the place of every second factor that the person of
// the grant has: whoever found the lost ones gets nowhere with them. All sessions end, and nobody is signed in by it.
func (p *People) ReplaceFactors(tx *db.Tx, g gate.Grant, secret, code string) error {
	const name = "Code app"
	code = cleanCode(code)
	step, ok := matchTOTP(secret, code, g.Now(), 0)
	if !ok || !looksLikeCode(code) {
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
	if err := forget(tx, byCode, p.codeSubject(person)); err != nil {
		return err
	}
	if _, err := endSessions(tx, g, person, id.Session{}); err != nil {
		return err
	}
	return p.alert(tx, g, AlertFactorAdded, name)
}
