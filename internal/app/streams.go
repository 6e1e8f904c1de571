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
		Host: a.Config.PublicURL.Hostname(), Provider: a.Config.Provider.Name, Address: c.Address,
		Secret: c.Secret.Reveal(), Networks: c.Networks,
	}
	if problem := streams.CheckAddress(c.Address); c.Address != "" && problem != "" {
		return nil, fmt.Errorf("streams.address: %s", problem)
	}
	if c.CAFile == "" {
		return streams.New(a.Gate, a.Reader, a.Box, cfg), nil
	}
	raw, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, fmt.Errorf("streams.ca_file: %w", err)
	}
	if cfg.Roots = x509.NewCertPool(); !cfg.Roots.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("streams.ca_file: %s: %w", c.CAFile, errNoCertificates)
	}
	return streams.New(a.Gate, a.Reader, a.Box, cfg), nil
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
