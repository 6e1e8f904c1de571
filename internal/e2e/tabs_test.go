//go:build e2e

package e2e_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// heldTime lets nothing on a page happen by itself later: the test says when.
const heldTime = `window.later = []; window.setTimeout = (f, ms) => later.push({f, ms}); window.clearTimeout = n => {
	later[n - 1] = {f() {}, ms: 0};
};`

// shows waits until the note about the session says something; without words, until it is gone.
func (b *tab) shows(words string) {
	b.t.Helper()
	const note = "document.getElementById('session-note')"
	for range int(patience / (20 * time.Millisecond)) {
		shown := ask[string](b, note+".hidden ? '' : "+note+".innerText")
		if words == "" && shown == "" || words != "" && strings.Contains(shown, words) {
			return
		}
		time.Sleep(20 * time.Millisecond) // what another window tells comes when it comes
	}
	b.t.Fatalf("%s does not tell %q, but %q", b.path(), words, ask[string](b, note+".innerText"))
}

// TestSeveralTabs has one person look at several pages at once. They share a session: what keeps it in one window, and
// what ends it, is told in the others (X2, N5).
func TestSeveralTabs(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	one := s.open(t).signIn(carl)
	two := one.beside()
	call(two, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: heldTime})
	two.visit("/accounts").press("Copperfield Cycles").press("Settings").fill("city", "Keighley")
	ends := func() int { return ask[int](two, "Math.max(...later.map(l => l.ms))") }
	const warn = "later.filter(l => l.ms).sort((a, b) => a.ms - b.ms)[0].f(); 0"

	ask[chromedp.Void](two, warn)
	two.shows("You are signed out in 2 minutes")
	one.visit("/me/sessions") // a click in one window keeps the session of both
	two.shows("")
	if left := ends(); left < 29*60*1000 {
		t.Errorf("after the click elsewhere %d ms are left", left)
	}
	ask[chromedp.Void](two, warn)
	three := one.beside()
	three.visit("/me/activity")
	ask[chromedp.Void](two, warn)
	two.shows("You are signed out in 2 minutes")
	two.reach("Stay signed in").keys(kb.Enter) // and so does the button
	two.shows("")

	s.Offset.Advance(31 * time.Minute)
	one.visit("/me/sessions").says("Your session has ended")
	two.shows("You were signed out.")
	three.shows("You were signed out.")
	if typed := ask[string](two, "document.querySelector('[name=city]').value"); typed != "Keighley" {
		t.Errorf("what was typed is now %q", typed)
	}
	one.signIn(carl)
	two.shows("There is a new sign-in in another tab") // its forms are of the old one
	two.press("Load it anew").says("Settings").fill("city", "Keighley").press("Save").says("The settings are saved.")
	one.silent()
	two.silent()
}

// TestSigningOutInOneTab leaves nothing personal in the others, but for what somebody has typed (N5).
func TestSigningOutInOneTab(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	one := s.open(t).signIn(carl).press("Copperfield Cycles")
	typing, reading := one.beside(), one.beside()
	typing.visit(one.path()).press("Settings").fill("city", "Keighley")
	reading.visit(one.path())
	reading.leads(http.StatusOK, func(context.Context, *chromedp.Target) (chromedp.Void, error) {
		one.press("Sign out") //nolint:contextcheck // to chromedp a context is the tab, and this is another one
		return chromedp.Void{}, nil
	}).says("signed out")
	typing.shows("You signed out in another tab.")
	typing.press("Sign in again").says("Sign in")
	one.silent()
	typing.silent()
	reading.silent()
}
