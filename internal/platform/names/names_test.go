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

func rows(n int, version int64) []names.Row {
	list := make([]names.Row, 0, n)
	for i := range n {
		list = append(list, names.Row{Key: key(i), Version: version})
	}
	return list
}

// book is where the names are written, and counts how many were opened.
type book struct {
	names  map[names.Key]string
	opened int
}

func (b *book) open(stale []names.Key) (map[names.Key]string, error) {
	b.opened += len(stale)
	return b.names, nil
}

func ask(t *testing.T, x *names.Index, b *book, of names.Key, list []names.Row, now time.Time) []string {
	t.Helper()
	folded, err := x.Folded(of, list, now, b.open)
	if err != nil {
		t.Fatal(err)
	}
	return folded
}

// A name is opened once, and again when its row has changed; one whose row is gone is not answered any more.
func TestNamesFollowTheirRows(t *testing.T) {
	x, b := names.New(100), &book{names: map[names.Key]string{}}
	for i := range 3 {
		b.names[key(i)] = "Zoë Å" + strconv.Itoa(i)
	}
	list, now, of := rows(3, 1), time.Unix(0, 0), key(500)
	for range 2 {
		if got := ask(t, x, b, of, list, now); !slices.Equal(got, []string{"zoe a0", "zoe a1", "zoe a2"}) || b.opened != 3 {
			t.Fatalf("%q, %d opened", got, b.opened)
		}
	}
	b.names[key(1)], list[1].Version = "Ada", 2
	if got := ask(t, x, b, of, list, now); got[1] != "ada" || b.opened != 4 {
		t.Errorf("after a change: %q, %d opened", got, b.opened)
	}
	if got := ask(t, x, b, of, list[1:], now); got[0] != "ada" || b.opened != 4 || x.Kept() != 2 {
		t.Errorf("without the first: %q, %d opened, %d kept", got, b.opened, x.Kept())
	}
	if ask(t, x, b, of, list, now); b.opened != 5 {
		t.Error("one that was gone was answered from memory")
	}
	if ask(t, x, b, key(501), list, now); b.opened != 8 {
		t.Error("one list answers for another")
	}
	delete(b.names, key(2))
	list[2].Version = 9
	if got := ask(t, x, b, of, list, now); got[2] != "" {
		t.Errorf("gone between two reads: %q", got[2])
	}
}

// What is kept is bounded in number and in time.
func TestNamesAreForgotten(t *testing.T) {
	b := &book{names: map[names.Key]string{}}
	for i := range 60 {
		b.names[key(i)] = "name " + strconv.Itoa(i)
	}
	x, now := names.New(100), time.Unix(0, 0)
	ask(t, x, b, key(500), rows(60, 1), now)
	ask(t, x, b, key(501), rows(60, 1), now.Add(time.Second))
	if x.Kept() != 60 {
		t.Errorf("%d of at most 100 kept", x.Kept())
	}
	if ask(t, x, b, key(501), rows(60, 1), now.Add(2*time.Second)); b.opened != 120 {
		t.Error("the list that was asked for last was forgotten")
	}
	if ask(t, x, b, key(502), rows(1, 1), now.Add(time.Hour)); x.Kept() != 1 {
		t.Errorf("%d kept after an hour", x.Kept())
	}
	small := names.New(10)
	if got := ask(t, small, b, key(500), rows(60, 1), now); got[59] != "name 59" || small.Kept() != 0 {
		t.Errorf("a list that is too long: %q, %d kept", got[59], small.Kept())
	}
	broken := errors.New("broken")
	_, err := x.Folded(key(503), rows(1, 1), now, func([]names.Key) (map[names.Key]string, error) { return nil, broken })
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestWordsAreFound(t *testing.T) {
	for search, want := range map[string]bool{
		"ZOE": true, "zoë crowd": true, "crowd zoe": true, "": true, "  ": true, "zoe carl": false, "oe c": true, "crowds": false,
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
