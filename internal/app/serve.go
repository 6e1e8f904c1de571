package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"gatehouse/internal/platform/jobs"
)

// The limits of the server (SECURITY.md D1).
const (
	headerTime = 5 * time.Second
	readTime   = 30 * time.Second
	writeTime  = 60 * time.Second
	idleTime   = 2 * time.Minute
	headerSize = 32 << 10
	drainTime  = 30 * time.Second // R16
)

// Serve lets people in on the listener until the context ends, then drains: requests under way are finished, jobs and
// deliveries stop at the next safe point.
func (a *App) Serve(ctx context.Context, listener net.Listener) error {
	metrics := newMetrics(a)                   //nolint:contextcheck // each reading of the figures has a time of its own
	handler, err := a.Handler(metrics.observe) //nolint:contextcheck // each request brings its context
	if err != nil {
		return err
	}
	defer a.People.MakeRoom()()
	server := newServer(handler)
	if c := a.Config.TLS; c.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return fmt.Errorf("the certificate: %w", err)
		}
		listener = tls.NewListener(listener, &tls.Config{
			MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2", "http/1.1"},
		})
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	var work sync.WaitGroup
	a.startBackground(background, &work, metrics)

	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
		a.Logger.InfoContext(ctx, "stopping")
		err = drain(context.WithoutCancel(ctx), server)
	}
	stop()
	work.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func newServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		IdleTimeout: idleTime, MaxHeaderBytes: headerSize, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelWarn),
	}
}

func drain(ctx context.Context, server *http.Server) error {
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// startBackground starts the jobs, the outbox and the metrics listener.
func (a *App) startBackground(ctx context.Context, work *sync.WaitGroup, m *metrics) {
	runner := jobs.New(a.Writer, a.Reader, a.Logger)
	for _, j := range a.jobs() {
		runner.Add(j.name, j.every, func(ctx context.Context, l jobs.Lease) error { return j.run(withTurn(ctx, l)) })
	}
	work.Go(func() { runner.Run(ctx) })
	work.Go(func() { a.Outbox.Run(ctx, outboxEvery) })
	work.Go(func() {
		err := a.Overview.Warm(ctx)
		clients, words, bytes := a.Overview.SearchSize()
		switch {
		case err == nil:
			a.Logger.InfoContext(ctx, "clients can be searched", slog.Int("clients", clients), slog.Int("words", words),
				slog.Int64("bytes", bytes))
		case ctx.Err() == nil:
			a.Logger.WarnContext(ctx, "clients were not read for searching; the first search does it", slog.Any("error", err))
		}
	})
	work.Go(func() { a.Settings.Follow(ctx) })
	if a.Config.MetricsListen != "" {
		work.Go(func() { m.serve(ctx, a.Config.MetricsListen, a.Logger) })
	}
}
