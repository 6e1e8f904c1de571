// Package hostname shows names of domains and hosts to people. Such names are kept and sent in their A-label form
// (RFC 5890: xn--mller-kva.example), which nobody reads; a page shows müller.example. A label that could pass for
// another one stays as it is kept, so that nobody is led astray by what looks like a name they know.
package hostname

import (
	"regexp"
	"strings"

	"golang.org/x/net/idna"
)

// prefix begins a label that stands for one beyond ASCII.
const prefix = "xn--"

// Shown is a name as people read it. Each label is decided by itself: one that mixes scripts, looks like Latin without
// being it, or has letters that no living language needs stays in its A-label form, and so does what would not come
// back to the same name if somebody typed it. Whatever else is no letter, digit, dot or hyphen is left out.
//
// The rules are a small part of those in Unicode Technical Standard 39 (Unicode Security Mechanisms, sections 4 and
// 5.2, with its table confusables.txt): one script in a label, or Latin beside those of Chinese, Japanese and Korean,
// which is the level "highly restrictive" of 5.2; and of the whole-script confusables those of Latin in Cyrillic, Greek
// and Armenian.
func Shown(name string) string {
	if plain(name) && !strings.Contains(strings.ToLower(name), prefix) {
		return name
	}
	labels := strings.Split(strings.NewReplacer("。", ".", "．", ".", "｡", ".").Replace(name), ".")
	for i, label := range labels {
		labels[i] = shownLabel(label)
	}
	return strings.Join(labels, ".")
}

// Forms is a name in the form in which it is shown, and behind it, where that is another, the form in which it is kept.
// It is for those who have to type it where only ASCII is understood.
func Forms(name string) string {
	if shown := Shown(name); shown != name {
		return shown + " (" + name + ")"
	}
	return name
}

// within finds names with an A-label in a text.
var within = regexp.MustCompile(`(?i)(?:[a-z0-9_-]+\.)*xn--[a-z0-9-]+(?:\.[a-z0-9-]+)*`)

// In shows each name that stands in a text in its A-label form, as Shown does. It is for sentences that were kept
// with the name inside.
func In(text string) string {
	if !strings.Contains(strings.ToLower(text), prefix) {
		return text
	}
	return within.ReplaceAllStringFunc(text, Shown)
}

// plain says whether a text is printable ASCII.
func plain(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

func shownLabel(label string) string {
	if plain(label) && !strings.HasPrefix(strings.ToLower(label), prefix) {
		return label
	}
	ascii, err := idna.Lookup.ToASCII(label)
	if err != nil || ascii == "" {
		return harmless(label)
	}
	shown, err := idna.Lookup.ToUnicode(ascii)
	if err != nil || !honest(shown) {
		return ascii
	}
	if back, err := idna.Lookup.ToASCII(shown); err != nil || back != ascii {
		return ascii
	}
	return shown
}

// harmless is what is left of a label that is none.
func harmless(label string) string {
	if ascii, err := idna.Punycode.ToASCII(label); err == nil {
		label = ascii
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, label)
}

// honest says whether a label reads as what it is.
func honest(label string) bool {
	used := map[string]bool{}
	for _, r := range label {
		if r == '-' || '0' <= r && r <= '9' {
			continue
		}
		script := scriptOf(r)
		if script == "" {
			return false
		}
		used[script] = true
	}
	return together(used) && !posesAsLatin(label, used)
}
