package identity

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
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
func (p *People) HasSecondFactor(ctx context.Context, who actor.Actor) (bool, error) {
	return hasSecondFactor(db.WithScope(p.reader.With(ctx), "person_id", who.Person.Bytes()))
}

// Ways are those of the one who asks.
func (p *People) Ways(ctx context.Context, who actor.Actor) (Ways, error) {
	return p.ways(db.WithScope(p.reader.With(ctx), "person_id", who.Person.Bytes()))
}

// SecondStep are the ways to complete a half session, while it is good. It costs no try.
func (p *People) SecondStep(ctx context.Context, half string) (Ways, error) {
	row, err := p.goodChallenge(ctx, half)
	if err != nil {
		return Ways{}, err
	}
	w, err := p.ways(db.WithScope(p.reader.With(ctx), "person_id", row.PersonID.Bytes()))
	if err != nil {
		return Ways{}, err
	}
	person, err := byID(p.reader.With(ctx), row.PersonID)
	if err != nil {
		return Ways{}, err
	}
	d, err := p.demands(p.reader.With(ctx), person.ID, person.Staff)
	w.Remember = !d.NoRemembering
	return w, err
}

// goodChallenge finds a half session that can still be completed.
func (p *People) goodChallenge(ctx context.Context, half string) (challengeRow, error) {
	row, err := p.challengeOf(ctx, half)
	if err != nil {
		return challengeRow{}, err
	}
	now, err := p.reader.Now(ctx)
	if err != nil {
		return challengeRow{}, fmt.Errorf("read second step: %w", err)
	}
	if !row.UsedAt.IsZero() || !now.Before(row.ExpiresAt.Time) || row.Tries >= challengeTries {
		return challengeRow{}, startAgain()
	}
	return row, nil
}

// ways reads them for the person of a confined query. Keys that may have been copied are not among them.
func (p *People) ways(q *gorm.DB) (Ways, error) {
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
