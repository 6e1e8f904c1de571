package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"gatehouse/internal/platform/db"
)

// longestFirstWait bounds how long a new job waits for its first turn.
const longestFirstWait = 10 * time.Second

// row is a job as the table keeps it.
type row struct {
	Name      string  `gorm:"primaryKey"`
	Holder    db.Blob // of the turn that runs
	Fence     int64   // grows by one with each turn
	LeasedTo  db.Time
	DueAt     db.Time
	StartedAt db.Time
	DoneAt    db.Time // when the last turn that succeeded ended
	FailedAt  db.Time
	Failures  int64 // in a row
}

// TableName names the table.
func (row) TableName() string { return "jobs" }

// Lease is the right to one turn of a job.
type Lease struct {
	name   string
	fence  int64
	length time.Duration
}

// Fence is the number of the turn. It grows with each turn on any node, so that whoever receives it can refuse what
// comes from an older one.
func (l Lease) Fence() int64 { return l.fence }

// Hold extends the lease within a transaction, or fails with ErrLost. As it writes the row that decides, a transaction
// that starts with it commits only if no other node has begun a turn meanwhile.
func (l Lease) Hold(tx *db.Tx) error {
	now, err := tx.Now()
	if err != nil {
		return err
	}
	held := l.row(tx).Updates(map[string]any{"leased_to": db.At(now.Add(l.length))})
	if held.Error != nil {
		return fmt.Errorf("hold job %s: %w", l.name, held.Error)
	}
	if held.RowsAffected == 0 {
		return ErrLost
	}
	return nil
}

// row is the job's row as long as this turn is the last.
func (l Lease) row(tx *db.Tx) *gorm.DB {
	return tx.Model(&row{}).Where("name = ? AND fence = ? AND holder IS NOT NULL", l.name, l.fence)
}

// enter adds rows for jobs that have none. Their first turns are spread, so that not all come at once.
func (r *Runner) enter(ctx context.Context) error {
	err := r.writer.Do(ctx, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		for name, j := range r.jobs {
			first := db.At(now.Add(upTo(min(j.every, longestFirstWait))))
			entered := &row{Name: name, LeasedTo: db.At(now), DueAt: first}
			if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(entered).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("enter jobs: %w", err)
	}
	return nil
}

// due lists this program's jobs that could be taken: a look without a lock, before the UPDATE that decides.
func (r *Runner) due(ctx context.Context) ([]string, error) {
	now, err := r.reader.Now(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	err = r.reader.With(ctx).Model(&row{}).Order("due_at").
		Where("due_at <= ? AND (holder IS NULL OR leased_to <= ?)", db.At(now), db.At(now)).Pluck("name", &names).Error
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(names, func(name string) bool { return r.jobs[name] == nil }), nil
}

// take begins a turn by a conditional UPDATE; of several nodes one sees it change a row. The zero Lease means another.
func (r *Runner) take(ctx context.Context, j *job) (Lease, error) {
	var taken row
	err := r.writer.Do(ctx, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		taken = row{}
		updated := tx.Model(&row{}).
			Where("name = ? AND due_at <= ? AND (holder IS NULL OR leased_to <= ?)", j.name, db.At(now), db.At(now)).
			Updates(map[string]any{
				"holder": r.holder, "fence": gorm.Expr("fence + 1"), "started_at": db.At(now),
				"leased_to": db.At(now.Add(r.options.Lease)),
			})
		if updated.Error != nil || updated.RowsAffected == 0 {
			return updated.Error
		}
		return tx.Where("name = ?", j.name).Take(&taken).Error
	})
	if err != nil {
		return Lease{}, fmt.Errorf("take job %s: %w", j.name, err)
	}
	return Lease{name: j.name, fence: taken.Fence, length: r.options.Lease}, nil
}

// finish gives the job back and notes the outcome, unless another turn has begun. A turn that was interrupted because
// this node stops is due at once, for another.
func (r *Runner) finish(ctx context.Context, j *job, lease Lease, failure error, interrupted bool) error {
	return r.writer.Do(ctx, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		set := map[string]any{"holder": nil, "due_at": db.At(now.Add(j.every))}
		switch {
		case interrupted:
			set["due_at"] = db.At(now)
		case failure != nil:
			set["failed_at"], set["failures"] = db.At(now), gorm.Expr("failures + 1")
		default:
			set["done_at"], set["failures"] = db.At(now), 0
		}
		return lease.row(tx).Updates(set).Error
	})
}
