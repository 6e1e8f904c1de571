package activity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/secretbox"
)

const (
	// defaultLimit is how many entries a page has.
	defaultLimit = 50
	// maxLimit bounds what may be asked for.
	maxLimit = 200
	// examineMost bounds the rows that a page with several filters looks at before it offers to keep looking.
	examineMost = 5_000
)

// Filter narrows a page of the log. Zero values do not filter.
type Filter struct {
	Person   id.Person
	OwnOnly  bool // Person is not a choice: the reader may see no one else's
	Action   Action
	Category Category
	Outcome  Outcome
	Service  id.Service
	From, To time.Time
	Before   int64 // entries older than this sequence number; 0: from the newest
	After    int64 // entries newer than this one, oldest of them first on the page
	Limit    int
}

// Page is a part of the log, newest first.
type Page struct {
	Entries []Entry
	Older   int64 // Filter.Before of the next page; 0 where there is none
	Newer   bool  // there are newer ones
	// Looked is set where the filters were given up after a bounded number of entries: the sequence number down to which
	// was looked. Filter.Before = Looked keeps looking.
	Looked int64
}

type condition struct {
	sql string
	arg any
}

// conditions lists the filters, the most telling first: its index is the one that is walked.
func (f *Filter) conditions() []condition {
	list := []condition{}
	add := func(set bool, sql string, arg any) {
		if set {
			list = append(list, condition{sql, arg})
		}
	}
	add(!f.Person.IsZero(), "actor_id = ?", f.Person)
	add(!f.Service.IsZero(), "service_id = ?", f.Service)
	add(f.Action != "", "action = ?", string(f.Action))
	add(f.Category != "", "category = ?", string(f.Category))
	add(f.Outcome != "", "outcome = ?", string(f.Outcome))
	add(!f.From.IsZero(), "occurred_at >= ?", f.From.UnixMilli())
	add(!f.To.IsZero(), "occurred_at < ?", f.To.UnixMilli())
	return list
}

// pageRow is an entry with one of its sealed fields.
type pageRow struct {
	seq            int64
	body           []byte
	prevHash, hash []byte
	field          sql.NullString
	sealed         secretbox.Sealed
}

// scan reads the rows by hand: the object mapper would cost more than the database on this, the most read page.
func (l *Log) scan(ctx context.Context, text string, args []any) (_ []pageRow, err error) {
	found, err := l.reader.With(ctx).Raw(text, args...).Rows()
	if err != nil {
		return nil, err //nolint:wrapcheck // the callers say what was read
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	rows := []pageRow{}
	for found.Next() {
		var r pageRow
		if err := found.Scan(&r.seq, &r.body, &r.prevHash, &r.hash, &r.field, &r.sealed); err != nil {
			return nil, err //nolint:wrapcheck // see above
		}
		rows = append(rows, r)
	}
	return rows, found.Err() //nolint:wrapcheck // see above
}

// Page reads a part of a scope's log. Only gate may call it: it decides who reads what. It is one statement, and
// another one only where several filters found little.
func (l *Log) Page(ctx context.Context, chain id.Scope, f Filter) (Page, error) {
	limit := f.Limit
	if limit <= 0 || limit > maxLimit {
		limit = defaultLimit
	}
	inner, args := pageSQL(chain, f, limit+1)
	order := "DESC"
	if f.After > 0 {
		order = "ASC"
	}
	rows, err := l.scan(ctx, "SELECT e.seq, e.body, e.prev_hash, e.hash, p.field, p.sealed FROM ("+inner+") e "+
		"LEFT JOIN entry_personal p ON p.chain = e.chain AND p.seq = e.seq ORDER BY e.seq "+order, args)
	if err != nil {
		return Page{}, fmt.Errorf("read the log: %w", err)
	}
	entries, err := l.assemble(rows)
	if err != nil {
		return Page{}, err
	}
	return l.finish(ctx, chain, f, limit, entries)
}

func pageSQL(chain id.Scope, f Filter, limit int) (string, []any) {
	conditions := f.conditions()
	where, args := "chain = ?", []any{chain.Bytes()}
	order := "DESC"
	if f.Before > 0 {
		where += " AND seq < ?"
		args = append(args, f.Before)
	}
	if f.After > 0 {
		where += " AND seq > ?"
		args = append(args, f.After)
		order = "ASC"
	}
	if len(conditions) > 0 {
		where += " AND " + conditions[0].sql
		args = append(args, conditions[0].arg)
	}
	one := "SELECT " + entryColumns + " FROM entries WHERE " + where + " ORDER BY seq " + order
	if len(conditions) < 2 {
		return one + fmt.Sprintf(" LIMIT %d", limit), args
	}
	rest := make([]string, 0, len(conditions))
	for _, c := range conditions[1:] {
		rest = append(rest, c.sql)
		args = append(args, c.arg)
	}
	return fmt.Sprintf("SELECT * FROM (%s LIMIT %d) few WHERE %s ORDER BY seq %s LIMIT %d",
		one, examineMost, strings.Join(rest, " AND "), order, limit), args
}

// assemble opens the sealed fields of the rows, one entry a run of rows with the same number.
func (l *Log) assemble(rows []pageRow) ([]Entry, error) {
	entries := []Entry{}
	var digests map[string]string
	missing := 0
	for i := range rows {
		r := &rows[i]
		if len(entries) == 0 || entries[len(entries)-1].Seq != r.seq {
			e, d, err := readEntry(r.body, r.prevHash, r.hash)
			if err != nil {
				return nil, fmt.Errorf("read the log: %w", err)
			}
			entries, digests = append(entries, e), d
			missing = len(d)
		}
		last := &entries[len(entries)-1]
		if r.field.Valid {
			missing--
		}
		last.Erased = missing > 0
		if !r.field.Valid {
			continue
		}
		row := personalRow{Seq: r.seq, Field: r.field.String, Sealed: r.sealed}
		if err := openPersonal(l.box, last, row, digests); err != nil {
			return nil, fmt.Errorf("read the log: %w", err)
		}
	}
	return entries, nil
}

// finish cuts the page to its length and says where to go on.
func (l *Log) finish(ctx context.Context, chain id.Scope, f Filter, limit int, entries []Entry) (Page, error) {
	more := len(entries) > limit
	if more {
		entries = entries[:limit]
	}
	if f.After > 0 {
		for i, j := 0, len(entries)-1; i < j; i, j = i+1, j-1 {
			entries[i], entries[j] = entries[j], entries[i]
		}
		page := Page{Entries: entries, Newer: more}
		if len(entries) > 0 {
			page.Older = entries[len(entries)-1].Seq
		}
		return page, nil
	}
	page := Page{Entries: entries, Newer: f.Before > 0}
	if more {
		page.Older = entries[len(entries)-1].Seq
		return page, nil
	}
	if len(f.conditions()) < 2 {
		return page, nil
	}
	var err error
	page.Looked, err = l.looked(ctx, chain, f)
	return page, err
}

// looked finds out down to where a page with several filters looked; 0 where it saw everything.
func (l *Log) looked(ctx context.Context, chain id.Scope, f Filter) (int64, error) {
	single := Filter{Before: f.Before}
	first := f.conditions()[0]
	inner, args := pageSQL(chain, single, 0)
	inner = strings.TrimSuffix(inner, " LIMIT 0")
	inner = strings.Replace(inner, " ORDER BY", " AND "+first.sql+" ORDER BY", 1)
	args = append(args, first.arg)
	var seq []int64
	err := l.reader.With(ctx).Raw(fmt.Sprintf("SELECT seq FROM (%s LIMIT 1 OFFSET %d) last", inner, examineMost-1), args...).
		Scan(&seq).Error
	if err != nil {
		return 0, fmt.Errorf("read the log: %w", err)
	}
	if len(seq) == 0 {
		return 0, nil
	}
	return seq[0], nil
}

// Entry reads one entry of a scope's log; false where there is none. Only gate may call it.
func (l *Log) Entry(ctx context.Context, chain id.Scope, seq int64) (Entry, bool, error) {
	page, err := l.Page(ctx, chain, Filter{Before: seq + 1, Limit: 1})
	if err != nil || len(page.Entries) == 0 || page.Entries[0].Seq != seq {
		return Entry{}, false, err
	}
	return page.Entries[0], true, nil
}
