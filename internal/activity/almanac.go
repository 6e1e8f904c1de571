package activity

import (
	"encoding/json"
	"slices"

	"gatehouse/internal/id"
)

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
func (m *almanac) head(body string) error {
	var numbers [2]int64
	if err := json.Unmarshal([]byte(body), &numbers); err != nil {
		return err // calendar says what was read
	}
	if m.query.Person.IsZero() {
		m.total = numbers[0]
	}
	m.counted = numbers[0] == numbers[1]
	return nil
}

// everyone takes in what the days have.
func (m *almanac) everyone(cells string) error {
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
