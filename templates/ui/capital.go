package ui

import (
	"unicode"
	"unicode/utf8"
)

// Capital is a phrase with the capital letter of a sentence.
func Capital(phrase string) string {
	first, size := utf8.DecodeRuneInString(phrase)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + phrase[size:]
}
