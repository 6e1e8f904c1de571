package watch

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm/clause"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Choice is how somebody is told by one rule.
type Choice struct {
	Rule     Rule
	Delivery Delivery
	Fixed    bool // it cannot be switched off
}

// mine refuses whoever sees only their own part of the log: an alert would tell them more.
func mine(g gate.Grant) error {
	if g.Decision().Own {
		return fault.NotFound("read alerts")
	}
	return nil
}

// Choices are how the one who asks is told of an account's log, in the order of Rules.
func (a *Watch) Choices(ctx context.Context, who actor.Actor, account id.Account) ([]Choice, error) {
	g, err := a.gate.View(ctx, who, verb.ActivityView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	if err := mine(g); err != nil {
		return nil, err
	}
	var rows []choiceRow
	if err := g.On(a.reader.With(ctx)).Where("person_id = ?", who.Person).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read alerts: %w", err)
	}
	owner := who.Membership.Role == access.RoleOwner
	list := make([]Choice, 0, len(Rules()))
	for _, rule := range Rules() {
		list = append(list, Choice{
			Rule: rule, Delivery: delivery(rows, who.Person, rule, owner), Fixed: owner && rule.Security(),
		})
	}
	return list, nil
}

// delivery is how a person is told by a rule.
func delivery(rows []choiceRow, person id.Person, rule Rule, owner bool) Delivery {
	if owner && rule.Security() {
		return AtOnce
	}
	i := slices.IndexFunc(rows, func(r choiceRow) bool { return r.PersonID == person && r.Rule == rule })
	switch {
	case i >= 0:
		return rows[i].Delivery
	case owner:
		return rule.usual()
	}
	return Never
}

// Choose sets how the one who asks is told of an account's log.
func (a *Watch) Choose(ctx context.Context, who actor.Actor, account id.Account, wanted map[Rule]Delivery) error {
	if err := known(wanted, Rules()); err != nil {
		return err
	}
	return a.gate.Change(ctx, who, verb.ActivityView, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := mine(g); err != nil {
				return gate.Entry{}, err
			}
			var changes []activity.Change
			for _, rule := range Rules() {
				d, given := wanted[rule]
				if !given || who.Membership.Role == access.RoleOwner && rule.Security() {
					continue
				}
				row := choiceRow{AccountID: account, PersonID: who.Person, Rule: rule, Delivery: d}
				keys := []clause.Column{{Name: "account_id"}, {Name: "person_id"}, {Name: "rule"}}
				onto := clause.OnConflict{Columns: keys, DoUpdates: clause.AssignmentColumns([]string{"delivery"})}
				if err := g.On(tx.DB).Clauses(onto).Create(&row).Error; err != nil {
					return gate.Entry{}, fmt.Errorf("choose alerts: %w", err)
				}
				changes = append(changes, activity.Change{Field: rule.Label(), New: d.word()})
			}
			return g.Entry(activity.AlertsChosen, activity.Details{Changes: changes}), nil
		})
}

// known refuses what is no way of being told.
func known(wanted map[Rule]Delivery, rules []Rule) error {
	var wrong []fault.Field
	for _, rule := range rules {
		if d, given := wanted[rule]; given && d != AtOnce && d != Daily && d != Never {
			wrong = append(wrong, fault.Field{Name: string(rule), Message: "Choose at once, once a day or never."})
		}
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	return nil
}

func (d Delivery) word() string {
	switch d {
	case AtOnce:
		return "at once"
	case Daily:
		return "once a day"
	case Never:
	}
	return "never"
}
