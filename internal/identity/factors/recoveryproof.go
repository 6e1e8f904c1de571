package factors

import (
	"context"
	"fmt"
	"strconv"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
)

// recoveryField is the field of forms that a recovery code is typed into.
const recoveryField = "recovery"

// RecoveryCode is one of the codes that somebody kept for the day they have no other second factor at hand.
type RecoveryCode string

func (c RecoveryCode) blank() error {
	if cleanRecoveryCode(string(c)) == "" {
		return fault.InvalidField(recoveryField, "Enter one of your recovery codes.")
	}
	return nil
}

func (c RecoveryCode) guessable() bool { return true }

// prepare does nothing: whether the code fits is found out when it is used. Whose it was and how many are left is told
// by mail.
//
//nolint:unparam // other proofs can fail to be read
func (c RecoveryCode) prepare(_ context.Context, p *Keyring, _ Claim) (Shown, error) {
	return Shown{Method: actor.ByRecoveryCode, Use: func(tx *db.Tx, g gate.Grant) error {
		left, err := p.useRecoveryCode(tx, g, string(c))
		if err != nil {
			return err
		}
		g.Also(g.Entry(activity.RecoveryCodeUsed, activity.Details{Target: persons.About(g.Who().Person, g.Who().Name)}))
		return p.alerts.Tell(tx, g, alerts.RecoveryCodeUsed, leftInWords(left))
	}}, nil
}

// useRecoveryCode accepts a recovery code of the grant's person and says how many are left. One statement decides: of
// any number of parallel uses one finds the code unused (S8).
func (p *Keyring) useRecoveryCode(tx *db.Tx, g gate.Grant, code string) (left int64, err error) {
	set, found, err := RecoverySet(tx, g)
	if err != nil {
		return 0, err
	}
	if !found || !looksLikeRecoveryCode(cleanRecoveryCode(code)) {
		return 0, wrongRecoveryCode()
	}
	used := g.On(tx.Model(&recoveryCodeRow{})).
		Where("code_hash = ? AND used_at IS NULL", p.recoveryHash(g.Person(), set.Salt, code)).
		Update("used_at", db.At(g.Now()))
	if used.Error != nil {
		return 0, fmt.Errorf("use recovery code: %w", used.Error)
	}
	if used.RowsAffected == 0 {
		return 0, wrongRecoveryCode()
	}
	err = g.On(tx.Model(&recoveryCodeRow{})).Where("used_at IS NULL").Count(&left).Error
	if err != nil {
		return 0, fmt.Errorf("count recovery codes: %w", err)
	}
	return left, nil
}

func wrongRecoveryCode() error {
	return fault.InvalidField(recoveryField, "This recovery code doesn’t fit. Each has sixteen letters and figures, "+
		"works once, and dies when you make new ones.")
}

// leftInWords is how an alert says how many codes are left.
func leftInWords(left int64) string {
	switch left {
	case 0:
		return "It was the last one."
	case 1:
		return "One is left."
	}
	return strconv.FormatInt(left, 10) + " are left."
}
