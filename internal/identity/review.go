package identity

import (
	"context"
	"fmt"
	"slices"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Review is what somebody has to look at before their sign-in, which they locked, opens more than their own pages.
type Review struct {
	Needed  bool
	Factors []Factor
}

// Review reads it.
func (p *People) Review(ctx context.Context, who actor.Actor) (Review, error) {
	factors, err := p.Factors(ctx, who)
	return Review{Needed: who.Secured, Factors: factors}, err
}

// FinishReview opens a sign-in again that its owner locked: of each second factor they say whether it stays. Those that
// stay open the sign-in from then on, the others are gone; a key that may have been copied cannot stay (S11). A
// factor must have been used in the last ten minutes (S16); which one that was is up to the person, but it was none
// of those that were in doubt. The session goes on under the token returned.
func (p *People) FinishReview(
	ctx context.Context, who actor.Actor, keep, remove []id.Factor,
) (string, error) {
	if !who.SignedIn() {
		return "", fault.SignIn()
	}
	var token string
	err := p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := recentlyProved(tx, g); err != nil {
				return gate.Entry{}, err
			}
			person, err := byID(tx.DB, who.Person)
			if err != nil {
				return gate.Entry{}, err
			}
			if err := p.sortFactors(tx, g, person, keep, remove); err != nil {
				return gate.Entry{}, err
			}
			if err := unlock(tx, person); err != nil {
				return gate.Entry{}, err
			}
			if _, err := endSessions(tx, g, who.Person, who.Session); err != nil {
				return gate.Entry{}, err
			}
			token, err = p.renewWithout(tx, g)
			return g.Entry(activity.SignInReviewed, activity.Details{Target: aboutPerson(who.Person, who.Name)}), err
		})
	return token, err
}

// sortFactors keeps or removes each factor as its owner says. None may be left out: one that was forgotten may be the
// stranger's. A key that may have been copied does not come back by this, whoever it belongs to: its copy would (S11).
func (p *People) sortFactors(tx *db.Tx, g gate.Grant, person personRow, keep, remove []id.Factor) error {
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
func (p *People) sortOut(tx *db.Tx, g gate.Grant, row factorRow) error {
	if err := g.On(tx.DB).Where("id = ?", row.ID).Delete(&factorRow{}).Error; err != nil {
		return fmt.Errorf("remove factor: %w", err)
	}
	name, err := p.box.Open(row.Name, factorPlace("name", row.ID))
	if err != nil {
		return err
	}
	g.Also(g.Entry(activity.FactorRemoved, activity.Details{Target: activity.TargetOf("factor", row.ID, name)}))
	return p.alert(tx, g, AlertFactorRemoved, name)
}

// withoutFactors refuses to end a review with no factor left where a second one is demanded, or where the password is
// only long enough beside one. The recovery codes go with the last one, as they do elsewhere.
func (p *People) withoutFactors(tx *db.Tx, g gate.Grant, person personRow) error {
	demands, err := p.demands(tx.DB, person.ID, person.Staff)
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
