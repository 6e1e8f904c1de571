package streams

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// errOver says that another turn has begun: whatever this one still does is not noted.
var errOver = errors.New("streams: the turn is over")

// roundMost bounds how many streams a round serves.
const roundMost = 64

// Deliver is one round: each stream that is due is served for a while. fence is the number of the job's turn; a round
// of an older turn that goes on somewhere moves nothing any more.
func (s *Streams) Deliver(ctx context.Context, fence int64) error {
	if err := s.settle(ctx); err != nil {
		return err
	}
	rows, err := s.due(ctx)
	if err != nil {
		return err
	}
	var work sync.WaitGroup
	slots, failures := make(chan struct{}, atOnce), make([]error, len(rows))
	for i := range rows {
		slots <- struct{}{}
		work.Go(func() {
			defer func() { <-slots }()
			failures[i] = s.serve(ctx, &rows[i], fence)
		})
	}
	work.Wait()
	return errors.Join(failures...)
}

// due are the streams that have something to deliver and are not waiting after a failure, the longest due first.
// Whether there is anything in one of all logs is looked at later. One that would wait longer than any does was
// overtaken by a clock that was set back.
func (s *Streams) due(ctx context.Context) ([]streamRow, error) {
	now, err := s.reader.Now(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for streams: %w", err)
	}
	var rows []streamRow
	err = db.Across(s.reader.With(ctx), "a job that carries the logs of all accounts").Table(tableStates).
		Select("r.*").Joins("JOIN log_streams r ON r.id = stream_states.stream_id").
		Joins("LEFT JOIN stream_cursors c ON c.stream_id = r.id AND c.chain = r.account_id").
		Joins("LEFT JOIN heads h ON h.chain = c.chain").
		Where("(stream_states.due_at <= ? OR stream_states.due_at > ?) AND r.paused_at IS NULL "+
			"AND (r.account_id IS NULL OR h.seq > c.seq)", db.At(now), db.At(now.Add(longestWait))).
		Order("stream_states.due_at").Limit(roundMost).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("look for streams: %w", err)
	}
	return rows, nil
}

// serve delivers what one stream is behind by, as far as it gets in its time, and notes what became of it.
func (s *Streams) serve(ctx context.Context, row *streamRow, fence int64) error {
	now, err := s.begin(ctx, row.ID, fence)
	if errors.Is(err, errOver) {
		return nil
	}
	if err != nil {
		return err
	}
	out, err := s.outlet(row, now)
	if err != nil {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, turnTime)
	defer cancel()
	err = s.carry(bounded, row, out, fence)
	switch {
	case errors.Is(err, errOver), ctx.Err() != nil:
		return nil // the next turn knows as much as this one
	case err == nil:
		return s.succeeded(ctx, row, fence)
	}
	if sending, ok := errors.AsType[*sendError](err); ok {
		return s.failed(ctx, row, fence, troubleOf(sending.cause))
	}
	return errors.Join(err, s.failed(ctx, row, fence, Inside))
}

// sendError is a failure of the other side, or of the way there.
type sendError struct{ cause error }

// Error says what it was.
func (e *sendError) Error() string { return "deliver: " + e.cause.Error() }

// Unwrap returns it.
func (e *sendError) Unwrap() error { return e.cause }

// carry goes along the logs of the stream.
func (s *Streams) carry(ctx context.Context, row *streamRow, out *outlet, fence int64) error {
	if !row.AccountID.IsZero() {
		var at cursorRow
		err := s.reader.With(ctx).Where("stream_id = ? AND chain = ?", row.ID, row.scope()).Take(&at).Error
		if err != nil {
			return fmt.Errorf("read a cursor: %w", err)
		}
		_, err = s.along(ctx, row, out, fence, chainAt{row.scope(), at.Seq})
		return err
	}
	return s.carryAll(ctx, row, out, fence)
}

// chainAt is a log and how far a stream has come in it.
type chainAt struct {
	chain id.Scope
	seq   int64
}

// along delivers one log from its cursor to its end, or until the time is over. It says whether the end was reached.
func (s *Streams) along(
	ctx context.Context, row *streamRow, out *outlet, fence int64, at chainAt,
) (end bool, err error) {
	size := batch
	for ctx.Err() == nil {
		entries, err := s.gate.Follow(ctx, actor.NewSystem("streams"), at.chain, at.seq, size)
		if err != nil {
			return false, err
		}
		if len(entries) == 0 {
			return true, nil
		}
		err = out.send(ctx, entries)
		var status statusError
		if errors.As(err, &status) && status == errTooLarge && size > 1 {
			size /= 2
			continue
		}
		if err != nil {
			return false, &sendError{err}
		}
		last := entries[len(entries)-1].Seq
		if err := s.move(ctx, row.ID, fence, at, last); err != nil {
			return false, err
		}
		at.seq = last
		if len(entries) < size {
			return true, nil
		}
	}
	return false, nil
}

// errTooLarge is the status of a receiver that wants less at once.
const errTooLarge statusError = 413

// move notes that a log was taken as far as a number: only onwards from where it was, and only in the stream's last
// turn.
func (s *Streams) move(ctx context.Context, stream id.Stream, fence int64, from chainAt, to int64) error {
	return s.gate.Bookkeep(ctx, tableCursors, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		res := tx.Exec("UPDATE stream_cursors SET seq = ?, delivered_at = ? WHERE stream_id = ? AND chain = ? AND seq = ? "+
			"AND EXISTS (SELECT 1 FROM stream_states WHERE stream_id = ? AND fence = ?)",
			to, db.At(now), stream, from.chain, from.seq, stream, fence)
		if res.Error != nil {
			return fmt.Errorf("move a cursor: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return errOver
		}
		return nil
	})
}

// outlet is where a stream goes, with its keys.
func (s *Streams) outlet(row *streamRow, now time.Time) (*outlet, error) {
	address, err := s.opened("address", row.ID, row.Address)
	if err != nil {
		return nil, err
	}
	to, problem := parseTarget(address, row.AccountID.IsZero())
	if problem != "" {
		return nil, fmt.Errorf("the address of stream %s: %s", row.ID, problem)
	}
	out := &outlet{streams: s, stream: row.ID, target: to}
	if to.kind != Webhook {
		return out, nil
	}
	key, err := s.opened("secret", row.ID, row.Secret)
	if err != nil {
		return nil, err
	}
	out.keys = append(out.keys, key)
	if row.OldUntil.After(now) {
		if key, err = s.opened("old_secret", row.ID, row.OldSecret); err != nil {
			return nil, err
		}
		out.keys = append(out.keys, key)
	}
	return out, nil
}
