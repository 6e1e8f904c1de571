package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"modernc.org/sqlite"
)

const (
	// keptMost bounds the prepared statements of a connection.
	keptMost = 128
	// keptLongest leaves out what is long because it has many values, and will hardly come again.
	keptLongest = 4 << 10
)

// newPreparing opens connections of the embedded database that keep what they have prepared: the same texts come again
// and again, and reading one costs the database as much as a look-up does. A statement that the schema has outgrown is
// prepared anew by the database itself.
func newPreparing(dsn string) (driver.Connector, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return preparing{c}, nil
}

type preparing struct{ driver.Connector }

// Connect opens a connection.
func (p preparing) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := connect[connection](ctx, p.Connector)
	if err != nil {
		return nil, err // the pool's caller names it
	}
	return &keeping{connection: conn, kept: map[string]driver.Stmt{}, most: keptMost}, nil
}

// connect opens a connection that can do what is used of it.
func connect[T any](ctx context.Context, c driver.Connector) (conn T, err error) {
	opened, err := c.Connect(ctx)
	if err != nil {
		return conn, err // the pool's caller names it
	}
	conn, ok := opened.(T)
	if !ok {
		return conn, errors.Join(errors.New("db: the driver’s connection lacks what is used of it"), opened.Close())
	}
	return conn, nil
}

// connection is what the pool uses of the driver's connection.
type connection interface { //nolint:interfacebloat // database/sql looks for all of these
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keeping is a connection that keeps its prepared statements. The pool lends it to one user at a time.
type keeping struct {
	connection
	kept map[string]driver.Stmt
	most int // statements
}

// take returns a statement, which is not among the kept ones while it runs: the same text may run again meanwhile.
func (k *keeping) take(ctx context.Context, text string) (driver.Stmt, error) {
	if s, ok := k.kept[text]; ok {
		delete(k.kept, text)
		return s, nil
	}
	return k.PrepareContext(ctx, text) // the driver's errors are told apart by their type
}

func (k *keeping) giveBack(text string, s driver.Stmt) error {
	if _, again := k.kept[text]; again || len(text) > keptLongest {
		return s.Close() // as above
	}
	if len(k.kept) >= k.most {
		for other, old := range k.kept { // any one: the hot ones come back by themselves
			delete(k.kept, other)
			if err := old.Close(); err != nil {
				return errors.Join(err, s.Close())
			}
			break
		}
	}
	k.kept[text] = s
	return nil
}

// QueryContext runs a query.
func (k *keeping) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	text, args = limited(text, args)
	return k.query(ctx, text, args)
}

func (k *keeping) query(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := k.take(ctx, text)
	if err != nil {
		return nil, err
	}
	query, ok := s.(driver.StmtQueryContext)
	if !ok {
		return nil, errors.Join(driver.ErrSkip, s.Close())
	}
	rows, err := query.QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &lentRows{Rows: rows, done: func() error { return k.giveBack(text, s) }}, nil
}

// limited writes the numbers of LIMIT into the text. The embedded database plans by them, and so would read a statement
// anew each time that one is given as a value: for longer than most statements then take.
func limited(text string, args []driver.NamedValue) (string, []driver.NamedValue) {
	const limit = "LIMIT ?"
	if !strings.Contains(text, limit) || strings.Count(text, "?") != len(args) {
		return text, args
	}
	var out strings.Builder
	kept, next := make([]driver.NamedValue, 0, len(args)), 0
	for {
		before, rest, found := strings.Cut(text, limit)
		out.WriteString(before)
		n := strings.Count(before, "?")
		kept, next = append(kept, args[next:next+n]...), next+n
		if !found {
			break
		}
		if number, ok := args[next].Value.(int64); ok {
			out.WriteString("LIMIT " + strconv.FormatInt(number, 10))
		} else {
			out.WriteString(limit)
			kept = append(kept, args[next])
		}
		text, next = rest, next+1
	}
	for i := range kept {
		kept[i].Ordinal = i + 1
	}
	return out.String(), kept
}

// ExecContext runs a statement.
func (k *keeping) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := k.take(ctx, text)
	if err != nil {
		return nil, err
	}
	exec, ok := s.(driver.StmtExecContext)
	if !ok {
		return nil, errors.Join(driver.ErrSkip, s.Close())
	}
	res, err := exec.ExecContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return res, k.giveBack(text, s)
}

// Close ends the connection and all that was prepared on it.
func (k *keeping) Close() error {
	var failed []error
	for _, s := range k.kept {
		failed = append(failed, s.Close())
	}
	clear(k.kept)
	return errors.Join(append(failed, k.connection.Close())...)
}

// lentRows gives the statement back when its rows have been read.
type lentRows struct {
	driver.Rows
	done func() error
}

// Close ends the reading.
func (r *lentRows) Close() error {
	err := r.Rows.Close()
	if r.done != nil {
		err, r.done = errors.Join(err, r.done()), nil
	}
	return err
}
