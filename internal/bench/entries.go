package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/mariadb"
)

const (
	pageLength  = 50
	farPage     = 1000
	depthAim    = 1.2 // page 1,000 against page 1, and the long log against the short one
	shortLog    = 1_000
	entryRounds = 12
	entrySpell  = 150 * time.Millisecond
)

// view is one way to look at a log: a filter, and which share of the entries fits it.
type view struct {
	name   string
	filter activity.Filter
	share  float64
}

// views are the filters, with values that the loaded entries have.
func views(s testkit.Cast, from time.Time) []view {
	const person, service, refused = 10, 3 * 4, 20 // one in so many, as testkit makes them
	return []view{
		{"no filter", activity.Filter{}, 1},
		{"person", activity.Filter{Person: s.People[0]}, 1.0 / person},
		{"action", activity.Filter{Action: activity.InvoicePaid}, 1.0 / 4},
		{"category", activity.Filter{Category: activity.CategoryBilling}, 1.0 / 4},
		{"outcome", activity.Filter{Outcome: activity.RefusedResult}, 1.0 / refused},
		{"service", activity.Filter{Service: s.Services[0]}, 1.0 / service},
		{"period", activity.Filter{From: from, To: from.Add(24 * time.Hour)}, 1},
		{"failed and refused", activity.Filter{Unsuccessful: true}, 1.0 / refused},
		{"staff access", activity.Filter{Kind: actor.Staff}, 0},
		{"access changes", activity.Filter{Category: activity.CategoryAccess, Mode: activity.Writing}, 1.0 / 5},
		{"person and outcome", activity.Filter{Person: s.People[person-1], Outcome: activity.RefusedResult}, 1.0 / refused},
		{"person and outcome, none", activity.Filter{Person: s.People[0], Outcome: activity.RefusedResult}, 0},
	}
}

// log measures pages of a log of n entries against those of a short one in the same database.
func log(ctx context.Context, r report, dir string, n int, server *mariadb.Server) error {
	h, err := houseOnSQLite(ctx, filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	if err := errors.Join(logOn(ctx, r, "SQLite", h, n), h.Close()); err != nil || server == nil {
		return err
	}
	if err := roomier(ctx, server); err != nil {
		return err
	}
	h, drop, err := houseOnMariaDB(ctx, filepath.Join(dir, "log-mariadb"), server)
	if err != nil {
		return err
	}
	defer drop()
	return errors.Join(logOn(ctx, r, "MariaDB", h, n), h.Close())
}

// roomier gives the test server the memory that a server with such a log has.
func roomier(ctx context.Context, server *mariadb.Server) (err error) {
	pool, err := sql.Open("mysql", server.DSN())
	if err != nil {
		return fmt.Errorf("server: %w", err)
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	if _, err := pool.ExecContext(ctx, "SET GLOBAL innodb_buffer_pool_size = 1024 * 1024 * 1024"); err != nil {
		return fmt.Errorf("server: %w", err)
	}
	return nil
}

func logOn(ctx context.Context, r report, where string, h *house, n int) error {
	l := testkit.Loader{Writer: h.Writer, Log: h.Log, Gate: h.Gate}
	from := time.Now().Add(-time.Hour)
	short, long := id.AccountScope(id.New[id.AccountKind]()), id.AccountScope(id.New[id.AccountKind]())
	brief, err := l.Entries(ctx, short, shortLog)
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	begin := time.Now()
	cast, err := l.Entries(ctx, long, n)
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	took := time.Since(begin)
	r.title("The log on %s: %d entries against %d, page %d against page 1", where, n, shortLog, farPage)
	r.line("  Loaded through the log's own Append, chained and sealed: %.0f entries/s.", float64(n)/took.Seconds())
	aim := fmt.Sprintf("aim %.1f", depthAim)
	rows := [][]string{row("filter", fmt.Sprintf("page 1 of %d", shortLog), fmt.Sprintf("page 1 of %d", n), "ratio", aim,
		fmt.Sprintf("page %d", farPage), "ratio", aim, "p99")}
	few := views(brief, from)
	for i, v := range views(cast, from) {
		cells, err := v.measure(ctx, h, [2]id.Scope{short, long}, few[i].filter, n)
		if err != nil {
			return fmt.Errorf("%s: %w", v.name, err)
		}
		rows = append(rows, cells)
	}
	r.table(rows...)
	return nil
}

// measure reads the page of the short log, the first of the long one and a late one, in turns.
func (v view) measure(
	ctx context.Context, h *house, chains [2]id.Scope, short activity.Filter, n int,
) ([]string, error) {
	late := v.filter
	if v.share > 0 {
		late.Before = max(int64(n)-int64((farPage-1)*pageLength/v.share), int64(2*pageLength/v.share))
	} else {
		late.Before = int64(n) / 2
	}
	f, err := inTurns(ctx, entryRounds, entrySpell,
		v.reading(h, chains[0], short), v.reading(h, chains[1], v.filter), v.reading(h, chains[1], late))
	if err != nil {
		return nil, err
	}
	first, one, far := f[0].at(0.5), f[1].at(0.5), f[2].at(0.5)
	grown, deep := float64(one)/float64(first), float64(far)/float64(one)
	judged := verdict(grown <= depthAim)
	if v.share == 0 {
		judged = "looks at 5,000"
	}
	return row(v.name, micro(first), micro(one), ratio(grown), judged, micro(far), ratio(deep), verdict(deep <= depthAim),
		micro(f[2].at(0.99))), nil
}

func (v view) reading(h *house, chain id.Scope, f activity.Filter) []once {
	return []once{func(ctx context.Context) error {
		page, err := h.Log.Page(ctx, chain, f)
		if err != nil {
			return fmt.Errorf("page: %w", err)
		}
		if v.share > 0 && len(page.Entries) != pageLength {
			return fmt.Errorf("the page has %d entries", len(page.Entries))
		}
		return nil
	}}
}

func houseOnSQLite(ctx context.Context, dir string) (*house, error) {
	cfg, err := onSQLite(dir)
	if err != nil {
		return nil, err
	}
	return furnish(ctx, cfg, nil)
}

func houseOnMariaDB(ctx context.Context, dir string, server *mariadb.Server) (*house, func(), error) {
	database, err := mariadb.CreateDatabase(ctx, server.DSN())
	if err != nil {
		return nil, nil, fmt.Errorf("database: %w", err)
	}
	drop := func() { _ = database.Drop(context.WithoutCancel(ctx)) } // the server's folder goes anyway
	cfg, err := onMariaDB(dir, database)
	if err != nil {
		drop()
		return nil, nil, err
	}
	h, err := furnish(ctx, cfg, &database)
	if err != nil {
		drop()
		return nil, nil, err
	}
	return h, drop, nil
}
