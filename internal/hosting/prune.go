package hosting

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/platform/db"
)

// loginsKept is for how long the link of an opened panel is kept: it works for a minute, and says for a year when
// somebody opened a panel last. Who opened what stands in the log.
const loginsKept = 400 * 24 * time.Hour

// PruneLogins removes links to panels that are long over. A job calls it.
func (h *Hosting) PruneLogins(ctx context.Context) error {
	now, err := h.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("prune panel links: %w", err)
	}
	return h.gate.Bookkeep(ctx, tableLogins, func(tx *db.Tx) error {
		return db.Across(tx.DB, "links that are long over, whoever's they were").
			Where("expires_at < ?", db.At(now.Add(-loginsKept))).Delete(&loginRow{}).Error
	})
}
