package db

import (
	"database/sql"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// Verbatim is a query in the words of the database, for the few that are so frequent that it counts: the object mapper
// would copy the text sign by sign. Its values are marks, one each.
func Verbatim(q *gorm.DB, text string, args ...any) *gorm.DB {
	q = q.Raw("")
	q.Statement.SQL.WriteString(text)
	q.Statement.Vars = args
	return q
}

// ReadRows runs a query and reads its rows by hand, into the targets that are named for each: for the few reads that
// are so frequent that the object mapper would cost more than the database.
func ReadRows[T any](q *gorm.DB, targets func(row *T) []any) ([]T, error) {
	var rows []T
	err := EachRow(q, targets, func(row T) { rows = append(rows, row) })
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// EachRow is ReadRows for so many rows that they are not to be in memory at once: each is passed on as it comes.
func EachRow[T any](q *gorm.DB, targets func(row *T) []any, pass func(row T)) (err error) {
	found, err := q.Rows()
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	defer func() { err = unavailable(errors.Join(err, found.Close())) }()
	var row T
	into := targets(&row)
	for found.Next() {
		var empty T
		row = empty
		if err := found.Scan(into...); err != nil {
			return fmt.Errorf("read: %w", err)
		}
		pass(row)
	}
	if err := found.Err(); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	return nil
}

// OrZero is a target of ReadRows for a column that may be NULL, which is then the zero value.
func OrZero[T any](to *T) sql.Scanner { return orZero[T]{to} }

type orZero[T any] struct{ to *T }

// Scan reads a value or NULL.
func (o orZero[T]) Scan(src any) error {
	var n sql.Null[T]
	if err := n.Scan(src); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	*o.to = n.V
	return nil
}
