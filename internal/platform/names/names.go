// Package names keeps names in memory that the database only has sealed, so that a part of a name can be looked for and
// lists can be in the order of names without opening each of them with each request. Whoever asks has read a stamp of
// the list a moment ago: while it is the same, so is the list. Otherwise its rows are read, a name that has changed is
// opened again, and one that is gone is forgotten. What is kept is bounded, and forgotten when nobody has asked for a
// while; it never leaves the process.
package names

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"

	"gatehouse/internal/platform/db"
)

// keptFor is how long names stay in memory after they were asked for last.
const keptFor = 10 * time.Minute

// Key is the id of what has a name, or of a list of names.
type Key [16]byte

// KeyOf is the key of an identifier.
func KeyOf(id interface{ AppendTo(to []byte) []byte }) Key {
	var k Key
	copy(k[:], id.AppendTo(make([]byte, 0, len(k))))
	return k
}

// Named is something that has a name, as it was read.
type Named struct {
	Key     Key
	Version int64  // greater once the name may have changed
	Place   Key    // by which it is in the list, where the reader needs to know
	Folded  string // the name; empty: gone between two reads
}

// Stamp tells whether a list may have changed: of each of its parts how many rows it has, and the sums of their
// versions and of when they came into the list. A row that takes another one's place came later.
type Stamp [6]int64

// ReadStamp reads the stamp of a list: rows of the part (0 or 1), the number of rows and both sums.
func ReadStamp(q *gorm.DB) (Stamp, error) {
	type row struct{ part, rows, versions, since int64 }
	found, err := db.ReadRows(q, func(r *row) []any {
		return []any{&r.part, &r.rows, db.OrZero(&r.versions), db.OrZero(&r.since)}
	})
	if err != nil {
		return Stamp{}, fmt.Errorf("look whether a list has changed: %w", err)
	}
	var s Stamp
	for _, r := range found {
		copy(s[3*r.part:], []int64{r.rows, r.versions, r.since})
	}
	return s, nil
}

// Index keeps lists of folded names. It is safe for concurrent use.
type Index struct {
	most int

	mu    sync.Mutex
	lists map[Key]*list
	kept  int // names in all lists
}

type list struct {
	named []Named // never changed once it is here
	stamp Stamp
	whole bool // every name could be had
	asked time.Time
}

// New makes an index that keeps at most so many names. A list longer than that is opened again with each request.
func New(most int) *Index { return &Index{most: most, lists: map[Key]*list{}} }

// Source is where a list comes from: Read reads its rows, without names, and Open opens some of their names; what is
// gone meanwhile it leaves out.
type Source struct {
	Read func() ([]Named, error)
	Open func(stale []Key) (map[Key]string, error)
}

// List returns the rows of a list with their folded names, in the order of the names. Callers only read it.
func (x *Index) List(of Key, stamp Stamp, now time.Time, from Source) ([]Named, error) {
	was := x.ask(of, now)
	if was.whole && was.stamp == stamp {
		return was.named, nil
	}
	rows, err := from.Read()
	if err != nil {
		return nil, err
	}
	stale := recall(rows, was.named)
	whole := true
	if len(stale) > 0 {
		opened, err := from.Open(stale)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			if rows[i].Folded == "" {
				rows[i].Folded = Fold(opened[rows[i].Key])
				whole = whole && rows[i].Folded != ""
			}
		}
	}
	slices.SortFunc(rows, func(a, b Named) int {
		return cmp.Or(cmp.Compare(a.Folded, b.Folded), bytes.Compare(a.Key[:], b.Key[:]))
	})
	x.keep(of, list{rows, stamp, whole, now})
	return rows, nil
}

// recall gives the rows that have not changed the names by which they were known, and says which have.
func recall(rows, was []Named) (stale []Key) {
	known := make(map[Key]Named, len(was))
	for _, n := range was {
		known[n.Key] = n
	}
	for i, row := range rows {
		if n, ok := known[row.Key]; ok && n.Version == row.Version && n.Folded != "" {
			rows[i].Folded = n.Folded
		} else {
			stale = append(stale, row.Key)
		}
	}
	return stale
}

// ask is a list as it is kept, which then is not forgotten for a while.
func (x *Index) ask(of Key, now time.Time) list {
	x.mu.Lock()
	defer x.mu.Unlock()
	l := x.lists[of]
	if l == nil {
		return list{}
	}
	l.asked = now
	return *l
}

// keep remembers a list, and forgets others where there are too many or nobody asks for them any more.
func (x *Index) keep(of Key, l list) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.lists[of] != nil {
		x.forget(of)
	}
	x.lists[of] = &l
	x.kept += len(l.named)
	for key, other := range x.lists {
		if l.asked.Sub(other.asked) > keptFor {
			x.forget(key)
		}
	}
	for x.kept > x.most {
		x.forget(x.oldest())
	}
}

func (x *Index) oldest() Key {
	var oldest Key
	var asked time.Time
	for key, l := range x.lists {
		if asked.IsZero() || l.asked.Before(asked) {
			oldest, asked = key, l.asked
		}
	}
	return oldest
}

func (x *Index) forget(key Key) {
	x.kept -= len(x.lists[key].named)
	delete(x.lists, key)
}

// Kept says how many names are in memory.
func (x *Index) Kept() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.kept
}

// Words are the words of a search, folded.
func Words(search string) []string { return strings.Fields(Fold(search)) }

// HasAll says whether a folded text contains all words.
func HasAll(folded string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(folded, w) })
}

// Matching are the rows whose names have all words of a search.
func Matching(list []Named, search string) []Named {
	words := Words(search)
	if len(words) == 0 {
		return list
	}
	var found []Named
	for _, n := range list {
		if HasAll(n.Folded, words) {
			found = append(found, n)
		}
	}
	return found
}

// Fold brings a text into the form in which names are compared: small letters, no accents.
func Fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text))
}
