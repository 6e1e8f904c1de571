package names_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/names"
)

func key(n int) names.Key { return names.Key{byte(n >> 8), byte(n)} }

func rows(n int, version int64) []names.Named {
	list := make([]names.Named, 0, n)
	for i := range n {
		list = append(list, names.Named{Key: key(i), Version: version, Place: key(1000 + i)})
	}
	return list
}

// book is where the names are written, and counts how often it is read and how many names were opened.
type book struct {
	rows         []names.Named
	names        map[names.Key]string
	read, opened int
}

func (b *book) source() names.Source {
	return names.Source{
		Read: func() ([]names.Named, error) { b.read++; return slices.Clone(b.rows), nil },
		Open: func(stale []names.Key) (map[names.Key]string, error) { b.opened += len(stale); return b.names, nil },
	}
}

func ask(t *testing.T, x *names.Index, b *book, of names.Key, stamp int64, now time.Time) string {
	t.Helper()
	list, err := x.List(of, names.Stamp{Own: stamp}, now, b.source())
	if err != nil {
		t.Fatal(err)
	}
	folded := ""
	for _, n := range list {
		if n.Place[0] == 0 {
			t.Errorf("%q lost its place", n.Folded)
		}
		folded += n.Folded + ","
	}
	return folded
}

// While the stamp is the same nothing is read; then a name is opened again where its row has changed, and one whose row
// is gone is not answered any more.
func TestNamesFollowTheirRows(t *testing.T) {
	x, b := names.New(100), &book{rows: rows(3, 1), names: map[names.Key]string{}}
	for i := range 3 {
		b.names[key(i)] = "Zoë Å" + strconv.Itoa(3-i)
	}
	now, of := time.Unix(0, 0), key(500)
	is := func(what, got, want string, read, opened int) {
		t.Helper()
		if got != want || b.read != read || b.opened != opened {
			t.Errorf("%s: %q, read %d times, %d opened", what, got, b.read, b.opened)
		}
	}
	for range 2 {
		is("by name", ask(t, x, b, of, 1, now), "zoe a1,zoe a2,zoe a3,", 1, 3)
	}
	b.names[key(1)], b.rows[1].Version = "Ada", 2
	is("one has changed", ask(t, x, b, of, 2, now), "ada,zoe a1,zoe a3,", 2, 4)
	first := b.rows[0]
	b.rows = b.rows[1:]
	is("one is gone", ask(t, x, b, of, 3, now), "ada,zoe a1,", 3, 4)
	b.rows = append(b.rows, first)
	is("and is back", ask(t, x, b, of, 4, now), "ada,zoe a1,zoe a3,", 4, 5)
	is("another list", ask(t, x, b, key(501), 4, now), "ada,zoe a1,zoe a3,", 5, 8)
	delete(b.names, key(2))
	b.rows[1].Version = 9
	is("gone between two reads", ask(t, x, b, of, 5, now), ",ada,zoe a3,", 6, 9)
	b.names[key(2)] = "Yan"
	is("looked for again", ask(t, x, b, of, 5, now), "ada,yan,zoe a3,", 7, 10)
}

// What is kept is bounded in number and in time.
func TestNamesAreForgotten(t *testing.T) {
	b := &book{rows: rows(60, 1), names: map[names.Key]string{}}
	for i := range 60 {
		b.names[key(i)] = "name " + strconv.Itoa(i)
	}
	x, now := names.New(100), time.Unix(0, 0)
	ask(t, x, b, key(500), 1, now)
	ask(t, x, b, key(501), 1, now.Add(time.Second))
	if x.Kept() != 60 {
		t.Errorf("%d of at most 100 kept", x.Kept())
	}
	if ask(t, x, b, key(501), 1, now.Add(2*time.Second)); b.opened != 120 {
		t.Error("the list that was asked for last was forgotten")
	}
	b.rows = b.rows[:1]
	if ask(t, x, b, key(502), 1, now.Add(time.Hour)); x.Kept() != 1 {
		t.Errorf("%d kept after an hour", x.Kept())
	}
	b.rows = rows(60, 1)
	small := names.New(10)
	if got := ask(t, small, b, key(500), 1, now); got == "" || small.Kept() != 0 {
		t.Errorf("a list that is too long: %q, %d kept", got, small.Kept())
	}
	broken := errors.New("broken")
	from := names.Source{Read: func() ([]names.Named, error) { return nil, broken }}
	_, err := x.List(key(503), names.Stamp{}, now, from)
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestWordsAreFound(t *testing.T) {
	for search, want := range map[string]bool{
		"ZOE": true, "zoë crowd": true, "crowd zoe": true, "": true, "  ": true,
		"zoe carl": false, "oe c": true, "crowds": false,
	} {
		if got := names.HasAll(names.Fold("Zoë Crowd"), names.Words(search)); got != want {
			t.Errorf("%q: %v", search, got)
		}
	}
}

func TestKeysAreIDs(t *testing.T) {
	one := id.New[id.PersonKind]()
	if k := names.KeyOf(one); !slices.Equal(k[:], one.Bytes()) {
		t.Errorf("%x is not %x", k, one.Bytes())
	}
}
