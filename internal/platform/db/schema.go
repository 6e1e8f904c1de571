package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// scopeColumns are the columns that make a table a scoped one, in the order in which they are looked for.
func scopeColumns() []string { return []string{"account_id", "person_id"} }

// schema knows which tables there are and which columns scope them. It is read from the database, so that a new table
// cannot be forgotten.
type schema map[string][]string

// facts are what the guard needs to know of a statement's text.
type facts struct {
	writes  bool
	target  string   // the first table named
	scoped  []string // the scoped tables named
	columns []string // the scope columns that the conditions (or, in INSERT, the columns) name
}

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

// analyse reads a statement's text. It knows words, not grammar: that is enough to see which tables are named, and
// whether the scope column stands among the conditions. A sub-query may satisfy the check for its outer query; the
// value of the scope must be bound all the same.
func (s schema) analyse(text string) facts {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_')
	})
	if len(words) == 0 {
		return facts{}
	}
	first := strings.ToUpper(words[0])
	f := facts{writes: first != "SELECT" && first != "WITH" && first != "SHOW" && first != "PRAGMA"}
	conditions := first == "INSERT" || first == "REPLACE" // an INSERT's columns are its conditions
	for _, w := range words[1:] {
		columns, isTable := s[w]
		switch {
		case isTable:
			f.names(w, len(columns) > 0)
		case strings.EqualFold(w, "WHERE"), strings.EqualFold(w, "ON"):
			conditions = true
		case conditions && slices.Contains(scopeColumns(), w) && !slices.Contains(f.columns, w):
			f.columns = append(f.columns, w)
		}
	}
	return f
}

// names takes down that the statement names a table.
func (f *facts) names(table string, scoped bool) {
	if f.target == "" {
		f.target = table
	}
	if scoped && !slices.Contains(f.scoped, table) {
		f.scoped = append(f.scoped, table)
	}
}
