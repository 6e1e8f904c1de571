package status

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	// atOnce is how many parts are looked at together; the next ones wait until these are written down.
	atOnce = 50
	// early lets a part be looked at a little before its minute is over, so that rounds do not drift.
	early = 5 * time.Second
	// longestGap is the most time that one check speaks for: nobody knows how it was while nobody looked.
	longestGap = 5 * time.Minute
)

// downAfter is how many failures in a row make a part down; as many slow answers make it slow.
const downAfter = 2

// Round looks at the parts whose minute is over. fence is the number of the job's turn: what an older turn found is not
// taken.
func (s *Status) Round(ctx context.Context, fence int64) error {
	now, err := s.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("status: %w", err)
	}
	var due []watched
	err = parts(s.reader.With(ctx)).Where("c.kind <> ? AND (k.checked_at IS NULL OR k.checked_at <= ?)",
		None, db.At(now.Add(early-Every))).Find(&due).Error
	if err != nil {
		return fmt.Errorf("status: %w", err)
	}
	for len(due) > 0 {
		n := min(atOnce, len(due))
		if err := s.some(ctx, fence, due[:n]); err != nil {
			return err
		}
		due = due[n:]
	}
	return nil
}

// some looks at a few parts at the same time, and writes down what it found.
func (s *Status) some(ctx context.Context, fence int64, due []watched) error {
	found := make([]result, len(due))
	var all sync.WaitGroup
	for i, w := range due {
		all.Go(func() { found[i] = s.look(ctx, w.Component) })
	}
	all.Wait()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("status: %w", err) // the lease is lost, or the program stops: these were no failures
	}
	now, err := s.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("status: %w", err)
	}
	steps := make([]step, len(due))
	for i, w := range due {
		steps[i] = s.next(w, found[i], now)
		steps[i].check.Fence = fence
	}
	return s.write(ctx, steps)
}

// step is what one look changes.
type step struct {
	name          string
	before, check checkRow
	day           dayRow
}

// turned says that a part went down, or came back.
func (t step) turned() bool {
	return t.before.State != t.check.State && (t.check.State == Down || t.before.State == Down)
}

// next is how a part is after a look. One failure changes nothing that anybody sees.
func (s *Status) next(w watched, r result, now time.Time) step {
	old := w.Check
	k := old
	k.CheckedAt, k.Trouble, k.Latency = db.At(now), r.trouble, max(1, r.latency.Milliseconds())
	if !r.expires.IsZero() {
		k.ExpiresAt = db.At(r.expires)
	}
	switch {
	case r.trouble != NoTrouble:
		k.Failures, k.Slows = old.Failures+1, 0
	case r.latency >= s.cfg.SlowFrom:
		k.Failures, k.Slows = 0, old.Slows+1
	default:
		k.Failures, k.Slows = 0, 0
	}
	switch {
	case k.Failures >= downAfter:
		k.State = Down
	case k.Slows >= downAfter:
		k.State = Slow
	case k.Failures == 0 && (k.Slows == 0 || old.State != Slow):
		k.State = Up
	}
	if k.State != old.State {
		k.ChangedAt = db.At(now)
	}
	return step{name: w.Component.Name, before: old, check: k, day: s.counted(old, k, r, now)}
}

// counted is what a look adds to its day. It speaks for the time since the one before.
func (s *Status) counted(old, k checkRow, r result, now time.Time) dayRow {
	d := dayRow{ComponentID: k.ComponentID, Day: s.dayOf(now)}
	if !old.CheckedAt.IsZero() {
		d.Watched = int64(min(now.Sub(old.CheckedAt.Time), longestGap).Seconds())
	}
	switch {
	case k.State == Down || old.State == Down:
		d.Down = d.Watched
	case k.State == Slow:
		d.Slow = d.Watched
	}
	if r.trouble == NoTrouble {
		d.Answers, d.Latency = 1, k.Latency
	}
	return d
}

type dayRow struct {
	ComponentID id.Component `gorm:"primaryKey"`
	Day         int64        `gorm:"primaryKey;autoIncrement:false"`
	Watched     int64        // seconds, as the next two
	Down        int64
	Slow        int64
	Answers     int64
	Latency     int64 // ms, of all answers together
}

// TableName names the table.
func (dayRow) TableName() string { return tableDays }

// errOlder says that another turn of the job has looked meanwhile.
var errOlder = errors.New("status: another turn has looked already")

// write keeps what was found: states, then what goes into the log, then the days.
func (s *Status) write(ctx context.Context, steps []step) error {
	if err := s.keepQuiet(ctx, steps); err != nil {
		return err
	}
	for _, t := range steps {
		if !t.turned() {
			continue
		}
		if err := s.tell(ctx, t); err != nil {
			return err
		}
	}
	return s.count(ctx, steps)
}

// keepQuiet keeps the states that the log says nothing of.
func (s *Status) keepQuiet(ctx context.Context, steps []step) error {
	return s.gate.Bookkeep(ctx, tableChecks, func(tx *db.Tx) error { // gate says what it did
		for _, t := range steps {
			if t.turned() {
				continue
			}
			if err := t.keep(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// count adds what was found to the days.
func (s *Status) count(ctx context.Context, steps []step) error {
	return s.gate.Bookkeep(ctx, tableDays, func(tx *db.Tx) error {
		for _, t := range steps {
			if err := t.day.add(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// keep writes what one look found, unless somebody has looked since the state from which it was reckoned.
func (t step) keep(tx *db.Tx) error {
	k, q := t.check, tx.Model(&checkRow{})
	if t.before.CheckedAt.IsZero() {
		q = q.Where("checked_at IS NULL")
	} else {
		q = q.Where("checked_at = ?", t.before.CheckedAt)
	}
	res := q.Where("component_id = ? AND fence <= ?", k.ComponentID, k.Fence).
		Updates(map[string]any{
			"fence": k.Fence, "state": k.State, "failures": k.Failures, "slows": k.Slows, "latency": k.Latency,
			"trouble": k.Trouble, "checked_at": k.CheckedAt, "changed_at": k.ChangedAt, "expires_at": k.ExpiresAt,
		})
	if res.Error == nil && res.RowsAffected == 0 {
		return errOlder
	}
	return res.Error
}

// tell writes into the provider's log that a part went down or came back, together with the state that says so.
func (s *Status) tell(ctx context.Context, t step) error {
	return s.gate.Change(ctx, actor.NewSystem("status checks"), verb.ServersManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := t.keep(tx); err != nil {
				return gate.Entry{}, err
			}
			d := activity.Details{Target: activity.TargetOf("component", t.check.ComponentID, t.name)}
			if t.check.State == Down {
				d.Reason = t.check.Trouble.Sentence()
				return g.Entry(activity.ComponentDown, d), nil
			}
			return g.Entry(activity.ComponentUp, d), nil
		})
}

func (d dayRow) add(tx *db.Tx) error {
	if d.Watched == 0 && d.Answers == 0 {
		return nil // it says nothing of the day
	}
	res := tx.Model(&dayRow{}).Where("component_id = ? AND day = ?", d.ComponentID, d.Day).Updates(map[string]any{
		"watched": gorm.Expr("watched + ?", d.Watched), "down": gorm.Expr("down + ?", d.Down),
		"slow": gorm.Expr("slow + ?", d.Slow), "answers": gorm.Expr("answers + ?", d.Answers),
		"latency": gorm.Expr("latency + ?", d.Latency),
	})
	if res.Error != nil || res.RowsAffected > 0 {
		return res.Error
	}
	return tx.Create(&d).Error
}

// Prune forgets days that the page shows no more.
func (s *Status) Prune(ctx context.Context) error {
	now, err := s.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("status: %w", err)
	}
	return s.gate.Bookkeep(ctx, tableDays, func(tx *db.Tx) error {
		return tx.Where("day < ?", s.dayOf(now)-DaysShown).Delete(&dayRow{}).Error
	})
}
