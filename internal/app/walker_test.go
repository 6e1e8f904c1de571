package app_test

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/app"
	"gatehouse/internal/gate"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web"
)

// walker goes through the portal's forms as people do, and takes down what each leaves in the log.
type walker struct {
	*house
	portal *site.Site
	t      *testing.T
	seen   map[string]map[string]bool // of each route that was answered well, the actions that it left
	heard  *commits
}

// commits hears of every transaction.
type commits struct {
	mu    sync.Mutex
	doing string // the route or job that is at work
	bad   []string
}

// Enabled says that everything is heard.
func (*commits) Enabled(context.Context, slog.Level) bool { return true }

// WithAttrs changes nothing.
func (c *commits) WithAttrs([]slog.Attr) slog.Handler { return c }

// WithGroup changes nothing.
func (c *commits) WithGroup(string) slog.Handler { return c }

// Handle takes down a transaction that changed something and wrote no entry.
func (c *commits) Handle(_ context.Context, r slog.Record) error {
	if r.Message != db.Committed {
		return nil
	}
	var wrote []string
	r.Attrs(func(a slog.Attr) bool { wrote, _ = a.Value.Any().([]string); return false })
	changed := slices.DeleteFunc(slices.Clone(wrote), func(table string) bool {
		return slices.Contains(gate.Bookkept(), table) || besideTheLog(table)
	})
	logged := slices.Contains(wrote, "entries") || slices.Contains(wrote, "tallies") && slices.Contains(wrote, "heads")
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(changed) > 0 && !logged {
		c.bad = append(c.bad, c.doing+" changed "+strings.Join(changed, ", "))
	}
	return nil
}

// besideTheLog names the tables that belong to the log itself, or to what runs it.
func besideTheLog(table string) bool {
	return slices.Contains([]string{"heads", "entry_personal", "activity_counts", "jobs"}, table)
}

// walkedOn is when the walk begins: on other days of a week or a month other things are due, and other entries left. A
// month ends while it goes on.
func walkedOn() time.Time { return time.Date(2027, time.February, 27, 10, 0, 0, 0, time.UTC) }

func newWalker(t *testing.T) *walker {
	t.Helper()
	cfg, err := config.Demo("localhost:8080", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := secretbox.Create(cfg.KeysDir, secretbox.Demo()); err != nil {
		t.Fatal(err)
	}
	w := &walker{t: t, seen: map[string]map[string]bool{}, heard: &commits{doing: "the beginning"}}
	if _, err := app.Migrate(t.Context(), cfg, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), cfg, slog.New(w.heard))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	a.Offset.Set(time.Until(walkedOn()))
	door, err := a.Door(nil)
	if err != nil {
		t.Fatal(err)
	}
	w.house = &house{App: a, routes: door.Routes(), cookies: map[string]*http.Cookie{}, tokens: map[string]string{}}
	if w.handler, err = door.Start(); err != nil {
		t.Fatal(err)
	}
	w.populate(t)
	world := &testkit.World{Reader: a.Reader, Offset: a.Offset}
	w.portal = site.Around(world, w.watched(), "http://localhost:8080", persons.DemoPassword)
	for _, role := range portalRoles() {
		w.portal.Knows(role+"@here.example", persons.DemoSecret)
	}
	for _, department := range departments() {
		w.portal.Knows(department+"@harbour.example", persons.DemoSecret)
	}
	w.portal.Knows("owner@there.example", persons.DemoSecret)
	return w
}

// watched answers requests, and takes down which actions a form left in the log.
func (w *walker) watched() http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.handler.ServeHTTP(out, r)
			return
		}
		route := w.routeOf(r.URL.Path)
		answer := &status{ResponseWriter: out, code: http.StatusOK}
		left := w.during(r.Context(), route, func() { w.handler.ServeHTTP(answer, r) })
		if answer.code >= http.StatusBadRequest {
			return
		}
		delete(left, string(activity.DataViewed)) // one in each half hour, whichever form that falls to
		if w.seen[route] == nil {
			w.seen[route] = map[string]bool{}
		}
		maps.Copy(w.seen[route], left)
	})
}

type status struct {
	http.ResponseWriter
	code int
}

// WriteHeader remembers the status.
func (s *status) WriteHeader(code int) { s.code = code; s.ResponseWriter.WriteHeader(code) }

// Unwrap gives the writer below.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// during says which actions something left in the log, tallies included.
func (w *walker) during(ctx context.Context, name string, do func()) map[string]bool {
	w.t.Helper()
	w.heard.mu.Lock()
	w.heard.doing = name
	w.heard.mu.Unlock()
	before := w.ends(ctx)
	do()
	left := map[string]bool{}
	for chain := range w.ends(ctx) {
		var actions []string
		err := w.Reader.With(ctx).Raw("SELECT DISTINCT action FROM entries WHERE chain = ? AND seq > ?",
			[]byte(chain), before[chain]).Scan(&actions).Error
		if err != nil {
			w.t.Fatal(err)
		}
		for _, a := range actions {
			left[a] = true
		}
	}
	return left
}

func (w *walker) ends(ctx context.Context) map[string]int64 {
	var rows []struct {
		Chain db.Blob
		Seq   int64
	}
	if err := w.Reader.With(ctx).Raw("SELECT chain, seq FROM heads").Scan(&rows).Error; err != nil {
		w.t.Fatal(err)
	}
	ends := map[string]int64{}
	for _, r := range rows {
		ends[string(r.Chain)] = r.Seq
	}
	return ends
}

// routeOf is the line of the route table that a form's address belongs to: the most literal that fits.
func (w *walker) routeOf(path string) string {
	best, literal := "", -1
	for _, r := range w.routes {
		if r.Method != http.MethodPost {
			continue
		}
		pattern := "^" + regexp.MustCompile(`:[a-z]+`).ReplaceAllString(r.Path, `[^/]+`) + "$"
		if n := len(regexp.MustCompile(`:[a-z]+`).ReplaceAllString(r.Path, "")); n > literal &&
			regexp.MustCompile(pattern).MatchString(path) {
			best, literal = line(r), n
		}
	}
	return best
}

func line(r web.Route) string { return r.Method + " " + r.Path }

// visit is a new browser.
func (w *walker) visit() *site.Visitor { return w.portal.Visit(w.t) }

// knows tells the secret of a code app.
func (w *walker) knows(who, secret string) { w.portal.Knows(who, secret) }

// newKey is a security key in somebody's hand.
func (w *walker) newKey() *site.Key { return w.portal.NewKey(w.t) }

// as is somebody who has just signed in.
func (w *walker) as(email string) *site.Visitor { return w.visit().SignIn(email) }

// link is the last link of a kind that was mailed to somebody.
func (w *walker) link(to, path string) string {
	w.t.Helper()
	w.deliver(w.t)
	return w.mailedLink(w.t, to, path)
}

func (w *walker) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}
