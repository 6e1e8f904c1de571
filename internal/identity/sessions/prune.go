package sessions

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/platform/db"
)

// For how long sessions and halves of them are kept that are over.
const (
	keepChallenges   = 24 * time.Hour
	keepOverSessions = 90 * 24 * time.Hour

	whoseverItWas = "what is long over goes, whoever's it was"
)

// PruneHalves removes half sessions that are long over.
func (p *Register) PruneHalves(ctx context.Context) error {
	return p.gate.Bookkeep(ctx, "challenges", func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		err = db.Across(tx.DB, whoseverItWas).Where("expires_at < ?", db.At(now.Add(-keepChallenges))).
			Delete(&Half{}).Error
		if err != nil {
			return fmt.Errorf("prune second steps: %w", err)
		}
		return nil
	})
}

// PruneSessions removes sessions that are long over.
func (p *Register) PruneSessions(ctx context.Context) error {
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
