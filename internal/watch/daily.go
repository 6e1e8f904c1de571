package watch

import (
	"context"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	// mailsAtOnce is how many daily mails are left in one turn.
	mailsAtOnce = 100
	// linesMost is how many lines a daily mail has.
	linesMost = 50
)

// MailDue leaves the daily mails whose hour has come. A job calls it.
func (a *Watch) MailDue(ctx context.Context) error {
	now, err := a.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("daily alerts: %w", err)
	}
	var due []struct{ PersonID id.Person }
	err = db.Across(a.reader.With(ctx), "whose hour comes, whoever it is").Table(tableHits).
		Select("person_id").Where("due_at <= ?", db.At(now)).Group("person_id").Limit(mailsAtOnce).Scan(&due).Error
	if err != nil {
		return fmt.Errorf("daily alerts: %w", err)
	}
	for _, d := range due {
		if err := a.mailOne(ctx, d.PersonID); err != nil {
			return err
		}
	}
	return nil
}

// mailOne leaves one person's mail, once.
func (a *Watch) mailOne(ctx context.Context, person id.Person) error {
	return once(a.gate.Change(ctx, actor.NewSystem("alerts"), verb.SelfManage, id.PersonScope(person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			var rows []hitRow
			now := db.At(g.Now())
			err := g.On(tx.DB).Where("due_at <= ?", now).Order("hit_at, seq").Find(&rows).Error
			if err != nil {
				return gate.Entry{}, err
			}
			if len(rows) == 0 {
				return gate.Entry{}, errNobody // another node was quicker
			}
			done := g.On(tx.Model(&hitRow{})).Where("due_at <= ?", now).Update("due_at", db.Time{})
			if done.Error != nil {
				return gate.Entry{}, done.Error
			}
			day := Day{Person: person, More: max(len(rows)-linesMost, 0)}
			for _, r := range rows[:min(len(rows), linesMost)] {
				day.Hits = append(day.Hits, r.line())
			}
			err = a.out.Enqueue(tx, outbox.Message{
				Kind: MailDaily, Key: fmt.Sprintf("%s-%d", person, g.Now().UnixMilli()), Payload: day,
			})
			label := "1 alert of the last day"
			if len(rows) > 1 {
				label = fmt.Sprintf("%d alerts of the last day", len(rows))
			}
			return g.Entry(activity.AlertRaised, activity.Details{
				Target: activity.Target{Kind: "alert", Label: label},
			}), err
		}))
}
