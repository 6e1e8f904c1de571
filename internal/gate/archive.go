package gate

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// archivist is who moves old entries into the archive.
func archivist() actor.Actor { return actor.NewSystem("retention of the log") }

// Old reads the entries of a log behind a number, the oldest first, for the archive alone. Like what is followed, it is
// not recorded; that entries were moved is.
func (g *Gate) Old(ctx context.Context, scope id.Scope, after int64) (list []activity.Record, next int64, err error) {
	all := activity.Stretch{After: after, UpTo: math.MaxInt64 - 1, Limit: FollowMost}
	if list, next, err = g.log.Records(ctx, scope, all); err != nil {
		return nil, 0, fmt.Errorf("read old entries: %w", err)
	}
	return list, next, nil
}

// archiveTime bounds how long a segment may take to leave its log: it is thousands of entries, and nobody waits for it.
const archiveTime = 2 * time.Minute

// Archived takes the entries of a segment, which lies in the archive by now, out of their log, and says so in it. Only
// a database user who may delete entries gets through.
func (g *Gate) Archived(ctx context.Context, s activity.Segment, list []activity.Entry) error {
	ctx, cancel := context.WithTimeout(ctx, archiveTime)
	defer cancel()
	return g.Change(ctx, archivist(), verb.PoliciesManage, s.Chain, func(tx *db.Tx, grant Grant) (Entry, error) {
		if err := g.log.Cut(tx, s, list); err != nil {
			return Entry{}, err
		}
		what := activity.Target{
			Kind: "segment", ID: strconv.FormatInt(s.Number, 10),
			Label: fmt.Sprintf("%d entries (%d to %d)", s.Entries, s.First, s.Last),
		}
		if s.Entries == 1 {
			what.Label = fmt.Sprintf("entry %d", s.First)
		}
		return grant.Entry(activity.LogArchived, activity.Details{
			Target: what, Changes: []activity.Change{{Field: "file", New: s.File}},
		}), nil
	})
}
