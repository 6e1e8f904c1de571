package gate

import (
	"context"
	"fmt"
	"slices"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// FollowMost is how many entries Follow returns at most.
const FollowMost = 200

// Follow reads the entries of a log behind a number, the oldest first, for rooms that carry the log on by themselves:
// streams and alerts. It is not recorded: an entry for each look would itself have to be looked at. Only the system
// follows; what a person sees goes through Log.
func (g *Gate) Follow(
	ctx context.Context, who actor.Actor, scope id.Scope, after int64, limit int,
) ([]activity.Entry, error) {
	if !who.Valid() || who.Kind != actor.System {
		return nil, ErrNoActor
	}
	page, err := g.log.Page(ctx, scope, activity.Filter{
		After: after, Oldest: true, Limit: min(limit, FollowMost),
	})
	if err != nil {
		return nil, fmt.Errorf("follow: %w", err)
	}
	slices.Reverse(page.Entries)
	return page.Entries, nil
}

// End is the number of the newest entry of a log, within a change that holds it.
func (g *Gate) End(tx *db.Tx, scope id.Scope) (int64, error) {
	var seq int64
	if err := tx.Raw("SELECT seq FROM heads WHERE chain = ?", scope).Scan(&seq).Error; err != nil {
		return 0, fmt.Errorf("read the end of a log: %w", err)
	}
	return seq, nil
}
