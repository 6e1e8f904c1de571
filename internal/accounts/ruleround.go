package accounts

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// RemindOfRules has those reminded, once, who cannot sign in as their account is about to insist on.
func (a *Accounts) RemindOfRules(ctx context.Context) error {
	now, err := a.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("remind of rules: %w", err)
	}
	var due []ruleRow
	err = db.Across(a.reader.With(ctx), "whose day comes, in any account").
		Where("reminded_at IS NULL AND binds_from > ? AND binds_from <= ?", db.At(now), db.At(now.Add(remindBefore))).
		Order("binds_from").Limit(rulesAtOnce).Find(&due).Error
	if err != nil {
		return fmt.Errorf("remind of rules: %w", err)
	}
	var failed []error
	for _, row := range due {
		if err := a.remind(ctx, row); err != nil && fault.KindOf(err) != fault.KindConflict {
			failed = append(failed, err)
		}
	}
	a.outbox.Wake()
	return errors.Join(failed...)
}

// remind leaves the reminder of one account. A rule that was changed or reminded of in the meantime is left alone.
func (a *Accounts) remind(ctx context.Context, row ruleRow) error {
	who, scope := actor.NewSystem("remind of rules"), id.AccountScope(row.AccountID)
	return a.change(ctx, who, verb.SecurityManage, scope, nil, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		done := g.On(tx.Model(&ruleRow{})).Where("reminded_at IS NULL AND version = ?", row.Version).
			Update("reminded_at", db.At(g.Now()))
		if done.Error != nil {
			return gate.Entry{}, fmt.Errorf("remind of a rule: %w", done.Error)
		}
		if done.RowsAffected == 0 {
			return gate.Entry{}, stale()
		}
		if err := a.tell(tx, row, actor.Rule{}, true); err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(activity.SignInRuleReminded, activity.Details{
			Target: activity.TargetOf("account", row.AccountID, ""),
		}), nil
	})
}

// Told is somebody who is written to about a rule.
type Told struct {
	Recipient
	Ready bool // can sign in like that already
}

// ToldOfRule are the people to write to about a rule, and what the account is called: those who are there already too,
// unless only those who are behind are asked for. A rule that is no longer as it was when the message was left has
// nobody to be told of it.
func (a *Accounts) ToldOfRule(ctx context.Context, who actor.Actor, m RuleMail) (string, []Told, error) {
	g, err := a.gate.View(ctx, who, verb.SecurityManage, id.AccountScope(m.Account))
	if err != nil {
		return "", nil, err
	}
	row, found, err := db.One[ruleRow](g.On(a.reader.With(ctx)))
	if err != nil {
		return "", nil, fmt.Errorf("read rule: %w", err)
	}
	if !found || row.Level != m.Rule.Level || !row.BindsFrom.Equal(m.Rule.From) {
		return "", nil, nil
	}
	account, err := a.ByGrant(a.reader.With(ctx), g)
	if err != nil {
		return "", nil, err
	}
	above := actor.PhishingProof + 1 // everybody
	if m.Reminder {
		above = m.Rule.Level
	}
	people, err := a.below(ctx, g, above)
	if err != nil {
		return "", nil, err
	}
	zones, err := a.zonesOf(ctx, g)
	if err != nil {
		return "", nil, err
	}
	list := make([]Told, 0, len(people))
	for _, c := range people {
		zone, here := zones[c.Person]
		if !here {
			zone = c.zone // they are here through a team
		}
		list = append(list, Told{
			Recipient: Recipient{Person: c.Person, Name: c.Name, Email: c.Email, TimeZone: zone},
			Ready:     c.Level >= m.Rule.Level,
		})
	}
	return account.Name, list, nil
}

// zonesOf are the time zones of an account's people, for the dates in their mails.
func (a *Accounts) zonesOf(ctx context.Context, g gate.Grant) (map[id.Person]string, error) {
	var rows []struct {
		PersonID id.Person
		TimeZone string
	}
	err := g.On(a.reader.With(ctx).Table(tableMemberships)).Select("memberships.person_id, persons.time_zone").
		Joins("JOIN persons ON persons.id = memberships.person_id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read time zones: %w", err)
	}
	zones := make(map[id.Person]string, len(rows))
	for _, row := range rows {
		zones[row.PersonID] = row.TimeZone
	}
	return zones, nil
}
