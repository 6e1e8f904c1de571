package activity

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

const (
	// PageLength is how many entries a page has.
	PageLength = 30
	// maxLimit bounds what may be asked for.
	maxLimit = 200
	// ExamineMost bounds the entries that a page with several filters looks through before it offers to keep looking. To
	// know where that was, it goes over them twice: the database reads 2,000 rows at most.
	ExamineMost = 1_000
)

// Filter narrows a page of the log. Zero values do not filter.
type Filter struct {
	Person   id.Person
	OwnOnly  bool // Person is not a choice: the reader may see no one else's
	Action   Action
	Category Category
	Outcome  Outcome
	Service  id.Service
	Target   string // id of the thing that it was done to
	Kind     actor.Kind
	Mode     Mode
	Address  string // that they came from, in its usual form
	// Unsuccessful leaves what was refused and what failed.
	Unsuccessful bool
	From, To     time.Time
	Before       int64 // entries older than this sequence number; 0: from the newest
	After        int64 // entries newer than this one, oldest of them first on the page
	Oldest       bool  // from the oldest on, or from After
	Limit        int
	Calendar     *CalendarQuery // what to tell of each day besides; nil: nothing
}

// Mode says whether something was changed or only looked at.
type Mode string

// The modes.
const (
	Reading Mode = "read"
	Writing Mode = "write"
)

// Page is a part of the log, newest first.
type Page struct {
	Entries []Entry
	Older   int64 // Filter.Before of the next page; 0 where there is none
	Newer   bool  // there are newer ones
	// Looked is set where several filters were given up after a bounded number of entries: the sequence number as far as
	// which was looked. Filter.Before = Looked, or on the way to newer entries Filter.After, keeps looking.
	Looked   int64
	Calendar Calendar // where it was asked for
}

// address is the column by which entries from an address are found; it stands with what they say of people.
const address = "address_index"

// condition is a filter on some values of one column. Its index begins with the chain, goes on with the column and then
// the sequence, so that walking it is walking the log; behind that stand the columns of the filters below it.
type condition struct {
	column string
	args   []any
	writes any // where not nil, the index goes on with this before the sequence
}

func (c *condition) table() string {
	if c.column == address {
		return "entry_personal"
	}
	return "entries"
}

func (c *condition) index() string {
	switch {
	case c.column == address:
		return "entry_personal_address"
	case c.column == "actor_kind":
		return "entries_kind"
	case c.writes != nil:
		return "entries_changes"
	}
	return "entries_" + strings.TrimSuffix(c.column, "_id")
}

// conditions lists the filters, the most telling first: its index is the one that is walked.
func (f *Filter) conditions(box *secretbox.Box) []condition {
	list := []condition{}
	add := func(set bool, column string, args ...any) {
		if set {
			list = append(list, condition{column: column, args: args})
		}
	}
	if f.Address != "" {
		add(true, address, box.Index(addressColumn, f.Address))
	}
	add(f.Target != "", "target_id", db.Blob(targetKey(f.Target)))
	add(!f.Person.IsZero(), "actor_id", f.Person)
	add(!f.Service.IsZero(), "service_id", f.Service)
	add(f.Action != "", "action", string(f.Action))
	add(f.Category != "", "category", string(f.Category))
	add(f.Outcome != "", "outcome", string(f.Outcome))
	add(f.Outcome == "" && f.Unsuccessful, "outcome", string(RefusedResult), string(Failed))
	add(f.Kind != "", "actor_kind", string(f.Kind))
	if len(list) == 1 && f.Category != "" && f.Mode != "" {
		list[0].writes = f.Mode == Writing // what changes, of one kind: a view that many ask for has an index of its own
		return list
	}
	add(f.Mode != "", "writes", f.Mode == Writing)
	return list
}

// Page reads a part of a scope's log. Only gate may call it: it decides who reads what. It is one statement.
func (l *Log) Page(ctx context.Context, chain id.Scope, f Filter) (Page, error) {
	limit := f.Limit
	if limit <= 0 || limit > maxLimit {
		limit = PageLength
	}
	q := pageQuery{dialect: l.reader.Dialect(), chain: chain, filter: f, conditions: f.conditions(l.box), limit: limit + 1}
	if c := f.Calendar; c != nil {
		q.days = l.shelf.division(datesOf(c.Zone, c.From, c.Now))
		q.kept = l.shelf.find(keyOf(chain, c, q.days), c.Now)
	}
	text, args := q.sql()
	rows, err := l.scan(ctx, text, args)
	if err != nil {
		return Page{}, fmt.Errorf("read the log: %w", err)
	}
	var calendar Calendar
	if f.Calendar != nil {
		slices.SortFunc(rows, func(a, b pageRow) int { return cmp.Compare(b.seq, a.seq) })
		at := len(rows)
		if i := slices.IndexFunc(rows, func(r pageRow) bool { return r.seq <= 0 }); i >= 0 {
			at = i
		}
		days := rows[at:]
		if rows = rows[:at:at]; f.ascends() {
			slices.Reverse(rows)
		}
		if calendar, err = l.calendar(chain, *f.Calendar, q.days, q.kept, days); err != nil {
			return Page{}, err
		}
	}
	looked := int64(0)
	if i := slices.IndexFunc(rows, func(r pageRow) bool { return r.bare }); i >= 0 {
		looked = rows[i].seq
		rows = slices.Delete(rows, i, i+1)
	}
	entries, err := l.assemble(chain, rows)
	if err != nil {
		return Page{}, err
	}
	page := f.page(entries, limit, looked)
	page.Calendar = calendar
	return page, nil
}

// ascends says whether the entries are read from the oldest on.
func (f *Filter) ascends() bool { return f.After > 0 || f.Oldest }

// page cuts what was found to the length of a page and says where to go on.
func (f *Filter) page(entries []Entry, limit int, looked int64) Page {
	more := len(entries) > limit
	if more {
		entries, looked = entries[:limit], 0
	}
	page := Page{Entries: entries, Looked: looked}
	if f.ascends() {
		slices.Reverse(entries)
		page.Newer = more
		if len(entries) > 0 {
			page.Older = entries[len(entries)-1].Seq
		}
		return page
	}
	page.Newer = f.Before > 0
	if more {
		page.Older = entries[len(entries)-1].Seq
	}
	return page
}

// pageRow is an entry with its sealed fields.
type pageRow struct {
	seq            int64
	body           string
	bare           bool // with neither body nor hash: the row is no entry, not even one that was emptied
	prevHash, hash []byte
	who, what      secretbox.Sealed
}

// scan reads the rows by hand: the object mapper would cost more than the database on this, the most read page.
func (l *Log) scan(ctx context.Context, text string, args []any) (rows []pageRow, err error) {
	const usual = PageLength + 16 // and some of the calendar
	found, err := db.Verbatim(l.reader.With(ctx), text, args...).Rows()
	if err != nil {
		return nil, err //nolint:wrapcheck // Page says what was read
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	rows = make([]pageRow, 0, usual)
	var r pageRow
	var body sql.RawBytes // it is turned into text once, not copied before
	into := []any{&r.seq, &body, &r.prevHash, &r.hash, &r.who, &r.what}
	for found.Next() {
		r = pageRow{}
		if err := found.Scan(into...); err != nil {
			return nil, err //nolint:wrapcheck // see above
		}
		r.body, r.bare = string(body), len(body) == 0 && r.prevHash == nil
		rows = append(rows, r)
	}
	return rows, found.Err() //nolint:wrapcheck // see above
}

// assemble opens the sealed fields of the rows.
func (l *Log) assemble(chain id.Scope, rows []pageRow) ([]Entry, error) {
	entries := make([]Entry, len(rows))
	for i := range rows {
		r, e := &rows[i], &entries[i]
		var digests map[string]string
		var err error
		if *e, digests, err = readEntry(r.body, r.prevHash, r.hash); err != nil {
			return nil, fmt.Errorf("read the log: entry %d: %w", r.seq, err)
		}
		if e.Chain != chain || e.Seq != r.seq {
			return nil, fmt.Errorf("read the log: entry %d: %w", r.seq, ErrNotCanonical)
		}
		for _, p := range [...]personalRow{{Field: fieldWho, Sealed: r.who}, {Field: fieldWhat, Sealed: r.what}} {
			if p.Sealed.IsZero() {
				e.Erased = e.Erased || digests[p.Field] != ""
				continue
			}
			if err := openPersonal(l.box, e, p, digests); err != nil {
				return nil, fmt.Errorf("read the log: entry %d: %w", r.seq, err)
			}
		}
	}
	return entries, nil
}

// Entry reads one entry of a scope's log; false where there is none. Only gate may call it.
func (l *Log) Entry(ctx context.Context, chain id.Scope, seq int64) (Entry, bool, error) {
	page, err := l.Page(ctx, chain, Filter{Before: seq + 1, Limit: 1})
	if err != nil || len(page.Entries) == 0 || page.Entries[0].Seq != seq {
		return Entry{}, false, err
	}
	return page.Entries[0], true, nil
}
