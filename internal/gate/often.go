package gate

import (
	"encoding/json"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// often is an entry that a change leaves again and again.
type often struct {
	scope  id.Scope
	sample sample
}

// Often makes the entry of a change that somebody who needs little for it can make as often as they like: a password
// that was right, with the second step still to come. It is written the first time in a half hour, in the change's own
// transaction like every entry, and counted from then on, so that nobody fills a log with it.
func (g Grant) Often(a activity.Action, d activity.Details) Entry {
	v := g.must()
	s := newSample(v.who, v.decision.Scope, a, d)
	s.Verb, s.GrantedBy = v.decision.Verb, v.decision.Role
	return Entry{often: []often{{scope: v.decision.Scope, sample: s}}}
}

// countOften counts what a change leaves often, and chains what is the first of its half hour. The head is held.
func (g *Gate) countOften(tx *db.Tx, heads []*activity.Head, o often) error {
	now, err := tx.Now()
	if err != nil {
		return err
	}
	content, err := json.Marshal(o.sample)
	if err != nil {
		return fmt.Errorf("tally: %w", err)
	}
	digest, window := o.sample.digest(o.scope), now.Truncate(tallyWindow).UnixMilli()
	sealed, err := g.box.Seal(string(content), tallyPlace(o.scope.Bytes(), digest))
	if err != nil {
		return fmt.Errorf("tally: %w", err)
	}
	written, err := upsertTally(tx, o.scope, digest, window, now, sealed)
	if err != nil || written > 0 {
		return err
	}
	err = tx.Exec("UPDATE tallies SET written = 1 WHERE chain = ? AND digest = ? AND window_start = ?",
		o.scope, digest[:], window).Error
	if err != nil {
		return fmt.Errorf("tally: %w", err)
	}
	for _, head := range heads {
		if head.Chain() == o.scope {
			return g.chainSample(tx, head, o.sample, 1, time.Time{})
		}
	}
	return fmt.Errorf("%w: %s", ErrNotHeld, o.scope)
}
