// Package web is the door: it takes requests, says who is asking, holds every route with the permission that it needs,
// and turns faults into pages. HTTP stops here. What a page shows is decided by the domains; the areas (signin, portal,
// staff, public) hold the handlers.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/assist"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/platform/geo"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/support"
	"gatehouse/static"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

// Config is what the door needs to know.
type Config struct {
	PublicURL      *url.URL
	TrustedProxies []netip.Prefix
	BodyLimit      int64         // bytes; 0 = 1 MiB
	RequestTime    time.Duration // 0 = 10 s
	Turns          int           // pages that are made at a time; 0 = one on each processor
	FormTargets    []string      // origins that a form's answer may lead to: gateways and panels
	Brand          layout.Brand
	BrandNow       func() layout.Brand // what it is by now; nil: always Brand
	Zone           *time.Location      // for those who are not signed in
	Demo           *layout.Demo
}

// Deps are the rooms that the door leads to.
type Deps struct {
	Gate     *gate.Gate
	Access   *access.Access
	Accounts *accounts.Accounts
	People   *identity.People
	Box      *secretbox.Box
	Static   *static.Set
	Logger   *slog.Logger
	// Places says where addresses are; nil: nowhere that is known.
	Places *geo.Places
	// Counts are the figures that the navigation shows beside its entries; nil: none.
	Counts func(ctx context.Context, who actor.Actor, account id.Account) (NavCounts, error)
	// EndAssist ends that somebody of the staff acts on behalf of a client's contact.
	EndAssist func(ctx context.Context, who actor.Actor) error
	// Assist is told why staff look at a client; Support knows the cases they may look for. Without them nobody of the
	// staff sees anything of a client.
	Assist  *assist.Assist
	Support *support.Support
	// Observe is told of every request that was answered; nil: nobody is.
	Observe func(route string, status int, took time.Duration)
}

// NavCounts are the figures beside the entries of the navigation.
type NavCounts struct {
	Due     int
	Overdue int
	Lost    int // people who ask an owner to get back in
	Review  int // rows of the open access review that are to be decided
}

// Web is the door.
type Web struct {
	Config
	Deps
	echo   *echo.Echo
	routes []Route
	cross  *http.CrossOriginProtection
	assets layout.Assets
	csp    string
	words  *activity.Words
	secure bool // served over TLS, by ourselves or by a proxy
	zones  zones
	desks  desks
	turns  *turns

	askPolicies func(c *Context, status int, kept []ui.Pair) error // nil: no area has that page
}

// New makes the door, without routes yet.
func New(cfg Config, deps Deps) (*Web, error) {
	if cfg.BodyLimit == 0 {
		cfg.BodyLimit = 1 << 20
	}
	if cfg.RequestTime == 0 {
		cfg.RequestTime = 10 * time.Second
	}
	if cfg.Turns == 0 {
		cfg.Turns = runtime.GOMAXPROCS(0)
	}
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	w := &Web{
		Config: cfg, Deps: deps, echo: echo.New(), secure: cfg.PublicURL.Scheme == "https",
		desks: newDesks(), turns: newTurns(cfg.Turns, overAPipe),
	}
	w.words = activity.NewWords(cfg.Brand.Name)
	w.echo.HideBanner, w.echo.HidePort = true, true
	w.echo.IPExtractor = addressOf(cfg.TrustedProxies)
	w.echo.HTTPErrorHandler = w.fail
	w.cross = http.NewCrossOriginProtection()
	if err := w.cross.AddTrustedOrigin(cfg.PublicURL.Scheme + "://" + cfg.PublicURL.Host); err != nil {
		return nil, fmt.Errorf("the public address: %w", err)
	}
	w.assets = layout.Assets{
		Tabler: deps.Static.URL("vendor/tabler.min.css"), Gatehouse: deps.Static.URL("css/gatehouse.css"),
		Script: deps.Static.URL("js/gatehouse.js"), Icon: deps.Static.URL("img/gatehouse.svg"),
		Keys: deps.Static.URL("js/keys.js"), Roles: deps.Static.URL("js/roles.js"),
		Passkeys: deps.Static.URL("js/passkeys.js"), Password: deps.Static.URL("js/password.js"),
		Common: deps.Static.URL("vendor/common-passwords.js"),
	}
	w.csp = contentPolicy(cfg.FormTargets)
	w.echo.Use(w.answer, w.recoverPanic, w.headers, w.limits, w.crossOrigin)
	w.echo.GET(static.Prefix+"*", w.serveStatic)
	return w, nil
}

// Start checks that every route has declared what it needs, and returns the finished handler. A route that was put in
// beside the table stops the start (SECURITY.md A2).
func (w *Web) Start() (http.Handler, error) {
	problems := []error{}
	known := map[string]bool{"GET " + static.Prefix + "*": true}
	for _, r := range w.routes {
		known[r.Method+" "+r.Path] = true
		if err := r.check(); err != nil {
			problems = append(problems, err)
		}
	}
	for _, r := range w.echo.Routes() {
		if r.Method != echo.RouteNotFound && !known[r.Method+" "+r.Path] {
			problems = append(problems, fmt.Errorf("web: %s %s has declared no permission", r.Method, r.Path))
		}
	}
	return w.echo, errors.Join(problems...)
}

// Echo is for tests that put a route in beside the table.
func (w *Web) Echo() *echo.Echo { return w.echo }
