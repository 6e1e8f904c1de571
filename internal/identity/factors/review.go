package factors

import (
	"fmt"
	"slices"

	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
)

// SortFactors keeps or removes each factor as its owner says. None may be left out: one that was forgotten may be the
// stranger's. A key that may have been copied does not come back by this, whoever it belongs to: its copy would (S11).
func (p *Keyring) SortFactors(tx *db.Tx, g gate.Grant, person persons.Row, keep, remove []id.Factor) error {
	var rows []factorRow
	if err := g.On(tx.DB).Where("confirmed_at IS NOT NULL").Find(&rows).Error; err != nil {
		return fmt.Errorf("read factors: %w", err)
	}
	left := 0
	for _, row := range rows {
		kept, removed := slices.Contains(keep, row.ID), slices.Contains(remove, row.ID)
		switch {
		case kept == removed:
			return fault.InvalidField("factor-"+row.ID.String(), "Say whether this one is yours.")
		case kept && !row.CopiedAt.IsZero():
			return fault.InvalidField("factor-"+row.ID.String(), "This key may have been copied, so it can’t stay.")
		case kept:
			left++
			continue
		}
		if err := p.sortOut(tx, g, row); err != nil {
			return err
		}
	}
	if left == 0 && len(rows) > 0 {
		if err := p.withoutFactors(tx, g, person); err != nil {
			return err
		}
	}
	err := g.On(tx.Model(&factorRow{})).Where("suspect_at IS NOT NULL AND copied_at IS NULL").
		Update("suspect_at", db.Time{}).Error
	if err != nil {
		return fmt.Errorf("restore factors: %w", err)
	}
	return nil
}

// sortOut removes a factor in a review.
func (p *Keyring) sortOut(tx *db.Tx, g gate.Grant, row factorRow) error {
	if err := g.On(tx.DB).Where("id = ?", row.ID).Delete(&factorRow{}).Error; err != nil {
		return fmt.Errorf("remove factor: %w", err)
	}
	name, err := p.box.Open(row.Name, factorPlace("name", row.ID))
	if err != nil {
		return err
	}
	g.Also(g.Entry(activity.FactorRemoved, activity.Details{Target: activity.TargetOf("factor", row.ID, name)}))
	return p.alerts.Tell(tx, g, alerts.FactorRemoved, name)
}

// withoutFactors refuses to end a review with no factor left where a second one is demanded, or where the password is
// only long enough beside one. The recovery codes go with the last one, as they do elsewhere.
func (p *Keyring) withoutFactors(tx *db.Tx, g gate.Grant, person persons.Row) error {
	demands, err := p.persons.DemandsOn(tx.DB, person.ID, person.Staff)
	if err != nil {
		return err
	}
	if demands.SecondFactor {
		return fault.Conflict("You need a second factor. Add one that is yours before you remove the others.")
	}
	short, err := p.tooShortAlone(person)
	if err != nil {
		return err
	}
	if short != "" {
		return fault.Conflict(short)
	}
	return dropRecoveryCodes(tx, g)
}
