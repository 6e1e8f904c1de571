package watch

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

const (
	chainsAtOnce = 200
	// overlap is by how much looking for logs that moved goes back: a change commits after the time that it carries.
	overlap = 2 * time.Minute
	// sweepEvery is how often all logs are looked at, whatever the clocks said meanwhile.
	sweepEvery = time.Hour
)

type cursorRow struct {
	Chain db.Blob `gorm:"primaryKey"`
	Seq   int64
}

// TableName names the table.
func (cursorRow) TableName() string { return tableCursors }

func all() db.Blob { return make(db.Blob, 16) }

// Look looks at what came into the logs of accounts and people since the last time, and leaves word of what a rule
// applies to. It may run on several nodes: an entry raises an alert once. A job calls it.
func (a *Watch) Look(ctx context.Context) error {
	now, err := a.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("watch the logs: %w", err)
	}
	at, found, err := db.One[cursorRow](a.reader.With(ctx).Where("chain = ?", all()))
	if err != nil {
		return fmt.Errorf("watch the logs: %w", err)
	}
	if !found {
		return a.begin(ctx, now)
	}
	seen := time.UnixMilli(at.Seq)
	from := seen.Add(-overlap)
	if now.Before(seen) || !now.Truncate(sweepEvery).Equal(seen.Truncate(sweepEvery)) {
		from = time.Time{}
	}
	after := db.Blob{}
	for {
		moved, err := a.moved(ctx, from, after)
		if err != nil {
			return err
		}
		for _, m := range moved {
			if err := a.along(ctx, m.scope, m.seq); err != nil {
				return err
			}
			after = m.scope.Bytes()
		}
		if len(moved) < chainsAtOnce {
			return a.note(ctx, all(), now.UnixMilli())
		}
	}
}

// begin puts the cursors at the present ends: of what was before nobody is told.
func (a *Watch) begin(ctx context.Context, now time.Time) error {
	err := a.gate.Bookkeep(ctx, tableCursors, func(tx *db.Tx) error {
		ignore := "INSERT INTO alert_cursors (chain, seq) SELECT chain, seq FROM heads WHERE kind <> 'provider' "
		if tx.Dialect() == db.SQLite {
			ignore += "ON CONFLICT (chain) DO NOTHING"
		} else {
			ignore += "ON DUPLICATE KEY UPDATE alert_cursors.seq = alert_cursors.seq"
		}
		return tx.Exec(ignore).Error
	})
	if err != nil {
		return err
	}
	return a.note(ctx, all(), now.UnixMilli())
}

type movedChain struct {
	scope id.Scope
	seq   int64
}

func (a *Watch) moved(ctx context.Context, from time.Time, after db.Blob) ([]movedChain, error) {
	var rows []struct {
		Chain db.Blob
		Kind  string
		Seq   int64
	}
	err := a.reader.With(ctx).Raw("SELECT h.chain, h.kind, COALESCE(c.seq, 0) AS seq FROM heads h LEFT JOIN "+
		"alert_cursors c ON c.chain = h.chain WHERE h.changed_at >= ? AND h.chain > ? AND h.kind <> 'provider' "+
		"AND h.seq > COALESCE(c.seq, 0) ORDER BY h.chain LIMIT ?", max(from.UnixMilli(), 0), after, chainsAtOnce).
		Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("watch the logs: %w", err)
	}
	list := make([]movedChain, 0, len(rows))
	for _, r := range rows {
		if scope, ok := id.ScopeOf(id.ScopeKind(r.Kind), r.Chain); ok {
			list = append(list, movedChain{scope, r.Seq})
		}
	}
	return list, nil
}

// along looks at a log from its cursor to its end.
func (a *Watch) along(ctx context.Context, chain id.Scope, after int64) error {
	for {
		entries, err := a.gate.Follow(ctx, actor.NewSystem("alerts"), chain, after, gate.FollowMost)
		if err != nil || len(entries) == 0 {
			return err
		}
		for i := range entries {
			if err := a.look(ctx, &entries[i]); err != nil {
				return err
			}
		}
		after = entries[len(entries)-1].Seq
		if err := a.note(ctx, chain.Bytes(), after); err != nil {
			return err
		}
	}
}

// note says how far a log was looked through.
func (a *Watch) note(ctx context.Context, chain db.Blob, seq int64) error {
	return a.gate.Bookkeep(ctx, tableCursors, func(tx *db.Tx) error {
		onto := clause.OnConflict{
			Columns: []clause.Column{{Name: "chain"}}, DoUpdates: clause.AssignmentColumns([]string{"seq"}),
		}
		return tx.Clauses(onto).Create(&cursorRow{Chain: chain, Seq: seq}).Error
	})
}

// look holds an entry against the rules.
func (a *Watch) look(ctx context.Context, e *activity.Entry) error {
	came, err := a.came(ctx, e)
	if err != nil {
		return err
	}
	account, ok := e.Chain.Account()
	if !ok {
		return a.lookAtPerson(ctx, e, came)
	}
	for _, rule := range append(a.applies(e), came...) {
		if err := a.raise(ctx, account, e, rule); err != nil {
			return err
		}
	}
	return nil
}

// lookAtPerson tells somebody of what is in their own log, and their accounts of what concerns these.
func (a *Watch) lookAtPerson(ctx context.Context, e *activity.Entry, came []Rule) error {
	own, others := came, []Rule{}
	for _, rule := range came {
		if rule == FailedThenIn {
			others = append(others, rule)
		}
	}
	switch {
	case e.Outcome != activity.Success:
	case e.Action == activity.ExportTaken:
		own = append(own, LogTaken)
	case e.Action == activity.FactorRemoved:
		others = append(others, FactorRemoved)
	}
	for _, rule := range own {
		if err := a.tellPerson(ctx, e, rule); err != nil {
			return err
		}
	}
	for _, rule := range others {
		if err := a.raiseInAccounts(ctx, e, rule); err != nil {
			return err
		}
	}
	return nil
}
