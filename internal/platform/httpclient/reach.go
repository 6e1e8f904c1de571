package httpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"
)

// Reach connects to a host and port by the same rules, says nothing, and goes away. With secure it shakes hands over
// TLS and returns until when the certificate is good.
func Reach(ctx context.Context, o Options, target string, secure bool) (_ time.Time, err error) {
	o = o.withDefaults()
	host, _, err := net.SplitHostPort(target)
	if err != nil {
		return time.Time{}, err
	}
	if !o.lists(host) {
		return time.Time{}, &RefusedError{host, "the host is not on the list"}
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	conn, err := (&guard{options: o}).dial(ctx, "tcp", target)
	if err != nil {
		return time.Time{}, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if !secure {
		return time.Time{}, nil
	}
	safe := tls.Client(conn, &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots, ServerName: host}) // H1
	if err := safe.HandshakeContext(ctx); err != nil {
		return time.Time{}, err
	}
	return safe.ConnectionState().PeerCertificates[0].NotAfter, nil
}
