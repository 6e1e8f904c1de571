// Package db opens the database and hands out its two handles: a Reader that cannot write, and a Writer that lends a
// Tx for the length of one transaction. Everything that reaches the database passes a guard, which counts statements,
// refuses what is not confined to its scope, and names a lost database as what it is. Nothing of the product may enter.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"gatehouse/internal/platform/clock"
)

// Dialect is the kind of database.
type Dialect string

// The dialects.
const (
	SQLite Dialect = "sqlite"
	MySQL  Dialect = "mysql" // MariaDB 10.11 or later; MySQL 8 speaks the same, untested
)

const (
	// busyTimeout is how long SQLite waits for another process's write lock.
	busyTimeout = 5 * time.Second
	// statementSeconds bounds a single read on MariaDB (SECURITY.md D1).
	statementSeconds = "5"
)

// Config says where the database is.
type Config struct {
	Dialect  Dialect
	Path     string // SQLite: the database file
	Write    string // MySQL: DSN of the user that writes rows
	Read     string // MySQL: DSN of the user that reads; the writer's with READ ONLY sessions where empty
	Migrate  string // MySQL: DSN of the user that owns the schema; the writer's where empty
	Readers  int    // open read connections at most; 0 = 8
	Writers  int    // MySQL: open write connections at most; 0 = 16
	Relaxed  bool   // SQLite: do not wait for the disk at each commit (tests and benchmarks)
	Offset   *clock.Offset
	Logger   *slog.Logger
	SlowerBy time.Duration // log statements slower than this; 0 = 500 ms
	carries  bool          // MySQL: what nobody waits for is sent together with what comes next
}

// Open connects to a migrated database.
func Open(ctx context.Context, cfg Config) (*Writer, *Reader, error) {
	cfg = cfg.withDefaults()
	write, clustered, err := cfg.writing(ctx)
	if err != nil {
		return nil, nil, err
	}
	read, err := cfg.pool(ctx, true)
	if err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	g, err := newGuard(ctx, cfg, write)
	if err != nil {
		return nil, nil, errors.Join(err, write.Close(), read.Close())
	}
	g.clustered = clustered
	writer, err := cfg.session(g.over(write))
	if err != nil {
		return nil, nil, errors.Join(err, write.Close(), read.Close())
	}
	reader, err := cfg.session(g.over(read))
	if err != nil {
		return nil, nil, errors.Join(err, write.Close(), read.Close())
	}
	return &Writer{pool: write, gorm: writer, guard: g, cfg: cfg}, &Reader{pool: read, gorm: reader, cfg: cfg}, nil
}

func (c Config) withDefaults() Config {
	if c.Readers == 0 {
		c.Readers = 8
	}
	if c.Writers == 0 {
		c.Writers = 16
	}
	if c.SlowerBy == 0 {
		c.SlowerBy = 500 * time.Millisecond
	}
	if c.Offset == nil {
		c.Offset = &clock.Offset{}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// pool opens the connections of one handle and tries them.
func (c Config) pool(ctx context.Context, readOnly bool) (*sql.DB, error) {
	pool, dsn, err := c.source(readOnly)
	if err != nil {
		return nil, err
	}
	limit := c.Writers
	if readOnly {
		limit = c.Readers
	} else if c.Dialect == SQLite {
		limit = 1 // SQLite has one writer; waiting for the pool is fairer than waiting for the file
	}
	pool.SetMaxOpenConns(limit)
	pool.SetMaxIdleConns(limit)
	pool.SetConnMaxLifetime(30 * time.Minute)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), pool.Close())
	}
	if c.Dialect == MySQL && readOnly {
		return c.readOnly(ctx, pool, dsn)
	}
	return pool, nil
}

// source is a pool that has no connection yet, and its address.
func (c Config) source(readOnly bool) (pool *sql.DB, dsn string, err error) {
	if c.Dialect == SQLite {
		dsn = c.sqliteDSN(readOnly)
		connector, err := newPreparing(dsn)
		if err != nil {
			return nil, "", err
		}
		return sql.OpenDB(connector), dsn, nil
	}
	dsn = c.Write
	if readOnly && c.Read != "" {
		dsn = c.Read
	}
	if dsn, err = mysqlDSN(dsn, nil); err != nil {
		return nil, "", err
	}
	if c.carries {
		connector, err := newCarrying(dsn)
		if err != nil {
			return nil, "", err
		}
		return sql.OpenDB(connector), dsn, nil
	}
	if pool, err = sql.Open("mysql", dsn); err != nil {
		return nil, "", fmt.Errorf("open the database: %w", err)
	}
	return pool, dsn, nil
}

func (c Config) sqliteDSN(readOnly bool) string {
	pragmas := []string{
		fmt.Sprintf("_pragma=busy_timeout(%d)", busyTimeout.Milliseconds()),
		"_pragma=journal_mode(WAL)", "_pragma=foreign_keys(1)", "_pragma=cache_size(-2000)",
	}
	switch {
	case readOnly:
		pragmas = append(pragmas, "_pragma=query_only(1)")
	case c.Relaxed:
		pragmas = append(pragmas, "_pragma=synchronous(OFF)", "_txlock=immediate")
	default:
		pragmas = append(pragmas, "_pragma=synchronous(FULL)", "_txlock=immediate")
	}
	return "file:" + filepath.ToSlash(c.Path) + "?" + strings.Join(pragmas, "&")
}

// mysqlDSN adds what every connection needs to an operator's DSN.
func mysqlDSN(dsn string, params map[string]string) (string, error) {
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		return "", fmt.Errorf("the database address is not of the form user:password@tcp(host:port)/name: %w", err)
	}
	cfg.InterpolateParams = true // one round trip a statement; the driver escapes, and utf8mb4 is safe for it
	cfg.ParseTime = true         // the migrations' own tables hold times; ours hold milliseconds
	cfg.ClientFoundRows = true   // "rows affected" means rows that matched: a conditional UPDATE relies on it
	cfg.Collation = "utf8mb4_bin"
	if cfg.Timeout == 0 {
		cfg.Timeout = 5 * time.Second
	}
	if cfg.ReadTimeout == 0 {
		cfg.ReadTimeout = 15 * time.Second
	}
	if cfg.WriteTimeout == 0 {
		cfg.WriteTimeout = 15 * time.Second
	}
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	cfg.Params["time_zone"] = "'+00:00'"
	cfg.Params["sql_mode"] = "'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO'"
	maps.Copy(cfg.Params, params)
	return cfg.FormatDSN(), nil
}

// readOnly reopens a pool with sessions that cannot write. What they are told differs by server: MariaDB has its own
// names, and a member of a cluster is asked to wait until it has seen all that was committed elsewhere, so that
// a right revoked on one node is gone on the next (stale in more than half of the reads otherwise).
func (c Config) readOnly(ctx context.Context, pool *sql.DB, dsn string) (*sql.DB, error) {
	var version string
	if err := pool.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), pool.Close())
	}
	params := map[string]string{"transaction_read_only": "1"}
	if strings.Contains(version, "MariaDB") {
		params = map[string]string{
			"tx_read_only": "1", "max_statement_time": statementSeconds,
			// a bound that is itself looked up by an index is looked up first, and the walk then begins there
			"expensive_subquery_limit": "1000000000",
		}
		if inCluster(ctx, pool) {
			params["wsrep_sync_wait"] = "1"
		}
	}
	if err := pool.Close(); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	dsn, err := mysqlDSN(dsn, params)
	if err != nil {
		return nil, err
	}
	connector, err := newLearning(dsn)
	if err != nil {
		return nil, err
	}
	again := sql.OpenDB(connector)
	again.SetMaxOpenConns(c.Readers)
	again.SetMaxIdleConns(c.Readers)
	again.SetConnMaxLifetime(30 * time.Minute)
	if err := again.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), again.Close())
	}
	return again, nil
}

func (c Config) session(pool gorm.ConnPool) (*gorm.DB, error) {
	dialector := newServer(pool)
	if c.Dialect == SQLite {
		dialector = newSQLite(pool)
	}
	session, err := gorm.Open(dialector, &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		Logger:                 logger.Discard,
		AllowGlobalUpdate:      false,
		DisableAutomaticPing:   true,
	})
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return session, nil
}

// nowSQL is the expression for the database's time in milliseconds since 1970, UTC.
func (d Dialect) nowSQL() string {
	if d == SQLite {
		return "CAST(unixepoch('subsec')*1000 AS INTEGER)"
	}
	return "CAST(UNIX_TIMESTAMP(NOW(3))*1000 AS SIGNED)"
}
