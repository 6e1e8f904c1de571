//go:build e2e

package e2e_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"gatehouse/internal/web"
)

// atlas tells which route an address belongs to, and which have been seen, by whomever.
type atlas struct {
	routes   []web.Route
	pictures string // a folder that gets a picture of every page; empty: none
	markup   checker

	mu   sync.Mutex
	seen map[string]bool
	had  map[string]map[string]bool // the parts that each page had for anybody
}

func (s *stage) atlas(t *testing.T) *atlas {
	t.Helper()
	door, err := s.Door(nil)
	if err != nil {
		t.Fatal(err)
	}
	a := &atlas{
		seen: map[string]bool{}, had: map[string]map[string]bool{}, pictures: os.Getenv("GATEHOUSE_SCREENSHOTS"),
		markup: s.checker(t),
	}
	for _, r := range door.Routes() {
		if r.Kind == web.KindPage && !forMachines(r.Path) {
			a.routes = append(a.routes, r)
		}
	}
	return a
}

// forMachines says which addresses answer with something other than a page: files to keep among them, and mails as mail
// programs get them, in which no script runs.
func forMachines(route string) bool {
	last := route[strings.LastIndex(route, "/")+1:]
	return slices.Contains([]string{"pdf", "pdfs", "csv", "file", "ubl"}, last) ||
		slices.Contains([]string{".json", ".atom", ".ics", ".csv"}, filepath.Ext(last)) ||
		slices.Contains([]string{
			"/healthz", "/readyz", "/brand.css", "/activity-key.txt", "/staff/mails/:mail",
			"/staff/settings/mail/preview/:mail/:look", "/brand/logo/:hash", "/staff/imports/template/:kind",
			"/staff/imports/read/:import/report",
		}, route)
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

const leadsTo = `[...document.querySelectorAll("a[href]")]` +
	`.filter(a => a.origin === location.origin).map(a => a.pathname)`

const asksForACode = `document.title.startsWith("Confirm it’s you") && document.querySelector("[name=code]") !== null`

// wander follows links, one address of each route, and looks at every page. Those of the demonstration are the same
// for everybody; the mails among them are whoever's they are, so that their links may lead to what this person must not
// see.
func (a *atlas) wander(b *tab, email, from string) {
	b.t.Helper()
	been, mailed, ahead := map[string]bool{}, map[string]bool{}, []string{from}
	for len(ahead) > 0 {
		path := ahead[0]
		ahead = ahead[1:]
		route := a.route(path)
		if route == "" || forMachines(path) || been[route] ||
			strings.HasPrefix(route, "/demo/") && !a.first("for everybody "+route) {
			continue
		}
		been[route] = true
		status := b.follow(b.to(path))
		if status == http.StatusForbidden && ask[bool](b, asksForACode) {
			a.look(b) // on a machine that has much else to do the last confirmation is too old by now
			status = b.confirm(email).status
		}
		if mailed[path] && status >= http.StatusBadRequest && status < http.StatusInternalServerError {
			delete(been, route) // another address of it may be theirs
			continue
		}
		if status >= http.StatusBadRequest {
			b.t.Errorf("a link leads to %s, which answers %d", path, status)
		}
		a.came(route)
		a.look(b)
		links, mail := ask[[]string](b, leadsTo), strings.HasPrefix(route, "/demo/mailbox/")
		for _, to := range links { // what a page of theirs leads to as well must be theirs
			was, known := mailed[to]
			mailed[to] = mail && (was || !known)
		}
		ahead = append(ahead, links...)
	}
}

// view is a window and the look of the person's system, and what is looked for in it. Light and dark differ in colours
// alone; what a narrow window leaves out or moves concerns every rule.
type view struct {
	name          string
	width, height int64
	dark          bool
	rules         rules
}

// views are in an order in which each differs from the one before in one thing.
func views() []view {
	return []view{
		{"1280-light", 1280, 900, false, everyRule},
		{"1280-dark", 1280, 900, true, ofColours},
		{"360-dark", 360, 780, true, everyRule},
		{"360-light", 360, 780, false, ofColours},
	}
}

// parts is what a page is made of: its elements by name, class and role, each once.
const parts = `[...new Set([...document.querySelectorAll("body *")].map(e =>
	e.tagName + "." + e.getAttribute("class") + "." + e.getAttribute("role")))].sort()`

// look asserts what every page must be: one that was not seen before in each view, with everything that folds open; one
// that has parts for this person which it had for nobody before, once more.
func (a *atlas) look(b *tab) {
	b.t.Helper()
	path, _, _ := strings.Cut(b.path(), "?")
	is := ask[struct {
		Title string
		Parts []string
	}](b, "({Title: document.title, Parts: "+parts+"})")
	page := a.route(path)
	a.came(page)
	if b.status != http.StatusOK {
		page += fmt.Sprint(" answered ", b.status) // a form with errors or a refusal is another page
	}
	hasNew := a.adds(page, is.Parts)
	if a.first(page + " " + strings.Join(is.Parts, " ")) {
		a.markup.wellFormed(b)
	}
	if a.first(page) {
		a.fromEverySide(b, page+" "+is.Title)
	} else if hasNew {
		b.accessible("1280-light", everyRule)
	}
	b.light()
	b.once()
	b.narrow()
	b.see(views()[0])
}

// adds says whether a page has parts that it had for nobody before.
func (a *atlas) adds(page string, parts []string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.had[page] == nil {
		a.had[page] = map[string]bool{}
	}
	before := len(a.had[page])
	for _, part := range parts {
		a.had[page][part] = true
	}
	return len(a.had[page]) > before
}

// fromEverySide looks at a page in each view. Its pictures are of how it comes, its faults of all that can be unfolded.
func (a *atlas) fromEverySide(b *tab, name string) {
	b.t.Helper()
	if folder := a.folder(b, name); folder != "" {
		for _, v := range views() {
			b.see(v)
			b.picture(folder, name, v)
		}
	}
	b.unfold(true)
	for _, v := range views() {
		b.see(v)
		b.accessible(v.name, v.rules)
	}
	b.unfold(false)
}

// came notes that somebody came to a route. Where it leads on to another, both count.
func (a *atlas) came(route string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen[route] = true
}

// knows says whether somebody came to a route.
func (a *atlas) knows(route string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.seen[route]
}

// first says whether something with this name was not looked at before. Numbers in it do not count.
func (a *atlas) first(name string) bool {
	name = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, name)
	a.mu.Lock()
	defer a.mu.Unlock()
	before := a.seen["looked at "+name]
	a.seen["looked at "+name] = true
	return !before
}

func (b *tab) see(v view) {
	b.t.Helper()
	b.size(v.width, v.height)
	b.dark(v.dark)
}

func (b *tab) unfold(open bool) {
	b.t.Helper()
	ask[chromedp.Void](b, fmt.Sprintf(`for (const d of document.querySelectorAll("details")) d.open = %t; 0`, open))
}

// folder is where pictures of a page are kept for people to look at: always of the components, of all others where they
// are wanted; empty: nowhere.
func (a *atlas) folder(b *tab, name string) string {
	if a.pictures == "" && strings.HasPrefix(name, "/demo/components") {
		return b.t.ArtifactDir()
	}
	return a.pictures
}

// picture keeps the whole page.
func (b *tab) picture(folder, name string, v view) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	name, _, _ = strings.Cut(name, " · ")
	name = strings.NewReplacer("/", "-", ":", "", " ", "_").Replace(strings.TrimPrefix(name, "/")) + "-" + v.name + ".png"
	if err := os.WriteFile(filepath.Join(folder, name), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}
