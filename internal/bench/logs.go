package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"gatehouse/internal/testkit/mariadb"
)

// logs measures a long log on each database.
func (b *bench) logs(ctx context.Context) error {
	if !slices.ContainsFunc([]string{"fill", "log", "asked", "verify"}, b.wanted) {
		return nil
	}
	for _, where := range Databases() {
		if len(b.On) > 0 && !slices.Contains(b.On, where) {
			continue
		}
		look := b.onSQLite
		if where == "mariadb" {
			if b.missing() {
				continue
			}
			look = b.onMariaDB
		}
		if err := look(ctx); err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
	}
	return nil
}

// folder is where a database with a long log is.
func (b *bench) folder(name string) string {
	if b.Data != "" {
		return filepath.Join(b.Data, name)
	}
	return filepath.Join(b.dir, name)
}

func (b *bench) onSQLite(ctx context.Context) error {
	cfg, err := onSQLite(b.folder("sqlite"))
	if err != nil {
		return err
	}
	s, err := stocked(ctx, cfg, nil, planned(b.Entries))
	if err != nil {
		return err
	}
	return errors.Join(b.look(ctx, "SQLite", s, nil), s.Close())
}

func (b *bench) onMariaDB(ctx context.Context) error {
	// The memory that a server with such a log has.
	server, err := mariadb.Keep(ctx, b.folder("mariadb"), "--innodb-buffer-pool-size=1G", "--innodb-log-file-size=512M")
	if err != nil {
		return fmt.Errorf("server: %w", err)
	}
	defer server.Stop()
	database, err := server.KeepDatabase(ctx)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	cfg, err := onMariaDB(b.folder("mariadb-portal"), database)
	if err != nil {
		return err
	}
	s, err := stocked(ctx, cfg, &database, planned(b.Entries))
	if err != nil {
		return err
	}
	return errors.Join(b.look(ctx, "MariaDB", s, server), s.Close())
}

func (b *bench) look(ctx context.Context, where string, s *stock, server *mariadb.Server) error {
	if n := s.loaded.Load(); n > 0 {
		b.title("Filling the log on %s", where)
		b.line("  %d entries through the log's own Append, chained, sealed and counted, and their indexes, in %s: "+
			"%.0f a second.", n, s.took.Round(time.Second), float64(n)/s.took.Seconds())
	}
	if b.wanted("log") {
		if err := log(ctx, b.report, where, s); err != nil {
			return err
		}
	}
	if b.wanted("asked") {
		if err := b.asked(ctx, where, s, server); err != nil {
			return err
		}
	}
	if b.wanted("verify") {
		return verifying(ctx, b.report, b.dir, where, s, server)
	}
	return nil
}
