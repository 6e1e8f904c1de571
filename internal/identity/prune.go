package identity

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/platform/db"
)

// For how long failures are kept that decide nothing any more.
const (
	keepFewFailures = 24 * time.Hour      // too few to be followed by a wait
	keepFailures    = 30 * 24 * time.Hour // the longest wait is over; those that shut a way in stay
)

// For how long sessions and halves of them are kept that are over.
const (
	keepChallenges   = 24 * time.Hour
	keepOverSessions = 90 * 24 * time.Hour

	whoseverItWas = "what is long over goes, whoever's it was"
)

// Prune removes what is long over, so that strangers who try many addresses do not fill the disk. A job calls it; what
// it removes is recorded in the log already or was no act of anybody.
func (p *People) Prune(ctx context.Context) error {
	for _, prune := range []func(context.Context) error{
		p.pruneLinks, p.pruneAlerts, p.pruneCounters, p.pruneChallenges, p.pruneCeremonies, p.pruneSessions,
	} {
		if err := prune(ctx); err != nil {
			return err
		}
	}
	return nil
}

// pruneCounters removes failures that decide nothing any more.
func (p *People) pruneCounters(ctx context.Context) error {
	return p.gate.Bookkeep(ctx, countersTable, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		err = tx.Where("failures < ? AND last_failed_at < ? OR failures < ? AND last_failed_at < ?",
			freeFailures, now.Add(-keepFewFailures).UnixMilli(), lastFailure, now.Add(-keepFailures).UnixMilli()).
			Delete(&counterRow{}).Error
		if err != nil {
			return fmt.Errorf("prune counters: %w", err)
		}
		return nil
	})
}

// pruneChallenges removes half sessions that are long over.
func (p *People) pruneChallenges(ctx context.Context) error {
	return p.gate.Bookkeep(ctx, "challenges", func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		err = db.Across(tx.DB, whoseverItWas).Where("expires_at < ?", db.At(now.Add(-keepChallenges))).
			Delete(&challengeRow{}).Error
		if err != nil {
			return fmt.Errorf("prune second steps: %w", err)
		}
		return nil
	})
}

// pruneSessions removes sessions that are long over.
func (p *People) pruneSessions(ctx context.Context) error {
	return p.gate.Bookkeep(ctx, "sessions", func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		err = db.Across(tx.DB, whoseverItWas).Where("seen_at < ?", db.At(now.Add(-keepOverSessions))).
			Delete(&sessionRow{}).Error
		if err != nil {
			return fmt.Errorf("prune sessions: %w", err)
		}
		return nil
	})
}
