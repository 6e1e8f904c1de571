package streams

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	providerName = "provider"
	// chainsAtOnce is how many logs are looked up together.
	chainsAtOnce = 500
	// overlap is by how much looking for logs that moved goes back: a change commits after the time that it carries.
	overlap = 2 * time.Minute
	// sweepEvery is how often all logs are looked at, whatever the clocks said meanwhile.
	sweepEvery = time.Hour
)

// providerStream is the id of the stream of all logs: there is one.
func providerStream() id.Stream {
	stream, _ := id.FromBytes[id.StreamKind](id.ProviderScope().Bytes()) // it has the length of an id
	return stream
}

// CheckAddress says what is wrong with the operator's address for all logs; empty: nothing.
func CheckAddress(address string) string {
	_, problem := parseTarget(address, true)
	return problem
}

// settle makes the stream of all logs what the configuration says. It begins at what is in the logs then.
func (s *Streams) settle(ctx context.Context) error {
	q := db.Across(s.reader.With(ctx), "the stream of all logs is nobody's")
	row, found, err := db.One[streamRow](q.Where("id = ?", providerStream()))
	if err != nil {
		return fmt.Errorf("look for the stream of all logs: %w", err)
	}
	if s.cfg.Address == "" {
		if !found || !row.PausedAt.IsZero() {
			return nil
		}
		return s.adjust(ctx, activity.StreamPaused, func(tx *db.Tx, g gate.Grant) error {
			return set(tx, g, row.ID, "paused_at IS NULL", map[string]any{"paused_at": db.At(g.Now())}, "")
		})
	}
	if found {
		return s.readdress(ctx, &row)
	}
	if err := s.mark(ctx); err != nil {
		return err
	}
	return s.adjust(ctx, activity.StreamCreated, func(tx *db.Tx, g gate.Grant) error {
		made, err := s.providerRow()
		if err != nil {
			return err
		}
		made.CreatedAt = db.At(g.Now())
		if err := g.On(tx.DB).Create(&made).Error; err != nil {
			return err
		}
		return tx.Create(&stateRow{StreamID: made.ID, DueAt: db.At(g.Now())}).Error
	})
}

func (s *Streams) providerRow() (streamRow, error) {
	to, problem := parseTarget(s.cfg.Address, true)
	if problem != "" {
		return streamRow{}, fmt.Errorf("streams.address: %s", problem)
	}
	row, err := s.newRow(providerStream(), id.Account{}, providerName, s.cfg.Address, to.kind)
	if err == nil && to.kind == Webhook {
		row.Secret, err = s.box.Seal(s.cfg.Secret, place("secret", row.ID))
	}
	return row, err
}

// readdress follows a configuration that was changed. The cursors stay, so that nothing is lost by it.
func (s *Streams) readdress(ctx context.Context, row *streamRow) error {
	address, err := s.opened("address", row.ID, row.Address)
	if err != nil {
		return err
	}
	secret, err := s.opened("secret", row.ID, row.Secret)
	if err != nil {
		return err
	}
	same := address == s.cfg.Address && (row.Kind != Webhook || secret == s.cfg.Secret)
	if same && row.PausedAt.IsZero() {
		return nil
	}
	wanted, err := s.providerRow()
	if err != nil {
		return err
	}
	return s.adjust(ctx, activity.StreamResumed, func(tx *db.Tx, g gate.Grant) error {
		return set(tx, g, row.ID, "1 = 1", map[string]any{
			"kind": wanted.Kind, "address": wanted.Address, "secret": wanted.Secret, "paused_at": db.Time{},
		}, "")
	})
}

// adjust changes the stream of all logs. Another node may have been quicker.
func (s *Streams) adjust(
	ctx context.Context, action activity.Action, work func(tx *db.Tx, g gate.Grant) error,
) error {
	err := s.gate.Change(ctx, actor.NewSystem("configuration"), verb.PoliciesManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := work(tx, g); err != nil {
				return gate.Entry{}, err
			}
			target := activity.TargetOf("stream", providerStream(), "the provider’s receiver")
			return g.Entry(action, activity.Details{Target: target}), nil
		})
	if db.IsDuplicate(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the stream of all logs: %w", err)
	}
	return nil
}

// mark puts the cursors of a stream that is about to begin at the present ends of all logs, some at a time. A log that
// is opened meanwhile has no cursor and is delivered from its first entry.
func (s *Streams) mark(ctx context.Context) error {
	after := db.Blob{}
	for {
		var heads []headRow
		err := s.reader.With(ctx).Raw("SELECT chain, kind, seq FROM heads WHERE chain > ? ORDER BY chain LIMIT ?",
			after, chainsAtOnce).Scan(&heads).Error
		if err != nil {
			return fmt.Errorf("mark the ends of all logs: %w", err)
		}
		if len(heads) == 0 {
			return nil
		}
		rows := make([]cursorRow, 0, len(heads))
		for _, h := range heads {
			rows = append(rows, cursorRow{StreamID: providerStream(), Chain: h.Chain, Seq: h.Seq})
		}
		err = s.gate.Bookkeep(ctx, tableCursors, func(tx *db.Tx) error {
			return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
		})
		if err != nil {
			return err
		}
		after = heads[len(heads)-1].Chain
	}
}

type headRow struct {
	Chain db.Blob
	Kind  string
	Seq   int64
}

// carryAll goes along all logs that moved since they were last looked at.
func (s *Streams) carryAll(ctx context.Context, row *streamRow, out *outlet, fence int64) error {
	var state stateRow
	if err := s.reader.With(ctx).Where("stream_id = ?", row.ID).Take(&state).Error; err != nil {
		return fmt.Errorf("read a stream's state: %w", err)
	}
	now, err := s.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("read a stream's state: %w", err)
	}
	from, seen := state.SeenAt.Add(-overlap), state.SeenAt.Time
	if seen.IsZero() || now.Before(seen) || !now.Truncate(sweepEvery).Equal(seen.Truncate(sweepEvery)) {
		from = time.Time{}
	}
	all, err := s.everyMoved(ctx, row, out, fence, from)
	if err != nil || !all {
		return err
	}
	err = s.state(ctx, func(tx *db.Tx, _ time.Time) *gorm.DB {
		return tx.Model(&stateRow{}).Where("stream_id = ? AND fence = ?", row.ID, fence).Update("seen_at", db.At(now))
	})
	return err
}

// everyMoved delivers the logs that moved since a time, and says whether it got to the end of all of them.
func (s *Streams) everyMoved(
	ctx context.Context, row *streamRow, out *outlet, fence int64, from time.Time,
) (all bool, err error) {
	after := db.Blob{}
	for ctx.Err() == nil {
		moved, err := s.moved(ctx, row.ID, from, after)
		if err != nil {
			return false, err
		}
		for _, at := range moved {
			if err := s.reach(ctx, row.ID, at); err != nil {
				return false, err
			}
			end, err := s.along(ctx, row, out, fence, at)
			if err != nil || !end {
				return false, err
			}
			after = at.chain.Bytes()
		}
		if len(moved) < chainsAtOnce {
			return true, nil
		}
	}
	return false, nil
}

// moved are logs beyond a chain that the stream is behind in, in the order of their keys.
func (s *Streams) moved(ctx context.Context, stream id.Stream, from time.Time, after db.Blob) ([]chainAt, error) {
	var rows []struct {
		Chain db.Blob
		Kind  string
		Seq   int64
	}
	where, args := "", []any{stream, after}
	if !from.IsZero() {
		where, args = " AND h.changed_at >= ?", append(args, from.UnixMilli())
	}
	err := s.reader.With(ctx).Raw("SELECT h.chain, h.kind, COALESCE(c.seq, 0) AS seq FROM heads h LEFT JOIN "+
		"stream_cursors c ON c.stream_id = ? AND c.chain = h.chain WHERE h.chain > ? AND h.seq > COALESCE(c.seq, 0)"+
		where+" ORDER BY h.chain LIMIT ?", append(args, chainsAtOnce)...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("look for logs that moved: %w", err)
	}
	list := make([]chainAt, 0, len(rows))
	for _, r := range rows {
		if chain, ok := id.ScopeOf(id.ScopeKind(r.Kind), r.Chain); ok {
			list = append(list, chainAt{chain, r.Seq})
		}
	}
	return list, nil
}

// reach makes sure that there is a cursor that can be moved.
func (s *Streams) reach(ctx context.Context, stream id.Stream, at chainAt) error {
	if at.seq > 0 {
		return nil
	}
	err := s.gate.Bookkeep(ctx, tableCursors, func(tx *db.Tx) error {
		row := cursorRow{StreamID: stream, Chain: at.chain.Bytes()}
		return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
	})
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
