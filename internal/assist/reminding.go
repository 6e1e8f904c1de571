package assist

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// RemindOfEmergencies reminds those who judge of what has waited for a day, once a day. A job calls it.
func (a *Assist) RemindOfEmergencies(ctx context.Context) error {
	now, err := a.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("remind of emergencies: %w", err)
	}
	var rows []emergencyRead
	err = db.Across(a.reader.With(ctx).Table(tableEmergencies), "whatever waits, of all clients").
		Select("emergencies.*, w.name AS staff_name, ac.name AS account_name").
		Joins("JOIN persons w ON w.id = emergencies.staff_id").
		Joins("JOIN accounts ac ON ac.account_id = emergencies.account_id").
		Where("emergencies.state = ? AND emergencies.reminded < ? AND "+
			"emergencies.started_at <= ? - ? * (emergencies.reminded + 1)",
			stateOpen, remindMost, db.At(now), remindEvery.Milliseconds()).
		Order("emergencies.id").Limit(endedAtOnce).Find(&rows).Error
	if err != nil {
		return fmt.Errorf("remind of emergencies: %w", err)
	}
	for _, r := range rows {
		if err := a.remind(ctx, r); err != nil && !errors.Is(err, errOver) {
			return err
		}
	}
	return nil
}

func (a *Assist) remind(ctx context.Context, r emergencyRead) error {
	row := r.Row
	why, err := a.box.Open(row.Reason, place(tableEmergencies, row.ID.Bytes()))
	if err != nil {
		return fmt.Errorf("remind of emergencies: %w", err)
	}
	staff, err := a.people.OpenName(row.StaffID, r.StaffName)
	if err != nil {
		return err
	}
	theirs, _ := a.access.Department(row.Opened)
	mail := EmergencyMail{Staff: staff, Opened: theirs.Name, Code: row.Code, Why: why, Reminder: true}
	if mail.Client, err = a.accounts.AccountName(row.AccountID, r.AccountName); err != nil {
		return err
	}
	err = a.gate.Change(ctx, actor.NewSystem("emergencies"), verb.EmergenciesReview, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			done := g.On(tx.Model(&emergencyRow{})).
				Where("id = ? AND state = ? AND reminded = ?", row.ID, stateOpen, row.Reminded).
				Update("reminded", row.Reminded+1)
			if done.Error != nil {
				return gate.Entry{}, fmt.Errorf("remind of emergencies: %w", done.Error)
			}
			if done.RowsAffected == 0 {
				return gate.Entry{}, errOver // another node was quicker
			}
			if err := a.alarm(tx, row, mail); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.EmergencyReminded, activity.Details{
				Target: activity.TargetOf(gate.TargetLook, row.ID, whatIsSeenBy(theirs)),
			}), nil
		})
	if err == nil {
		a.post.Wake()
	}
	return err
}
