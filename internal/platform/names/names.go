// Package names keeps names in memory that the database only has sealed, so that a part of a name can be looked for and
// lists can be in the order of names without opening each of them with each request. Whoever asks has read which names
// there are now and the version of each: a name that has changed is opened again, one that is gone is forgotten, and
// nothing is answered from memory about a row that was not read a moment ago. What is kept is bounded, and forgotten
// when nobody has asked for a while; it never leaves the process.
package names

import (
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
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

// Row is something that has a name, as it was read now.
type Row struct {
	Key     Key
	Version int64 // greater once the name may have changed
}

// Index keeps lists of folded names. It is safe for concurrent use.
type Index struct {
	most int

	mu    sync.Mutex
	lists map[Key]*list
	kept  int // names in all lists
}

type list struct {
	names map[Key]name
	asked time.Time
}

type name struct {
	version int64
	folded  string
}

// New makes an index that keeps at most so many names. A list longer than that is opened again with each request.
func New(most int) *Index { return &Index{most: most, lists: map[Key]*list{}} }

// Folded returns the names of the rows of a list, folded, in their order. Those that are not known as they are now are
// opened by open, which may leave out what is gone meanwhile: such a name is empty.
func (x *Index) Folded(
	of Key, rows []Row, now time.Time, open func(stale []Key) (map[Key]string, error),
) ([]string, error) {
	folded, stale := x.known(of, rows)
	if len(stale) > 0 {
		keys := make([]Key, 0, len(stale))
		for _, i := range stale {
			keys = append(keys, rows[i].Key)
		}
		opened, err := open(keys)
		if err != nil {
			return nil, err
		}
		for _, i := range stale {
			folded[i] = Fold(opened[rows[i].Key])
		}
	}
	x.keep(of, rows, folded, now)
	return folded, nil
}

// known are the names that are in memory as they are now, and which are not.
func (x *Index) known(of Key, rows []Row) (folded []string, stale []int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	var names map[Key]name
	if l := x.lists[of]; l != nil {
		names = l.names
	}
	folded = make([]string, len(rows))
	for i, row := range rows {
		if known, ok := names[row.Key]; ok && known.version == row.Version {
			folded[i] = known.folded
		} else {
			stale = append(stale, i)
		}
	}
	return folded, stale
}

// keep remembers a list as it is now, and forgets others where there are too many or nobody asks for them any more.
func (x *Index) keep(of Key, rows []Row, folded []string, now time.Time) {
	x.mu.Lock()
	defer x.mu.Unlock()
	l := x.lists[of]
	if l == nil {
		l = &list{names: map[Key]name{}}
		x.lists[of] = l
	}
	x.kept -= len(l.names)
	l.asked = now
	gone := len(l.names) > len(rows)
	for i, row := range rows {
		if folded[i] != "" && l.names[row.Key] != (name{row.Version, folded[i]}) {
			l.names[row.Key] = name{row.Version, folded[i]}
		}
	}
	if gone || len(l.names) > len(rows) {
		l.names = only(l.names, rows)
	}
	x.kept += len(l.names)
	for key, other := range x.lists {
		if now.Sub(other.asked) > keptFor {
			x.forget(key)
		}
	}
	for x.kept > x.most {
		x.forget(x.oldest())
	}
}

// only are the names of rows that are still there.
func only(names map[Key]name, rows []Row) map[Key]name {
	there := make(map[Key]name, len(rows))
	for _, row := range rows {
		if n, ok := names[row.Key]; ok {
			there[row.Key] = n
		}
	}
	return there
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
	x.kept -= len(x.lists[key].names)
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

// Fold brings a text into the form in which names are compared: small letters, no accents.
func Fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text))
}
