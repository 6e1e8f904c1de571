package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit/mariadb"
	"gatehouse/internal/verb"
)

const (
	changeSpan = 10 * time.Second
	changesAim = 300 // a second to one account, held for the span, with the chain whole behind it
)

// changes measures how fast one account can change, with one writer and with eight that want it at once.
func changes(ctx context.Context, r report, dir string, server *mariadb.Server) error {
	r.title("Changes to one account, each with its entry in the log")
	r.line("  Lock the head, decide from the membership, read the account, update it, write the entry, move the head, " +
		"commit.")
	r.line("  SQLite waits for the disk at each commit; this MariaDB does not (innodb_flush_log_at_trx_commit=0).")
	r.line("  Each is held for %s, and the chain verified after it.", changeSpan)
	rows := [][]string{row("database", "writers", "changes", fmt.Sprintf("aim %d/s", changesAim), "p50", "p99",
		"processor time of ours", "the server's", "allocations", "chain")}
	h, err := houseOnSQLite(ctx, filepath.Join(dir, "changes"))
	if err != nil {
		return err
	}
	more, err := changesOn(ctx, "SQLite", h, nil)
	if err := errors.Join(err, h.Close()); err != nil {
		return err
	}
	rows = append(rows, more...)
	if server != nil {
		h, drop, err := houseOnMariaDB(ctx, filepath.Join(dir, "changes-mariadb"), server)
		if err != nil {
			return err
		}
		defer drop()
		more, err := changesOn(ctx, "MariaDB", h, server)
		if err := errors.Join(err, h.Close()); err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	r.table(rows...)
	return nil
}

func changesOn(ctx context.Context, where string, h *house, server *mariadb.Server) ([][]string, error) {
	var rows [][]string
	for _, n := range []int{1, 8} {
		workers := make([]once, n)
		for i := range workers {
			workers[i] = h.change
		}
		before, err := serverTime(server)
		if err != nil {
			return nil, err
		}
		f, err := drive(ctx, changeSpan, workers)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", where, err)
		}
		after, err := serverTime(server)
		if err != nil {
			return nil, err
		}
		theirs := "–"
		if server != nil {
			theirs = micro((after - before) / time.Duration(max(f.n, 1)))
		}
		whole, err := h.whole(ctx, f.n)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", where, err)
		}
		rows = append(rows, row(where, strconv.Itoa(n), perSecond(f.rate()), verdict(f.rate() >= changesAim), ms(f.at(0.5)),
			ms(f.at(0.99)), micro(f.each()), theirs, strconv.FormatUint(f.allocations(), 10), whole))
	}
	return rows, nil
}

// serverTime is the processor time that a server has used; none where there is none.
func serverTime(server *mariadb.Server) (time.Duration, error) {
	if server == nil {
		return 0, nil
	}
	used, err := server.ProcessorTime()
	if err != nil {
		return 0, fmt.Errorf("server: %w", err)
	}
	return used, nil
}

// whole verifies the account's chain, which must hold an entry of each change.
func (h *house) whole(ctx context.Context, changes int) (string, error) {
	report, err := h.Log.Verify(ctx, activity.Check{Chain: id.AccountScope(h.account)})
	if err != nil {
		return "", fmt.Errorf("verify: %w", err)
	}
	if !report.OK() || report.Entries < int64(changes) {
		return "BROKEN", nil
	}
	return "whole", nil
}

// change is what the settings form does, but for the check that nobody else changed the account meanwhile.
func (h *house) change(ctx context.Context) error {
	who := actor.Enter(h.owner)
	err := h.Gate.Change(ctx, who, verb.AccountEdit, id.AccountScope(h.account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			account, err := h.Accounts.ByGrant(tx.DB, g)
			if err != nil {
				return gate.Entry{}, fmt.Errorf("read: %w", err)
			}
			done := g.On(tx.Table("accounts")).Updates(map[string]any{"version": gorm.Expr("version + 1")})
			if done.Error != nil {
				return gate.Entry{}, fmt.Errorf("update: %w", done.Error)
			}
			return g.Entry(activity.AccountEdited, activity.Details{
				Target:  activity.TargetOf("account", h.account, account.Name),
				Changes: []activity.Change{{Field: "name", Old: account.Name, New: account.Name}},
			}), nil
		})
	if err != nil {
		return fmt.Errorf("change: %w", err)
	}
	return nil
}
