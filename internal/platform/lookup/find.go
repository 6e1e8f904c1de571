package lookup

import (
	"bytes"
	"slices"

	"gatehouse/internal/platform/names"
)

// mostExamined bounds the holders of one word that a search looks at.
const mostExamined = 20_000

// Query is what is searched for: things that have all the words, each in a text of one of the kinds.
type Query struct {
	Words string
	Kinds Kinds
	Most  int
}

// fits are the words of an index that stand for one word of a query: those that begin with it, and others.
type fits struct {
	lo, hi uint32
	others []uint32
}

func (f fits) has(w uint32) bool {
	if f.lo <= w && w < f.hi {
		return true
	}
	_, ok := slices.BinarySearch(f.others, w)
	return ok
}

// holders is how many things have one of the words, those counted twice that have two.
func (f fits) holders(x *Index) int {
	n := int(x.from[f.hi] - x.from[f.lo])
	for _, w := range f.others {
		n += int(x.from[w+1] - x.from[w])
	}
	return n
}

// each passes what holds one of the words, until it is told to stop.
func (f fits) each(x *Index, pass func(holder uint32) bool) {
	all := x.holders[x.from[f.lo]:x.from[f.hi]]
	for _, h := range all {
		if !pass(h) {
			return
		}
	}
	for _, w := range f.others {
		for _, h := range x.holders[x.from[w]:x.from[w+1]] {
			if !pass(h) {
				return
			}
		}
	}
}

// find are the things that a query finds, in their order. With tolerance, each word may have a typing error.
func (x *Index) find(q Query, tolerant bool, gone map[names.Key]bool) []names.Key {
	words := split(q.Words)
	if len(words) == 0 || x.words() == 0 {
		return nil
	}
	wanted := make([]fits, 0, len(words))
	rarest, least := 0, 0
	for i, w := range words {
		f := fits{}
		f.lo, f.hi = x.beginning(w)
		if tolerant {
			f.others = slices.DeleteFunc(x.near(w), func(w uint32) bool { return f.lo <= w && w < f.hi })
		}
		n := f.holders(x)
		if n == 0 {
			return nil
		}
		if i == 0 || n < least {
			rarest, least = i, n
		}
		wanted = append(wanted, f)
	}
	return x.collect(q, wanted, rarest, gone)
}

func (x *Index) collect(q Query, wanted []fits, rarest int, gone map[names.Key]bool) []names.Key {
	base := wanted[rarest]
	inOrder := base.hi-base.lo == 1 && len(base.others) == 0 // the holders of one word are
	var things []uint32
	examined := 0
	base.each(x, func(holder uint32) bool {
		thing := holder >> kindBits
		repeated := len(things) > 0 && things[len(things)-1] == thing
		if !repeated && q.Kinds.has(holder) && !gone[x.keys[thing]] && x.hasAll(thing, wanted, rarest, q.Kinds) {
			things = append(things, thing)
		}
		examined++
		return examined < mostExamined && (!inOrder || len(things) < q.Most)
	})
	slices.Sort(things)
	things = slices.Compact(things)
	found := make([]names.Key, 0, min(len(things), q.Most))
	for _, thing := range things[:min(len(things), q.Most)] {
		found = append(found, x.keys[thing])
	}
	return found
}

// hasAll says whether a thing has all words of a query but for one that is known.
func (x *Index) hasAll(thing uint32, wanted []fits, but int, kinds Kinds) bool {
	held := x.held[x.begin[thing]:x.begin[thing+1]]
	for i, f := range wanted {
		if i != but && !slices.ContainsFunc(held, func(h uint32) bool { return kinds.has(h) && f.has(h>>kindBits) }) {
			return false
		}
	}
	return true
}

// Set is an index with what has come and gone since it was built. The greatest key is found first: identifiers begin
// with the time at which they were made. Its zero value is empty.
type Set struct {
	base, added *Index
	things      []Thing // that have come, or come anew
	gone        map[names.Key]bool
}

// mostAdded is how many things come before the index is built again.
const mostAdded = 2_000

// NewSet makes a set of things.
func NewSet(things []Thing) Set {
	slices.SortFunc(things, func(a, b Thing) int { return bytes.Compare(b.Key[:], a.Key[:]) })
	return Set{base: Build(things), added: Build(nil)}
}

// With is the set with things in place of those with the same keys, and without those that are gone.
func (s Set) With(changed []Thing, gone []names.Key) Set {
	if s.base == nil {
		s = NewSet(nil)
	}
	next := Set{base: s.base, gone: make(map[names.Key]bool, len(s.gone)+len(gone)+len(changed))}
	for key := range s.gone {
		next.gone[key] = true
	}
	for _, key := range gone {
		next.gone[key] = true
	}
	anew := make(map[names.Key]bool, len(changed))
	for _, thing := range changed {
		next.gone[thing.Key], anew[thing.Key] = true, true
	}
	for _, thing := range s.things {
		if !anew[thing.Key] && !slices.Contains(gone, thing.Key) {
			next.things = append(next.things, thing)
		}
	}
	next.things = append(next.things, changed...)
	slices.SortFunc(next.things, func(a, b Thing) int { return bytes.Compare(b.Key[:], a.Key[:]) })
	next.added = Build(next.things)
	if len(next.things) > mostAdded {
		return next.joined()
	}
	return next
}

// joined is the same set as one index.
func (s Set) joined() Set {
	type held struct {
		key   names.Key
		words []word
	}
	var all []held
	for _, x := range []*Index{s.base, s.added} {
		for i, key := range x.keys {
			if x == s.base && s.gone[key] {
				continue
			}
			h := held{key: key}
			for _, w := range x.held[x.begin[i]:x.begin[i+1]] {
				h.words = append(h.words, word{x.word(w >> kindBits), Kind(w & kindMask)})
			}
			all = append(all, h)
		}
	}
	slices.SortFunc(all, func(a, b held) int { return bytes.Compare(b.key[:], a.key[:]) })
	keys, words := make([]names.Key, len(all)), make([][]word, len(all))
	for i, h := range all {
		keys[i], words[i] = h.key, h.words
	}
	return Set{base: build(keys, words), added: Build(nil)}
}

// Find is what a query finds, the greatest key first. Where nothing fits, near says that one typing error in a word was
// looked past.
func (s Set) Find(q Query) (found []names.Key, near bool) {
	if s.base == nil {
		return nil, false
	}
	for _, tolerant := range []bool{false, true} {
		found = append(s.base.find(q, tolerant, s.gone), s.added.find(q, tolerant, nil)...)
		if len(found) > 0 {
			slices.SortFunc(found, func(a, b names.Key) int { return bytes.Compare(b[:], a[:]) })
			return found[:min(len(found), q.Most)], tolerant
		}
	}
	return nil, false
}

// Size says how much is kept: things, different words, and about how many bytes of memory.
func (s Set) Size() (things, words int, bytes int64) {
	if s.base == nil {
		return 0, 0, 0
	}
	things, words, bytes = s.base.Size()
	n, more, extra := s.added.Size()
	for _, key := range s.base.keys {
		if s.gone[key] {
			things--
		}
	}
	return things + n, words + more, bytes + extra
}
