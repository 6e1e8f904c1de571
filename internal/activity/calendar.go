package activity

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/secretbox"
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

// Each sum of a calendar is over the rows that fit.
func daySums() []string {
	return []string{
		"mark <> '" + markTries + "'", "refused <> 0", "mark = '" + markTries + "'", "mark = '" + markStaff + "'",
		"mark = '" + markStrong + "'", "mark = '" + markPassword + "'",
	}
}

// sql are the parts of a statement whose rows have the form of a page's, with a number below one: the days, the
// sign-ins, and the number of entries. A day of UTC comes as its sums up to each quarter of an hour at which a day of
// the reader begins, and its whole sums.
func (q *CalendarQuery) sql(chain id.Scope, d *division) ([]string, []any) {
	actor := everybody()
	if !q.Person.IsZero() {
		actor = q.Person.Bytes()
	}
	var sums, inner, outer []string
	for i, sum := range d.sums() {
		inner = append(inner, fmt.Sprintf("%s AS v%d", sum, i))
		outer = append(outer, fmt.Sprintf("SUM(v%d)", i))
		for _, fits := range daySums() {
			sums = append(sums, fmt.Sprintf("SUM(CASE WHEN %s THEN v%d ELSE 0 END)", fits, i))
		}
	}
	values := strings.Join(inner, ", ")
	parts := []string{"SELECT -day, JSON_ARRAY('', day, " + strings.Join(sums, ", ") + "), NULL, NULL, NULL, NULL " +
		"FROM (SELECT day, mark, refused, " + values + " FROM activity_counts WHERE chain = ? AND actor_id = ? " +
		"AND day >= ?) c GROUP BY day"}
	args := []any{chain, actor, d.firstDay(q.From)}
	if chain.Kind() != id.ScopePerson {
		where, more := "AND actor_id <> ?", any(everybody())
		if !q.Person.IsZero() {
			where, more = "AND actor_id = ?", q.Person
		}
		parts = append(parts, "SELECT -s.day, s.cells, NULL, NULL, p.sealed, NULL FROM (SELECT day, "+
			"JSON_ARRAY(HEX(actor_id), day, mark, MAX(last_seq), "+strings.Join(outer, ", ")+") AS cells, "+
			"MAX(last_seq) AS seq FROM (SELECT actor_id, day, mark, last_seq, "+values+" FROM activity_counts "+
			"WHERE chain = ? AND day >= ? AND mark <> '' AND mark <> '"+markFailed+"' "+where+") c "+
			"GROUP BY actor_id, day, mark LIMIT ?) s "+
			"LEFT JOIN entry_personal p ON p.chain = ? AND p.seq = s.seq AND p.field = '"+fieldWho+"'")
		args = append(args, chain, d.firstDay(q.SignIns), more, stripMost, chain)
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
		chain: chain, query: q, division: d, days: map[int64]*Day{},
		names: map[id.Person]string{}, signIns: map[signInKey]int{},
	}
	for i := range rows {
		var cells []any
		if err := json.Unmarshal(rows[i].body, &cells); err != nil {
			return Calendar{}, fmt.Errorf("read the calendar: %w", err)
		}
		switch {
		case rows[i].seq == 0 && len(cells) == 1:
			m.total = number64(cells[0])
		case len(cells) > 2 && cells[0] == "":
			m.day(cells)
		case len(cells) > 4:
			if err := m.signIn(l, cells, rows[i].who); err != nil {
				return Calendar{}, err
			}
		}
	}
	return m.calendar(), nil
}

func number64(cell any) int64 {
	n, _ := cell.(float64) // the statement makes nothing else
	return int64(n)
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

// day takes a row of a day of UTC in.
func (m *almanac) day(cells []any) {
	kinds := len(daySums())
	for kind := range kinds {
		sums := make([]int64, 0, len(m.cuts)+1)
		for i := 2 + kind; i < len(cells); i += kinds {
			sums = append(sums, number64(cells[i]))
		}
		m.share(number64(cells[1]), sums, func(date, many int64) {
			day := m.days[date]
			if day == nil {
				day = &Day{Day: dateOf(date)}
				m.days[date] = day
			}
			*[]*int{&day.Entries, &day.Refused, &day.Failed, &day.ByStaff, &day.strong, &day.password}[kind] += int(many)
		})
	}
}

func (m *almanac) signIn(l *Log, cells []any, who secretbox.Sealed) error {
	text, _ := cells[0].(string) // as number64
	mark, _ := cells[2].(string)
	key, err := hex.DecodeString(text)
	if err != nil {
		return fmt.Errorf("read the calendar: %w", err)
	}
	person, err := id.FromBytes[id.PersonKind](key)
	if err != nil {
		return fmt.Errorf("read the calendar: %w", err)
	}
	if m.names[person] == "" && !who.IsZero() {
		content, err := l.box.Open(who, personalPlace(m.chain, number64(cells[3]), fieldWho))
		if err != nil {
			return fmt.Errorf("read the calendar: %w", err)
		}
		if known, ok := quickWho(content[2*saltSize:]); ok {
			m.names[person] = known.Name
		}
	}
	sums := make([]int64, 0, len(m.cuts)+1)
	for _, cell := range cells[4:] {
		sums = append(sums, number64(cell))
	}
	m.share(number64(cells[1]), sums, func(date, many int64) { m.signIns[signInKey{person, date, mark}] += int(many) })
	return nil
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
			markTries: d.Failed, markStaff: d.ByStaff, markStrong: d.strong, markPassword: d.password,
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
			Staff: k.mark == markStaff, Failed: k.mark == markTries, Strong: k.mark == markStrong,
		})
	}
	slices.SortFunc(c.Days, func(a, b Day) int { return a.Day.Compare(b.Day) })
	slices.SortFunc(c.SignIns, func(a, b SignIn) int {
		return slices.Compare([]int64{a.Day.Unix(), int64(a.Many)}, []int64{b.Day.Unix(), int64(b.Many)})
	})
	return c
}

func joinParts(parts []string) string { return strings.Join(parts, " UNION ALL ") }
