//go:build e2e

package e2e_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"gatehouse/internal/identity"
	"gatehouse/internal/web"
)

//go:embed testdata/axe/axe.min.js
var axe string

// atlas tells which route an address belongs to, and which have been seen.
type atlas struct {
	routes   []web.Route
	seen     map[string]bool
	pictures string // a folder that gets a picture of every page; empty: none
}

func (s *stage) atlas(t *testing.T) *atlas {
	t.Helper()
	door, err := s.Door(nil)
	if err != nil {
		t.Fatal(err)
	}
	a := &atlas{seen: map[string]bool{}, pictures: os.Getenv("GATEHOUSE_SCREENSHOTS")}
	for _, r := range door.Routes() {
		if r.Kind == web.KindPage && !forMachines(r.Path) {
			a.routes = append(a.routes, r)
		}
	}
	return a
}

// forMachines says which addresses answer with something other than a page: PDF invoices among them, and mails as mail
// programs get them, in which no script runs.
func forMachines(path string) bool {
	return strings.HasSuffix(path, "/pdf") ||
		slices.Contains([]string{"/healthz", "/readyz", "/brand.css", "/staff/mails/:mail"}, path)
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

// TestPages has everybody follow every link, and looks at each page that they come to.
func TestPages(t *testing.T) { //nolint:tparallel // the last part asks what the others have seen
	t.Parallel()
	s := openStage(t)
	a := s.atlas(t)
	t.Run("by links", func(t *testing.T) { s.byLinks(t, a) })
	t.Run("by forms", func(t *testing.T) { s.byForms(t, a) })
	t.Run("every route", func(t *testing.T) {
		for _, r := range a.routes {
			if !a.seen[r.Path] {
				t.Errorf("nobody came to %s", r.Path)
			}
		}
	})
}

func (s *stage) byLinks(t *testing.T, a *atlas) {
	t.Helper()
	stranger := s.open(t)
	a.wander(stranger, "/sign-in")
	a.wander(stranger, "/demo/components")
	for _, email := range []string{olivia, ben, tess, ada, priya, carl, root, bea, sam} {
		b := s.open(t).signIn(email)
		a.wander(b, b.path())
		b.silent()
		b.visit("/me/sessions").press("Sign out")
		a.look(b)
	}
}

// byForms goes to the pages that no link leads to.
func (s *stage) byForms(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t)
	b.visit("/sign-in").fill("email", tess).fill("password", "not the passphrase")
	b.leads(http.StatusUnprocessableEntity, b.click(control("Sign in")))
	a.look(b)
	b.fill("password", identity.DemoPassword).press("Sign in")
	a.look(b)
	b.fill("code", "000000").leads(http.StatusUnprocessableEntity, b.click(control("Confirm")))
	a.look(b)
	b.silent()
	s.bensForms(t, a)
	s.oliviasForms(t, a)
	s.invited(t, a)
}

func (s *stage) bensForms(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(ben).press("Northwind Bakery Ltd")
	account := b.path()
	b.press("Review and pay").press("Pay £").fill("amount", "999999")
	b.leads(http.StatusUnprocessableEntity, b.click(control("Continue to payment")))
	a.look(b)
	b.fill("amount", "10").press("Continue to payment")
	a.look(b)
	b.choose("card", "declines").leads(http.StatusUnprocessableEntity, b.click(control("Pay £")))
	a.look(b)
	b.choose("card", "action").press("Pay £")
	a.look(b)
	b.choose("card", "confirmed").press("Pay £")
	a.look(b)
	b.leads(http.StatusForbidden, b.to(account+"/contacts"))
	a.look(b)
	b.leads(http.StatusNotFound, b.to(account+"/nothing"))
	a.look(b)
	b.visit("/me/security").press("Add a code app")
	a.look(b)
	b.silent()
}

func (s *stage) oliviasForms(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd")
	b.press("Contacts").press("Invite").fill("email", "ruth@fenwick.example").choose("role", "billing")
	b.press("Send the invitation")
	a.look(b)
	b.press("Withdraw")
	a.look(b)
	b.press("Settings").fill("name", " ").leads(http.StatusUnprocessableEntity, b.click(control("Save")))
	a.look(b)
	b.press("Services").press("Open panel").press("Open panel")
	a.look(b)
	b.leads(http.StatusConflict, b.to(b.path())) // the link worked once
	a.look(b)
	s.Offset.Advance(11 * time.Minute) // the last confirmation is no longer fresh
	b.visit("/me/security").fill("name", "Tablet")
	b.leads(http.StatusForbidden, b.click(control("Add another code app")))
	a.look(b)
	b.silent()
}

// invited follows an invitation from the mailbox.
func (s *stage) invited(t *testing.T, a *atlas) {
	t.Helper()
	staff := s.open(t).signIn(bea)
	staff.visit("/staff/clients/new").fill("name", "Fenwick & Daughters").fill("owner-email", "ruth@fenwick.example")
	staff.fill("line1", "2 High Street").fill("city", "Ripon").fill("postcode", "HG4 1AA").press("Create and invite")
	a.look(staff)
	staff.silent()
	if _, err := s.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := s.open(t).visit("/demo/mailbox").press("invited you")
	b.visit(ask[string](b, `[...document.links].find(a => a.pathname.startsWith("/invitations/")).pathname`))
	a.look(b)
	b.silent()
}

const leadsTo = `[...document.querySelectorAll("a[href]")]` +
	`.filter(a => a.origin === location.origin).map(a => a.pathname)`

// wander follows links, one address of each route, and looks at every page. Those of the demonstration are the same for
// everybody.
func (a *atlas) wander(b *tab, from string) {
	b.t.Helper()
	been, ahead := map[string]bool{}, []string{from}
	for len(ahead) > 0 {
		path := ahead[0]
		ahead = ahead[1:]
		route := a.route(path)
		if route == "" || been[route] || a.seen[route] && strings.HasPrefix(route, "/demo/") {
			continue
		}
		been[route] = true
		status := b.follow(b.to(path))
		if status >= http.StatusBadRequest && route != "/invitations/:token" { // old mails keep links that were used
			b.t.Errorf("a link leads to %s, which answers %d", path, status)
		}
		a.seen[route] = true
		a.look(b)
		ahead = append(ahead, ask[[]string](b, leadsTo)...)
	}
}

// view is a window and the look of the person's system.
type view struct {
	name          string
	width, height int64
	dark          bool
}

func views() []view {
	return []view{
		{"1280-light", 1280, 900, false},
		{"1280-dark", 1280, 900, true},
		{"360-dark", 360, 780, true},
		{"360-light", 360, 780, false},
	}
}

// parts is what a page is made of: its elements by name, class and role, each once.
const parts = `[...new Set([...document.querySelectorAll("body *")].map(e =>
	e.tagName + "." + e.getAttribute("class") + "." + e.getAttribute("role")))].sort().join(" ")`

// look asserts what every page must be: one that was not seen before in each view, with everything that folds open; one
// that has parts for this person which it had for nobody before, once more.
func (a *atlas) look(b *tab) {
	b.t.Helper()
	path, _, _ := strings.Cut(b.path(), "?")
	title := ask[string](b, "document.title")
	page := a.route(path)
	madeNew := a.first(page + " " + ask[string](b, parts))
	if a.seen[page] = true; a.first(page + " " + title) {
		for _, v := range views() {
			b.see(v)
			a.picture(b, page+" "+title, v)
			b.unfold(true)
			b.accessible(v.name)
			b.unfold(false)
		}
	} else if madeNew {
		b.accessible("1280-light")
	}
	b.narrow()
	b.see(views()[0])
}

// first says whether something with this name was not looked at before. Numbers in it do not count.
func (a *atlas) first(name string) bool {
	name = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, name)
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

// picture keeps the whole page, for people to look at.
func (a *atlas) picture(b *tab, name string, v view) {
	b.t.Helper()
	if a.pictures == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	name, _, _ = strings.Cut(name, " · ")
	name = strings.NewReplacer("/", "-", ":", "", " ", "_").Replace(strings.TrimPrefix(name, "/")) + "-" + v.name + ".png"
	if err := os.WriteFile(filepath.Join(a.pictures, name), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// finding is a rule of axe that a page breaks.
type finding struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

// findings is what axe finds on the page.
func (b *tab) findings() []finding {
	b.t.Helper()
	if !ask[bool](b, "typeof window.axe === 'object'") {
		ask[chromedp.Void](b, axe+";0")
	}
	return ask[[]finding](b, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => ({
		id: v.id, help: v.help, nodes: v.nodes.map(n => n.html.slice(0, 160) + " " + n.failureSummary),
	})))`)
}

// accessible asserts that axe finds nothing.
func (b *tab) accessible(as string) {
	b.t.Helper()
	for _, f := range b.findings() {
		b.t.Errorf("%s, %s: %s (%s) %s", b.path(), as, f.Help, f.ID, strings.Join(f.Nodes, "\n"))
	}
}

// tooWide is what stands out of a narrow window.
func (b *tab) tooWide() []string {
	b.t.Helper()
	b.size(320, 800)
	return ask[[]string](b, `document.documentElement.scrollWidth <= innerWidth ? [] :
		[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
		.slice(0, 4).map(e => e.outerHTML.slice(0, 120))`)
}

// narrow asserts that nothing has to be scrolled sideways.
func (b *tab) narrow() {
	b.t.Helper()
	if wide := b.tooWide(); len(wide) > 0 {
		b.t.Errorf("%s does not fit into 320 px: %s", b.path(), strings.Join(wide, "\n"))
	}
}

// TestFaultsAreSeen plants one of each kind of fault: a check that finds nothing may be one that does not look.
func TestFaultsAreSeen(t *testing.T) {
	t.Parallel()
	b := openStage(t).open(t).visit("/sign-in")
	ask[chromedp.Void](b, `document.body.insertAdjacentHTML("beforeend",
		'<img src="/static/none"><p style="width: 500px">'); 0`)
	ask[chromedp.Void](b, `document.querySelector("p").style.width = "500px"; console.error("planted"); 0`)
	if found := b.findings(); !slices.ContainsFunc(found, func(f finding) bool { return f.ID == "image-alt" }) {
		t.Errorf("axe finds %+v in a picture without words", found)
	}
	if len(b.tooWide()) == 0 {
		t.Error("a paragraph of 500 px fits into 320 px")
	}
	heard, err := json.Marshal(b.complained())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"planted", "Content Security Policy", "ContentSecurityPolicyIssue", "404"} {
		if !strings.Contains(string(heard), want) {
			t.Errorf("the browser did not complain of %q: %s", want, heard)
		}
	}
}
