package lookup

import "slices"

const (
	// shortestMistyped is how many bytes a word has at least for an error to be looked past: in a shorter one, every
	// third word would do.
	shortestMistyped = 4
	// mostCompared bounds the words that one mistyped word is compared with.
	mostCompared = 50_000
)

// near are the words that differ from a text by one typing error: a letter too many, too few or another, or two that
// changed places. One error leaves either the first half of a word as it was or the second, unless it swaps the two
// letters where the halves meet.
func (x *Index) near(text string) []uint32 {
	if len(text) < shortestMistyped {
		return nil
	}
	var found []uint32
	take := func(w uint32) {
		if oneError(text, x.word(w)) {
			found = append(found, w)
		}
	}
	half := len(text) / 2
	lo, hi := x.beginning(text[:half])
	for w := lo; w < min(hi, lo+mostCompared); w++ {
		take(w)
	}
	ends := x.ending(text[half:])
	for _, w := range ends[:min(len(ends), mostCompared)] {
		take(w)
	}
	swapped := []byte(text)
	swapped[half-1], swapped[half] = swapped[half], swapped[half-1]
	if lo, hi := x.beginning(string(swapped)); lo < hi {
		take(lo) // the word itself would be the first that begins with it
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// oneError says whether two words are one typing error apart, or none.
func oneError(a, b string) bool {
	if len(a)-len(b) > 1 || len(b)-len(a) > 1 {
		return false
	}
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) <= 1 && len(b) <= 1 {
		return true
	}
	return len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}
