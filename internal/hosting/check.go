package hosting

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"gatehouse/internal/fault"
)

// longestDomain is the most that DNS takes (RFC 1035, section 2.3.4).
const longestDomain = 253

// form collects what is wrong with the fields of a form.
type form struct{ wrong []fault.Field }

func (f *form) fail(field, message string) {
	f.wrong = append(f.wrong, fault.Field{Name: field, Message: message})
}

// fault is what was wrong; nil where nothing was.
func (f *form) fault() error {
	if len(f.wrong) == 0 {
		return nil
	}
	return fault.Invalid(f.wrong...)
}

// text checks one line of text and returns it with its spaces in order. missing is what to say where it is empty.
func (f *form) text(field, value string, longest int, missing string) string {
	value = f.optional(field, value, longest)
	if value == "" {
		f.fail(field, missing)
	}
	return value
}

// optional is text for a field that may be left out.
func (f *form) optional(field, value string, longest int) string {
	if !utf8.ValidString(value) || strings.ContainsFunc(value, unprintable) {
		f.fail(field, "This has characters that cannot be stored.")
		return value
	}
	value = strings.Join(strings.Fields(norm.NFC.String(value)), " ")
	if n := utf8.RuneCountInString(value); n > longest {
		f.fail(field, fmt.Sprintf("Use at most %d characters; this has %d.", longest, n))
	}
	return value
}

func unprintable(r rune) bool {
	return unicode.IsControl(r) && r != '\t' || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// ParseDomain returns a domain or host name in the one form in which it is kept: ASCII, lower case, no dot at the end.
func ParseDomain(text string) (string, error) {
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(strings.TrimSpace(text), "."))
	if err != nil {
		return "", fmt.Errorf("domain: %w", err)
	}
	if len(ascii) > longestDomain || !strings.Contains(ascii, ".") {
		return "", errors.New("domain: not a name with a dot, of at most 253 characters")
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 {
			return "", errors.New("domain: a part of the name is empty or too long")
		}
	}
	if last := labels[len(labels)-1]; strings.Trim(last, "0123456789") == "" {
		return "", errors.New("domain: an address, not a name")
	}
	return ascii, nil
}
