// Package names keeps names in memory that the database only has sealed, so that a part of a name can be looked for and
// lists can be in the order of names without opening each of them with each request. Whoever asks has read a stamp of
// the list a moment ago: while it is the same, so is the list. Otherwise its rows are read, a name that has changed is
// opened again, and one that is gone is forgotten. What is kept is bounded, and forgotten when nobody has asked for a
// while; it never leaves the process.
package names

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	// keptFor is how long names stay in memory after they were asked for last.
	keptFor = 10 * time.Minute
	// readFor is after how long the rows of a list are read again, whatever its stamp says.
	readFor = 10 * time.Minute
)

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
	read  time.Time
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
	if was.is(stamp, now) {
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
	x.keep(of, list{rows, stamp, whole, now, now})
	return rows, nil
}

// is says whether a list is still as it was read.
func (l list) is(stamp Stamp, now time.Time) bool {
	return l.whole && l.stamp == stamp && now.Sub(l.read) < readFor
}

// Known is a list as it is kept, with the stamp by which it was read, for whoever looks at the stamp at the same moment
// as at what the list leads to; nothing where List would read it again in any case.
func (x *Index) Known(of Key, now time.Time) ([]Named, Stamp, bool) {
	was := x.ask(of, now)
	return was.named, was.stamp, was.is(was.stamp, now)
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
