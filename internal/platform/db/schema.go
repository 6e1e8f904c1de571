package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// scopeColumns are the columns that make a table a scoped one, in the order in which they are looked for.
func scopeColumns() []string { return []string{"account_id", "person_id"} }

// schema knows which tables there are and which columns scope them. It is read from the database, so that a new table
// cannot be forgotten.
type schema map[string][]string

// ErrNotMigrated says that the database has no tables of ours.
var ErrNotMigrated = errors.New("the database has no tables yet; run `gatehouse migrate`")

func readSchema(ctx context.Context, dialect Dialect, pool *sql.DB) (_ schema, err error) {
	text := `SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'`
	if dialect == MySQL {
		text = `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE()`
	}
	rows, err := pool.QueryContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	s := schema{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return nil, fmt.Errorf("read the schema: %w", err)
		}
		s[table] = append(s[table], column)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	if len(s) == 0 {
		return nil, ErrNotMigrated
	}
	for table, columns := range s {
		s[table] = slices.DeleteFunc(columns, func(c string) bool { return !slices.Contains(scopeColumns(), c) })
	}
	return s, nil
}
