package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
)

// A server reads the text of a statement, and looks up all that it names, before it looks at a single row. For the wide
// statements that come with every page this takes longer than the rows do. So a connection that reads learns which
// texts come again and again, and has the server keep those prepared: the others would cost a journey more, and the
// server keeps some hundred kilobytes for each.
const (
	// learntMost bounds the statements that the server keeps for a connection.
	learntMost = 24
	// learntAfter is how often a text comes before it is one of them.
	learntAfter = 16
	// answerRoom is what the answer to a page of the log takes, in bytes, with some to spare.
	answerRoom = 60_000
	// heardMost bounds the texts that are counted.
	heardMost = 256
)

// newLearning opens connections to a server that keep prepared what they are often asked.
func newLearning(dsn string) (driver.Connector, error) {
	c, err := toServer(dsn, false)
	if err != nil {
		return nil, err
	}
	return learners{c}, nil
}

type learners struct{ driver.Connector }

// Connect opens a connection.
func (l learners) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := connect[serverConnection](ctx, l.Connector)
	if err != nil {
		return nil, err // the pool's caller names it
	}
	if err := makeRoom(ctx, conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &learning{
		keeping: keeping{connection: conn, kept: map[string]driver.Stmt{}, most: learntMost},
		server:  conn, heard: map[string]int{},
	}, nil
}

// makeRoom has the driver read a long answer: the room for that it keeps, and then reads the answers of usual pages in
// one go, where it would take four kilobytes at a time.
func makeRoom(ctx context.Context, conn serverConnection) error {
	rows, err := conn.QueryContext(ctx, fmt.Sprintf("SELECT REPEAT(' ', %d)", answerRoom), nil)
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	var value [1]driver.Value
	if err := errors.Join(rows.Next(value[:]), rows.Close()); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	return nil
}

// learning is a connection that keeps prepared what it is often asked. The pool lends it to one user at a time.
type learning struct {
	keeping
	server serverConnection
	heard  map[string]int // how often a text came that is not kept
}

// CheckNamedValue readies a value as the driver wants it.
func (l *learning) CheckNamedValue(v *driver.NamedValue) error {
	return l.server.CheckNamedValue(v) // the driver's errors are told apart by their type
}

// QueryContext runs a query.
func (l *learning) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if l.often(text) {
		return l.query(ctx, text, args)
	}
	return l.server.QueryContext(ctx, text, args) // as above
}

// ExecContext runs a statement, which those who read have for their session alone.
func (l *learning) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	return l.server.ExecContext(ctx, text, args) // as above
}

// often says whether a text is or shall be kept. What had to go for others begins again.
func (l *learning) often(text string) bool {
	if _, ok := l.kept[text]; ok {
		return true
	}
	if len(text) > keptLongest {
		return false
	}
	n := l.heard[text] + 1
	if n <= learntAfter {
		if len(l.heard) >= heardMost {
			clear(l.heard)
		}
		l.heard[text] = n
		return false
	}
	delete(l.heard, text)
	return true
}
