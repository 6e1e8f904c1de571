//go:build e2e

package e2e_test

import (
	_ "embed"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"gatehouse/internal/web"
)

//go:embed testdata/axe/axe.min.js
var axe string

// atlas tells which route an address belongs to, and which have been seen.
type atlas struct {
	routes []web.Route
	seen   map[string]bool
}

func (s *stage) atlas(t *testing.T) *atlas {
	t.Helper()
	door, err := s.Door(nil)
	if err != nil {
		t.Fatal(err)
	}
	a := &atlas{seen: map[string]bool{}}
	for _, r := range door.Routes() {
		if r.Kind == web.KindPage && !forMachines(r.Path) {
			a.routes = append(a.routes, r)
		}
	}
	return a
}

// forMachines says which addresses answer with something other than a page.
func forMachines(path string) bool {
	return slices.Contains([]string{"/healthz", "/readyz", "/brand.css"}, path)
}

// route is the pattern of an address: the one that spells out most of it.
func (a *atlas) route(path string) string {
	best, words := "", -1
	for _, r := range a.routes {
		if n := literal(r.Path, path); n > words {
			best, words = r.Path, n
		}
	}
	return best
}

// literal counts the parts of a pattern that an address has word for word; -1: it does not fit.
func literal(pattern, path string) int {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return -1
	}
	same := 0
	for i := range want {
		switch {
		case want[i] == got[i]:
			same++
		case !strings.HasPrefix(want[i], ":"):
			return -1
		}
	}
	return same
}

const leadsTo = `[...document.querySelectorAll("a[href]")].filter(a => a.origin === location.origin).map(a => a.pathname)`

// wander follows links, one address of each route, and calls look on every page.
func (b *tab) wander(a *atlas, from string, look func(route string)) {
	b.t.Helper()
	been, ahead := map[string]bool{}, []string{from}
	for len(ahead) > 0 {
		path := ahead[0]
		ahead = ahead[1:]
		route := a.route(path)
		if route == "" || been[route] {
			continue
		}
		been[route] = true
		status := b.follow(b.to(path))
		if status >= http.StatusBadRequest {
			b.t.Errorf("a link leads to %s, which answers %d", path, status)
		}
		a.seen[route] = true
		look(route)
		ahead = append(ahead, ask[[]string](b, leadsTo)...)
	}
}

// finding is a rule of axe that a page breaks.
type finding struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

// accessible asserts that axe finds nothing.
func (b *tab) accessible(as string) {
	b.t.Helper()
	if !ask[bool](b, "typeof window.axe === 'object'") {
		ask[chromedp.Void](b, axe+";0")
	}
	found := ask[[]finding](b, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => ({
		id: v.id, help: v.help, nodes: v.nodes.map(n => n.html.slice(0, 160) + " " + n.failureSummary),
	})))`)
	for _, f := range found {
		b.t.Errorf("%s, %s: %s (%s) %s", b.path(), as, f.Help, f.ID, strings.Join(f.Nodes, "\n"))
	}
}

// narrow asserts that nothing has to be scrolled sideways in a narrow window.
func (b *tab) narrow() {
	b.t.Helper()
	b.size(320, 800)
	wide := ask[[]string](b, `document.documentElement.scrollWidth <= innerWidth ? [] :
		[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
		.slice(0, 4).map(e => e.outerHTML.slice(0, 120))`)
	if len(wide) > 0 {
		b.t.Errorf("%s does not fit into 320 px: %s", b.path(), strings.Join(wide, "\n"))
	}
}

func TestPages(t *testing.T) {
	s := openStage(t)
	a := s.atlas(t)
	for _, email := range []string{"", olivia, ben, root} {
		b := s.open(t)
		from := "/"
		if email != "" {
			b.signIn(email)
		}
		if email == root {
			from = "/staff"
		}
		n := 0
		b.wander(a, from, func(route string) {
			n++
			b.picture(t, fmt.Sprint("/tmp/shots/", strings.Split(email+"@", "@")[0], "-", n, strings.NewReplacer("/", "_", ":", "").Replace(route), ".png"))
			b.accessible("1280 px, light")
			b.narrow()
			b.size(1280, 900)
			t.Log(email, route, b.path())
		})
		b.silent()
	}
	for _, r := range a.routes {
		if !a.seen[r.Path] {
			t.Errorf("nobody came to %s", r.Path)
		}
	}
}
