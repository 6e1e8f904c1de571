package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/db"
)

// worthIt is from how many missing entries on the indexes are left out while filling.
const worthIt = 200_000

// quickly fills a log without waiting for the disk at each commit. Where much is missing, the indexes that only pages
// need are left out meanwhile and made at the end, which takes a fraction of the time and comes to the same.
func (s *stock) quickly(ctx context.Context, fill func(*db.Writer) error) (err error) {
	w, done, err := s.relaxed(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	missing, err := s.missing(ctx)
	if err != nil {
		return err
	}
	if missing >= worthIt && len(s.Again) == 0 {
		if err := s.bare(ctx); err != nil {
			return fmt.Errorf("leave the indexes out: %w", err)
		}
	}
	if err := fill(w); err != nil {
		return err
	}
	return s.complete(ctx)
}

// relaxed is a writer of the same database for filling.
func (s *stock) relaxed(ctx context.Context) (*db.Writer, func() error, error) {
	if s.Config.Database.Driver != config.SQLite {
		return s.Writer, func() error { return nil }, nil // its server waits for no disk
	}
	w, r, err := db.Open(ctx, db.Config{Dialect: db.SQLite, Path: s.Config.Database.WriteDSN.Reveal(), Relaxed: true})
	if err != nil {
		return nil, nil, fmt.Errorf("open: %w", err)
	}
	return w, func() error { return errors.Join(w.Close(), r.Close()) }, nil
}

// missing is how many entries are to be added.
func (s *stock) missing(ctx context.Context) (int, error) {
	pool, err := s.schema()
	if err != nil {
		return 0, err
	}
	defer func() { _ = pool.Close() }()
	var n int
	err = pool.QueryRowContext(ctx, "SELECT COALESCE(SUM(seq), 0) FROM heads WHERE kind = 'account'").Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count: %w", err)
	}
	return s.entries - n, nil
}

// schema is a connection that may change the schema, and takes as long as that does.
func (s *stock) schema() (*sql.DB, error) {
	driver, dsn := "sqlite", "file:"+s.Config.Database.WriteDSN.Reveal()+
		"?_pragma=busy_timeout(5000)&_pragma=synchronous(0)&_pragma=cache_size(-400000)"
	if d := s.Config.Database; d.Driver != config.SQLite {
		driver, dsn = "mysql", d.MigrateDSN.Reveal()
	}
	pool, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	pool.SetMaxOpenConns(1)
	return pool, nil
}

// leftOut reads the statements that make what is left out, and those that leave it out.
func (s *stock) leftOut(ctx context.Context, pool *sql.DB) (again, out []string, err error) {
	query := "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN ('entries', " +
		"'entry_personal') AND (type = 'index' OR name = 'entries_never_replaced') ORDER BY name"
	if s.Config.Database.Driver != config.SQLite {
		query = "SELECT GROUP_CONCAT('DROP KEY ', name ORDER BY name SEPARATOR ', '), table_name, " +
			"GROUP_CONCAT('ADD KEY ', name, ' (', list, ')' ORDER BY name SEPARATOR ', ') FROM (" +
			"SELECT table_name, index_name AS name, GROUP_CONCAT(column_name ORDER BY seq_in_index SEPARATOR ', ') AS list " +
			"FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY' " +
			"AND table_name IN ('entries', 'entry_personal') GROUP BY table_name, index_name) k GROUP BY table_name"
	}
	rows, err := pool.QueryContext(ctx, query)
	if err != nil {
		return nil, nil, fmt.Errorf("read the schema: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var name, kind, text string
		if err := rows.Scan(&name, &kind, &text); err != nil {
			return nil, nil, fmt.Errorf("read the schema: %w", err)
		}
		if s.Config.Database.Driver == config.SQLite {
			again, out = append(again, text), append(out, "DROP "+strings.ToUpper(kind)+" "+name)
		} else {
			again, out = append(again, "ALTER TABLE "+kind+" "+text), append(out, "ALTER TABLE "+kind+" "+name)
		}
	}
	return again, out, rows.Err()
}

// bare leaves out what a quick filling does without, after writing down how it is put back.
func (s *stock) bare(ctx context.Context) error {
	pool, err := s.schema()
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	again, out, err := s.leftOut(ctx, pool)
	if err != nil {
		return err
	}
	s.Again = again
	if err := s.remember(); err != nil {
		return err
	}
	for _, text := range out {
		if _, err := pool.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	return nil
}

// complete puts back what was left out.
func (s *stock) complete(ctx context.Context) error {
	if len(s.Again) == 0 {
		return nil
	}
	pool, err := s.schema()
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	for len(s.Again) > 0 {
		if _, err := pool.ExecContext(ctx, s.Again[0]); err != nil {
			return fmt.Errorf("%s: %w", s.Again[0], err)
		}
		s.Again = s.Again[1:]
		if err := s.remember(); err != nil {
			return err
		}
	}
	return nil
}
