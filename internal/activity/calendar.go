package activity

import (
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// stripMost bounds how many days with sign-ins a calendar lists.
const stripMost = 2_000

// CalendarQuery says which days of a log, read from its counts.
type CalendarQuery struct {
	Zone    *time.Location // whose days they are; nil: those of UTC
	From    time.Time      // a moment of the first day
	SignIns time.Time      // a moment of the first day of which sign-ins are listed
	Now     time.Time      // a moment of the last day
	Person  id.Person      // only what this person did; zero: everybody
}

// Calendar is what a log has of each day.
type Calendar struct {
	Days    []Day    // the oldest first; days with nothing are left out
	SignIns []SignIn // by person, the oldest first
	Total   int64    // entries since the log began; 0 where only one person's are counted

	// Edition is the same where a calendar is word for word one that was read before, so that what was made of that one
	// can be used again; 0 where that is not known. Whoever reads a calendar changes nothing in it.
	Edition uint64
}

// Day is one day of a log.
type Day struct {
	Day     time.Time // the date, as midnight UTC
	Entries int       // of all kinds
	Refused int
	Failed  int // tries to sign in that failed
	ByStaff int // entries of the provider's people

	strong, password int // sign-ins
}

// SignIn is how often somebody came in, or did not, on one day, and how.
type SignIn struct {
	Person id.Person
	Name   string    // as it was the last time; empty where it was erased
	Day    time.Time // the date, as midnight UTC
	Staff  bool      // one of the provider's people was here
	Failed bool
	Strong bool // with more than a password
	Many   int
}

// sql are the parts of a statement whose rows have the form of a page's, with a number below one: one row with all
// days, one with the sign-ins of each person, one with each name of those whose sign-ins are kept, and one with the
// number of entries. A day of UTC comes as its sums up to each quarter of an hour at which a day of the reader begins,
// and its whole sum. Days that are kept are not read again.
func (q *CalendarQuery) sql(dialect db.Dialect, chain id.Scope, d *division, kept *keptDays) ([]string, []any) {
	actor := everybody()
	if !q.Person.IsZero() {
		actor = q.Person.Bytes()
	}
	first, firstSignIn := d.firstDay(q.From), d.firstDay(q.SignIns)
	if kept != nil {
		first, firstSignIn = max(first, kept.until), max(firstSignIn, kept.until)
	}
	// Each row of the counts is one word of numbers, and its mark: to take such words apart costs a fraction of reading
	// them as cells of JSON.
	cells := "CONCAT_WS(' ', day, " + strings.Join(d.sums(), ", ") + ", mark)"
	shown, args := "", []any{chain, actor, first}
	if chain.Kind() != id.ScopePerson { // how somebody came in is told by person, below
		shown = " AND mark IN (?, ?, ?, ?)"
		args = append(args, "", markRefused, markFailed, markStaff)
	}
	parts := []string{"SELECT -1, " + allOf(dialect) + "(" + cells + "), NULL, NULL, NULL, NULL FROM activity_counts " +
		"WHERE chain = ? AND actor_id = ? AND day >= ?" + shown}
	if chain.Kind() != id.ScopePerson {
		text, more := q.came(dialect, chain, cells, firstSignIn, kept == nil)
		parts, args = append(parts, text), append(args, more...)
	}
	if kept != nil && len(kept.people) > 0 {
		text, more := kept.names(chain)
		parts, args = append(parts, text), append(args, more...)
	}
	parts = append(parts, "SELECT 0, JSON_ARRAY(seq, counted_seq), NULL, NULL, NULL, NULL FROM heads WHERE chain = ?")
	return parts, append(args, chain)
}

// came is the part with the sign-ins: a row for each person. What is kept of the days before leaves so few rows that to
// read a name for each costs less than to group them.
func (q *CalendarQuery) came(
	dialect db.Dialect, chain id.Scope, cells string, first int64, group bool,
) (text string, args []any) {
	walk, where, who := by(dialect, "activity_counts_mark"), "actor_id <> ?", any(everybody())
	if !q.Person.IsZero() {
		walk, where, who = "", "actor_id = ?", q.Person
	}
	from, limit := " FROM activity_counts c"+walk, " WHERE c.chain = ? AND mark IN (?, ?, ?, ?) AND day >= ? AND "+
		where+" LIMIT ?"
	args = []any{chain, markStrong, markPassword, markFailed, markStaff, first, who, stripMost}
	if !group {
		text = "SELECT -2, " + quoted(dialect, cells) + " AS cell, actor_id, last_seq, p.sealed, NULL" + from +
			" LEFT JOIN entry_personal p ON p.chain = c.chain AND p.seq = last_seq AND p.field = '" + fieldWho + "'" + limit
		if dialect == db.SQLite { // which knows no other way to limit a part
			return "SELECT * FROM (" + text + ") s", args
		}
		return "(" + text + ")", args
	}
	return "SELECT -2, s.cell, s.actor_id, s.last_seq, p.sealed, NULL FROM (SELECT actor_id, MAX(last_seq) AS last_seq, " +
		allOf(dialect) + "(cell) AS cell FROM (SELECT actor_id, last_seq, " + cells + " AS cell" + from + limit + ") c " +
		"GROUP BY actor_id) s LEFT JOIN entry_personal p ON p.chain = ? AND p.seq = s.last_seq AND p.field = '" + fieldWho +
		"'", append(args, chain)
}

// allOf puts the texts of all rows into one list.
func allOf(dialect db.Dialect) string {
	if dialect == db.SQLite {
		return "JSON_GROUP_ARRAY"
	}
	return "JSON_ARRAYAGG"
}

// quoted is a text between the signs that a list of JSON has around it.
func quoted(dialect db.Dialect, text string) string {
	if dialect == db.SQLite {
		return `'"' || ` + text + ` || '"'`
	}
	return `CONCAT('"', ` + text + `, '"')`
}

// calendar puts the rows of a statement together with the days that are kept, and keeps those that were not. Where the
// rows are those of the last time, so is the calendar.
func (l *Log) calendar(chain id.Scope, q CalendarQuery, d *division, kept *keptDays, rows []pageRow) (Calendar, error) {
	sum := sumOf(dateNumber(q.SignIns, d.zone), rows)
	if kept != nil {
		if last := kept.last.Load(); last != nil && last.sum == sum {
			return last.calendar, nil
		}
	}
	m := almanac{
		division: d, chain: chain, query: q, days: dayTally{}, names: map[id.Person]string{}, named: map[id.Person]int64{},
		signIns: map[signInKey]int{},
	}
	if kept == nil {
		m.keep = over(q.Now)
	} else {
		m.days, m.signIns = make(dayTally, len(kept.days)+1), make(map[signInKey]int, kept.rows)
		m.recall(kept)
	}
	for i := range rows {
		var err error
		switch r := &rows[i]; {
		case r.seq == nameRow:
			err = m.keptName(l, kept, r)
		case r.bare: // no day has anything
		case r.seq == 0:
			err = m.head(r.body)
		case r.prevHash == nil:
			err = m.everyone(r.body)
		default:
			err = m.person(l, r)
		}
		if err != nil {
			return Calendar{}, fmt.Errorf("read the calendar: %w", err)
		}
	}
	if m.keep != nil && m.counted {
		l.shelf.keep(keyOf(chain, &q, d), m.keep)
	}
	c := m.calendar()
	if kept != nil {
		c.Edition = l.shelf.editions.Add(1)
		kept.last.Store(&edition{sum: sum, calendar: c})
	}
	return c, nil
}

// nameRow is the number of the rows that say the name of somebody whose sign-ins are kept.
const nameRow = -3

func joinParts(parts []string) string { return strings.Join(parts, " UNION ALL ") }
