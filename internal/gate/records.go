package gate

import (
	"context"
	"fmt"
	"slices"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// Records reads a stretch of the log that a grant is over, from its oldest entry on, as far as whom it was granted to
// may see it. Gatehouse itself reads for whoever asked it to, by a filter that holds what they may see.
func (g *Gate) Records(
	ctx context.Context, grant Grant, s activity.Stretch,
) (list []activity.Record, next int64, err error) {
	d := grant.must().decision
	reads := []verb.Verb{verb.ActivityView, verb.ActivityExport, verb.SelfView, verb.SelfManage, verb.AuditView}
	if !slices.Contains(reads, d.Verb) && grant.Who().Kind != actor.System {
		panic("gate: " + string(d.Verb) + " does not let anybody read a log")
	}
	if d.Own {
		s.Filter.Person, s.Filter.OwnOnly = grant.Who().Person, true
	}
	if list, next, err = g.log.Records(ctx, d.Scope, s); err != nil {
		return nil, 0, fmt.Errorf("records: %w", err)
	}
	return list, next, nil
}

// ArchivedIn is the segment that an entry lies in since its time in the log was up; false where it lies in none.
// Whoever may only see what they did themselves is told of none: whose entry it was, nobody here knows any more.
func (g *Gate) ArchivedIn(
	ctx context.Context, who actor.Actor, v verb.Verb, scope id.Scope, seq int64,
) (activity.Segment, bool, error) {
	grant, err := g.View(ctx, who, v, scope)
	if err != nil || grant.Decision().Own {
		return activity.Segment{}, false, err
	}
	s, found, err := g.log.ArchivedIn(ctx, grant.Scope(), seq)
	if err != nil {
		return activity.Segment{}, false, fmt.Errorf("archived entry: %w", err)
	}
	return s, found, nil
}
