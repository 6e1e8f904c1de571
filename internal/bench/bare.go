package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"

	"gatehouse/internal/platform/db"
)

// statement is a read that a page made.
type statement struct {
	text string
	args []any
}

// recorded gets a page once and returns it with the statements that it made.
func recorded(ctx context.Context, h http.Handler, path, cookie string) ([]byte, []statement, error) {
	var list []statement
	ctx = db.Watch(ctx, func(text string, args []any) { list = append(list, statement{text, args}) })
	page, err := fetch(ctx, h, path, cookie)
	return page, list, err
}

// bare is the yardstick: a handler that makes the same queries as a page, prepared once and read by hand, and appends
// the same bytes to a buffer. It knows no permission, opens no seal and makes no markup.
type bare struct {
	queries []prepared
	page    []byte
	size    string
}

type prepared struct {
	stmt    *sql.Stmt
	args    []any
	columns int // 0: not known yet
}

// bareSQLite opens the database file as the portal's reader does.
func bareSQLite(path string) (*sql.DB, error) {
	pool, err := sql.Open("sqlite", "file:"+filepath.ToSlash(path)+
		"?_pragma=busy_timeout(5000)&_pragma=cache_size(-8000)&_pragma=query_only(1)")
	if err != nil {
		return nil, fmt.Errorf("bare: %w", err)
	}
	pool.SetMaxOpenConns(readers)
	pool.SetMaxIdleConns(readers)
	return pool, nil
}

const readers = 10

func newBare(ctx context.Context, pool *sql.DB, page []byte, list []statement) (*bare, error) {
	b := &bare{page: page, size: strconv.Itoa(len(page))}
	for _, s := range list {
		stmt, err := pool.PrepareContext(ctx, s.text)
		if err != nil {
			return nil, fmt.Errorf("bare: %w", err)
		}
		p := prepared{stmt: stmt, args: s.args}
		if err := p.read(ctx); err != nil {
			return nil, err
		}
		b.queries = append(b.queries, p)
	}
	return b, nil
}

// ServeHTTP makes the queries and sends the page.
func (b *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for i := range b.queries {
		if err := b.queries[i].read(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	buffer := make([]byte, 0, len(b.page))
	buffer = append(buffer, b.page...)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", b.size)
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(buffer)
}

func (q *prepared) read(ctx context.Context) (err error) {
	rows, err := q.stmt.QueryContext(ctx, q.args...)
	if err != nil {
		return fmt.Errorf("bare: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if q.columns == 0 {
		names, err := rows.Columns()
		if err != nil {
			return fmt.Errorf("bare: %w", err)
		}
		q.columns = len(names)
	}
	values, into := make([]any, q.columns), make([]any, q.columns)
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("bare: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("bare: %w", err)
	}
	return nil
}
