package factors

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
)

// Ways are what somebody has to prove who they are with, as pages offer it: the best first.
type Ways struct {
	Keys []string // names of security keys and passkeys, the last used first
	Apps []string // names of code apps, the last used first

	Recovery bool // there are recovery codes left
	Remember bool // at a second step: the device may be remembered
}

// None says that there is nothing but the password.
func (w Ways) None() bool { return len(w.Keys)+len(w.Apps) == 0 }

// HasSecondFactor says whether the one who asks has a second factor, and is asked for it instead of the password.
func (p *Keyring) HasSecondFactor(ctx context.Context, who actor.Actor) (bool, error) {
	return HasSecond(db.WithScope(p.reader.With(ctx), "person_id", who.Person.Bytes()))
}

// Ways are those of the one who asks.
func (p *Keyring) Ways(ctx context.Context, who actor.Actor) (Ways, error) {
	return p.WaysOf(db.WithScope(p.reader.With(ctx), "person_id", who.Person.Bytes()))
}

// SecondStep are the ways to complete a half session, while it is good. It costs no try.
func (p *Keyring) SecondStep(ctx context.Context, half string) (Ways, error) {
	row, err := p.sessions.GoodHalf(ctx, half)
	if err != nil {
		return Ways{}, err
	}
	w, err := p.WaysOf(db.WithScope(p.reader.With(ctx), "person_id", row.PersonID.Bytes()))
	if err != nil {
		return Ways{}, err
	}
	person, err := persons.ByID(p.reader.With(ctx), row.PersonID)
	if err != nil {
		return Ways{}, err
	}
	d, err := p.persons.DemandsOn(p.reader.With(ctx), person.ID, person.Staff)
	w.Remember = !d.NoRemembering
	return w, err
}

// WaysOf reads them for the person of a confined query. Keys that may have been copied are not among them.
func (p *Keyring) WaysOf(q *gorm.DB) (Ways, error) {
	var rows []factorRow
	err := q.Session(&gorm.Session{}).Where("confirmed_at IS NOT NULL AND suspect_at IS NULL").
		Order("last_used_at DESC, id").Find(&rows).Error
	if err != nil {
		return Ways{}, fmt.Errorf("read factors: %w", err)
	}
	var w Ways
	for _, row := range rows {
		name, err := p.box.Open(row.Name, factorPlace("name", row.ID))
		if err != nil {
			return Ways{}, err
		}
		if row.Kind == kindTOTP {
			w.Apps = append(w.Apps, name)
		} else {
			w.Keys = append(w.Keys, name)
		}
	}
	var codes []recoveryCodeRow
	if err := q.Select("person_id").Where("used_at IS NULL").Limit(1).Find(&codes).Error; err != nil {
		return Ways{}, fmt.Errorf("read recovery codes: %w", err)
	}
	w.Recovery = len(codes) > 0
	return w, nil
}
