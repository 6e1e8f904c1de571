//go:build e2e

package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"gatehouse/internal/identity/persons"
)

// TestTheFace is what makes the portal quick and safe to use: few clicks, light pages, nothing done twice, nothing left
// behind for the next person.
func TestTheFace(t *testing.T) { //nolint:tparallel // one demo, one thing after the other
	t.Parallel()
	s := openStage(t)
	t.Run("from the mail to paid in four clicks", s.fourClicks)
	t.Run("who has access and what happened in two", s.twoClicks)
	t.Run("light pages", s.lightPages)
	t.Run("back shows nobody's page", s.backShowsNobody)
	t.Run("two clicks do one thing", s.doubleClick)
	t.Run("nothing is cut or torn", s.nothingIsCut)
	t.Run("staying signed in by keyboard", s.staysSignedIn)
}

// nothingIsCut looks at a side bar that is longer than the window, at tabs that do not fit beside each other on a
// phone, and at a value of several pieces in a table on a phone.
func (s *stage) nothingIsCut(t *testing.T) {
	b := s.open(t).signIn(root).visit("/staff/status")
	b.size(1280, 700)
	cut := ask[[]string](b, `[...document.querySelectorAll(".gh-side-in > *, .gh-me")]
		.filter(e => e.scrollHeight > e.clientHeight + 1).map(e => e.className)`)
	if len(cut) > 0 {
		t.Errorf("cut in the side bar: %q", cut)
	}
	if below := ask[float64](b, `document.querySelector(".gh-side-in .gh-side-foot").getBoundingClientRect().bottom -
		innerHeight`); below > 40 { // of the demonstration's own bar
		t.Errorf("the way out is %v px below the window", below)
	}
	b.visit("/staff/products")
	b.size(360, 780)
	apart := ask[float64](b, `(() => {
		const cell = document.querySelector("td[data-label=Price]"), text = document.createRange();
		text.selectNodeContents(cell);
		const boxes = [...text.getClientRects()].sort((a, b) => a.left - b.left);
		return Math.max(...boxes.slice(1).map((box, i) => box.left - boxes[i].right));
	})()`)
	if apart > 16 {
		t.Errorf("the pieces of a price are %v px apart", apart)
	}
	b = s.open(t).signIn(olivia).press("Northwind Bakery Ltd")
	b.size(360, 780)
	pages := ask[[]string](b.visit(b.path()+"/settings"),
		`[...document.querySelectorAll(".gh-tabs a")].map(a => a.pathname)`)
	if len(pages) < 4 {
		t.Fatalf("the settings have only the tabs %q", pages)
	}
	for _, page := range pages {
		b.visit(page)
		if out := ask[[]string](b, `[...document.querySelectorAll(".gh-tabs a")].filter(a =>
			a.getBoundingClientRect().right > innerWidth).map(a => a.innerText)`); len(out) > 0 {
			t.Errorf("%s: the tabs %q are out of sight", page, out)
		}
	}
}

// fourClicks is the bookkeeper's way from the link in the mail of an invoice, in a browser in which he never was
// before. What would make his sign-in safer is offered beside it, and costs no click.
func (s *stage) fourClicks(t *testing.T) {
	mails := s.open(t).visit("/demo/mailbox")
	const brings = `[...document.links].find(a => /Invoice .*£148/.test(a.innerText))?.href ?? ""`
	link := ask[string](mails, brings)
	for ; link == ""; link = ask[string](mails, brings) {
		mails.press("Older") // up to the last page, which has no such link
	}
	mails.visit(strings.TrimPrefix(link, s.url))
	invoice := ask[string](mails, `document.body.innerText.match(/https?:\S+\/invoices\/\S+/)[0]`)

	clicks := 0
	b := s.open(t).visit(strings.TrimPrefix(invoice, s.url))
	press := func(name string) {
		clicks++
		b.press(name)
	}
	b.fill("email", ben).fill("password", persons.DemoPassword)
	for _, name := range []string{"Sign in", "Pay £148.80", "Continue to payment", "Pay £148.80"} {
		press(name)
	}
	b.says("Paid", "Thank you.", "Make your sign-in safer.")
	if clicks > 4 {
		t.Errorf("%d clicks", clicks)
	}
	b.silent()
}

// twoClicks are the owner's questions, from the overview.
func (s *stage) twoClicks(t *testing.T) {
	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd")
	overview := b.path()
	b.says("Who has access", "Ben Okafor", "Password only") // none at all
	b.press("Contacts").says("Ben Okafor", "Ada Whitlock", "Last signed in")
	b.visit(overview).press("Activity log").says("Today", "Yesterday")
	b.silent()
}

// lightPages weighs what comes over the wire: first with nothing in the browser's cache, then from page to page.
func (s *stage) lightPages(t *testing.T) {
	const first = 150_000
	b := s.open(t)
	b.visit("/sign-in")
	if got := b.weighed(); got == 0 || got > first {
		t.Errorf("the first page weighs %d bytes", got)
	} else {
		t.Logf("the first page weighs %d bytes", got)
	}
	b.fill("email", olivia).fill("password", persons.DemoPassword).press("Sign in")
	b.confirm(olivia).press("Northwind Bakery Ltd")
	base := b.path()
	one := func(list string) string {
		b.visit(base + list)
		return ask[string](b, fmt.Sprintf("[...document.querySelectorAll('main a')].map(a => a.pathname).find(p => "+
			"p.startsWith(%q) && p.length > %d + 20) ?? ''", base+list+"/", len(base+list)))
	}
	pages := []string{
		base, base + "/invoices", base + "/services", base + "/contacts", base + "/activity", base + "/settings",
		"/accounts", "/me/security", "/me/sessions", "/me/activity", one("/invoices"), one("/services"),
	}
	for _, path := range pages {
		b.visit(path)
		if got := b.weighed(); got == 0 || got > heaviest {
			t.Errorf("%s weighs %d bytes", path, got)
		} else {
			t.Logf("%s weighs %d bytes", path, got)
		}
	}
}

// weighed is how many bytes came over the wire for the page that is shown.
func (b *tab) weighed() int {
	b.t.Helper()
	for range int(patience / (10 * time.Millisecond)) {
		b.mu.Lock()
		got, whole := int(b.weights[b.document]), b.whole[b.document]
		b.mu.Unlock()
		if whole {
			return got
		}
		time.Sleep(10 * time.Millisecond) // the browser may tell later that a page has come than that it is shown
	}
	b.t.Fatalf("%s never came to its end", b.path())
	return 0
}

// heaviest is what a page may weigh for whoever has the style sheet and the scripts already.
const heaviest = 20_000

// light asserts what the page that is shown weighed over the wire, without what browsers keep.
func (b *tab) light() {
	b.t.Helper()
	b.weighed() // when it has come to its end
	b.mu.Lock()
	got := b.bare[b.document]
	b.mu.Unlock()
	if got == 0 && !b.kept || got > heaviest {
		b.t.Errorf("%s weighs %v bytes", b.path(), got)
	}
}

// backShowsNobody signs one person out and another in, in the same browser, and goes back all the way.
func (s *stage) backShowsNobody(t *testing.T) {
	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd").press("Contacts").says("tess@northwind.example")
	b.press("Sign out").signIn(carl)
	for range 8 {
		if ask[int](b, "history.length") < 2 {
			break
		}
		err := chromedp.Do(b.ctx, chromedp.NavigateBack())
		if err != nil {
			break // the first page of all
		}
		time.Sleep(200 * time.Millisecond) // the browser tells nothing of pages that it kept
		for _, hers := range []string{"tess@northwind.example", "Northwind Bakery", "Olivia Marsh"} {
			if strings.Contains(b.text(), hers) {
				t.Errorf("back at %s Carl sees %q", b.path(), hers)
			}
		}
	}
}

// doubleClick clicks twice on what makes a client.
func (s *stage) doubleClick(t *testing.T) {
	b := s.open(t).signIn(root).visit("/staff/clients/new")
	b.fill("name", "Twice and Sons").fill("owner-email", "twice@double.example")
	b.leads(http.StatusOK, chromedp.Evaluate[chromedp.Void](
		"(button => { button.click(); button.click(); })("+control("Create and invite")+"); 0"))
	b.says("The client is set up.").visit("/staff/clients")
	if n := strings.Count(b.text(), "Twice and Sons"); n != 1 {
		t.Errorf("two clicks made %d clients", n)
	}
}

// staysSignedIn lets the time pass and answers the warning with the keyboard (SECURITY.md X2).
func (s *stage) staysSignedIn(t *testing.T) {
	b := s.open(t)
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		window.later = [];
		window.setTimeout = (f, ms) => later.push({f, ms});
	`})
	b.signIn(carl)
	b.press("Copperfield Cycles").press("Settings").fill("city", "Keighley")
	left := ask[int](b, "Number(document.getElementById('session-note').dataset.left)")
	warning := ask[int](b, "Math.min(...later.map(l => l.ms)) / 1000")
	if ends := ask[int](b, "Math.max(...later.map(l => l.ms)) / 1000"); ends != left || left-warning < 20 {
		t.Fatalf("of %d seconds the warning comes after %d, the end after %d", left, warning, ends)
	}
	s.Offset.Advance(time.Duration(left-60) * time.Second)
	ask[chromedp.Void](b, "later.sort((a, b) => a.ms - b.ms)[0].f(); 0")
	b.says("You are signed out in 2 minutes").reach("Stay signed in").keys(kb.Enter)
	for ask[bool](b, "!document.getElementById('session-note').hidden") {
		time.Sleep(50 * time.Millisecond) // until the server has answered
	}
	s.Offset.Advance(2 * time.Minute) // when the session would have ended
	if typed := ask[string](b, "document.querySelector('[name=city]').value"); typed != "Keighley" {
		t.Errorf("what was typed is now %q", typed)
	}
	b.press("Save").says("The settings are saved.")

	s.Offset.Advance(time.Duration(left+60) * time.Second) // nobody clicks
	ask[chromedp.Void](b, "later.sort((a, b) => b.ms - a.ms)[0].f(); 0")
	b.says("You were signed out.").leads(http.StatusOK, b.click(control("Sign in again"))).says("Sign in")
}
