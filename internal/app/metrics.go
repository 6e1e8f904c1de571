package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the program's figures, on a listener of their own.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics(a *App) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "gatehouse_request_seconds", Help: "Time to answer a request, by route and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "status"}),
	}
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	gauge := func(name, help string, read func(ctx context.Context) float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			return read(ctx)
		}))
	}
	gauge("gatehouse_outbox_waiting", "Messages that are still to be delivered.", func(ctx context.Context) float64 {
		waiting, _, err := a.Outbox.Waiting(ctx)
		return orMinusOne(waiting, err)
	})
	gauge("gatehouse_outbox_failed", "Messages that were given up.", func(ctx context.Context) float64 {
		_, failed, err := a.Outbox.Waiting(ctx)
		return orMinusOne(failed, err)
	})
	gauge("gatehouse_database_connections", "Open reading connections.", func(context.Context) float64 {
		return float64(a.Reader.Stats().OpenConnections)
	})
	gauge("gatehouse_password_hashes_total", "Password hashes made since the start.", func(context.Context) float64 {
		return float64(a.People.Hashes())
	})
	gauge("gatehouse_client_search_clients", "Clients that are kept in memory for the search of staff.",
		func(context.Context) float64 { clients, _, _ := a.Overview.SearchSize(); return float64(clients) })
	gauge("gatehouse_client_search_bytes", "Memory that the search of staff takes.",
		func(context.Context) float64 { _, _, size := a.Overview.SearchSize(); return float64(size) })
	return m
}

// orMinusOne shows that a figure could not be read.
func orMinusOne(n int64, err error) float64 {
	if err != nil {
		return -1
	}
	return float64(n)
}

func (m *metrics) observe(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

func (m *metrics) serve(ctx context.Context, address string, logger *slog.Logger) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		logger.ErrorContext(ctx, "the metrics listener did not start", slog.Any("error", err))
		return
	}
	server := newServer(promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
		logger.ErrorContext(ctx, "the metrics listener stopped", slog.Any("error", err))
	}
}
