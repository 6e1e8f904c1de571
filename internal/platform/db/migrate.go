package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// migrators is how many connections a migration on MariaDB needs at least: the lock is held on one of its own.
const migrators = 4

// Migrate brings the schema up to date and returns the names of the migrations that ran. Several nodes may start at
// once: on MariaDB a lock table lets one of them work; on SQLite the file's write lock does.
func Migrate(ctx context.Context, cfg Config, files fs.FS) (_ []string, err error) {
	cfg = cfg.withDefaults()
	cfg.Writers = max(cfg.Writers, migrators)
	if cfg.Migrate != "" {
		cfg.Write = cfg.Migrate
	}
	pool, err := cfg.pool(ctx, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	locked, err := locker(cfg.Dialect)
	if err != nil {
		return nil, err
	}
	provider, err := migrations(cfg, pool, files, locked...)
	if err != nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	names := make([]string, 0, len(results))
	for _, r := range results {
		names = append(names, r.Source.Path)
	}
	return names, nil
}

// Pending counts the migrations that have not run yet. It takes no lock: the program's own user may only look.
func Pending(ctx context.Context, cfg Config, files fs.FS) (_ int, err error) {
	cfg = cfg.withDefaults()
	cfg.Writers = max(cfg.Writers, migrators)
	pool, err := cfg.pool(ctx, false)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	provider, err := migrations(cfg, pool, files)
	if err != nil {
		return 0, err
	}
	status, err := provider.Status(ctx)
	if err != nil {
		return 0, fmt.Errorf("look at migrations: %w", err)
	}
	n := 0
	for _, s := range status {
		if s.State == goose.StatePending {
			n++
		}
	}
	return n, nil
}

// locker lets one of several nodes migrate at a time.
func locker(dialect Dialect) ([]goose.ProviderOption, error) {
	if dialect != MySQL {
		return nil, nil
	}
	table, err := lock.NewMySQLTableLocker()
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return []goose.ProviderOption{goose.WithLocker(table)}, nil
}

func migrations(cfg Config, pool *sql.DB, files fs.FS, options ...goose.ProviderOption) (*goose.Provider, error) {
	folder, err := fs.Sub(files, string(cfg.Dialect))
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	dialect := goose.DialectSQLite3
	if cfg.Dialect == MySQL {
		dialect = goose.DialectMySQL
	}
	provider, err := goose.NewProvider(dialect, pool, folder, options...)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return provider, nil
}
