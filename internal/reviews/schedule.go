package reviews

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Schedule is how often an account reviews who has access.
type Schedule struct {
	Months       int       // 0: only when somebody starts a review
	Grace        int       // days after the due date until those without a decision are suspended
	Next         time.Time // when the next review starts by itself; zero: never
	LastFinished time.Time // zero: never
	Version      int64     // goes back with a form, so that a stale one is noticed; 0: nothing was ever set
}

func (r scheduleRow) schedule() Schedule {
	s := Schedule{
		Months: r.EveryMonths, Grace: r.GraceDays, Next: r.NextAt.Time, LastFinished: r.LastFinishedAt.Time,
		Version: r.Version,
	}
	if s.Grace == 0 {
		s.Grace = StandardGrace
	}
	return s
}

// Choices are what an owner can choose from: how many months, and how many days.
func Choices() (months, grace []int) { return []int{1, 3, 6, 12}, []int{7, 14, 30, 60} }

func (s Schedule) checked() error {
	months, grace := Choices()
	var wrong []fault.Field
	if s.Months != 0 && !slices.Contains(months, s.Months) {
		wrong = append(wrong, fault.Field{Name: "months", Message: "Choose how often, or that you start reviews yourself."})
	}
	if !slices.Contains(grace, s.Grace) {
		wrong = append(wrong, fault.Field{Name: "grace", Message: "Choose when people without a decision are suspended."})
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	return nil
}

// SetSchedule says how often the account reviews from now on. The first review that starts by itself is one period
// away.
func (r *Reviews) SetSchedule(ctx context.Context, who actor.Actor, account id.Account, s Schedule) error {
	if err := s.checked(); err != nil {
		return err
	}
	return r.accounts.Change(ctx, who, verb.ReviewsRun, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, found, err := db.One[scheduleRow](g.On(tx.DB))
		if err != nil {
			return gate.Entry{}, fmt.Errorf("set the schedule: %w", err)
		}
		if row.Version != s.Version {
			return gate.Entry{}, fault.Conflict("Somebody else changed this meanwhile. Look at how it is now.")
		}
		was := row.schedule()
		next := scheduleRow{AccountID: account, EveryMonths: s.Months, GraceDays: s.Grace, Version: s.Version + 1}
		if s.Months > 0 {
			next.NextAt = db.At(g.Now().AddDate(0, s.Months, 0))
			if s.Months == was.Months {
				next.NextAt = row.NextAt
			}
		}
		if err := next.store(tx, g, found); err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(activity.ReviewScheduled, activity.Details{
			Target: activity.TargetOf("account", account, ""), Changes: scheduleChanges(was, next.schedule(), found),
		}), nil
	})
}

func (r scheduleRow) store(tx *db.Tx, g gate.Grant, found bool) error {
	if !found {
		if err := g.On(tx.DB).Create(&r).Error; err != nil {
			return fmt.Errorf("set the schedule: %w", err)
		}
		return nil
	}
	done := g.On(tx.Model(&scheduleRow{})).Where("version = ?", r.Version-1).Updates(map[string]any{
		"every_months": r.EveryMonths, "grace_days": r.GraceDays, "next_at": r.NextAt,
		"version": gorm.Expr("version + 1"),
	})
	if done.Error != nil {
		return fmt.Errorf("set the schedule: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return stale()
	}
	return nil
}

func scheduleChanges(was, is Schedule, found bool) []activity.Change {
	often, grace := everyInWords(was.Months), strconv.Itoa(was.Grace)+" days after the due date"
	if !found {
		grace = ""
	}
	var out []activity.Change
	for _, c := range []activity.Change{
		{Field: "how often", Old: often, New: everyInWords(is.Months)},
		{Field: "suspends", Old: grace, New: strconv.Itoa(is.Grace) + " days after the due date"},
	} {
		if c.Old != c.New {
			out = append(out, c)
		}
	}
	return out
}

func everyInWords(months int) string {
	switch months {
	case 0:
		return "when somebody starts one"
	case 1:
		return "every month"
	}
	return "every " + strconv.Itoa(months) + " months"
}

// finishedAt writes down when the account was last reviewed, and moves the next review one period on from then.
func finishedAt(tx *db.Tx, g gate.Grant, account id.Account) error {
	row, found, err := db.One[scheduleRow](g.On(tx.DB))
	if err != nil {
		return fmt.Errorf("finish review: %w", err)
	}
	if !found {
		row = scheduleRow{AccountID: account, GraceDays: StandardGrace, LastFinishedAt: db.At(g.Now()), Version: 1}
		if err := g.On(tx.DB).Create(&row).Error; err != nil {
			return fmt.Errorf("finish review: %w", err)
		}
		return nil
	}
	set := map[string]any{"last_finished_at": db.At(g.Now())}
	if row.EveryMonths > 0 {
		set["next_at"] = db.At(g.Now().AddDate(0, row.EveryMonths, 0))
	}
	if err := g.On(tx.Model(&scheduleRow{})).Where("version = ?", row.Version).Updates(set).Error; err != nil {
		return fmt.Errorf("finish review: %w", err)
	}
	return nil
}
