package status

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/httpclient"
)

// Trouble is why a check failed, in a word.
type Trouble string

// The troubles.
const (
	NoTrouble     Trouble = ""
	Forbidden     Trouble = "forbidden"
	NoName        Trouble = "name"
	NoConnection  Trouble = "connection"
	TooLate       Trouble = "late"
	NoCertificate Trouble = "certificate"
	BadAnswer     Trouble = "answer"
)

// Sentence says it to staff.
func (t Trouble) Sentence() string {
	switch t {
	case Forbidden:
		return "The address is in a network that must not be called. Private networks have to be listed in status.networks."
	case NoName:
		return "The host name leads nowhere."
	case NoConnection:
		return "It takes no connections."
	case TooLate:
		return "It did not answer in time."
	case NoCertificate:
		return "Its certificate is not good."
	case BadAnswer:
		return "It answers with an error of its own."
	case NoTrouble:
	}
	return ""
}

// errAnswer is an answer with which a server says that it is in trouble.
var errAnswer = errors.New("status: the server answers with an error")

// result is what one look found.
type result struct {
	latency time.Duration
	expires time.Time
	trouble Trouble
}

// readAtMost is how much of an answer is read.
const readAtMost = 32 << 10

// look checks one part once.
func (s *Status) look(ctx context.Context, c componentRow) result {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	begun := clock.System().Now()
	expires, err := s.reach(ctx, c)
	return result{latency: clock.System().Now().Sub(begun), expires: expires, trouble: troubleOf(err)}
}

func (s *Status) reach(ctx context.Context, c componentRow) (time.Time, error) {
	o := httpclient.Options{
		Networks: s.cfg.Networks, Roots: s.cfg.Roots, Resolver: s.cfg.Resolver, Timeout: s.cfg.Timeout,
		MaxBody: readAtMost, PlainHTTP: true,
	}
	if c.Kind == HTTP {
		return visit(ctx, o, c.Address)
	}
	host, _, err := net.SplitHostPort(c.Address)
	if err != nil {
		return time.Time{}, fmt.Errorf("look: %w", err)
	}
	o.Hosts = []string{host}
	expires, err := httpclient.Reach(ctx, o, c.Address, c.Kind == TLS)
	if err != nil {
		return time.Time{}, fmt.Errorf("look: %w", err)
	}
	return expires, nil
}

// visit asks for a page. That it leads elsewhere, or wants to know who asks, is an answer like any other; it is not
// followed.
func visit(ctx context.Context, o httpclient.Options, address string) (_ time.Time, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return time.Time{}, fmt.Errorf("look: %w", err)
	}
	o.Hosts = []string{u.Hostname()}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return time.Time{}, fmt.Errorf("look: %w", err)
	}
	r.Close = true
	r.Header.Set("User-Agent", "Gatehouse status check")
	client := httpclient.New(o)
	defer client.CloseIdleConnections()
	answer, err := client.Transport.RoundTrip(r)
	if err != nil {
		return time.Time{}, fmt.Errorf("look: %w", err)
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	_, err = io.Copy(io.Discard, answer.Body)
	if tooLarge := (*httpclient.TooLargeError)(nil); err != nil && !errors.As(err, &tooLarge) {
		return time.Time{}, fmt.Errorf("look: %w", err)
	}
	if answer.StatusCode >= http.StatusInternalServerError {
		return time.Time{}, errAnswer
	}
	if t := answer.TLS; t != nil && len(t.PeerCertificates) > 0 {
		return t.PeerCertificates[0].NotAfter, nil
	}
	return time.Time{}, nil
}

func troubleOf(err error) Trouble {
	if err == nil {
		return NoTrouble
	}
	var forbidden *httpclient.RefusedError
	var unknown *net.DNSError
	var certificate *tls.CertificateVerificationError
	var invalid x509.CertificateInvalidError
	var late net.Error
	switch {
	case errors.As(err, &forbidden):
		return Forbidden
	case errors.As(err, &unknown) && !unknown.IsTimeout:
		return NoName
	case errors.As(err, &certificate), errors.As(err, &invalid):
		return NoCertificate
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &late) && late.Timeout():
		return TooLate
	case errors.Is(err, errAnswer):
		return BadAnswer
	}
	return NoConnection
}
