package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"

	"gatehouse/internal/fault"
)

// Committed is what the log says, at its most talkative, of each transaction, with the tables that it wrote.
const Committed = "committed"

// defaultDeadline bounds a transaction whose caller set no deadline.
const defaultDeadline = 15 * time.Second

// Writer makes transactions that write. Only the gate, the outbox, the jobs and the migrations are given one.
type Writer struct {
	pool  *sql.DB
	gorm  *gorm.DB
	guard *guard
	cfg   Config
}

// Tx is one transaction. It ends with the function it was lent to and must not be kept.
type Tx struct {
	*gorm.DB
	dialect   Dialect
	clustered bool
	offset    time.Duration
	now       time.Time
}

// Bounded gives a context that has no deadline the one that a transaction has at the latest.
func Bounded(ctx context.Context) (bounded context.Context, enough context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, defaultDeadline)
}

// Do runs work in one transaction and commits it if it returns nil. Work that loses a conflict (deadlock, lock
// time-out, certification on a cluster, a busy file) runs again until the context's deadline, so it may touch nothing
// but the transaction. It does not run again when the outcome of COMMIT is unknown: that is reported as unavailable.
func (w *Writer) Do(ctx context.Context, work func(tx *Tx) error) error {
	ctx, enough := Bounded(ctx)
	defer enough()
	for attempt := 0; ; attempt++ {
		err := w.once(ctx, work)
		if err == nil || !isConflict(err) {
			return unavailable(err)
		}
		if errors.Is(err, errStale) && ctx.Err() == nil {
			continue // the next connection may live; each dead one is met once
		}
		if !pause(ctx, attempt) {
			return fault.Unavailable("write", fmt.Errorf("conflicts did not end in time: %w", err))
		}
	}
}

func (w *Writer) once(ctx context.Context, work func(tx *Tx) error) (err error) {
	raw, err := w.pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	committing := false
	defer func() {
		if !committing {
			_ = raw.Rollback() // the error that led here says more
		}
	}()
	if err := w.guard.mark(ctx, raw); err != nil {
		return err
	}
	session := w.gorm.Session(&gorm.Session{NewDB: true, Context: ctx})
	lent := w.guard.over(raw)
	if w.cfg.Logger.Enabled(ctx, slog.LevelDebug) {
		lent.wrote = &[]string{}
	}
	session.Statement.ConnPool = lent
	tx := &Tx{DB: session, dialect: w.cfg.Dialect, clustered: w.guard.clustered, offset: w.cfg.Offset.Get()}
	if err := work(tx); err != nil {
		return err
	}
	if err := w.guard.unbroken(ctx, raw); err != nil {
		return err
	}
	committing = true
	if err := raw.Commit(); err != nil {
		if lost := (lostError{}); isConflict(err) || errors.As(err, &lost) {
			return err // certification failed, or what went with it: nothing was written
		}
		return fault.Unavailable("commit", fmt.Errorf("it is not known whether the change was made: %w", err))
	}
	if lent.wrote != nil {
		w.cfg.Logger.DebugContext(ctx, Committed, slog.Any("tables", *lent.wrote))
	}
	return nil
}

// pause waits a little longer after each attempt, with jitter; false when the deadline comes first.
func pause(ctx context.Context, attempt int) bool {
	most := min(2*time.Millisecond<<min(attempt, 8), 250*time.Millisecond)
	timer := time.NewTimer(time.Duration(rand.Int64N(int64(most))) + time.Millisecond)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// Now is the database's time, the same throughout the transaction.
func (tx *Tx) Now() (time.Time, error) {
	if !tx.now.IsZero() {
		return tx.now, nil
	}
	var ms int64
	if err := tx.Raw("SELECT " + tx.dialect.nowSQL()).Scan(&ms).Error; err != nil {
		return time.Time{}, fmt.Errorf("read the database's time: %w", err)
	}
	tx.SetNow(ms)
	return tx.now, nil
}

// NowSQL is the expression for the database's time, for a first statement that reads it along; its result belongs
// into SetNow.
func (tx *Tx) NowSQL() string { return tx.dialect.nowSQL() }

// SetNow takes the database's time that a statement of this transaction read along.
func (tx *Tx) SetNow(milliseconds int64) {
	tx.now = time.UnixMilli(milliseconds).UTC().Add(tx.offset)
}

// Dialect says which database this is, for the few statements that differ.
func (tx *Tx) Dialect() Dialect { return tx.dialect }

// Clustered says whether the database is a node of a cluster, whose nodes take no notice of each other's locks.
func (tx *Tx) Clustered() bool { return tx.clustered }

// Later is the transaction for statements that add what belongs to it, and whose outcome is of use to nobody but the
// commit: on a server they are sent together with what comes next, and at the latest with the commit, which fails where
// one of them does.
func (tx *Tx) Later() *gorm.DB {
	return tx.WithContext(context.WithValue(tx.Statement.Context, laterKey, true))
}

// LockSQL ends a SELECT whose rows nobody else may write, or lock, until the transaction ends. The embedded database
// has one transaction that writes at a time, and needs none.
func (tx *Tx) LockSQL() string {
	if tx.dialect == SQLite {
		return ""
	}
	return " FOR UPDATE"
}

// Dialect says which database this is.
func (w *Writer) Dialect() Dialect { return w.cfg.Dialect }

// Close ends the connections.
func (w *Writer) Close() error {
	if err := w.pool.Close(); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

// Reader reads. Its sessions refuse to write.
type Reader struct {
	pool *sql.DB
	gorm *gorm.DB
	cfg  Config
}

// With starts a read.
func (r *Reader) With(ctx context.Context) *gorm.DB { return r.gorm.WithContext(ctx) }

// Now is the database's time.
func (r *Reader) Now(ctx context.Context) (time.Time, error) {
	var ms int64
	if err := r.With(ctx).Raw("SELECT " + r.cfg.Dialect.nowSQL()).Scan(&ms).Error; err != nil {
		return time.Time{}, fmt.Errorf("read the database's time: %w", err)
	}
	return r.Shift(ms), nil
}

// NowSQL is the expression for the database's time, to be read along with something else; its result belongs into
// Shift.
func (r *Reader) NowSQL() string { return r.cfg.Dialect.nowSQL() }

// Shift turns a database time in milliseconds into the time by which expiry is judged.
func (r *Reader) Shift(milliseconds int64) time.Time {
	return time.UnixMilli(milliseconds).UTC().Add(r.cfg.Offset.Get())
}

// Dialect says which database this is.
func (r *Reader) Dialect() Dialect { return r.cfg.Dialect }

// Ping says whether the database answers.
func (r *Reader) Ping(ctx context.Context) error { return unavailable(r.pool.PingContext(ctx)) }

// Stats are the figures of the connection pool.
func (r *Reader) Stats() sql.DBStats { return r.pool.Stats() }

// Close ends the connections.
func (r *Reader) Close() error {
	if err := r.pool.Close(); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

// IsDuplicate says whether an error is a broken unique index.
func IsDuplicate(err error) bool {
	my, ok := errors.AsType[*mysql.MySQLError](err) // as the commit reports what came later
	return errors.Is(err, gorm.ErrDuplicatedKey) || ok && my.Number == errDuplicate
}

// IsMissing says whether a read found no row.
func IsMissing(err error) bool { return errors.Is(err, gorm.ErrRecordNotFound) }

// One reads at most one row; false where there is none.
func One[T any](q *gorm.DB) (T, bool, error) {
	var rows []T
	if err := q.Limit(1).Find(&rows).Error; err != nil || len(rows) == 0 {
		var none T
		return none, false, err
	}
	return rows[0], true, nil
}
