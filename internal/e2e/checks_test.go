//go:build e2e

package e2e_test

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe/axe.min.js
var axe string

// finding is a rule of axe that a page breaks.
type finding struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

// rules are those of axe that are looked at.
type rules string

const (
	everyRule rules = "null"
	ofColours rules = `["color-contrast", "link-in-text-block"]`
)

// findings is what axe finds on the page.
func (b *tab) findings(which rules) []finding {
	b.t.Helper()
	if !ask[bool](b, "typeof window.axe === 'object'") {
		ask[chromedp.Void](b, axe+";0")
	}
	return ask[[]finding](b, `axe.run(document, {resultTypes: ["violations"], runOnly: `+string(which)+` ?? undefined})
		.then(r => r.violations.map(v => ({
			id: v.id, help: v.help, nodes: v.nodes.map(n => n.html.slice(0, 160) + " " + n.failureSummary),
		})))`)
}

// accessible asserts that axe finds nothing.
func (b *tab) accessible(as string, which rules) {
	b.t.Helper()
	for _, f := range b.findings(which) {
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

// faults plants one of each kind of fault: a check that finds nothing may be one that does not look.
func (s *stage) faults(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).visit("/sign-in")
	ask[chromedp.Void](b, `document.body.insertAdjacentHTML("beforeend",
		'<img src="/static/none"><p style="width: 500px">'); 0`)
	ask[chromedp.Void](b, `const p = document.querySelector("body > p"); p.style.width = "500px"; p.innerText = "pale";
		p.style.color = "#bbb"; p.style.background = "#fff"; console.error("planted"); 0`)
	finds := func(id string, which rules) {
		found := b.findings(which)
		if !slices.ContainsFunc(found, func(f finding) bool { return f.ID == id }) {
			t.Errorf("axe finds no %s, but %+v", id, found)
		}
	}
	finds("image-alt", everyRule)
	finds("color-contrast", everyRule)
	finds("color-contrast", ofColours)
	wrong := a.markup.mistakes(b, `<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>`+
		`<th role="cell" else></th><ul><p>x</p></ul><input id="a"><b id="a" title="x" title="y">x</b></body></html>`)
	if len(wrong) < 4 {
		t.Errorf("html-validate finds %+v in four mistakes", wrong)
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

// again sends each form of the page that changes something twice, as two quick clicks do, and is what a second one
// would go through for. Events that a script makes reach whoever listens, and send nothing. A form that asks for a
// security key has listeners of its own.
const again = `(() => {
	const send = form => form.dispatchEvent(new SubmitEvent("submit", {bubbles: true, cancelable: true}));
	const through = [...document.forms]
		.filter(form => form.method === "post" && !("again" in form.dataset) && !("key" in form.dataset))
		.filter(form => !form.closest("#session-note")) // it never leaves the page
		.filter(form => [send(form), send(form)].join() !== "true,false").map(form => form.action);
	dispatchEvent(new PageTransitionEvent("pageshow")); // as after coming back: each can be sent again
	return through.concat([...document.querySelectorAll("form[data-sent]")].map(form => "stuck: " + form.action));
})()`

// once asserts that no form of the page can be sent by a second click.
func (b *tab) once() {
	b.t.Helper()
	if through := ask[[]string](b, again); len(through) > 0 {
		b.t.Errorf("%s: a second click goes through: %q", b.path(), through)
	}
}
