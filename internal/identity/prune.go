package identity

import (
	"context"
)

// Prune removes what is long over, so that strangers who try many addresses do not fill the disk. A job calls it; what
// it removes is recorded in the log already or was no act of anybody.
func (p *People) Prune(ctx context.Context) error {
	for _, prune := range []func(context.Context) error{
		p.PruneLinks, p.PruneAlerts, p.tries.Prune, p.PruneHalves, p.PruneCeremonies, p.PruneSessions,
	} {
		if err := prune(ctx); err != nil {
			return err
		}
	}
	return nil
}
