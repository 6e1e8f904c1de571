package db

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ErrUnscoped is returned for a statement on a scoped table that is not confined to a scope. It means a mistake in the
// program: the Grant was not asked to confine the statement.
var ErrUnscoped = errors.New("db: the statement is not confined to a scope")

// ErrOtherTable is returned for a write that goes beyond the table that a transaction was opened for.
var ErrOtherTable = errors.New("db: this transaction may not write to that table")

type contextKey int

const (
	scopeKey contextKey = iota
	tableKey
	watchKey
	laterKey
)

// scope is the confinement that a statement carries in its context.
type scope struct {
	column string // empty: across scopes, with a reason
	value  []byte
	reason string
}

// WithScope confines a query to the rows whose column has that value. Tables with a column account_id or person_id take
// no other statements. Grants call it; so do the few places that must read before there is one.
func WithScope(q *gorm.DB, column string, value []byte) *gorm.DB {
	ctx := context.WithValue(q.Statement.Context, scopeKey, scope{column: column, value: value})
	return q.WithContext(ctx).Where(clause.Eq{
		Column: clause.Column{Table: clause.CurrentTable, Name: column}, Value: value,
	})
}

// Across lets a statement see the rows of all scopes, for the reason given: looking up who is at the door, the
// provider's own lists, jobs. The places that may call it are listed in archtest.
func Across(q *gorm.DB, reason string) *gorm.DB {
	return q.WithContext(context.WithValue(q.Statement.Context, scopeKey, scope{reason: reason}))
}

// OnlyTable confines the writes of a transaction to one table.
func OnlyTable(tx *Tx, table string) *Tx {
	confined := *tx
	confined.DB = tx.WithContext(context.WithValue(tx.Statement.Context, tableKey, table))
	return &confined
}

// CountStatements returns a context whose statements are counted.
func CountStatements(ctx context.Context) (context.Context, *atomic.Int64) {
	n := &atomic.Int64{}
	return Watch(ctx, func(string, []any) { n.Add(1) }), n
}

// Watch returns a context whose statements are told to a function before they run. Tests and measurements use it.
func Watch(ctx context.Context, told func(text string, args []any)) context.Context {
	return context.WithValue(ctx, watchKey, told)
}

// guard stands before every connection.
type guard struct {
	schema    schema
	log       *slog.Logger
	slower    time.Duration
	clustered bool
	mu        sync.RWMutex
	facts     map[string]facts // by statement text
}

// maxFacts bounds the memory for statement texts; lists of values of every length make new ones.
const maxFacts = 4096

func newGuard(ctx context.Context, cfg Config, pool *sql.DB) (*guard, error) {
	s, err := readSchema(ctx, cfg.Dialect, pool)
	if err != nil {
		return nil, err
	}
	return &guard{schema: s, log: cfg.Logger, slower: cfg.SlowerBy, facts: map[string]facts{}}, nil
}

func (g *guard) over(pool gorm.ConnPool) guarded { return guarded{guard: g, pool: pool} }

// check refuses a statement that reaches beyond its scope.
func (g *guard) check(ctx context.Context, text string, args []any) error {
	f := g.about(text)
	if f.unclear {
		return fmt.Errorf("%w: it is more than one statement, or holds a comment", ErrUnscoped)
	}
	if only, ok := ctx.Value(tableKey).(string); ok && f.writes && f.target != only {
		return fmt.Errorf("%w: %s", ErrOtherTable, f.target)
	}
	if len(f.scoped) == 0 {
		return nil
	}
	s, ok := ctx.Value(scopeKey).(scope)
	if !ok {
		return fmt.Errorf("%w: %s", ErrUnscoped, f.scoped[0])
	}
	if s.column == "" {
		return nil
	}
	if f.loose || !slices.Contains(f.columns, s.column) || !carries(args, s.value) {
		return fmt.Errorf("%w: %s without %s", ErrUnscoped, f.scoped[0], s.column)
	}
	return nil
}

func carries(args []any, value []byte) bool {
	for _, a := range args {
		switch v := a.(type) {
		case []byte:
			if bytes.Equal(v, value) {
				return true
			}
		case Blob:
			if bytes.Equal(v, value) {
				return true
			}
		case interface{ Bytes() []byte }:
			if bytes.Equal(v.Bytes(), value) {
				return true
			}
		}
	}
	return false
}

func (g *guard) about(text string) facts {
	g.mu.RLock()
	f, ok := g.facts[text]
	g.mu.RUnlock()
	if ok {
		return f
	}
	f = g.schema.analyse(text)
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.facts) >= maxFacts {
		clear(g.facts)
	}
	g.facts[text] = f
	return f
}

// guarded is a connection, a pool or a transaction with the guard before it.
type guarded struct {
	guard *guard
	pool  gorm.ConnPool
	wrote *[]string // the tables written, where somebody wants to know
}

func (p guarded) before(ctx context.Context, text string, args []any) (func(error) error, error) {
	if told, ok := ctx.Value(watchKey).(func(text string, args []any)); ok {
		told(text, args)
	}
	if err := p.guard.check(ctx, text, args); err != nil {
		p.guard.log.ErrorContext(ctx, "a statement was refused", slog.Any("error", err), slog.String("sql", text))
		return nil, err
	}
	p.note(text)
	start := time.Now() //nolint:forbidigo // how long it took on this machine, not when it was
	return func(err error) error {
		if took := time.Since(start); took > p.guard.slower {
			p.guard.log.WarnContext(ctx, "slow statement", slog.Duration("took", took), slog.String("sql", text))
		}
		return unavailable(err)
	}, nil
}

// note takes down the table that a statement writes.
func (p guarded) note(text string) {
	if p.wrote == nil {
		return
	}
	if f := p.guard.about(text); f.writes && !slices.Contains(*p.wrote, f.target) {
		*p.wrote = append(*p.wrote, f.target)
	}
}

// PrepareContext refuses: a prepared statement would not be seen again when it runs.
func (p guarded) PrepareContext(context.Context, string) (*sql.Stmt, error) {
	return nil, errors.New("db: statements are not prepared by hand")
}

// ExecContext runs a statement.
func (p guarded) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	after, err := p.before(ctx, text, args)
	if err != nil {
		return nil, err
	}
	res, err := p.pool.ExecContext(ctx, text, args...)
	return res, after(p.given(ctx, err))
}

// QueryContext runs a query.
func (p guarded) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	after, err := p.before(ctx, text, args)
	if err != nil {
		return nil, err
	}
	rows, err := p.pool.QueryContext(ctx, text, args...)
	return rows, after(err)
}

// QueryRowContext runs a query for one row. A refusal cannot be told in a Row, so it runs with a context that is over.
func (p guarded) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	after, err := p.before(ctx, text, args)
	if err != nil {
		over, cancel := context.WithCancelCause(ctx)
		cancel(err)
		return p.pool.QueryRowContext(over, "SELECT 1")
	}
	row := p.pool.QueryRowContext(ctx, text, args...)
	_ = after(row.Err())
	return row
}
