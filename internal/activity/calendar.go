package activity

import (
	"encoding/json"
	"fmt"
	"slices"
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
	actor, all := everybody(), "JSON_ARRAYAGG"
	if !q.Person.IsZero() {
		actor = q.Person.Bytes()
	}
	if dialect == db.SQLite {
		all = "JSON_GROUP_ARRAY"
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
	parts := []string{"SELECT -1, " + all + "(" + cells + "), NULL, NULL, NULL, NULL FROM activity_counts " +
		"WHERE chain = ? AND actor_id = ? AND day >= ?" + shown}
	if chain.Kind() != id.ScopePerson {
		walk, where, more := by(dialect, "activity_counts_mark"), "AND actor_id <> ?", any(everybody())
		if !q.Person.IsZero() {
			walk, where, more = "", "AND actor_id = ?", q.Person
		}
		came := "SELECT actor_id, last_seq, " + cells + " AS cell FROM activity_counts" + walk +
			" WHERE chain = ? AND mark IN (?, ?, ?, ?) AND day >= ? " + where + " LIMIT ?"
		if kept == nil {
			came = "SELECT actor_id, MAX(last_seq) AS last_seq, " + all + "(cell) AS cell FROM (" + came + ") c " +
				"GROUP BY actor_id"
		} else { // so few rows that to read a name for each costs less than to group them
			came = strings.Replace(came, cells, quoted(dialect, cells), 1)
		}
		parts = append(parts, "SELECT -2, s.cell, s.actor_id, s.last_seq, p.sealed, NULL FROM ("+came+") s "+
			"LEFT JOIN entry_personal p ON p.chain = ? AND p.seq = s.last_seq AND p.field = '"+fieldWho+"'")
		args = append(args, chain, markStrong, markPassword, markFailed, markStaff, firstSignIn, more, stripMost, chain)
	}
	if kept != nil && len(kept.people) > 0 {
		text, more := kept.names(chain)
		parts, args = append(parts, text), append(args, more...)
	}
	parts = append(parts, "SELECT 0, JSON_ARRAY(seq, counted_seq), NULL, NULL, NULL, NULL FROM heads WHERE chain = ?")
	return parts, append(args, chain)
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
		case r.body == nil: // no day has anything
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

// almanac is a calendar while it is put together.
type almanac struct {
	*division

	chain   id.Scope
	query   CalendarQuery
	days    dayTally
	names   map[id.Person]string
	named   map[id.Person]int64 // in which entries those stand
	signIns map[signInKey]int
	total   int64
	counted bool      // every entry is in the counts
	keep    *keptDays // filled on the way; nil where kept ones are shown
}

// signInKey is who came in how on which date.
type signInKey struct {
	person id.Person
	date   int64
	mark   string
}

// recall takes in what is kept.
func (m *almanac) recall(kept *keptDays) {
	days := make([]Day, 0, len(kept.days))
	for date, day := range kept.days {
		days = append(days, *day)
		m.days[date] = &days[len(days)-1]
	}
	for person, p := range kept.people {
		for _, came := range p.came {
			m.signIns[signInKey{person, came.date, came.mark}] = came.many
		}
	}
}

// head takes in how many entries there are, and whether all of them are counted.
func (m *almanac) head(body []byte) error {
	var numbers [2]int64
	if err := json.Unmarshal(body, &numbers); err != nil {
		return err // calendar says what was read
	}
	if m.query.Person.IsZero() {
		m.total = numbers[0]
	}
	m.counted = numbers[0] == numbers[1]
	return nil
}

// everyone takes in what the days have.
func (m *almanac) everyone(cells []byte) error {
	rows, err := m.readRows(cells)
	if err != nil {
		return err // as above
	}
	m.spread(rows, m.days.add)
	if m.keep != nil {
		m.spread(m.keep.ended(rows), m.keep.days.add)
	}
	return nil
}

// dayTally is what days have, by date.
type dayTally map[int64]*Day

func (t dayTally) add(mark string, date, many int64) {
	d := t[date]
	if d == nil {
		d = &Day{Day: dateOf(date)}
		t[date] = d
	}
	switch mark {
	case "":
		d.Entries += int(many)
	case markRefused:
		d.Refused += int(many)
	case markFailed:
		d.Failed += int(many)
	case markStaff:
		d.ByStaff += int(many)
	case markStrong:
		d.strong += int(many)
	case markPassword:
		d.password += int(many)
	}
}

func (m *almanac) signIn(person id.Person) func(mark string, date, many int64) {
	return func(mark string, date, many int64) { m.signIns[signInKey{person, date, mark}] += int(many) }
}

// person takes the sign-ins of somebody in. The row has who that was, and in which entry the name stands.
func (m *almanac) person(l *Log, r *pageRow) error {
	const length = 16
	person, err := id.FromBytes[id.PersonKind](r.prevHash[:min(length, len(r.prevHash))])
	if err != nil {
		return err // as above
	}
	seq, err := writtenNumber(r.hash)
	if err != nil {
		return err
	}
	if err := m.name(l, person, seq, r); err != nil {
		return err
	}
	rows, err := m.readRows(r.body)
	if err != nil {
		return err
	}
	m.spread(rows, m.signIn(person))
	if m.keep != nil {
		if ended := m.keep.ended(rows); len(ended) > 0 {
			p := &keptPerson{seq: seq}
			m.spread(ended, p.add)
			m.keep.people[person] = p
		}
	}
	return nil
}

// keptName takes in the name of somebody whose sign-ins are kept, where no newer entry says it.
func (m *almanac) keptName(l *Log, kept *keptDays, r *pageRow) error {
	seq, err := writtenNumber(r.hash)
	if err != nil || kept == nil {
		return err // as above
	}
	for person, p := range kept.people {
		if _, newer := m.names[person]; p.seq == seq && !newer {
			return m.name(l, person, seq, r)
		}
	}
	return nil
}

// name reads who somebody is from an entry; where that was erased, nothing says it any more.
func (m *almanac) name(l *Log, person id.Person, seq int64, r *pageRow) error {
	if seq <= m.named[person] {
		return nil // as it was before
	}
	m.named[person] = seq
	if delete(m.names, person); r.who.IsZero() {
		return nil
	}
	content, err := l.box.Open(r.who, personalPlace(m.chain, seq, fieldWho))
	if err != nil {
		return err // as above
	}
	if known, ok := quickWho(content[2*saltSize:]); ok {
		m.names[person] = known.Name
	}
	return nil
}

// calendar brings what was gathered into its order.
func (m *almanac) calendar() Calendar {
	c, firstSignIns := Calendar{Total: m.total}, dateNumber(m.query.SignIns, m.zone)
	c.Days, c.SignIns = make([]Day, 0, len(m.days)), make([]SignIn, 0, len(m.signIns))
	person, own := m.chain.Person()
	for date, d := range m.days {
		c.Days = append(c.Days, *d)
		if !own {
			continue
		}
		for mark, many := range map[string]int{
			markFailed: d.Failed, markStaff: d.ByStaff, markStrong: d.strong, markPassword: d.password,
		} {
			m.signIns[signInKey{person, date, mark}] = many
		}
	}
	for k, many := range m.signIns {
		if many == 0 || k.date < firstSignIns {
			continue
		}
		c.SignIns = append(c.SignIns, SignIn{
			Person: k.person, Name: m.names[k.person], Day: dateOf(k.date), Many: many,
			Staff: k.mark == markStaff, Failed: k.mark == markFailed, Strong: k.mark == markStrong,
		})
	}
	slices.SortFunc(c.Days, func(a, b Day) int { return a.Day.Compare(b.Day) })
	slices.SortFunc(c.SignIns, func(a, b SignIn) int {
		return slices.Compare([]int64{a.Day.Unix(), int64(a.Many)}, []int64{b.Day.Unix(), int64(b.Many)})
	})
	return c
}

func joinParts(parts []string) string { return strings.Join(parts, " UNION ALL ") }
