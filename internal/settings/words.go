package settings

import (
	"slices"
	"strings"
)

// The placeholders that words of mails may have. There are no others: a text is put together, never run.
const (
	ForName     = "{name}"
	ForAccount  = "{account}"
	ForProvider = "{provider}"
	ForNumber   = "{number}"
	ForAmount   = "{amount}"
	ForDue      = "{due}"
	ForHelp     = "{help}"
)

// Placeholder is one of them with what stands in its place.
type Placeholder struct{ Word, Meaning string }

// Placeholders are those that there are.
func Placeholders() []Placeholder {
	return []Placeholder{
		{ForName, "the reader’s name"},
		{ForAccount, "the account’s name"},
		{ForProvider, "your name"},
		{ForNumber, "the invoice’s number"},
		{ForAmount, "the amount"},
		{ForDue, "the day it is due"},
		{ForHelp, "your address for questions"},
	}
}

// foreign names the first thing in braces that is none of some placeholders; empty: all are known.
func foreign(text string, known []string) string {
	rest := text
	for {
		from := strings.IndexAny(rest, "{}")
		if from < 0 {
			return ""
		}
		to := strings.IndexByte(rest[from:], '}')
		if rest[from] == '}' || to < 0 {
			return rest[from : from+1]
		}
		word := rest[from : from+to+1]
		if !slices.Contains(known, word) {
			return word
		}
		rest = rest[from+to+1:]
	}
}
