package activity

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gatehouse/internal/id"
)

const (
	// keptFor is how long days that are over are shown as they were read: nobody writes to them but a command that
	// counts anew, and an archive that takes them out.
	keptFor = 10 * time.Minute
	// keptMost and keptRows bound what is kept: so many calendars, of so many rows of the counts.
	keptMost, keptRows = 64, 5_000
	// keptBehind is how many days of UTC before today are not over yet: an entry is written a little after what it
	// tells, and clocks differ.
	keptBehind = 1
)

// keptKey is which calendar it is. Zones with the same name divide days in the same way, but for those without one,
// which are told apart by where their days begin.
type keptKey struct {
	chain          id.Scope
	person         id.Person
	first, signIns int64 // days of UTC
	zone, cuts     string
}

// keptDays are the sums of a calendar over the days of UTC that are over, by the reader's date.
type keptDays struct {
	read   time.Time
	until  int64 // a day of UTC: those from here on are not in the sums
	days   dayTally
	people map[id.Person]*keptPerson
	rows   int // of the counts, from which the sums are
	last   atomic.Pointer[edition]
}

// edition is a calendar, and what it was put together from besides the days that are kept.
type edition struct {
	sum      [sha256.Size]byte
	calendar Calendar
}

// sumOf is over all that a calendar is made from: its rows, those with the names included, and its first date of which
// sign-ins are listed.
func sumOf(first int64, rows []pageRow) (sum [sha256.Size]byte) {
	h := sha256.New()
	var length [8]byte
	number := func(n int64) {
		binary.BigEndian.PutUint64(length[:], uint64(n)) //nolint:gosec // any two numbers stay apart
		_, _ = h.Write(length[:])
	}
	number(first)
	for i := range rows {
		r := &rows[i]
		number(r.seq)
		for _, cell := range [][]byte{[]byte(r.body), r.prevHash, r.hash} {
			number(int64(len(cell)))
			_, _ = h.Write(cell)
		}
		r.who.Mix(h)
	}
	h.Sum(sum[:0])
	return sum
}

// keptPerson are the sign-ins of somebody. The name is not kept: it may be erased at any time.
type keptPerson struct {
	seq  int64 // of the entry in which the name stands
	came []keptSignIn
}

type keptSignIn struct {
	mark string
	date int64
	many int
}

func (p *keptPerson) add(mark string, date, many int64) {
	for i := range p.came {
		if p.came[i].mark == mark && p.came[i].date == date {
			p.came[i].many += int(many)
			return
		}
	}
	p.came = append(p.came, keptSignIn{mark, date, int(many)})
}

// shelf keeps the days that are over for the calendars that are looked at most, since each page of a log shows one; and
// how days are divided.
type shelf struct {
	mutex     sync.Mutex
	kept      map[keptKey]*keptDays
	divisions map[dates]*division
	editions  atomic.Uint64
}

// division is how days are divided, found once for all readers of a zone.
func (s *shelf) division(days dates) *division {
	s.mutex.Lock()
	d := s.divisions[days]
	s.mutex.Unlock()
	if d != nil {
		return d
	}
	d = days.divide()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.divisions == nil || len(s.divisions) >= keptMost {
		s.divisions = map[dates]*division{}
	}
	s.divisions[days] = d
	return d
}

func keyOf(chain id.Scope, q *CalendarQuery, d *division) keptKey {
	return keptKey{
		chain: chain, person: q.Person, first: d.firstDay(q.From), signIns: d.firstDay(q.SignIns),
		zone: d.zone.String(), cuts: fmt.Sprint(d.cuts),
	}
}

// find returns what is kept for a calendar, or nil.
func (s *shelf) find(k keptKey, now time.Time) *keptDays {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	kept := s.kept[k]
	if kept == nil || now.Before(kept.read) || now.Sub(kept.read) >= keptFor {
		return nil
	}
	return kept
}

// keep puts days onto the shelf, in the place of those that were read longest ago where it is full.
func (s *shelf) keep(k keptKey, days *keptDays) {
	if days.rows > keptRows {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.kept == nil {
		s.kept = map[keptKey]*keptDays{}
	}
	if _, ok := s.kept[k]; !ok && len(s.kept) >= keptMost {
		oldest := k
		for other, kept := range s.kept {
			if oldest == k || kept.read.Before(s.kept[oldest].read) {
				oldest = other
			}
		}
		delete(s.kept, oldest)
	}
	s.kept[k] = days
}

// forget drops what is kept of a chain where counts of such days are written after all.
func (s *shelf) forget(chain id.Scope, written counts) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for k, kept := range s.kept {
		if k.chain != chain {
			continue
		}
		for row := range written {
			if row.day < kept.until {
				delete(s.kept, k)
				break
			}
		}
	}
}

// over begins to keep the days that are over at a moment.
func over(now time.Time) *keptDays {
	return &keptDays{
		read: now, until: floorDiv(now.Unix(), secondsOfDay) - keptBehind,
		days: dayTally{}, people: map[id.Person]*keptPerson{},
	}
}

// ended are the rows of days that are over.
func (k *keptDays) ended(rows []dayRow) []dayRow {
	list := slices.DeleteFunc(slices.Clone(rows), func(r dayRow) bool { return r.day >= k.until })
	k.rows += len(list)
	return list
}

// names is the part of a statement that reads the entries in which the names of the people stand.
func (k *keptDays) names(chain id.Scope) (string, []any) {
	args := []any{chain}
	for _, p := range k.people {
		args = append(args, p.seq)
	}
	return "SELECT -3, NULL, NULL, seq, sealed, NULL FROM entry_personal WHERE chain = ? AND field = '" + fieldWho +
		"' AND seq IN (" + marks(len(args)-1) + ")", args
}
