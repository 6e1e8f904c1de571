package testkit

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/gate"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/migrations"
	"gatehouse/policies"
)

// World is everything below the domains, on a fresh and migrated database: what app puts together in production.
type World struct {
	Config  db.Config
	Writer  *db.Writer
	Reader  *db.Reader
	Box     *secretbox.Box
	KeyDir  string
	Access  *access.Access
	Log     *activity.Log
	Gate    *gate.Gate
	Outbox  *outbox.Box
	Offset  *clock.Offset // moves the database's time
	Logger  *slog.Logger
	Server  Database // the users of the database; empty on SQLite
	OnMySQL bool
}

// Each runs a test on SQLite and on MariaDB.
func Each(t *testing.T, test func(t *testing.T, w *World)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, NewSQLite(t)) })
	t.Run("mariadb", func(t *testing.T) { t.Parallel(); test(t, NewMariaDB(t)) })
}

// NewSQLite makes a world on an embedded database in a temporary folder.
func NewSQLite(t testing.TB) *World {
	t.Helper()
	path := filepath.Join(t.TempDir(), "gatehouse.db")
	if err := os.WriteFile(path, migrated(t), 0o600); err != nil {
		t.Fatal(err)
	}
	return Open(t, db.Config{Dialect: db.SQLite, Path: path, Relaxed: true}, "")
}

// NewMariaDB makes a world on a fresh database of a real server.
func NewMariaDB(t testing.TB) *World {
	t.Helper()
	server := MariaDBDatabase(t)
	cfg := db.Config{Dialect: db.MySQL, Write: server.Write, Read: server.Read, Migrate: server.Migrate}
	if _, err := db.Migrate(t.Context(), cfg, migrations.Files()); err != nil {
		t.Fatal(err)
	}
	if err := server.GrantTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := Open(t, cfg, "")
	w.Server, w.OnMySQL = server, true
	return w
}

// Open makes a world on a migrated database with the keys in keyDir, or fresh keys where that is empty.
func Open(t testing.TB, cfg db.Config, keyDir string) *World {
	t.Helper()
	w := &World{Offset: &clock.Offset{}, KeyDir: keyDir, Logger: slog.New(slog.DiscardHandler)}
	if testing.Verbose() {
		w.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	cfg.Offset, cfg.Logger = w.Offset, w.Logger
	w.Config = cfg
	var err error
	if w.Writer, w.Reader, err = db.Open(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = w.Writer.Close(), w.Reader.Close() })
	if keyDir == "" {
		w.KeyDir = filepath.Join(t.TempDir(), "keys")
		w.Box, err = secretbox.Create(w.KeyDir)
	} else {
		w.Box, err = secretbox.Open(keyDir)
	}
	if err != nil {
		t.Fatal(err)
	}
	if w.Access, err = access.New(policies.Files()); err != nil {
		t.Fatal(err)
	}
	w.Log = activity.New(w.Reader, w.Box)
	w.Gate = gate.New(w.Writer, w.Reader, w.Access, w.Log, w.Box, w.Logger)
	w.Outbox = outbox.New(w.Writer, w.Reader, w.Box, w.Logger)
	if err := w.Gate.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// Now is the database's time, offset included.
func (w *World) Now(t testing.TB) time.Time {
	t.Helper()
	now, err := w.Reader.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// Count counts the rows of a table that match a condition, behind the guard's back.
func (w *World) Count(t testing.TB, table, where string, args ...any) int64 {
	t.Helper()
	var n int64
	q := db.Across(w.Reader.With(t.Context()), "a test counts")
	if err := q.Raw("SELECT COUNT(*) FROM "+table+" WHERE "+where, args...).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

// migrated is an empty migrated SQLite database, made once.
func migrated(t testing.TB) []byte {
	t.Helper()
	content, err := template()
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// template is made once for all tests of a package.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "gatehouse-template")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "t.db")
	cfg := db.Config{Dialect: db.SQLite, Path: path, Relaxed: true}
	if _, err := db.Migrate(context.Background(), cfg, migrations.Files()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})
