package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/db"
	"gatehouse/migrations"
)

func (a *App) database() db.Config { return Database(a.Config, a.Offset, a.Logger) }

// Database is where a configuration says the data is.
func Database(cfg *config.Config, offset *clock.Offset, logger *slog.Logger) db.Config {
	d := db.Config{
		Dialect: db.SQLite, Path: cfg.Database.WriteDSN.Reveal(), Offset: offset, Logger: logger,
		Readers: cfg.Database.ReadPool, Writers: cfg.Database.WritePool, Relaxed: cfg.Demo,
	}
	if cfg.Database.Driver == config.MySQL {
		d.Dialect, d.Path = db.MySQL, ""
		d.Write, d.Read = cfg.Database.WriteDSN.Reveal(), cfg.Database.ReadDSN.Reveal()
		d.Migrate = cfg.Database.MigrateDSN.Reveal()
	}
	return d
}

// Migrate brings the schema up to date and returns the names of the migrations that ran.
func Migrate(ctx context.Context, cfg *config.Config, logger *slog.Logger) ([]string, error) {
	d := Database(cfg, nil, logger)
	if d.Dialect == db.SQLite {
		if err := os.MkdirAll(filepath.Dir(d.Path), 0o700); err != nil {
			return nil, fmt.Errorf("make the data folder: %w", err)
		}
	}
	return db.Migrate(ctx, d, migrations.Files())
}
