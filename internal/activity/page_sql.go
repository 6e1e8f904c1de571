package activity

import (
	"fmt"
	"strings"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// disorder is by how many entries the order of time may differ from the order of numbers where a clock was set back.
const disorder = 200

// pageQuery is the statement that reads a page.
type pageQuery struct {
	dialect    db.Dialect
	chain      id.Scope
	filter     Filter
	conditions []condition
	limit      int
	args       []any
}

const (
	pageColumns = "e.seq, e.body, e.prev_hash, e.hash, who.sealed, what.sealed"
	// personalJoins has one row an entry, whatever was erased.
	personalJoins = " LEFT JOIN entry_personal who ON who.chain = e.chain AND who.seq = e.seq AND who.field = '" +
		fieldWho + "' LEFT JOIN entry_personal what ON what.chain = e.chain AND what.seq = e.seq AND what.field = '" +
		fieldWhat + "'"
)

// sql is one walk along an index, from where the page before ended. With several filters it walks the index of the
// first and looks at a bounded number of entries; a row without a body then says where that bound lies.
func (q *pageQuery) sql() (string, []any) {
	order := " DESC"
	if q.filter.After > 0 {
		order = " ASC"
	}
	if len(q.conditions) < 2 {
		inner := q.walk("chain, seq, body, prev_hash, hash", order) + fmt.Sprintf(" LIMIT %d", q.limit)
		return "SELECT " + pageColumns + " FROM (" + inner + ") e" + personalJoins + " ORDER BY e.seq" + order, q.args
	}
	columns, rest := "seq", make([]string, 0, len(q.conditions))
	for _, c := range q.conditions[1:] {
		columns += ", " + c.column
		rest = append(rest, c.column+" = ?")
	}
	few := q.walk(columns, order) + fmt.Sprintf(" LIMIT %d", examineMost)
	for _, c := range q.conditions[1:] {
		q.args = append(q.args, c.arg)
	}
	keys := fmt.Sprintf("SELECT seq FROM (%s) few WHERE %s ORDER BY seq%s LIMIT %d",
		few, strings.Join(rest, " AND "), order, q.limit)
	q.args = append(q.args, q.chain)
	bound := q.walk("seq", order) + fmt.Sprintf(" LIMIT 1 OFFSET %d", examineMost-1)
	return "SELECT * FROM (SELECT " + pageColumns + " AS what FROM (" + keys + ") k " +
		"JOIN entries e ON e.chain = ? AND e.seq = k.seq" + personalJoins +
		" UNION ALL SELECT seq, NULL, NULL, NULL, NULL, NULL FROM (" + bound + ") b) page ORDER BY seq" + order, q.args
}

// walk goes along the index of the first filter, or along the log itself.
func (q *pageQuery) walk(columns, order string) string {
	index, where := "", []string{"chain = ?"}
	q.args = append(q.args, q.chain)
	if len(q.conditions) > 0 {
		first := q.conditions[0]
		index = q.by(first.index())
		where = append(where, first.column+" = ?")
		q.args = append(q.args, first.arg)
	}
	add := func(set bool, condition string, args ...any) {
		if set {
			where = append(where, condition)
			q.args = append(q.args, args...)
		}
	}
	f := q.filter
	add(f.Before > 0, "seq < ?", f.Before)
	add(f.After > 0, "seq > ?", f.After)
	// Its own index turns the period into a range of numbers; the order of time is that of numbers but for the clock.
	nearest := "(SELECT seq FROM entries" + q.by("entries_occurred") + " WHERE chain = ? AND occurred_at %s ? " +
		"ORDER BY occurred_at%s, seq%s LIMIT 1)"
	from, to := f.From.UnixMilli(), f.To.UnixMilli()
	first := fmt.Sprintf(nearest+" - %d", ">=", "", "", disorder)
	last := fmt.Sprintf(nearest+" + %d", "<", " DESC", " DESC", disorder)
	add(!f.From.IsZero(), "occurred_at >= ? AND seq >= "+first, from, q.chain, from)
	add(!f.To.IsZero(), "occurred_at < ? AND seq <= "+last, to, q.chain, to)
	return "SELECT " + columns + " FROM entries" + index + " WHERE " + strings.Join(where, " AND ") +
		" ORDER BY seq" + order
}

// by tells the database which index to walk: it would guess by figures that are old.
func (q *pageQuery) by(index string) string {
	if q.dialect == db.SQLite {
		return " INDEXED BY " + index
	}
	return " FORCE INDEX (" + index + ")"
}
