package reviews

import (
	"context"
	"errors"
	"fmt"
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

// robot is who starts, reminds and closes.
func robot() actor.Actor { return actor.NewSystem("access reviews") }

// Round starts the reviews that are due, reminds of those that are open, and closes those that nobody finished. It may
// run late, twice, or on two nodes at once, and does each of these once.
func (r *Reviews) Round(ctx context.Context) error {
	now, err := r.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("access reviews: %w", err)
	}
	err = errors.Join(r.startDue(ctx, now), r.remind(ctx, now), r.lapse(ctx, now))
	r.outbox.Wake()
	return err
}

// settled takes away what another node was quicker with.
func settled(err error) error {
	if fault.KindOf(err) == fault.KindConflict {
		return nil
	}
	return err
}

func (r *Reviews) startDue(ctx context.Context, now time.Time) error {
	var due []scheduleRow
	err := db.Across(r.reader.With(ctx), "whose review is due, in any account").
		Where("next_at <= ?", db.At(now)).Order("next_at").Limit(atOnce).Find(&due).Error
	if err != nil {
		return fmt.Errorf("start reviews: %w", err)
	}
	var failed []error
	for _, row := range due {
		failed = append(failed, settled(r.startScheduled(ctx, row)))
	}
	return errors.Join(failed...)
}

// startScheduled moves the account's next review one period on, and starts this one unless one is open already.
func (r *Reviews) startScheduled(ctx context.Context, due scheduleRow) error {
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		next := due.NextAt.Time
		for !next.After(g.Now()) { // however late: the periods that were missed are not made up for
			next = next.AddDate(0, due.EveryMonths, 0)
		}
		done := g.On(tx.Model(&scheduleRow{})).
			Where("next_at = ? AND every_months = ?", due.NextAt, due.EveryMonths).
			Updates(map[string]any{"next_at": db.At(next)})
		if done.Error != nil {
			return gate.Entry{}, fmt.Errorf("start review: %w", done.Error)
		}
		if done.RowsAffected == 0 {
			return gate.Entry{}, stale()
		}
		_, open, err := db.One[reviewRow](g.On(tx.DB).Where("state = ?", string(Open)))
		if err != nil {
			return gate.Entry{}, fmt.Errorf("start review: %w", err)
		}
		if open {
			return g.Entry(activity.ReviewSkipped, activity.Details{
				Target: activity.TargetOf("account", due.AccountID, ""), Reason: "A review was open already.",
			}), nil
		}
		return r.start(tx, g, due.AccountID, id.New[id.ReviewKind]())
	}
	return r.accounts.Change(ctx, robot(), verb.ReviewsRun, due.AccountID, work)
}

func (r *Reviews) remind(ctx context.Context, now time.Time) error {
	var due []reviewRow
	err := db.Across(r.reader.With(ctx), "whose review needs a reminder, in any account").Omit("record").
		Where("state = ? AND next_word <= ?", string(Open), db.At(now)).Order("next_word").Limit(atOnce).Find(&due).Error
	if err != nil {
		return fmt.Errorf("remind of reviews: %w", err)
	}
	var failed []error
	for _, row := range due {
		failed = append(failed, settled(r.remindOf(ctx, row)))
	}
	return errors.Join(failed...)
}

// remindOf leaves the newest word that is due; of several that are late only that one. Nobody is suspended sooner than
// the last word said.
func (r *Reviews) remindOf(ctx context.Context, row reviewRow) error {
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		was := row.Told
		for next := row.wordAt(row.Told); !next.IsZero() && !next.After(g.Now()); next = row.wordAt(row.Told) {
			row.Told++
		}
		if row.Told == was {
			return gate.Entry{}, stale()
		}
		if earliest := g.Now().Add(lastWord); row.Told == allTold && row.ClosesAt.Before(earliest) {
			row.ClosesAt = db.At(earliest)
		}
		done := g.On(tx.Model(&reviewRow{})).Where("id = ? AND state = ? AND told = ?", row.ID, string(Open), was).
			Updates(map[string]any{"told": row.Told, "next_word": row.wordAt(row.Told), "closes_at": row.ClosesAt})
		if done.Error != nil {
			return gate.Entry{}, fmt.Errorf("remind of a review: %w", done.Error)
		}
		if done.RowsAffected == 0 {
			return gate.Entry{}, stale()
		}
		if err := r.tell(tx, row, words()[row.Told-1]); err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(activity.ReviewReminded, activity.Details{Target: row.target()}), nil
	}
	return r.accounts.Change(ctx, robot(), verb.ReviewsRun, row.AccountID, work)
}

func (r *Reviews) lapse(ctx context.Context, now time.Time) error {
	var due []reviewRow
	err := db.Across(r.reader.With(ctx), "whose review nobody finished, in any account").Omit("record").
		Where("state = ? AND closes_at <= ? AND told = ?", string(Open), db.At(now), allTold).Order("closes_at").
		Limit(atOnce).Find(&due).Error
	if err != nil {
		return fmt.Errorf("close reviews: %w", err)
	}
	var failed []error
	for _, row := range due {
		failed = append(failed, settled(r.lapseOne(ctx, row)))
	}
	return errors.Join(failed...)
}

// lapseOne closes a review that nobody finished, and suspends whom nobody kept.
func (r *Reviews) lapseOne(ctx context.Context, row reviewRow) error {
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		c, err := r.closing(tx, g, row.ID)
		if err != nil {
			return gate.Entry{}, err
		}
		if c.review.ClosesAt.After(g.Now()) || c.review.Told < allTold {
			return gate.Entry{}, stale()
		}
		var entry gate.Entry
		for i := range c.rows {
			done, err := r.suspendRest(ctx, tx, g, c, &c.rows[i])
			if err != nil {
				return gate.Entry{}, err
			}
			entry = entry.And(done)
		}
		last, err := r.close(tx, g, c, Lapsed)
		return entry.And(last), err
	}
	return r.accounts.Change(ctx, robot(), verb.ReviewsRun, row.AccountID, work)
}

// Unreviewed is an account whose access nobody has reviewed for long.
type Unreviewed struct {
	Account  id.Account
	Name     string
	Since    time.Time // when it was last reviewed; zero: never
	Client   time.Time // since when it is a client
	Contacts int
	Months   int // how often it wants to; 0: when somebody starts one
}

// NeverReviewed lists the accounts that have not reviewed their access for a year, for the provider's staff, the first
// client first. after is the last account of the page before; the returned one is where the next page begins.
func (r *Reviews) NeverReviewed(
	ctx context.Context, who actor.Actor, after id.Account,
) ([]Unreviewed, id.Account, error) {
	g, err := r.gate.View(ctx, who, verb.ClientsView, id.ProviderScope())
	if err != nil {
		return nil, id.Account{}, err
	}
	now, err := r.reader.Now(ctx)
	if err != nil {
		return nil, id.Account{}, fmt.Errorf("list accounts: %w", err)
	}
	year := db.At(now.AddDate(-1, 0, 0))
	query := g.On(r.reader.With(ctx).Table("accounts")).
		Select("accounts.account_id, accounts.created_at, s.last_finished_at, s.every_months, "+
			"(SELECT COUNT(*) FROM memberships m WHERE m.account_id = accounts.account_id) AS contacts").
		Joins("LEFT JOIN review_schedules s ON s.account_id = accounts.account_id").
		Where("accounts.state = ? AND accounts.created_at <= ?", "active", year).
		Where("(s.last_finished_at IS NULL OR s.last_finished_at <= ?)", year)
	if !after.IsZero() {
		query = query.Where("accounts.account_id > ?", after)
	}
	out, next, err := readUnreviewed(query)
	if err != nil {
		return nil, id.Account{}, err
	}
	ids := make([]id.Account, len(out))
	for i, u := range out {
		ids[i] = u.Account
	}
	names, err := r.accounts.AccountNames(r.reader.With(ctx), g, ids)
	for i := range out {
		out[i].Name = names[out[i].Account]
	}
	return out, next, err
}

func readUnreviewed(query *gorm.DB) ([]Unreviewed, id.Account, error) {
	var rows []struct {
		AccountID      id.Account
		CreatedAt      db.Time
		LastFinishedAt db.Time
		EveryMonths    *int
		Contacts       int
	}
	if err := query.Order("accounts.account_id").Limit(pageSize + 1).Find(&rows).Error; err != nil {
		return nil, id.Account{}, fmt.Errorf("list accounts: %w", err)
	}
	var next id.Account
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		next = rows[pageSize-1].AccountID
	}
	out := make([]Unreviewed, 0, len(rows))
	for _, row := range rows {
		u := Unreviewed{
			Account: row.AccountID, Since: row.LastFinishedAt.Time, Client: row.CreatedAt.Time, Contacts: row.Contacts,
		}
		if row.EveryMonths != nil {
			u.Months = *row.EveryMonths
		}
		out = append(out, u)
	}
	return out, next, nil
}
