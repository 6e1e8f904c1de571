package activity

import (
	"context"
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

// CalendarQuery says which days of a log, read from the daily counts.
type CalendarQuery struct {
	From    time.Time // the first day
	SignIns time.Time // the first day of which sign-ins are listed
	Person  id.Person // only what this person did; zero: everybody
}

// Calendar is what a log has of each day. Days are those of UTC.
type Calendar struct {
	Days    []Day    // the oldest first; days with nothing are left out
	SignIns []SignIn // by person, the oldest first
	Total   int64    // entries since the log began; 0 where only one person's are counted
}

// Day is one day of a log.
type Day struct {
	Day     time.Time // midnight UTC
	Entries int       // of all kinds
	Refused int
	Failed  int // tries to sign in that failed
	ByStaff int // entries of the provider's people
}

// SignIn is how often somebody came in, or did not, on one day, and how.
type SignIn struct {
	Person id.Person
	Name   string // as it was the last time; empty where it was erased
	Day    time.Time
	Staff  bool // one of the provider's people was here
	Failed bool
	Strong bool // with more than a password
	Many   int
}

// sql are the parts of a statement whose rows have the form of a page's, with a number below one: the days, the
// sign-ins, and the number of entries.
func (q *CalendarQuery) sql(chain id.Scope) ([]string, []any) {
	actor := everybody()
	if !q.Person.IsZero() {
		actor = q.Person.Bytes()
	}
	const sum = "SUM(CASE WHEN "
	parts := []string{"SELECT -day, JSON_ARRAY('', day, SUM(entries), " +
		sum + "outcome = 'refused' THEN entries ELSE 0 END), " +
		sum + "mark = 'failed' THEN times ELSE 0 END), " + sum + "mark = 'staff' THEN entries ELSE 0 END), " +
		sum + "mark = 'strong' THEN entries ELSE 0 END), " + sum + "mark = 'password' THEN entries ELSE 0 END)), " +
		"NULL, NULL, NULL, NULL FROM activity_counts WHERE chain = ? AND actor_id = ? AND day >= ? GROUP BY day"}
	args := []any{chain, actor, dayOf(q.From)}
	if chain.Kind() != id.ScopePerson {
		where, more := "AND actor_id <> ?", any(everybody())
		if !q.Person.IsZero() {
			where, more = "AND actor_id = ?", q.Person
		}
		parts = append(parts, "SELECT -s.day, JSON_ARRAY(HEX(s.actor_id), s.day, s.mark, s.many, s.seq), NULL, NULL, "+
			"p.sealed, NULL FROM (SELECT actor_id, day, mark, SUM(entries) AS many, MAX(last_seq) AS seq FROM activity_counts "+
			"WHERE chain = ? AND day >= ? AND mark <> '' "+where+" GROUP BY actor_id, day, mark LIMIT ?) s "+
			"LEFT JOIN entry_personal p ON p.chain = ? AND p.seq = s.seq AND p.field = '"+fieldWho+"'")
		args = append(args, chain, dayOf(q.SignIns), more, stripMost, chain)
	}
	if q.Person.IsZero() {
		parts = append(parts, "SELECT 0, JSON_ARRAY(seq), NULL, NULL, NULL, NULL FROM heads WHERE chain = ?")
		args = append(args, chain)
	}
	return parts, args
}

// Calendar reads what a scope's log has of each day. Only gate may call it.
func (l *Log) Calendar(ctx context.Context, chain id.Scope, q CalendarQuery) (Calendar, error) {
	parts, args := q.sql(chain)
	rows, err := l.scan(ctx, joinParts(parts), args)
	if err != nil {
		return Calendar{}, fmt.Errorf("read the calendar: %w", err)
	}
	return l.calendar(chain, q, rows)
}

// calendar puts the rows of a statement together.
func (l *Log) calendar(chain id.Scope, q CalendarQuery, rows []pageRow) (Calendar, error) {
	c, names := Calendar{}, map[id.Person]string{}
	for i := range rows {
		var cells []any
		if err := json.Unmarshal(rows[i].body, &cells); err != nil {
			return c, fmt.Errorf("read the calendar: %w", err)
		}
		switch {
		case rows[i].seq == 0 && len(cells) == 1:
			c.Total = int64(number64(cells[0]))
		case len(cells) == 8:
			c.day(chain, q, cells)
		case len(cells) == 5:
			if err := l.signIn(&c, chain, names, cells, rows[i].who); err != nil {
				return c, err
			}
		}
	}
	slices.SortFunc(c.Days, func(a, b Day) int { return a.Day.Compare(b.Day) })
	slices.SortFunc(c.SignIns, func(a, b SignIn) int {
		return slices.Compare([]int64{a.Day.Unix(), int64(a.Many)}, []int64{b.Day.Unix(), int64(b.Many)})
	})
	for i := range c.SignIns {
		c.SignIns[i].Name = names[c.SignIns[i].Person]
	}
	return c, nil
}

func number64(cell any) float64 {
	n, _ := cell.(float64) // the statement makes nothing else
	return n
}

func dayTime(cell any) time.Time { return time.Unix(int64(number64(cell))*86400, 0).UTC() }

func (c *Calendar) day(chain id.Scope, q CalendarQuery, cells []any) {
	at := func(i int) int { return int(number64(cells[i])) }
	d := Day{Day: dayTime(cells[1]), Entries: at(2), Refused: at(3), Failed: at(4), ByStaff: at(5)}
	c.Days = append(c.Days, d)
	person, mine := chain.Person()
	if !mine || d.Day.Before(q.SignIns.Truncate(24*time.Hour)) {
		return
	}
	for i, s := range map[int]SignIn{4: {Failed: true}, 5: {Staff: true}, 6: {Strong: true}, 7: {}} {
		if s.Person, s.Day, s.Many = person, d.Day, at(i); s.Many > 0 {
			c.SignIns = append(c.SignIns, s)
		}
	}
}

func (l *Log) signIn(c *Calendar, chain id.Scope, names map[id.Person]string, cells []any, who secretbox.Sealed) error {
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
	if names[person] == "" && !who.IsZero() {
		content, err := l.box.Open(who, personalPlace(chain, int64(number64(cells[4])), fieldWho))
		if err != nil {
			return fmt.Errorf("read the calendar: %w", err)
		}
		if known, ok := quickWho(content[2*saltSize:]); ok {
			names[person] = known.Name
		}
	}
	c.SignIns = append(c.SignIns, SignIn{
		Person: person, Day: dayTime(cells[1]), Many: int(number64(cells[3])),
		Staff: mark == markStaff, Failed: mark == markFailed, Strong: mark == markStrong,
	})
	return nil
}

func joinParts(parts []string) string { return strings.Join(parts, " UNION ALL ") }
