package streams

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// begin marks the stream with the number of the job's turn; an older turn finds that it is over.
func (s *Streams) begin(ctx context.Context, stream id.Stream, fence int64) (now time.Time, err error) {
	err = s.state(ctx, func(tx *db.Tx, at time.Time) *gorm.DB {
		now = at
		return tx.Model(&stateRow{}).Where("stream_id = ? AND fence <= ?", stream, fence).Update("fence", fence)
	})
	return now, err
}

// state changes the state of a stream, or is errOver where there is nothing to change.
func (s *Streams) state(ctx context.Context, update func(tx *db.Tx, now time.Time) *gorm.DB) error {
	return s.gate.Bookkeep(ctx, tableStates, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		res := update(tx, now)
		if res.Error == nil && res.RowsAffected == 0 {
			return errOver
		}
		return res.Error
	})
}

// succeeded takes note of a stream that works, and has its log say so where the log said that it did not.
func (s *Streams) succeeded(ctx context.Context, row *streamRow, fence int64) error {
	err := s.state(ctx, func(tx *db.Tx, now time.Time) *gorm.DB {
		return tx.Model(&stateRow{}).Where("stream_id = ? AND fence = ?", row.ID, fence).Updates(map[string]any{
			"failures": 0, "failing_since": db.Time{}, "trouble": NoTrouble, "due_at": db.At(now),
		})
	})
	if errors.Is(err, errOver) || err != nil {
		return overIsFine(err)
	}
	if row.ToldAt.IsZero() {
		return nil
	}
	return s.tell(ctx, row, "told_at IS NOT NULL", db.Time{}, activity.StreamRecovered, activity.Details{})
}

func overIsFine(err error) error {
	if errors.Is(err, errOver) {
		return nil
	}
	return err
}

// failed takes note of a failure and says when to try again. After a while the log itself says that it is not
// delivered.
func (s *Streams) failed(ctx context.Context, row *streamRow, fence int64, t Trouble) error {
	var since time.Time
	var now time.Time
	err := s.state(ctx, func(tx *db.Tx, at time.Time) *gorm.DB {
		now = at
		var state stateRow
		if err := tx.Where("stream_id = ? AND fence = ?", row.ID, fence).Take(&state).Error; err != nil {
			if db.IsMissing(err) {
				return &gorm.DB{} // over
			}
			return &gorm.DB{Error: err}
		}
		if since = state.FailingSince.Time; since.IsZero() {
			since = now
		}
		return tx.Model(&stateRow{}).Where("stream_id = ? AND fence = ?", row.ID, fence).Updates(map[string]any{
			"failures": state.Failures + 1, "failing_since": db.At(since), "trouble": t,
			"due_at": db.At(now.Add(backOff(state.Failures))),
		})
	})
	if err != nil || now.Sub(since) < tellAfter || !row.ToldAt.IsZero() {
		return overIsFine(err)
	}
	return s.tell(ctx, row, "told_at IS NULL", db.At(now), activity.StreamFailing, activity.Details{
		Outcome: activity.Failed, Reason: t.Sentence(),
	})
}

// backOff grows from five seconds to five minutes: a receiver that comes back has not to wait for long.
func backOff(failures int) time.Duration { return min(5*time.Second<<min(failures, 10), longestWait) }

// tell writes into the log once that a stream fails, or works again.
func (s *Streams) tell(
	ctx context.Context, row *streamRow, once string, at db.Time, action activity.Action, d activity.Details,
) error {
	name, err := s.opened("name", row.ID, row.Name)
	if err != nil {
		return err
	}
	d.Target = activity.TargetOf("stream", row.ID, name)
	v := verb.ActivityStream
	if row.AccountID.IsZero() {
		v = verb.PoliciesManage
	}
	err = s.gate.Change(ctx, actor.NewSystem("streams"), v, row.scope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			res := g.On(tx.Model(&streamRow{})).Where("id = ?", row.ID).Where(once).Update("told_at", at)
			if res.Error != nil {
				return gate.Entry{}, fmt.Errorf("tell of a stream: %w", res.Error)
			}
			if res.RowsAffected == 0 {
				return gate.Entry{}, errOver // it was told already, or the stream is gone
			}
			return g.Entry(action, d), nil
		})
	return overIsFine(err)
}
