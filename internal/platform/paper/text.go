package paper

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Clean makes any text safe to draw: composed letters, no control or direction marks, one space for any white space,
// and a box for what the font lacks. The page on the screen shows such letters as they are.
func Clean(text string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFC.String(text) {
		switch {
		case unicode.IsSpace(r) && r != noBreak:
			space = b.Len() > 0
			continue
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Mn, unicode.Me):
			continue
		case !Drawable(r):
			r = '□'
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

const noBreak = '\u00a0'

// Draws says whether a text comes onto paper with every letter that it has.
func Draws(text string) bool {
	for _, r := range text {
		if !Drawable(r) && !unicode.IsSpace(r) {
			return false
		}
	}
	return true
}

// Drawable says what the fonts have: the blocks that were kept of them, less the gaps in those.
func Drawable(r rune) bool {
	switch r {
	case 0xAD, 0x149, 0x38B, 0x38D, 0x3A2, 0x20B0, 0x20B6, 0x20B7, 0x20BB:
		return false
	case 0x490, 0x491, 0x1E9E, 0x2030, 0x2039, 0x203A, 0x2044, '№', '™', '←', '→', '−', '≈', '□':
		return true
	}
	return between(r, 0x20, 0x7E) || between(r, 0xA0, 0x17F) || between(r, 0x218, 0x21B) || // Latin
		between(r, 0x386, 0x3CE) || between(r, 0x400, 0x45F) || between(r, 0x1E80, 0x1E85) || // Greek, Cyrillic, Welsh
		between(r, 0x2010, 0x2026) || between(r, 0x20A0, 0x20BF) // punctuation, currencies
}

func between(r, first, last rune) bool { return first <= r && r <= last }
