package activity

import (
	"fmt"
	"math"
	"strconv"
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
	days       *division // where a calendar is asked for
	kept       *keptDays // what is known of it; nil: nothing
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
	if q.filter.ascends() {
		order = " ASC"
	}
	var text string
	ordered := false
	limit, period := fmt.Sprintf(" LIMIT %d", q.limit), !q.filter.From.IsZero() || !q.filter.To.IsZero()
	onAddress := len(q.conditions) > 0 && q.conditions[0].column == address
	switch {
	case len(q.conditions) > 1 && q.oneWalk() && !onAddress && !period:
		text = q.inSight(order)
	case len(q.conditions) > 1, onAddress && period: // the index of addresses knows no time
		text = q.bounded(order)
	case !onAddress && q.oneWalk():
		text, ordered = q.whole(order)+limit, true
	case !onAddress && q.dialect == db.SQLite: // all columns at once: joined by their numbers, it would go through the log
		inner := q.walk("chain, seq, body, prev_hash, hash", order, true, limit, "")
		text = "SELECT " + pageColumns + " AS what FROM (" + inner + ") e" + personalJoins
	default: // a server would write the bodies of all parts to the disk before it puts them in order
		inner := q.walk("seq", order, !onAddress, limit, "")
		text = "SELECT " + pageColumns + " AS what FROM (" + inner + ") k" + q.inTurn() +
			"entries e ON e.chain = ? AND e.seq = k.seq" + personalJoins
		q.args = append(q.args, q.chain)
	}
	if q.filter.Calendar != nil {
		parts, args := q.filter.Calendar.sql(q.dialect, q.chain, q.days, q.kept)
		q.args = append(q.args, args...)
		return q.beside(text, joinParts(parts)), q.args
	}
	if ordered {
		return text, q.args
	}
	if strings.HasPrefix(text, "SELECT *") {
		return text + " ORDER BY seq" + order, q.args
	}
	return text + " ORDER BY e.seq" + order, q.args
}

// beside puts the rows of a page and those of its calendar together, in no order.
func (q *pageQuery) beside(page, calendar string) string {
	if q.dialect == db.MySQL { // which then passes them on as they come
		return "(" + page + ") UNION ALL " + calendar
	}
	return "SELECT * FROM (" + page + ") page UNION ALL " + calendar
}

// oneWalk says whether the entries stand one after the other in one index.
func (q *pageQuery) oneWalk() bool { return len(q.conditions) == 0 || len(q.conditions[0].args) == 1 }

// whole walks along one index and reads what stands with each entry on the way.
func (q *pageQuery) whole(order string) string {
	var first *condition
	var value any
	if len(q.conditions) > 0 {
		first = &q.conditions[0]
		value = first.args[0]
	}
	return q.part(columns{list: pageColumns + " AS what", of: "e", joins: personalJoins}, order, true, first, value)
}

// inSight is the statement for several filters that stand together in the index of the first. It goes along that index
// twice: to find where what is looked through ends, and over what lies before. The entry behind the end comes as the
// row that says where it was.
func (q *pageQuery) inSight(order string) string {
	nearer, none, step := ">", "0", "+ 1"
	if q.filter.ascends() {
		nearer, none, step = "<", strconv.Itoa(math.MaxInt64), "- 1"
	}
	end := q.part(columns{list: "seq"}, order, false, &q.conditions[0], q.conditions[0].args[0])
	walk := columns{list: "f.seq, f.seq " + nearer + " b.seq AS found", of: "f"}
	table, where, args := q.along(walk, &q.conditions[0], q.conditions[0].args[0])
	from := "(SELECT COALESCE((" + end + fmt.Sprintf(" LIMIT 1 OFFSET %d), ", ExamineMost) + none + ") AS seq) b" +
		q.inTurn() + table
	q.args = append(q.args, args...)
	if f := q.filter; f.Before > 0 {
		where, q.args = append(where, "f.seq < ?"), append(q.args, f.Before)
	} else if f.After > 0 {
		where, q.args = append(where, "f.seq > ?"), append(q.args, f.After)
	}
	all := make([]string, 0, len(q.conditions))
	for _, c := range q.conditions[1:] {
		all = append(all, "f."+c.column+" IN ("+marks(len(c.args))+")")
		q.args = append(q.args, c.args...)
	}
	keys := "SELECT " + walk.list + " FROM " + from + " ON " + strings.Join(where, " AND ") +
		" AND f.seq " + nearer + "= b.seq AND (f.seq = b.seq OR " + strings.Join(all, " AND ") + ")" +
		" ORDER BY f.seq" + order + fmt.Sprintf(" LIMIT %d", q.limit)
	q.args = append(q.args, q.chain)
	return "SELECT * FROM (SELECT CASE WHEN k.found THEN k.seq ELSE k.seq " + step + " END AS seq, e.body, e.prev_hash, " +
		"e.hash, who.sealed, what.sealed AS what FROM (" + keys + ") k LEFT JOIN entries e ON e.chain = ? AND " +
		"e.seq = k.seq AND k.found" + personalJoins + ") page"
}

// bounded is the statement for several filters, or for one that one index is not enough for.
func (q *pageQuery) bounded(order string) string {
	first, others := q.conditions[0], q.conditions[1:]
	columns, rest, in := "seq", []string{"1 = 1"}, "few."
	if first.column == address {
		in = "t."
	}
	for _, c := range others {
		if in == "few." {
			columns += ", " + c.column
		}
		rest = append(rest, in+c.column+" IN ("+marks(len(c.args))+")")
	}
	few := q.walk(columns, order, false, fmt.Sprintf(" LIMIT %d", ExamineMost), "")
	join := ""
	f := q.filter
	if in == "t." || !f.From.IsZero() || !f.To.IsZero() {
		join = q.inTurn() + "entries t ON t.chain = ? AND t.seq = few.seq"
		q.args = append(q.args, q.chain)
	}
	for _, c := range others {
		q.args = append(q.args, c.args...)
	}
	if !f.From.IsZero() {
		rest, q.args = append(rest, "t.occurred_at >= ?"), append(q.args, f.From.UnixMilli())
	}
	if !f.To.IsZero() {
		rest, q.args = append(rest, "t.occurred_at < ?"), append(q.args, f.To.UnixMilli())
	}
	keys := fmt.Sprintf("SELECT few.seq FROM (%s) few%s WHERE %s ORDER BY few.seq%s LIMIT %d",
		few, join, strings.Join(rest, " AND "), order, q.limit)
	q.args = append(q.args, q.chain)
	bound := q.walk("seq", order, false, fmt.Sprintf(" LIMIT %d", ExamineMost),
		fmt.Sprintf(" LIMIT 1 OFFSET %d", ExamineMost-1))
	return "SELECT * FROM (SELECT " + pageColumns + " AS what FROM (" + keys + ") k" +
		q.inTurn() + "entries e ON e.chain = ? AND e.seq = k.seq" + personalJoins +
		" UNION ALL SELECT seq, NULL, NULL, NULL, NULL, NULL FROM (" + bound + ") b) page"
}

// inTurn joins to each row on the left its own on the right. Left to choose, SQLite goes through the whole log instead.
func (q *pageQuery) inTurn() string {
	if q.dialect == db.MySQL {
		return " STRAIGHT_JOIN "
	}
	return " CROSS JOIN "
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// walk goes along the index of the first filter, or along the log itself. Where that filter has several values, it goes
// along the index of each. The last limit, where there is one, is that of the whole.
func (q *pageQuery) walk(list, order string, exact bool, limit, last string) string {
	columns := columns{list: list}
	if len(q.conditions) == 0 {
		return q.part(columns, order, exact, nil, nil) + either(last, limit)
	}
	first := &q.conditions[0]
	if len(first.args) == 1 {
		return q.part(columns, order, exact, first, first.args[0]) + either(last, limit)
	}
	parts := make([]string, 0, len(first.args))
	for i, value := range first.args {
		part := q.part(columns, order, exact, first, value) + limit
		parts = append(parts, fmt.Sprintf("SELECT * FROM (%s) part%d", part, i))
	}
	return "SELECT * FROM (" + joinParts(parts) + ") parts ORDER BY seq" + order + either(last, limit)
}

func either(first, second string) string {
	if first != "" {
		return first
	}
	return second
}

// columns are what is read of a table, by its short name where others are joined to it.
type columns struct{ list, of, joins string }

// name is a column of that table.
func (c columns) name(column string) string {
	if c.of == "" {
		return column
	}
	return c.of + "." + column
}

// part is the walk along the index for one value. Where it need not be exact, the period is that of the numbers alone,
// which the index knows.
func (q *pageQuery) part(read columns, order string, exact bool, first *condition, value any) string {
	table, where, args := q.along(read, first, value)
	q.args = append(q.args, args...)
	add := func(set bool, condition string, args ...any) {
		if set {
			where = append(where, condition)
			q.args = append(q.args, args...)
		}
	}
	f := q.filter
	seq, occurred := read.name("seq"), read.name("occurred_at")
	add(f.Before > 0, seq+" < ?", f.Before)
	add(f.After > 0, seq+" > ?", f.After)
	// Its own index turns the period into a range of numbers; the order of time is that of numbers but for the clock.
	nearest := "(SELECT seq FROM entries" + q.by("entries_occurred") + " WHERE chain = ? AND occurred_at %s ? " +
		"ORDER BY occurred_at%s, seq%s LIMIT 1)"
	from, to := f.From.UnixMilli(), f.To.UnixMilli()
	begin := fmt.Sprintf(nearest+" - %d", ">=", "", "", disorder)
	end := fmt.Sprintf(nearest+" + %d", "<", " DESC", " DESC", disorder)
	add(!f.From.IsZero() && exact, occurred+" >= ?", from)
	add(!f.To.IsZero() && exact, occurred+" < ?", to)
	add(!f.From.IsZero(), seq+" >= "+begin, q.chain, from)
	add(!f.To.IsZero(), seq+" <= "+end, q.chain, to)
	return "SELECT " + read.list + " FROM " + table + read.joins + " WHERE " + strings.Join(where, " AND ") +
		" ORDER BY " + seq + order
}

// along is the table with its index, and the conditions by which the walk begins and ends.
func (q *pageQuery) along(read columns, first *condition, value any) (table string, where []string, args []any) {
	table, where, args = "entries", []string{read.name("chain") + " = ?"}, []any{q.chain}
	if first != nil {
		table = first.table()
	}
	if read.of != "" {
		table += " " + read.of
	}
	if first == nil {
		return table, where, args
	}
	where, args = append(where, read.name(first.column)+" = ?"), append(args, value)
	if first.writes != nil {
		where, args = append(where, read.name("writes")+" = ?"), append(args, first.writes)
	}
	return table + q.by(first.index()), where, args
}

func (q *pageQuery) by(index string) string { return by(q.dialect, index) }

// by tells the database which index to walk: it would guess by figures that are old.
func by(dialect db.Dialect, index string) string {
	if dialect == db.SQLite {
		return " INDEXED BY " + index
	}
	return " FORCE INDEX (" + index + ")"
}
