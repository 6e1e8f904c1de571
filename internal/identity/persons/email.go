package persons

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"gatehouse/internal/fault"
)

// maxEmail is the longest address that a mail server takes, in bytes (RFC 5321, section 4.5.3.1.3, less the brackets).
const maxEmail = 254

// CanonicalEmail is the one spelling of all spellings of an address that find the same person: letter case, full-width
// letters, spaces around it, a dot at the end and the two forms of an international domain make no difference. It takes
// any text, so that what is no address goes the same way as what is one (S5), and every counter hangs on it (S4).
func CanonicalEmail(text string) string {
	text = strings.ToLower(norm.NFKC.String(strings.TrimSpace(text)))
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return text
	}
	local, domain := text[:at], strings.TrimSuffix(text[at+1:], ".")
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	}
	return local + "@" + domain
}

// ParseEmail checks an address that somebody wants to be known by, and returns it without the spaces around it.
func ParseEmail(text string) (string, error) {
	text = norm.NFC.String(strings.TrimSpace(text))
	if text == "" {
		return "", fault.InvalidField("email", "Enter an e-mail address.")
	}
	parsed, err := mail.ParseAddress(text)
	_, domain, _ := strings.Cut(text, "@")
	if err != nil || parsed.Name != "" || parsed.Address != text || domain == "" ||
		strings.ContainsFunc(text, Misleads) || strings.ContainsFunc(text, unicode.IsSpace) {
		return "", fault.InvalidField("email", "An e-mail address looks like name@example.com.")
	}
	if len(text) > maxEmail {
		return "", fault.InvalidField("email", "This e-mail address is too long: 254 characters at most.")
	}
	return text, nil
}

// longestTyped bounds what is taken as an address at the door, in bytes.
const longestTyped = 1000

// Typed checks that somebody filled in an address and a password, and nothing endless.
func Typed(email, password string) error {
	var missing []fault.Field
	if CanonicalEmail(email) == "" {
		missing = append(missing, fault.Field{Name: "email", Message: "Enter your e-mail address."})
	}
	if len(email) > longestTyped {
		missing = append(missing, fault.Field{Name: "email", Message: "An e-mail address is shorter than this."})
	}
	if password == "" {
		missing = append(missing, fault.Field{Name: "password", Message: "Enter your password."})
	}
	if len(missing) > 0 {
		return fault.Invalid(missing...)
	}
	return nil
}
