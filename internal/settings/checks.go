package settings

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Checked is a value as it is kept, or what is wrong with it.
func (s Setting) Checked(value string) (clean, problem string) {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	switch {
	case value == "" && s.Optional:
		return "", ""
	case value == "" && s.Choices != nil:
		return "", "Choose one of them."
	case value == "":
		return "", "This cannot be empty."
	case !utf8.ValidString(value) || strings.ContainsFunc(value, s.breaks):
		return "", "Use letters, digits and signs only, without line breaks."
	case s.Longest > 0 && utf8.RuneCountInString(value) > s.Longest:
		return "", fmt.Sprintf("Use at most %d characters.", s.Longest)
	}
	return s.check(value)
}

// breaks holds for what would end a line of a mail's head, or turn a text round.
func (s Setting) breaks(r rune) bool {
	if r == '\n' && s.Lines > 1 {
		return false
	}
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
}

func line(text string) (clean, problem string) { return strings.Join(strings.Fields(text), " "), "" }

func text(known []string) func(string) (string, string) {
	return func(text string) (clean, problem string) {
		word := foreign(text, known)
		switch {
		case word == "{" || word == "}":
			return "", "A brace stands alone. Placeholders are " + strings.Join(known, ", ") + "."
		case word != "":
			return "", "There is no " + word + " here. Use " + strings.Join(known, ", ") + "."
		}
		return text, ""
	}
}

func colour(pairs func() []pair) func(string) (string, string) {
	return func(text string) (clean, problem string) {
		text = strings.ToLower(text)
		if !regexp.MustCompile(`^#[0-9a-f]{6}$`).MatchString(text) {
			return "", "Write a colour such as #0b6273."
		}
		return text, unreadable(text, pairs())
	}
}

func address(text string) (clean, problem string) {
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || parsed.Name != "" {
		return "", "Write a mail address such as help@example.com."
	}
	return text, ""
}

func webAddress(text string) (clean, problem string) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsAny(text, " \"<>") {
		return "", "Write a web address that begins with https://."
	}
	return u.String(), ""
}

func oneOf(known ...string) func(string) (string, string) {
	return func(text string) (clean, problem string) {
		if !slices.Contains(known, text) {
			return "", "Choose one of " + strings.Join(known, ", ") + "."
		}
		return text, ""
	}
}

func number(least, most int) func(string) (string, string) {
	return func(text string) (clean, problem string) {
		n, err := strconv.Atoi(text)
		switch {
		case err != nil:
			return "", "Write a number."
		case n < least:
			return "", fmt.Sprintf("At least %d.", least)
		case n > most:
			return "", fmt.Sprintf("At most %d.", most)
		}
		return strconv.Itoa(n), ""
	}
}

func vatNumber(text string) (clean, problem string) {
	text = strings.ToUpper(text)
	if !regexp.MustCompile(`^[A-Z]{2}[A-Z0-9 .-]{2,17}[A-Z0-9]$`).MatchString(text) {
		return "", "Write a VAT number with its country, such as GB 987 6543 21."
	}
	return text, ""
}

func country(text string) (clean, problem string) {
	text = strings.ToUpper(text)
	if !regexp.MustCompile(`^[A-Z]{2}$`).MatchString(text) {
		return "", "Write the country’s two letters, such as GB."
	}
	return text, ""
}

func prefix(text string) (clean, problem string) {
	text = strings.ToUpper(text)
	if !regexp.MustCompile(`^[A-Z]{1,8}$`).MatchString(text) {
		return "", "Use one to eight letters."
	}
	if text == "CN" {
		return "", "CN is what credit notes begin with. Choose another."
	}
	return text, ""
}

func hash(text string) (clean, problem string) {
	if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(text) {
		return "", "Choose a picture."
	}
	return text, ""
}

// together says what does not fit among values that are each good by themselves, by the name of the setting.
func together(values map[string]string) (name, problem string) {
	for _, p := range [][2]string{{ClientsIdle, ClientsAbsolute}, {StaffIdle, StaffAbsolute}} {
		idle, _ := strconv.Atoi(values[p[0]])
		absolute, _ := strconv.Atoi(values[p[1]])
		if idle > absolute {
			return p[0], fmt.Sprintf("At most %d, which is when they sign in again in any case.", absolute)
		}
	}
	if n, c := values[VATNumber], values[Country]; n != "" && c != "" && n[:2] != c && !(n[:2] == "EL" && c == "GR") &&
		!(n[:2] == "XI" && c == "GB") {
		return Country, "The VAT number is of " + n[:2] + ". Change one of them."
	}
	months, _ := strconv.Atoi(values[KeepMonths])
	years, _ := strconv.Atoi(values[KeepMoneyYears])
	const year = 12
	if years*year < months {
		return KeepMoneyYears, "Keep what is about money at least as long as the rest."
	}
	return "", ""
}
