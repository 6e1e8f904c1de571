// Package httpclient makes the calls that leave the house: webhooks, gateways,
// panels. I5: it speaks only with the hosts it was given, resolves a name once
// and connects to that very address, refuses addresses inside the operator's
// own networks unless they are listed, follows no redirect, and reads no more
// than it was told to. There is no other client in the program.
package httpclient

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Resolver finds the addresses of a host. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Options say whom a client may speak with.
type Options struct {
	// Hosts are the allowed host names or addresses, without a port; others are
	// refused before anything is looked up.
	Hosts []string
	// Networks are private networks that are allowed all the same, such as the
	// one that the panel's servers are in. Link-local addresses, where clouds
	// keep their metadata, stay refused.
	Networks []netip.Prefix
	// PlainHTTP allows http:// addresses; without it only https:// is.
	PlainHTTP bool
	Timeout   time.Duration  // for a whole call; 0: 10 s
	MaxBody   int64          // bytes of an answer; 0: 1 MiB
	Roots     *x509.CertPool // nil: the machine's
	Resolver  Resolver       // nil: the machine's
}

// RefusedError is a call that was not made because the rules forbid it.
type RefusedError struct {
	Host, Why string
}

// Error says what was refused and why.
func (e *RefusedError) Error() string { return fmt.Sprintf("call to %q refused: %s", e.Host, e.Why) }

// TooLargeError is an answer that was longer than allowed.
type TooLargeError struct {
	Limit int64
}

// Error says what the limit is.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the answer is longer than %d bytes", e.Limit)
}

// New returns a client that keeps to the options. Its transport may not be
// replaced; an answer's body ends with a *TooLargeError where it is too long.
func New(o Options) *http.Client {
	o = o.withDefaults()
	g := &guard{options: o}
	g.transport = &http.Transport{
		Proxy:                  nil, // a proxy would resolve the name again, out of our sight
		DialContext:            g.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots}, // H1
		TLSHandshakeTimeout:    5 * time.Second,
		ResponseHeaderTimeout:  o.Timeout,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        30 * time.Second,
		ForceAttemptHTTP2:      true,
	}
	return &http.Client{
		Transport: g,
		Timeout:   o.Timeout,
		CheckRedirect: func(next *http.Request, _ []*http.Request) error {
			return &RefusedError{Host: next.URL.Hostname(), Why: "redirects are not followed"}
		},
	}
}

func (o Options) withDefaults() Options {
	o.Timeout = cmp.Or(o.Timeout, 10*time.Second)
	o.MaxBody = cmp.Or(o.MaxBody, 1<<20)
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	return o
}

func (o Options) lists(host string) bool {
	return slices.ContainsFunc(o.Hosts, func(h string) bool { return strings.EqualFold(h, host) })
}

type guard struct {
	options   Options
	transport *http.Transport
	inside    bool // only addresses within the listed networks
}

// RoundTrip implements http.RoundTripper.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := g.check(r.URL); err != nil {
		return nil, err
	}
	answer, err := g.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = &limited{body: answer.Body, left: g.options.MaxBody, limit: g.options.MaxBody}
	return answer, nil
}

// CloseIdleConnections is what http.Client looks for by name.
func (g *guard) CloseIdleConnections() { g.transport.CloseIdleConnections() }

func (g *guard) check(u *url.URL) error {
	host := strings.ToLower(u.Hostname())
	switch {
	case u.Scheme != "https" && (u.Scheme != "http" || !g.options.PlainHTTP):
		return &RefusedError{host, "the address does not start with https://"}
	case u.User != nil:
		return &RefusedError{host, "the address holds a user name"}
	case !g.options.lists(host):
		return &RefusedError{host, "the host is not on the list"}
	}
	return nil
}

// dial resolves the host, refuses it when any of its addresses is refused, and
// connects to an address that was just checked: asking again could be answered
// otherwise.
func (g *guard) dial(ctx context.Context, network, target string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(target)
	if err != nil {
		return nil, err
	}
	addresses, err := g.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	for _, address := range addresses {
		if why := g.refusal(address); why != "" {
			return nil, &RefusedError{host, fmt.Sprintf("%s is %s", address, why)}
		}
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	var failures []error
	for _, address := range addresses {
		conn, err := dialer.DialContext(ctx, network, net.JoinHostPort(address.String(), port))
		if err == nil {
			return conn, nil
		}
		failures = append(failures, err)
	}
	return nil, errors.Join(failures...)
}

func (g *guard) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if address, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{plain(address)}, nil
	}
	found, err := g.options.Resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, &RefusedError{host, "it has no address"}
	}
	for i := range found {
		found[i] = plain(found[i])
	}
	return found, nil
}

// plain writes an IPv4 address that is dressed up as IPv6 (::ffff:127.0.0.1) as
// what it is, so that it is judged as what it is.
func plain(address netip.Addr) netip.Addr { return address.Unmap().WithZone("") }

// refusal says what kind of address it is that may not be called, "" if it may.
func (g *guard) refusal(address netip.Addr) string {
	switch {
	case address.IsUnspecified(), address.IsMulticast(), address == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return "no address of a server"
	case address.IsLinkLocalUnicast(), isMetadata(address):
		return "link-local, where clouds keep their secrets"
	case slices.ContainsFunc(g.options.Networks, func(n netip.Prefix) bool { return n.Contains(address) }):
		return ""
	case g.inside:
		return "outside the listed networks, and would be spoken to in clear"
	case address.IsLoopback():
		return "this machine"
	case address.IsPrivate(), isSpecial(address):
		return "in a private network that is not listed"
	}
	return ""
}

// isMetadata holds for metadata services outside the link-local range (AWS over
// IPv6, Alibaba).
func isMetadata(address netip.Addr) bool {
	return slices.Contains([]string{"fd00:ec2::254", "100.100.100.200"}, address.String())
}

// isSpecial holds for ranges that IANA gave a special use beside the private
// ones, among them those that wrap an IPv4 address into an IPv6 one.
func isSpecial(address netip.Addr) bool {
	for _, network := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
		"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
		"3fff::/20", "5f00::/16", "fec0::/10",
	} {
		if netip.MustParsePrefix(network).Contains(address) {
			return true
		}
	}
	return false
}

// limited is a body that fails rather than end where it is cut.
type limited struct {
	body        io.ReadCloser
	left, limit int64
}

// Read implements io.Reader.
func (l *limited) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, &TooLargeError{l.limit}
	}
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.body.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return n - 1, &TooLargeError{l.limit}
	}
	return n, err
}

// Close implements io.Closer.
func (l *limited) Close() error { return l.body.Close() }
