package lookup

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode"

	"gatehouse/internal/platform/names"
)

// Kind is what a text is, so that a search can leave out what its asker may not search by. There are eight at most.
type Kind uint8

// kindBits is how many bits of a posting say of what kind the text was.
const (
	kindBits = 3
	kindMask = 1<<kindBits - 1
)

// Kinds are some of the kinds.
type Kinds uint8

// Of makes a set of kinds.
func Of(kinds ...Kind) Kinds {
	var set Kinds
	for _, k := range kinds {
		set |= 1 << (k & kindMask)
	}
	return set
}

func (s Kinds) has(k uint32) bool { return s>>(k&kindMask)&1 == 1 }

// Text is something that stands in a thing and can be searched for.
type Text struct {
	Kind Kind
	Text string
}

// Thing is what is found, with its texts.
type Thing struct {
	Key   names.Key
	Texts []Text
}

// word is a word of a thing.
type word struct {
	text string
	kind Kind
}

// split cuts a text into the words that it is compared by: letters and digits, folded.
func split(text string) []string {
	return strings.FieldsFunc(names.Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Index is built once, over things in the order in which they are to be found.
type Index struct {
	keys  []names.Key
	text  string   // all words, in their order, one behind the other
	at    []uint32 // where each word begins in text; one more for the end
	tails []uint32 // the words in the order of their letters read backwards

	holders []uint32 // of each word, the things that have it, with the kind in the lowest bits
	from    []uint32 // where the holders of each word begin; one more for the end
	held    []uint32 // of each thing, the words that it has, with the kind in the lowest bits
	begin   []uint32 // where the words of each thing begin; one more for the end
}

// Build makes an index.
func Build(things []Thing) *Index {
	keys := make([]names.Key, len(things))
	words := make([][]word, len(things))
	for i, thing := range things {
		keys[i] = thing.Key
		for _, t := range thing.Texts {
			for _, text := range split(t.Text) {
				words[i] = append(words[i], word{text, t.Kind})
			}
		}
	}
	return build(keys, words)
}

func build(keys []names.Key, words [][]word) *Index {
	x := &Index{keys: keys}
	numbers := x.number(words)
	total := 0
	for _, list := range words {
		total += len(list)
	}
	x.held, x.begin = make([]uint32, 0, total), make([]uint32, 0, len(keys)+1)
	count := make([]uint32, len(numbers)+1)
	for _, list := range words {
		x.begin = append(x.begin, short(len(x.held)))
		own := make([]uint32, 0, len(list))
		for _, w := range list {
			own = append(own, numbers[w.text]<<kindBits|uint32(w.kind&kindMask))
		}
		slices.Sort(own)
		own = slices.Compact(own)
		for _, h := range own {
			count[h>>kindBits]++
		}
		x.held = append(x.held, own...)
	}
	x.begin = append(x.begin, short(len(x.held)))
	x.invert(count)
	return x
}

// number gives every word its place in their order.
func (x *Index) number(words [][]word) map[string]uint32 {
	numbers := map[string]uint32{}
	for _, list := range words {
		for _, w := range list {
			numbers[w.text] = 0
		}
	}
	sorted := make([]string, 0, len(numbers))
	for text := range numbers {
		sorted = append(sorted, text)
	}
	slices.Sort(sorted)
	x.at = make([]uint32, 0, len(sorted)+1)
	x.tails = make([]uint32, len(sorted))
	var all strings.Builder
	for i, text := range sorted {
		numbers[text] = short(i)
		x.at = append(x.at, short(all.Len()))
		x.tails[i] = short(i)
		all.WriteString(text)
	}
	x.at = append(x.at, short(all.Len()))
	x.text = all.String()
	slices.SortFunc(x.tails, func(a, b uint32) int { return backwards(x.word(a), x.word(b)) })
	return numbers
}

// invert lists who holds each word, from what each thing holds. count is of each word by how many it is held.
func (x *Index) invert(count []uint32) {
	x.from = make([]uint32, 0, len(count))
	next := make([]uint32, len(count))
	var sum uint32
	for i, n := range count {
		x.from = append(x.from, sum)
		next[i] = sum
		sum += n
	}
	x.holders = make([]uint32, sum)
	for thing := range x.keys {
		for _, h := range x.held[x.begin[thing]:x.begin[thing+1]] {
			w := h >> kindBits
			x.holders[next[w]] = short(thing)<<kindBits | h&kindMask
			next[w]++
		}
	}
}

func (x *Index) words() int           { return len(x.at) - 1 }
func (x *Index) word(i uint32) string { return x.text[x.at[i]:x.at[i+1]] }

// Size says how much is kept: things, different words, and bytes of memory.
func (x *Index) Size() (things, words int, bytes int64) {
	const number, key = 4, 16
	n := len(x.at) + len(x.tails) + len(x.holders) + len(x.from) + len(x.held) + len(x.begin)
	return len(x.keys), x.words(), int64(len(x.text) + n*number + len(x.keys)*key)
}

// beginning is the range of the words that begin with a text.
func (x *Index) beginning(with string) (lo, hi uint32) {
	n := x.words()
	first := sort.Search(n, func(i int) bool { return x.word(short(i)) >= with })
	many := sort.Search(n-first, func(i int) bool { return !strings.HasPrefix(x.word(short(first+i)), with) })
	return short(first), short(first + many)
}

// ending are the words that end with a text.
func (x *Index) ending(with string) []uint32 {
	n := len(x.tails)
	first := sort.Search(n, func(i int) bool { return backwards(x.word(x.tails[i]), with) >= 0 })
	many := sort.Search(n-first, func(i int) bool { return !strings.HasSuffix(x.word(x.tails[first+i]), with) })
	return x.tails[first : first+many]
}

// backwards compares two words from their ends.
func backwards(a, b string) int {
	for i := 1; i <= min(len(a), len(b)); i++ {
		if c := cmp.Compare(a[len(a)-i], b[len(b)-i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// short is a number in memory: what is kept of a few hundred thousand things is far below four thousand million.
func short(n int) uint32 { return uint32(n) } //nolint:gosec // as it says
