package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Triggers are the names of the triggers in the database, in order. On MariaDB only a user who may make triggers sees
// them: known is false where the configuration names no such user beside the program's own.
func Triggers(ctx context.Context, cfg Config) (names []string, known bool, err error) {
	cfg = cfg.withDefaults()
	text := "SELECT name FROM sqlite_master WHERE type = 'trigger'"
	if cfg.Dialect == MySQL {
		if cfg.Migrate == "" || cfg.Migrate == cfg.Write {
			return nil, false, nil
		}
		cfg.Write = cfg.Migrate
		text = "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
	}
	pool, err := cfg.pool(ctx, false)
	if err != nil {
		return nil, false, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	rows, err := pool.QueryContext(ctx, text)
	if err != nil {
		return nil, false, fmt.Errorf("look for triggers: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, false, fmt.Errorf("look for triggers: %w", err)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names, true, rows.Err()
}
