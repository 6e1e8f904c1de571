package db

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// Each statement is a journey to the server and back, and whoever changes an account holds its log meanwhile. So what
// nobody waits for is carried along with what comes next: the begin of a transaction with its first statement, and what
// was said to come Later with the commit. They arrive as one text, which the server runs one by one up to the first
// that fails, so that nothing is committed unless all before it worked.

const (
	// carriedMost bounds the values that wait, in bytes; a server takes a text of sixteen million.
	carriedMost = 1 << 20
	// errCommitFailed is how MariaDB reports a COMMIT that failed: all before it worked.
	errCommitFailed = 1180
)

var (
	// errStale says that the server had gone before the transaction began: nothing of it was done.
	errStale = errors.New("db: the connection was lost before the transaction began")
	// errStacked refuses a text of several statements: only this file puts some together.
	errStacked = errors.New("db: a text holds more than one statement")
)

// newCarrying opens connections to a server that save journeys.
func newCarrying(dsn string) (driver.Connector, error) {
	c, err := toServer(dsn, true)
	if err != nil {
		return nil, err
	}
	return carriers{c}, nil
}

type carriers struct{ driver.Connector }

// Connect opens a connection.
func (c carriers) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := connect[serverConnection](ctx, c.Connector)
	if err != nil {
		return nil, err // the pool's caller names it
	}
	return &carrying{serverConnection: conn}, nil
}

// serverConnection is what the pool uses of the driver's connection to a server.
type serverConnection interface {
	connection
	driver.ExecerContext
	driver.QueryerContext
	driver.NamedValueChecker
}

// carried is a statement that waits.
type carried struct {
	text string
	args []driver.NamedValue
}

// carrying is a connection that carries statements along. The pool lends it to one user at a time.
type carrying struct {
	serverConnection

	within  bool // a transaction
	begun   bool // the server knows of it
	waiting []carried
	size    int  // of the values that wait
	late    bool // among what waits is something of a change's own
	failed  bool // not all of that was done: the transaction can only be undone
	useless bool
}

// BeginTx begins a transaction with its first statement.
func (c *carrying) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if o != (driver.TxOptions{}) {
		return c.serverConnection.BeginTx(ctx, o) // the driver's errors are told apart by their type
	}
	c.rest()
	c.within, c.waiting = true, []carried{{text: "START TRANSACTION"}}
	return lentTx{c}, nil
}

// lentTx is the transaction that a carrying connection has open.
type lentTx struct{ c *carrying }

// Commit sends what waits, and the end.
func (t lentTx) Commit() error { return t.c.commit() }

// Rollback forgets what waits, and undoes the rest.
func (t lentTx) Rollback() error { return t.c.undo() }

func (c *carrying) commit() error {
	if c.failed {
		return errors.Join(lostError{errors.New("what belongs to the change was not written")}, c.undo())
	}
	if !c.begun && !c.late {
		c.rest()
		return nil // it did nothing
	}
	late := c.late
	_, err := carry(context.Background(), c, "COMMIT", nil, c.serverConnection.ExecContext)
	if my, ok := errors.AsType[*mysql.MySQLError](err); ok && late && my.Number != errCommitFailed {
		return errors.Join(lostError{err}, c.undo())
	}
	c.rest()
	return err // as above
}

func (c *carrying) undo() error {
	begun := c.begun
	c.rest()
	if !begun {
		return nil
	}
	_, err := c.serverConnection.ExecContext(context.Background(), "ROLLBACK", nil)
	c.useless = c.useless || err != nil
	return err // as above
}

func (c *carrying) rest() {
	c.within, c.begun, c.waiting, c.size, c.late, c.failed = false, false, nil, 0, false, false
}

// ExecContext runs a statement, or has it wait where it may come later.
func (c *carrying) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	if later, _ := ctx.Value(laterKey).(bool); later && c.within && c.wait(text, args) {
		return driver.RowsAffected(0), nil
	}
	return carry(ctx, c, text, args, c.serverConnection.ExecContext)
}

// QueryContext runs a query.
func (c *carrying) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	return carry(ctx, c, text, args, c.serverConnection.QueryContext)
}

// PrepareContext prepares a statement whose values the driver cannot write into its text.
func (c *carrying) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	if err := c.ahead(ctx); err != nil {
		return nil, err
	}
	return c.serverConnection.PrepareContext(ctx, text) // as above
}

// wait takes down a statement for later, where there is room. Its bytes belong to the caller, who may write to them.
func (c *carrying) wait(text string, args []driver.NamedValue) bool {
	s, size := carried{text, slices.Clone(args)}, len(text)
	for i, a := range args {
		if b, ok := a.Value.([]byte); ok {
			s.args[i].Value = bytes.Clone(b)
			size += len(b)
		}
	}
	if c.size+size > carriedMost || strings.Contains(text, ";") {
		return false
	}
	c.waiting, c.size, c.late = append(c.waiting, s), c.size+size, true
	return true
}

// carry sends a statement together with what waits.
func carry[T any](
	ctx context.Context, c *carrying, text string, args []driver.NamedValue,
	send func(context.Context, string, []driver.NamedValue) (T, error),
) (T, error) {
	var none T
	if strings.Contains(text, ";") {
		return none, errStacked
	}
	if len(c.waiting) == 0 {
		return send(ctx, text, args)
	}
	texts, all := make([]string, 0, len(c.waiting)+1), []driver.NamedValue(nil)
	for _, s := range append(c.waiting, carried{text, args}) {
		texts, all = append(texts, s.text), append(all, s.args...)
	}
	for i := range all {
		all[i].Ordinal = i + 1
	}
	out, err := send(ctx, strings.Join(texts, "; "), all)
	if errors.Is(err, driver.ErrSkip) {
		if err := c.ahead(ctx); err != nil {
			return none, err
		}
		return send(ctx, text, args)
	}
	return out, c.sent(err)
}

// sent takes down that what waited was sent.
func (c *carrying) sent(err error) error {
	if !c.begun && errors.Is(err, driver.ErrBadConn) { // the driver found it out before it sent anything
		c.useless = true
		return errStale
	}
	c.failed = c.failed || c.late && err != nil
	c.begun, c.waiting, c.size, c.late = true, nil, 0, false
	return err
}

// ahead sends what waits by itself, one after the other.
func (c *carrying) ahead(ctx context.Context) error {
	for _, s := range c.waiting {
		_, err := c.serverConnection.ExecContext(ctx, s.text, s.args)
		if errors.Is(err, driver.ErrSkip) {
			err = fmt.Errorf("db: the values of a statement do not fit into its text: %.60s", s.text)
		}
		if err != nil {
			return c.sent(err)
		}
	}
	return c.sent(nil)
}

// ResetSession readies the connection for its next user.
func (c *carrying) ResetSession(ctx context.Context) error {
	c.rest()
	return c.serverConnection.ResetSession(ctx) // as above
}

// IsValid says whether the connection may be used again.
func (c *carrying) IsValid() bool { return !c.useless && c.serverConnection.IsValid() }

// lostError says that a transaction was undone because something that was sent along with its commit failed.
type lostError struct{ cause error }

// Error names the cause.
func (e lostError) Error() string { return "db: nothing was committed: " + e.cause.Error() }

// Unwrap is the cause.
func (e lostError) Unwrap() error { return e.cause }
