package status

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gatehouse/internal/fault"
)

// wrong collects what is wrong with the fields of a form.
type wrong []fault.Field

func (w *wrong) say(field, message string) {
	*w = append(*w, fault.Field{Name: field, Message: message})
}

func (w *wrong) fault() error {
	if len(*w) == 0 {
		return nil
	}
	return fault.Invalid(*w...)
}

// line is text of one line, checked. missing is what to say where it is empty; "" lets it be so.
func (w *wrong) line(field, text string, longest int, missing string) string {
	return w.prose(field, strings.Join(strings.Fields(text), " "), longest, missing)
}

// prose is text that may have several lines.
func (w *wrong) prose(field, text string, longest int, missing string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	odd := func(r rune) bool { return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Cf, r) }
	switch n := utf8.RuneCountInString(text); {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, odd):
		w.say(field, "This has characters that cannot be shown.")
	case text == "" && missing != "":
		w.say(field, missing)
	case n > longest:
		w.say(field, fmt.Sprintf("Use at most %d characters; this has %d.", longest, n))
	}
	return text
}

// Kind is how a part is looked at.
type Kind string

// The kinds of checks.
const (
	HTTP Kind = "http" // a web address answers
	TCP  Kind = "tcp"  // a port takes connections
	TLS  Kind = "tls"  // a port does so with a good certificate
	None Kind = "none" // it is not measured
)

// Kinds are all of them.
func Kinds() []Kind { return []Kind{HTTP, TCP, TLS, None} }

// CheckAddress says what is wrong with where a part is looked at; "" where nothing is. Whether the address may be
// called is decided each time it is, by what its name leads to then (I5).
func CheckAddress(k Kind, address string) string {
	switch k {
	case None:
		if address != "" {
			return "Leave the address empty where nothing is measured."
		}
		return ""
	case HTTP:
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || !isHost(u.Hostname()) ||
			u.Port() != "" && !isPort(u.Port()) {
			return "Enter a web address, such as https://tern.example.com/."
		}
		return ""
	case TCP, TLS:
		host, port, err := net.SplitHostPort(address)
		if err != nil || !isHost(host) || !isPort(port) {
			return "Enter a host name and a port, such as tern.example.com:993."
		}
		return ""
	}
	return "Choose from the list how it is checked."
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

func isHost(text string) bool {
	if _, err := netip.ParseAddr(text); err == nil {
		return true
	}
	const label = `[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?`
	name := regexp.MustCompile(`^(` + label + `\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$`)
	return len(text) <= 253 && name.MatchString(text)
}
