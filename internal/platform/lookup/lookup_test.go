package lookup_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/platform/lookup"
	"gatehouse/internal/platform/names"
)

const (
	company lookup.Kind = iota
	domain
)

func key(n int) (k names.Key) {
	binary.BigEndian.PutUint64(k[8:], uint64(n))
	return k
}

func numbers(keys []names.Key) []int {
	out := make([]int, 0, len(keys))
	for _, k := range keys {
		out = append(out, int(binary.BigEndian.Uint64(k[8:])))
	}
	return out
}

// shop is a thing with a name and a domain.
func shop(n int, name, at string) lookup.Thing {
	return lookup.Thing{Key: key(n), Texts: []lookup.Text{{Kind: company, Text: name}, {Kind: domain, Text: at}}}
}

func named(n int, name string) lookup.Thing {
	return lookup.Thing{Key: key(n), Texts: []lookup.Text{{Kind: company, Text: name}}}
}

func bakeries() lookup.Set {
	return lookup.NewSet([]lookup.Thing{
		shop(1, "Northwind Bakery Ltd", "shop.northwind.example"), shop(2, "Café Copperfield", "copperfield.example"),
		shop(3, "Copper & Sons", "cs.example"),
	})
}

func TestThingsAreFoundByTheBeginningsOfWords(t *testing.T) {
	t.Parallel()
	set := bakeries()
	both := lookup.Of(company, domain)
	for search, want := range map[string]struct {
		found []int
		close bool
	}{
		"northwind": {[]int{1}, false}, "BAKERY north": {[]int{1}, false}, "cafe": {[]int{2}, false},
		"copper": {[]int{3, 2}, false}, "copper sons": {[]int{3}, false}, "shop.northwind.example": {[]int{1}, false},
		"nortwind": {[]int{1}, true}, "nortwhind": {[]int{1}, true}, "northwinds": {[]int{1}, true},
		"norhtwind.exmaple": {[]int{1}, true}, "nortwnd": {nil, false}, "cs": {[]int{3}, false}, "sc": {nil, false},
		"": {nil, false}, "…": {nil, false}, "%": {nil, false}, "baker copper": {nil, false}, "windnorth": {nil, false},
	} {
		found, near := set.Find(lookup.Query{Words: search, Kinds: both, Most: 10})
		if !slices.Equal(numbers(found), want.found) && len(found)+len(want.found) > 0 || near != want.close {
			t.Errorf("%q finds %v, close: %v", search, numbers(found), near)
		}
	}
	if found, _ := set.Find(lookup.Query{Words: "example", Kinds: lookup.Of(company), Most: 10}); len(found) != 0 {
		t.Errorf("found by a text that the asker may not search by: %v", numbers(found))
	}
	if found, _ := set.Find(lookup.Query{Words: "copper example", Kinds: lookup.Of(company), Most: 10}); len(found) != 0 {
		t.Errorf("found by a second word that the asker may not search by: %v", numbers(found))
	}
	found, _ := set.Find(lookup.Query{Words: "example", Kinds: both, Most: 2})
	if !slices.Equal(numbers(found), []int{3, 2}) {
		t.Errorf("the first two are %v", numbers(found))
	}
}

func TestWhatComesAndGoesIsFoundAndNot(t *testing.T) {
	t.Parallel()
	all := lookup.Of(company)
	find := func(s lookup.Set, words string) []int {
		found, _ := s.Find(lookup.Query{Words: words, Kinds: all, Most: 5000})
		return numbers(found)
	}
	was := bakeries()
	set := was.With([]lookup.Thing{named(1, "Southwind Bakery"), named(9, "Copper Nine")}, []names.Key{key(3)})
	if got := find(set, "northwind"); len(got) != 0 {
		t.Errorf("found by the old name: %v", got)
	}
	if got := find(set, "southwind"); !slices.Equal(got, []int{1}) {
		t.Errorf("by the new name: %v", got)
	}
	if got := find(set, "copper"); !slices.Equal(got, []int{9, 2}) {
		t.Errorf("one came, one went: %v", got)
	}
	if got := find(was, "northwind"); !slices.Equal(got, []int{1}) {
		t.Errorf("the set before has changed: %v", got)
	}
	set = set.With([]lookup.Thing{named(9, "Tin Nine")}, nil)
	if got := find(set, "copper"); !slices.Equal(got, []int{2}) {
		t.Errorf("changed twice: %v", got)
	}
	var many []lookup.Thing
	for i := range 3000 {
		many = append(many, named(100+i, fmt.Sprintf("Client %d", i)))
	}
	set = set.With(many, nil) // more than stand beside the index
	if got := find(set, "client"); len(got) != 3000 || got[0] != 3099 {
		t.Errorf("%d of the many", len(got))
	}
	if got := find(set, "southwind"); !slices.Equal(got, []int{1}) {
		t.Errorf("after building again: %v", got)
	}
	if things, words, size := set.Size(); things != 3003 || words < 3000 || size > 200_000 {
		t.Errorf("%d things, %d words, %d bytes", things, words, size)
	}
	if got := find(lookup.Set{}, "northwind"); len(got) != 0 {
		t.Error("an empty set finds something")
	}
}

// Whatever is one error away is found, and nothing else: against the textbook's distance.
func TestWordsAreNearByOneError(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	letter := func() byte { return "abc"[random.IntN(3)] }
	some := func() string {
		w := make([]byte, 4+random.IntN(4))
		for i := range w {
			w[i] = letter()
		}
		return string(w)
	}
	for range 300 {
		var things []lookup.Thing
		texts := map[string]bool{}
		for i := range 60 {
			text := some()
			texts[text] = true
			things = append(things, named(i+1, text))
		}
		set := lookup.NewSet(things)
		search := some()
		found, near := set.Find(lookup.Query{Words: search, Kinds: lookup.Of(0), Most: 100})
		got := map[string]bool{}
		for _, n := range numbers(found) {
			for _, thing := range things {
				if thing.Key == key(n) {
					got[thing.Texts[0].Text] = true
				}
			}
		}
		want, begun := map[string]bool{}, false
		for text := range texts {
			begun = begun || strings.HasPrefix(text, search)
		}
		for text := range texts {
			if strings.HasPrefix(text, search) || !begun && distance(search, text) <= 1 {
				want[text] = true
			}
		}
		if len(got) != len(want) || near != (!begun && len(want) > 0) {
			t.Fatalf("%q finds %v, not %v", search, got, want)
		}
		for text := range want {
			if !got[text] {
				t.Fatalf("%q does not find %q", search, text)
			}
		}
	}
}

// distance is how many letters were left out, added, taken for others or swapped with their neighbours.
func distance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
