package hostname

import (
	"strings"
	"unicode"
)

// The scripts that a rule names.
const (
	latin    = "Latin"
	greek    = "Greek"
	cyrillic = "Cyrillic"
	armenian = "Armenian"
	han      = "Han"
	hiragana = "Hiragana"
	katakana = "Katakana"
	bopomofo = "Bopomofo"
	hangul   = "Hangul"
)

// scripts are those in which living languages are written as a rule: the recommended ones of Unicode Standard Annex 31,
// table 5. What is written in another one is shown in its A-label form.
func scripts() []string {
	return []string{
		latin, cyrillic, greek, armenian, han, hiragana, katakana, bopomofo, hangul, "Arabic", "Bengali", "Devanagari",
		"Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Hebrew", "Kannada", "Khmer", "Lao", "Malayalam", "Myanmar",
		"Oriya", "Sinhala", "Tamil", "Telugu", "Thaana", "Thai", "Tibetan",
	}
}

// scriptOf names the script of a letter or of a sign that belongs to one; empty: it may not be shown. Digits other than
// those of ASCII may not, because some look like another digit or a letter, and neither may what belongs to no script
// or to all: joiners, marks that can be put on any letter, and signs.
func scriptOf(r rune) string {
	if !unicode.In(r, unicode.L, unicode.M) {
		return ""
	}
	for _, script := range scripts() {
		if unicode.Is(unicode.Scripts[script], r) {
			if script == latin && !written(r) {
				return ""
			}
			return script
		}
	}
	if r == 'ー' { // Japanese makes a vowel long with it, in either of its scripts
		return katakana
	}
	return ""
}

// written says whether a Latin letter stands in an alphabet that people write, and not only in phonetics or in what
// looks like a sign: those of the blocks Latin-1, Extended-A and Additional, and few of Extended-B.
func written(r rune) bool {
	switch {
	case r <= 'ſ', 'Ḁ' <= r && r <= 'ỿ':
		return true
	default:
		return strings.ContainsRune("əơưǎǐǒǔǖǘǚǜǧǩǫșțȟȯȳ", r)
	}
}

// together says whether scripts may stand in one label.
func together(used map[string]bool) bool {
	if len(used) <= 1 {
		return true
	}
	for _, allowed := range [][]string{
		{latin, han, hiragana, katakana}, {latin, han, bopomofo}, {latin, han, hangul},
	} {
		fits := 0
		for _, script := range allowed {
			if used[script] {
				fits++
			}
		}
		if fits == len(used) {
			return true
		}
	}
	return false
}

// alike are the letters of a script that look like Latin ones, with or without a mark, after confusables.txt.
func alike(script string) string {
	switch script {
	case cyrillic:
		return "аԁеёѐһіїјӏорԛѕсԝухѵгьѡѐѝўӱӳӑӓӗӧ"
	case greek:
		return "αάγηήιίϊΐνοόρσςυύϋΰϲϳ"
	case armenian:
		return "գզհյոսցօ"
	default:
		return ""
	}
}

// posesAsLatin says whether all of a label could be read as Latin, or a sign of Japanese in it as a stroke or a slash.
func posesAsLatin(label string, used map[string]bool) bool {
	if used[latin] {
		return len(used) > 1 && strings.ContainsAny(label, "ノソゾンー丶丿一")
	}
	if len(used) != 1 {
		return false
	}
	for script := range used {
		letters := alike(script)
		other := func(r rune) bool { return unicode.IsLetter(r) && !strings.ContainsRune(letters, r) }
		return letters != "" && !strings.ContainsFunc(label, other)
	}
	return false
}
