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

// Migrate brings the schema up to date and returns the names of the migrations that ran. Several nodes may start at
// once: on MariaDB a lock table lets one of them work; on SQLite the file's write lock does.
func Migrate(ctx context.Context, cfg Config, files fs.FS) (_ []string, err error) {
	cfg = cfg.withDefaults()
	if cfg.Migrate != "" {
		cfg.Write = cfg.Migrate
	}
	pool, err := cfg.pool(ctx, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	provider, err := migrations(cfg, pool, files)
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

// Pending counts the migrations that have not run yet.
func Pending(ctx context.Context, cfg Config, files fs.FS) (_ int, err error) {
	cfg = cfg.withDefaults()
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

func migrations(cfg Config, pool *sql.DB, files fs.FS) (*goose.Provider, error) {
	folder, err := fs.Sub(files, string(cfg.Dialect))
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{}
	if cfg.Dialect == MySQL {
		dialect = goose.DialectMySQL
		locker, err := lock.NewMySQLTableLocker()
		if err != nil {
			return nil, fmt.Errorf("migrations: %w", err)
		}
		options = append(options, goose.WithLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, pool, folder, options...)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return provider, nil
}
