package gate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

const (
	// batchAfter is how long a tally that is only ever written in batches waits for more.
	batchAfter = time.Minute
	// flushMost is how many tallies Flush reads at a time.
	flushMost = 500
)

// Flush chains what has been counted and is due: failed sign-ins after a minute, the rest once its half hour is over.
// It returns how many tallies were written. A job calls it; several nodes may at once.
func (g *Gate) Flush(ctx context.Context) (int, error) {
	now, err := g.reader.Now(ctx)
	if err != nil {
		return 0, fmt.Errorf("flush tallies: %w", err)
	}
	done := 0
	for last := (tallyRow{}); ; {
		rows, err := g.counted(ctx, now, last)
		if err != nil {
			return done, fmt.Errorf("flush tallies: %w", err)
		}
		for _, row := range rows {
			wrote, err := g.flushRow(ctx, row, now)
			if err != nil {
				g.logger.ErrorContext(ctx, "a tally was not written", slog.Any("error", err))
				continue
			}
			if wrote {
				done++
			}
		}
		if len(rows) < flushMost {
			return done, nil
		}
		last = rows[len(rows)-1]
	}
}

// counted reads the next tallies behind the last one, so that those that stay where they are keep none from being read.
func (g *Gate) counted(ctx context.Context, now time.Time, last tallyRow) (rows []tallyRow, err error) {
	err = g.reader.With(ctx).Raw("SELECT chain, digest, window_start, tally, written, first_at, last_at, sealed "+
		"FROM tallies WHERE window_start > 0 AND window_start < ? AND first_at <= ? AND (window_start > ? "+
		"OR window_start = ? AND (chain > ? OR chain = ? AND digest > ?)) ORDER BY window_start, chain, digest LIMIT ?",
		now.UnixMilli(), now.Add(-batchAfter).UnixMilli(), last.WindowStart, last.WindowStart, last.Chain, last.Chain,
		last.Digest, flushMost).Scan(&rows).Error
	return rows, err // Flush says what it did
}

func (g *Gate) flushRow(ctx context.Context, row tallyRow, now time.Time) (bool, error) {
	closed := row.WindowStart+tallyWindow.Milliseconds() <= now.UnixMilli()
	content, err := g.box.Open(row.Sealed, tallyPlace(row.Chain, [32]byte(row.Digest)))
	if err != nil {
		return false, fmt.Errorf("open a tally: %w", err)
	}
	var s sample
	if err := json.Unmarshal([]byte(content), &s); err != nil {
		return false, fmt.Errorf("open a tally: %w", err)
	}
	scope, ok := id.ScopeOf(s.ScopeKind, row.Chain)
	if !ok || !closed && !s.Batch || !closed && row.Tally == row.Written {
		return false, nil
	}
	wrote := false
	err = g.writer.Do(ctx, func(tx *db.Tx) error {
		var err error
		wrote, err = g.flushLocked(tx, scope, s, row, closed)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("write a tally: %w", err)
	}
	return wrote, nil
}

// Settle chains what was counted in batches in the log that a change is over, so that it stands before what the change
// says: the failed tries before the sign-in that came of them.
func (g *Gate) Settle(tx *db.Tx, grant Grant) error {
	v := grant.must()
	if v.entered == nil {
		return ErrNotHeld
	}
	at := slices.IndexFunc(v.entered.heads, func(h *activity.Head) bool { return h.Chain() == grant.Scope() })
	if at < 0 {
		return fmt.Errorf("%w: %s", ErrNotHeld, grant.Scope())
	}
	var rows []tallyRow
	err := tx.Raw("SELECT chain, digest, window_start, tally, written, first_at, last_at, sealed FROM tallies "+
		"WHERE chain = ? AND window_start > 0 AND tally > written LIMIT ?", grant.Scope(), flushMost).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	for _, row := range rows {
		if err := g.settleRow(tx, v.entered.heads[at], row); err != nil {
			return err
		}
	}
	return nil
}

func (g *Gate) settleRow(tx *db.Tx, head *activity.Head, row tallyRow) error {
	content, err := g.box.Open(row.Sealed, tallyPlace(row.Chain, [32]byte(row.Digest)))
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	var s sample
	if err := json.Unmarshal([]byte(content), &s); err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	if !s.Batch {
		return nil
	}
	if err := g.chainSample(tx, head, s, row.Tally-row.Written, time.UnixMilli(row.FirstAt).UTC()); err != nil {
		return err
	}
	err = tx.Exec("UPDATE tallies SET written = ? WHERE chain = ? AND digest = ? AND window_start = ?",
		row.Tally, row.Chain, row.Digest, row.WindowStart).Error
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	return nil
}

func (g *Gate) flushLocked(tx *db.Tx, scope id.Scope, s sample, row tallyRow, closed bool) (bool, error) {
	key := func(q *gorm.DB) *gorm.DB {
		return q.Where("chain = ? AND digest = ? AND window_start = ?", row.Chain, row.Digest, row.WindowStart)
	}
	head, err := g.log.Lock(tx, scope)
	if errors.Is(err, activity.ErrNoChain) { // somebody asked for what does not exist: there is no log to write it into
		return false, key(tx.Table("tallies")).Delete(&tallyRow{}).Error
	}
	if err != nil {
		return false, err
	}
	var fresh []tallyRow
	if err := key(tx.Table("tallies").Select("tally, written, first_at")).Find(&fresh).Error; err != nil {
		return false, fmt.Errorf("read: %w", err)
	}
	if len(fresh) == 0 {
		return false, nil
	}
	rest := fresh[0].Tally - fresh[0].Written
	if rest > 0 {
		if err := g.chainSample(tx, head, s, rest, time.UnixMilli(fresh[0].FirstAt).UTC()); err != nil {
			return false, err
		}
	}
	if closed {
		return rest > 0, key(tx.Table("tallies")).Delete(&tallyRow{}).Error
	}
	return rest > 0, key(tx.Table("tallies")).Update("written", fresh[0].Tally).Error
}
