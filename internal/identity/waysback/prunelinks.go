package waysback

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/platform/db"
)

// keepLinks is for how long a link is kept that works no more, and with it an address that was never confirmed.
const keepLinks = 30 * 24 * time.Hour

// PruneLinks removes links that are long over.
func (p *WaysBack) PruneLinks(ctx context.Context) error {
	for table, row := range map[string]any{
		"password_resets": &resetRow{}, "email_changes": &emailChangeRow{},
	} {
		err := p.gate.Bookkeep(ctx, table, func(tx *db.Tx) error {
			now, err := tx.Now()
			if err != nil {
				return err
			}
			err = db.Across(tx.DB, "what is long over goes, whoever's it was").
				Where("expires_at < ?", db.At(now.Add(-keepLinks))).Delete(row).Error
			if err != nil {
				return fmt.Errorf("prune links: %w", err)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
