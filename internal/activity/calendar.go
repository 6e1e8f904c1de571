package activity

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
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
// days, one with the sign-ins of each person, and one with the number of entries. A day of UTC comes as its sums up to
// each quarter of an hour at which a day of the reader begins, and its whole sum.
func (q *CalendarQuery) sql(dialect db.Dialect, chain id.Scope, d *division) ([]string, []any) {
	actor, all := everybody(), "JSON_ARRAYAGG"
	if !q.Person.IsZero() {
		actor = q.Person.Bytes()
	}
	if dialect == db.SQLite {
		all = "JSON_GROUP_ARRAY"
	}
	// Each row of the counts is one word of numbers, and its mark: to take such words apart costs a fraction of reading
	// them as cells of JSON.
	cells := "CONCAT_WS(' ', day, " + strings.Join(d.sums(), ", ") + ", mark)"
	shown, args := "", []any{chain, actor, d.firstDay(q.From)}
	if chain.Kind() != id.ScopePerson { // how somebody came in is told by person, below
		shown = " AND mark IN (?, ?, ?, ?)"
		args = append(args, "", markRefused, markFailed, markStaff)
	}
	parts := []string{"SELECT -1, " + all + "(" + cells + "), NULL, NULL, NULL, NULL FROM activity_counts " +
		"WHERE chain = ? AND actor_id = ? AND day >= ?" + shown}
	if chain.Kind() != id.ScopePerson {
		// Told which index to take: else the database reads all that was ever counted, of everybody.
		by, where, more := " INDEXED BY activity_counts_mark", "AND actor_id <> ?", any(everybody())
		if dialect == db.MySQL {
			by = " FORCE INDEX (activity_counts_mark)"
		}
		if !q.Person.IsZero() {
			by, where, more = "", "AND actor_id = ?", q.Person
		}
		parts = append(parts, "SELECT -2, s.cells, s.actor_id, s.seq, p.sealed, NULL FROM (SELECT actor_id, "+
			all+"(cell) AS cells, MAX(last_seq) AS seq FROM (SELECT actor_id, last_seq, "+cells+" AS cell "+
			"FROM activity_counts"+by+" WHERE chain = ? AND mark IN (?, ?, ?, ?) AND day >= ? "+where+" LIMIT ?) c "+
			"GROUP BY actor_id) s "+
			"LEFT JOIN entry_personal p ON p.chain = ? AND p.seq = s.seq AND p.field = '"+fieldWho+"'")
		args = append(args, chain, markStrong, markPassword, markFailed, markStaff, d.firstDay(q.SignIns), more, stripMost,
			chain)
	}
	if q.Person.IsZero() {
		parts = append(parts, "SELECT 0, JSON_ARRAY(seq), NULL, NULL, NULL, NULL FROM heads WHERE chain = ?")
		args = append(args, chain)
	}
	return parts, args
}

// calendar puts the rows of a statement together.
func (l *Log) calendar(chain id.Scope, q CalendarQuery, d *division, rows []pageRow) (Calendar, error) {
	m := almanac{
		division: d, chain: chain, query: q, days: map[int64]*Day{}, names: map[id.Person]string{},
		signIns: map[signInKey]int{},
	}
	for i := range rows {
		var err error
		switch r := &rows[i]; {
		case r.body == nil: // no day has anything
		case r.seq == 0:
			var total []int64
			if err = json.Unmarshal(r.body, &total); err == nil && len(total) == 1 {
				m.total = total[0]
			}
		case r.prevHash == nil:
			err = m.read(r.body, m.day)
		default:
			err = m.person(l, r)
		}
		if err != nil {
			return Calendar{}, fmt.Errorf("read the calendar: %w", err)
		}
	}
	return m.calendar(), nil
}

// almanac is a calendar while it is put together.
type almanac struct {
	*division

	chain   id.Scope
	query   CalendarQuery
	days    map[int64]*Day // by date
	names   map[id.Person]string
	signIns map[signInKey]int
	total   int64
}

// signInKey is who came in how on which date.
type signInKey struct {
	person id.Person
	date   int64
	mark   string
}

// read gives what the days of UTC have of each mark to the reader's dates. The cells are a list of texts of JSON, in
// which nothing needs an escape: a day, its sums, and the mark.
func (m *almanac) read(cells []byte, give func(mark string, date, many int64)) error {
	sums := make([]int64, len(m.cuts)+1)
	for {
		_, begun, found := bytes.Cut(cells, []byte{'"'})
		cell, rest, closed := bytes.Cut(begun, []byte{'"'})
		if !found {
			return nil
		}
		day, cell, err := takeNumber(cell)
		for i := range sums {
			if err == nil {
				sums[i], cell, err = takeNumber(cell)
			}
		}
		if err != nil || !closed {
			return errors.Join(errors.New("a row has another form"), err)
		}
		mark := string(cell)
		m.share(day, sums, func(date, many int64) { give(mark, date, many) })
		cells = rest
	}
}

// takeNumber reads the number before the next space.
func takeNumber(text []byte) (n int64, rest []byte, err error) {
	word, rest, found := bytes.Cut(text, []byte{' '})
	if !found {
		return 0, nil, errors.New("a number is missing")
	}
	n, err = strconv.ParseInt(string(word), 10, 64)
	return n, rest, err
}

func (m *almanac) day(mark string, date, many int64) {
	d := m.days[date]
	if d == nil {
		d = &Day{Day: dateOf(date)}
		m.days[date] = d
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

// person takes the sign-ins of somebody in. The row has who that was, and in which entry the name stands, in columns
// that MariaDB fills up with zeros to the length of the hashes on the page.
func (m *almanac) person(l *Log, r *pageRow) error {
	const length = 16
	person, err := id.FromBytes[id.PersonKind](r.prevHash[:min(length, len(r.prevHash))])
	if err != nil {
		return err // as above
	}
	if !r.who.IsZero() {
		seq, err := strconv.ParseInt(strings.TrimRight(string(r.hash), "\x00"), 10, 64)
		if err != nil {
			return err
		}
		content, err := l.box.Open(r.who, personalPlace(m.chain, seq, fieldWho))
		if err != nil {
			return err
		}
		if known, ok := quickWho(content[2*saltSize:]); ok {
			m.names[person] = known.Name
		}
	}
	return m.read(r.body, func(mark string, date, many int64) { m.signIns[signInKey{person, date, mark}] += int(many) })
}

// calendar brings what was gathered into its order.
func (m *almanac) calendar() Calendar {
	c, firstSignIns := Calendar{Total: m.total}, dateNumber(m.query.SignIns, m.zone)
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
