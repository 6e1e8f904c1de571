package passwords

import (
	"slices"
	"strings"
	"unicode"
)

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

func sortByLength(words []string) {
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
}

// letters keeps a text's letters only.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if notLetter(r) {
			return -1
		}
		return r
	}, text)
}

// digits keeps a text's ASCII digits only.
func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// bare takes digits and signs off both ends of a text.
func bare(text string) string { return strings.TrimFunc(text, notLetter) }

// unmask writes the letters that digits and signs are used for.
func unmask(text string) string {
	return strings.NewReplacer(
		"0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i", "|", "l",
	).Replace(text)
}

// isRepeat says whether a text is one short piece over and over.
func isRepeat(text string) bool {
	runes := []rune(text)
	for size := 1; size <= len(runes)/2; size++ {
		// A long piece said twice is as good as the piece; short ones are what attackers try.
		if size >= wordsOwn {
			return false
		}
		whole := true
		for i := size; i < len(runes) && whole; i++ {
			whole = runes[i] == runes[i-size]
		}
		if whole {
			return true
		}
	}
	return false
}

// isRun says whether a text is made of runs along the keyboard or the alphabet, each of four characters or more.
func isRun(text string) bool {
	const shortest = 4
	rest := []rune(text)
	if len(rest) < shortest {
		return false
	}
	for len(rest) > 0 {
		n := runLength(rest)
		if n < shortest {
			return false
		}
		rest = rest[n:]
	}
	return true
}

// runLength is how many characters at the start of a text follow each other on one of the rows, forwards or backwards.
func runLength(text []rune) int {
	longest := 0
	for _, row := range []string{
		"qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890", "abcdefghijklmnopqrstuvwxyz",
		"qazwsxedcrfvtgbyhnujmikolp", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
	} {
		longest = max(longest, along(text, row), along(text, reversed(row)))
	}
	return longest
}

func along(text []rune, row string) int {
	start := strings.IndexRune(row, text[0])
	if start < 0 {
		return 0
	}
	n := 0
	for n < len(text) && start+n < len(row) && text[n] == rune(row[start+n]) {
		n++
	}
	return n
}

func reversed(text string) string {
	out := []rune(text)
	slices.Reverse(out)
	return string(out)
}
