package app

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"gatehouse/internal/platform/jobs"
	"gatehouse/internal/streams"
)

// errNoCertificates says that a file holds none.
var errNoCertificates = errors.New("it holds no certificate (PEM)")

// newStreams makes the room that carries the log to other systems.
func (a *App) newStreams() (*streams.Streams, error) {
	c := a.Config.Streams
	cfg := streams.Config{
		Host: a.Config.PublicURL.Hostname(), Provider: a.provider().Name, Address: c.Address,
		Secret: c.Secret.Reveal(), Networks: c.Networks,
	}
	if problem := streams.CheckAddress(c.Address); c.Address != "" && problem != "" {
		return nil, fmt.Errorf("streams.address: %s", problem)
	}
	var err error
	if cfg.Roots, err = certificates("streams.ca_file", c.CAFile); err != nil {
		return nil, err
	}
	return streams.New(a.Gate, a.Reader, a.Box, cfg), nil
}

// certificates are those of a file that a setting names; nil, and with it the machine's, where it names none.
func certificates(setting, path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // what crypto/tls expects
	}
	raw, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("%s: %w", setting, err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("%s: %s: %w", setting, path, errNoCertificates)
	}
	return roots, nil
}

// turnKey is under which a job's context carries the number of its turn.
type turnKey struct{}

func withTurn(ctx context.Context, l jobs.Lease) context.Context {
	return context.WithValue(ctx, turnKey{}, l.Fence())
}

func turn(ctx context.Context) int64 {
	n, _ := ctx.Value(turnKey{}).(int64) // none where no runner calls
	return n
}

// CarryLog takes the log to the receivers that are due.
func (a *App) CarryLog(ctx context.Context) error { return a.Streams.Deliver(ctx, turn(ctx)) }
