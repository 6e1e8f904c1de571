package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/id"
	"gatehouse/static"
)

// answer is the outermost layer: it names the request and writes one line about it. The line holds the route's pattern,
// not the address, which may carry a token; and nothing of the person.
func (w *Web) answer(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		took := started()
		request := id.New[id.RequestKind]().String()
		c.Response().Header().Set(echo.HeaderXRequestID, request)
		if err := next(c); err != nil {
			c.Error(err)
		}
		route := c.Path()
		if route == "" {
			route = "(none)"
		}
		d := took()
		w.Logger.InfoContext(c.Request().Context(), "request", slog.String("request", request),
			slog.String("method", c.Request().Method), slog.String("route", route),
			slog.Int("status", c.Response().Status), slog.Duration("took", d))
		if w.Observe != nil {
			w.Observe(route, c.Response().Status, d)
		}
		return nil
	}
}

// errPanic is a handler's panic.
var errPanic = errors.New("web: a handler panicked")

func (w *Web) recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // as net/http compares it
					panic(p) // breaks the connection off
				}
				w.Logger.ErrorContext(c.Request().Context(), "panic", slog.String("route", c.Path()),
					slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
				err = errPanic
			}
		}()
		return next(c)
	}
}

// contentPolicy allows nothing but our own files, and forms that lead to us and to the listed origins.
func contentPolicy(formTargets []string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'", "connect-src 'self'",
		"img-src 'self' data:", "manifest-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
		strings.TrimSpace("form-action 'self' " + strings.Join(formTargets, " ")),
	}, "; ")
}

func (w *Web) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", w.csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
		h.Set("Cache-Control", "no-store") // static files say otherwise themselves
		if w.secure {
			h.Set("Strict-Transport-Security", "max-age=63072000")
		}
		return next(c)
	}
}

// limits bounds the time and the body of a request (SECURITY.md D1).
func (w *Web) limits(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, cancel := context.WithTimeout(c.Request().Context(), w.RequestTime)
		defer cancel()
		r := c.Request().WithContext(ctx)
		most := w.bodyLimit(c.Request().Method, c.Path())
		if r.ContentLength > most {
			return &http.MaxBytesError{Limit: most}
		}
		r.Body = http.MaxBytesReader(c.Response(), r.Body, most)
		c.SetRequest(r)
		return next(c)
	}
}

// errCrossSite is a form sent from another site.
var errCrossSite = errors.New("web: the request comes from another site")

func (w *Web) crossOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := w.cross.Check(c.Request()); err != nil {
			return fmt.Errorf("%w: %w", errCrossSite, err)
		}
		return next(c)
	}
}

// addressOf tells where a request came from. X-Forwarded-For counts only as far as listed proxies wrote it.
func addressOf(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP: p.Masked().Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// serveStatic sends one of the files that are the same for everybody.
func (w *Web) serveStatic(c echo.Context) error {
	content, packed, kind, ok := w.Static.Open(strings.TrimPrefix(c.Request().URL.Path, static.Prefix))
	if !ok {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	h.Set("Content-Type", kind)
	if packed != nil && acceptsGzip(c.Request()) {
		h.Set("Content-Encoding", "gzip")
		content = packed
	}
	c.Response().WriteHeader(http.StatusOK)
	if _, err := c.Response().Write(content); err != nil {
		return fmt.Errorf("send %s: %w", c.Path(), err)
	}
	return nil
}

func acceptsGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}
