package streams

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// listRow is a stream of an account with how it fares.
type listRow struct {
	Stream      streamRow `gorm:"embedded"`
	State       stateRow  `gorm:"embedded"`
	Seq         int64
	DeliveredAt db.Time
	HeadSeq     int64
}

const listColumns = "log_streams.*, t.due_at, t.failures, t.failing_since, t.trouble, c.seq, c.delivered_at, " +
	"h.seq AS head_seq"

// List are the streams of an account, the oldest first, in one statement.
func (s *Streams) List(ctx context.Context, who actor.Actor, account id.Account) ([]Stream, error) {
	g, err := s.gate.View(ctx, who, verb.ActivityStream, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	var rows []listRow
	err = g.On(s.reader.With(ctx).Table(tableStreams)).Select(listColumns).
		Joins("JOIN stream_states t ON t.stream_id = log_streams.id").
		Joins("JOIN stream_cursors c ON c.stream_id = log_streams.id AND c.chain = log_streams.account_id").
		Joins("JOIN heads h ON h.chain = c.chain").
		Order("log_streams.created_at, log_streams.id").Limit(Most).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list streams: %w", err)
	}
	list := make([]Stream, 0, len(rows))
	for i := range rows {
		one, err := s.stream(&rows[i], g.Now())
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// One is a stream of an account.
func (s *Streams) One(ctx context.Context, who actor.Actor, account id.Account, stream id.Stream) (Stream, error) {
	list, err := s.List(ctx, who, account)
	if err != nil {
		return Stream{}, err
	}
	for _, one := range list {
		if one.ID == stream {
			return one, nil
		}
	}
	return Stream{}, fault.NotFound("read stream")
}

func (s *Streams) stream(r *listRow, now time.Time) (Stream, error) {
	row, state := &r.Stream, &r.State
	one := Stream{
		ID: row.ID, Account: row.AccountID, Kind: row.Kind, Created: row.CreatedAt.Time, Delivered: r.DeliveredAt.Time,
		Behind: max(r.HeadSeq-r.Seq, 0), Paused: row.PausedAt.Time, Failing: state.FailingSince.Time, Trouble: state.Trouble,
	}
	if state.Failures > 0 {
		one.NextTry = state.DueAt.Time
	}
	if row.OldUntil.After(now) {
		one.OldUntil = row.OldUntil.Time
	}
	var err error
	if one.Name, err = s.opened("name", row.ID, row.Name); err != nil {
		return Stream{}, err
	}
	one.Address, err = s.opened("address", row.ID, row.Address)
	return one, err
}

// Lag is how a stream that does not keep up fares.
type Lag struct {
	Stream  id.Stream
	Account id.Account // zero: that of the provider
	Failing time.Time
	Trouble Trouble
}

// Failing are the streams of the whole provider that fail, for whoever looks after the program.
func (s *Streams) Failing(ctx context.Context) ([]Lag, error) {
	var rows []struct {
		StreamID     id.Stream
		AccountID    id.Account
		FailingSince db.Time
		Trouble      Trouble
	}
	err := db.Across(s.reader.With(ctx), "the operator looks after all streams").Table(tableStates).
		Select("stream_states.stream_id, r.account_id, stream_states.failing_since, stream_states.trouble").
		Joins("JOIN log_streams r ON r.id = stream_states.stream_id").
		Where("stream_states.failures > 0 AND r.paused_at IS NULL").Order("stream_states.failing_since").
		Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("look after streams: %w", err)
	}
	list := make([]Lag, 0, len(rows))
	for _, r := range rows {
		list = append(list, Lag{Stream: r.StreamID, Account: r.AccountID, Failing: r.FailingSince.Time, Trouble: r.Trouble})
	}
	return list, nil
}
