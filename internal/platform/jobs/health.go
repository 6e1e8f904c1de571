package jobs

import (
	"context"
	"fmt"
	"time"
)

// Status is how a job fares on all nodes together.
type Status struct {
	Name     string
	Every    time.Duration
	Running  bool
	Started  time.Time // the last turn; zero: none yet
	Done     time.Time // the end of the last turn that succeeded; zero: none yet
	Failed   time.Time // the end of the last turn that failed; zero: none yet
	Failures int64     // in a row, since the last success
	Overdue  bool      // no turn for more than twice as long as there should be
	Error    error     // of the last turn, where it ran on this node; it is not kept in the database
}

// Well reports whether there is nothing to look into.
func (s Status) Well() bool { return s.Failures == 0 && !s.Overdue }

// Health returns the state of this program's jobs, by name.
func (r *Runner) Health(ctx context.Context) ([]Status, error) {
	now, err := r.reader.Now(ctx)
	if err != nil {
		return nil, fmt.Errorf("health of jobs: %w", err)
	}
	var rows []row
	if err := r.reader.With(ctx).Order("name").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("health of jobs: %w", err)
	}
	var out []Status
	for _, found := range rows {
		j := r.jobs[found.Name]
		if j == nil {
			continue
		}
		held := found.Holder != nil && found.LeasedTo.After(now)
		j.mu.Lock()
		failure := j.failure
		j.mu.Unlock()
		out = append(out, Status{
			Name: found.Name, Every: j.every, Running: held, Started: found.StartedAt.Time, Done: found.DoneAt.Time,
			Failed: found.FailedAt.Time, Failures: found.Failures, Error: failure,
			Overdue: !held && now.Sub(found.DueAt.Time) > j.every+r.options.Lease,
		})
	}
	return out, nil
}
