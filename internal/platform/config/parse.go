package config

import (
	"errors"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zone names must be known where the machine has no zone files
	"unicode"
	"unicode/utf8"
)

// errForm says no more than that the form is wrong: the setting's own text says
// which is accepted.
func errForm() error { return errors.New("not of the accepted form") }

// into makes the setter of a field from the parser of its type.
func into[T any](field func(*Config) *T, parse func(string) (T, error)) func(*Config, string) error {
	return func(c *Config, text string) error {
		value, err := parse(text)
		if err == nil {
			*field(c) = value
		}
		return err
	}
}

func accept[T any](value T, ok bool) (T, error) {
	if !ok {
		var none T
		return none, errForm()
	}
	return value, nil
}

func nonEmpty(text string) (string, error) {
	return accept(text, strings.TrimSpace(text) != "" && plain(text))
}

// plain reports whether a text has no line breaks or other control characters,
// which would end up in mail headers and logs.
func plain(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

func oneOf(choices ...string) func(string) (string, error) {
	return func(text string) (string, error) { return accept(text, slices.Contains(choices, text)) }
}

func yesOrNo(text string) (bool, error) { return accept(text == "yes", text == "yes" || text == "no") }

func parseStripeAccount(text string) (string, error) {
	return accept(text, regexp.MustCompile(`^acct_[0-9A-Za-z]{8,60}$`).MatchString(text))
}

func number(least, most int) func(string) (int, error) {
	return func(text string) (int, error) {
		n, err := strconv.Atoi(text)
		return accept(n, err == nil && n >= least && n <= most)
	}
}

func between(most time.Duration) func(string) (time.Duration, error) {
	return func(text string) (time.Duration, error) {
		d, err := time.ParseDuration(text)
		return accept(d, err == nil && d >= time.Minute && d <= most)
	}
}

func parseSize(text string) (int64, error) {
	digits, unit := text, int64(1)
	if rest, ok := strings.CutSuffix(text, "KiB"); ok {
		digits, unit = rest, 1<<10
	} else if rest, ok := strings.CutSuffix(text, "MiB"); ok {
		digits, unit = rest, 1<<20
	}
	n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 32)
	return accept(n*unit, err == nil && n*unit >= 64<<10 && n*unit <= 64<<20)
}

func parseLevel(text string) (slog.Level, error) {
	var level slog.Level
	ok := slices.Contains([]string{"debug", "info", "warn", "error"}, text) && level.UnmarshalText([]byte(text)) == nil
	return accept(level, ok)
}

func parseZone(text string) (*time.Location, error) {
	zone, err := time.LoadLocation(text)
	return accept(zone, err == nil && text != "Local")
}

func parseListen(text string) (string, error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", err
	}
	n, err := strconv.Atoi(port)
	return accept(text, err == nil && n >= 0 && n <= 65535 && (host == "" || validHost(host)))
}

func parseHost(text string) (string, error) { return accept(text, validHost(text)) }

func validHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return len(host) <= 253 && regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`).MatchString(host)
}

func isUnspecified(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "" || err == nil && addr.IsUnspecified()
}

func isLocal(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == localhost || strings.HasSuffix(host, "."+localhost) || err == nil && addr.IsLoopback()
}

// parseOrigin leaves the choice of http to complete, which knows of the demo.
func parseOrigin(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	ok := (u.Scheme == "https" || u.Scheme == "http") && validHost(u.Hostname()) && u.User == nil &&
		(u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == ""
	u.Path = ""
	return accept(u, ok)
}

func parseWeb(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	return accept(u, u.Scheme == "https" && validHost(u.Hostname()) && u.User == nil)
}

func parseNetworks(text string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		network, err := netip.ParsePrefix(part)
		if err != nil {
			addr, err := netip.ParseAddr(part)
			if err != nil {
				return nil, err
			}
			network = netip.PrefixFrom(addr, addr.BitLen())
		}
		networks = append(networks, network.Masked())
	}
	// A network of everything would let every visitor choose an address.
	open := slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Bits() == 0 })
	return accept(networks, !open)
}

func parseAddress(text string) (string, error) {
	address, err := mail.ParseAddress(text)
	return accept(text, err == nil && address.Address == text)
}

func parseSender(text string) (mail.Address, error) {
	address, err := mail.ParseAddress(text)
	if err != nil || !plain(address.Name) {
		return mail.Address{}, errForm()
	}
	return *address, nil
}

func parseName(text string) (string, error) { return line(60)(text) }

// line accepts a text of one line that is no longer than it may be.
func line(longest int) func(string) (string, error) {
	return func(text string) (string, error) {
		ok := strings.TrimSpace(text) == text && text != "" && plain(text) && utf8.RuneCountInString(text) <= longest
		return accept(text, ok)
	}
}

func parseVATNumber(text string) (string, error) {
	return accept(text, regexp.MustCompile(`^[A-Z]{2}[A-Z0-9 .-]{2,18}[A-Z0-9]$`).MatchString(text))
}

func parseColour(text string) (string, error) {
	return accept(strings.ToLower(text), regexp.MustCompile(`^#[0-9a-fA-F]{6}$`).MatchString(text))
}

func parseLogo(text string) (string, error) {
	return accept(text, plain(text) && slices.Contains([]string{".svg", ".png"}, filepath.Ext(text)))
}

func parseSecret(text string) (Secret, error) { return NewSecret(text), nil }

func parseLongSecret(text string) (Secret, error) { return accept(NewSecret(text), len(text) >= 32) }
