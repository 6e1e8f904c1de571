//go:build e2e

package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"gatehouse/internal/identity/persons"
)

// tab is a window of somebody who shares no cookies with anybody else.
type tab struct {
	*stage
	t   *testing.T
	ctx context.Context //nolint:containedctx // to chromedp a context is the tab

	width, height int64
	night         bool // the person's system prefers the dark

	mu         sync.Mutex
	complaints []complaint
	refused    map[string]bool // addresses that were expected to be answered with an error
	coming     *arrival
	arrivals   chan arrival
	document   network.RequestID             // of the page that is shown
	status     int                           // with which it was answered
	kept       bool                          // the browser had it, as it may for seconds of a page for everybody
	weights    map[network.RequestID]float64 // bytes that came over the wire, by the document they are for
	loaders    map[network.RequestID]network.RequestID
	bare       map[network.RequestID]float64 // the same of the documents alone
	whole      map[network.RequestID]bool    // documents that came to their end
}

// arrival is a page that has come.
type arrival struct {
	*network.Response
	request network.RequestID
}

// complaint is what a browser tells in its console.
type complaint struct{ Source, Text, URL string }

// open gives somebody a window of their own.
func (s *stage) open(t *testing.T) *tab {
	t.Helper()
	return s.window(s.browser, t, chromedp.WithNewBrowserContext())
}

// beside opens another window of the same person, in the same browser.
func (b *tab) beside() *tab {
	b.t.Helper()
	return b.window(b.ctx, b.t)
}

func (s *stage) window(from context.Context, t *testing.T, how ...chromedp.ContextOption) *tab {
	t.Helper()
	b := &tab{
		stage: s, t: t, refused: map[string]bool{}, arrivals: make(chan arrival, 8), width: 1280, height: 900,
		weights: map[network.RequestID]float64{}, loaders: map[network.RequestID]network.RequestID{},
		whole: map[network.RequestID]bool{}, bare: map[network.RequestID]float64{},
	}
	var cancel context.CancelFunc
	b.ctx, cancel = chromedp.NewContext(from, append(how, chromedp.WithListener(b.hear))...)
	t.Cleanup(cancel)
	b.do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, audits.Enable, cdp.Empty{})
		return chromedp.Void{}, err
	})
	b.do(chromedp.EmulateViewport(b.width, b.height))
	b.prefer("light")
	return b
}

// hear keeps what the browser complains about: errors and warnings of scripts, of the content policy, of anything. And
// it tells which pages have come.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var c complaint
	switch e := event.(type) {
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument {
			b.coming = &arrival{e.Response, e.RequestID}
		}
		return
	case *network.EventRequestWillBeSent:
		b.loaders[e.RequestID] = network.RequestID(e.LoaderID)
		return
	case *network.EventLoadingFinished:
		of := b.loaders[e.RequestID]
		b.weights[of] += e.EncodedDataLength
		if of == e.RequestID {
			b.whole[of], b.bare[of] = true, e.EncodedDataLength
		}
		return
	case *page.EventLoadEventFired:
		if b.coming != nil {
			b.arrivals <- *b.coming
		}
		b.coming = nil
		return
	case *log.EventEntryAdded:
		if e.Entry.Level != log.EntryLevelWarning && e.Entry.Level != log.EntryLevelError {
			return
		}
		c = complaint{string(e.Entry.Source), e.Entry.Text, e.Entry.URL}
	case *runtime.EventConsoleAPICalled:
		if e.Type != "error" && e.Type != "warning" && e.Type != "assert" {
			return
		}
		for _, value := range e.Args {
			c.Text += fmt.Sprint(value.Description, string(value.Value), " ")
		}
		c.Source = "console"
	case *runtime.EventExceptionThrown:
		c = complaint{"exception", e.ExceptionDetails.Text, e.ExceptionDetails.URL}
	case *audits.EventIssueAdded:
		details, err := json.Marshal(e.Issue.Details)
		c = complaint{"issue " + string(e.Issue.Code), fmt.Sprint(string(details), err), ""}
	default:
		return
	}
	b.complaints = append(b.complaints, c)
}

// silent asserts that the browser complained about nothing since the last time, pages aside that had to be refused.
func (b *tab) silent() {
	b.t.Helper()
	for _, c := range b.complained() {
		b.t.Errorf("%s: %s %s", c.Source, c.Text, c.URL)
	}
}

func (b *tab) complained() []complaint {
	b.mu.Lock()
	defer b.mu.Unlock()
	heard := slices.DeleteFunc(b.complaints, func(c complaint) bool {
		return c.Source == string(log.EntrySourceNetwork) && b.refused[c.URL]
	})
	b.complaints = nil
	return heard
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// call runs one command of the browser's protocol.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	result, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		b.t.Fatal(err)
	}
	return result
}

// ask lets the page work out an expression.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	patient, enough := context.WithTimeout(b.ctx, patience)
	defer enough()
	value, err := chromedp.Run(patient, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", b.path(), err)
	}
	return value
}

func (b *tab) path() string {
	address, err := chromedp.Run(b.ctx, chromedp.Location())
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.TrimPrefix(address, b.url)
}

// leads does what leads to another page, and asserts how that is answered.
func (b *tab) leads(status int, steps ...chromedp.Action[chromedp.Void]) *tab {
	b.t.Helper()
	if got := b.follow(steps...); got != status {
		b.t.Fatalf("%s answered %d, not %d", b.path(), got, status)
	}
	return b
}

// follow does what leads to another page, and tells how that is answered.
func (b *tab) follow(steps ...chromedp.Action[chromedp.Void]) int {
	b.t.Helper()
	patient, enough := context.WithTimeout(b.ctx, patience)
	defer enough()
	if err := chromedp.Do(patient, steps...); err != nil {
		b.t.Fatalf("at %s: %v", b.path(), err)
	}
	select {
	case answer := <-b.arrivals:
		b.document, b.status, b.kept = answer.request, int(answer.Status), answer.FromDiskCache
		if answer.Status >= http.StatusBadRequest {
			b.mu.Lock()
			b.refused[answer.URL] = true
			b.mu.Unlock()
		}
		if b.askedWhy() {
			return b.saysWhy()
		}
		return b.status
	case <-patient.Done():
		b.t.Fatalf("nothing came after %s", b.path())
		return 0
	}
}

// visit goes to an address of the site.
func (b *tab) visit(path string) *tab {
	b.t.Helper()
	return b.leads(http.StatusOK, b.to(path))
}

// to starts on the way to an address of the site.
func (b *tab) to(path string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, page.Navigate, page.NavigateParams{URL: b.url + path})
		return chromedp.Void{}, err
	}
}

// press clicks a link or a button that leads on.
func (b *tab) press(name string) *tab {
	b.t.Helper()
	return b.leads(http.StatusOK, b.click(control(name)))
}

// control finds the first link or button that is shown and has these words.
func control(name string) string {
	return fmt.Sprintf("[...document.querySelectorAll('a, button')].find(e => e.checkVisibility() && "+
		"e.innerText.replace(/\\s+/g, ' ').includes(%q))", name)
}

// click presses the mouse where something is. Nothing else may lie above it.
func (b *tab) click(element string) chromedp.Action[chromedp.Void] {
	b.t.Helper()
	at := ask[*struct{ X, Y float64 }](b, `(() => {
		`+layOut+`
		const e = `+element+`;
		e?.scrollIntoView({block: "center", behavior: "instant"});
		const box = e?.getBoundingClientRect(), X = box?.x + box?.width / 2, Y = box?.y + box?.height / 2;
		return e && (e.contains(document.elementFromPoint(X, Y)) || e.labels) ? {X, Y} : null;
	})()`)
	if at == nil {
		b.t.Fatalf("%s: nothing to click is %s:\n%s", b.path(), element, b.text())
	}
	return chromedp.MouseClickXY(at.X, at.Y)
}

// fill types into a field, over what stands there.
func (b *tab) fill(field, text string) *tab {
	b.t.Helper()
	ask[chromedp.Void](b, fmt.Sprintf("document.querySelector('[name=%s]').select()", field))
	call(b, input.InsertText, input.InsertTextParams{Text: text})
	return b
}

// choose ticks one of several.
func (b *tab) choose(field, value string) *tab {
	b.t.Helper()
	b.do(b.click(fmt.Sprintf("document.querySelector('[name=%s][value=%s]')", field, value)))
	return b
}

// layOut has the browser lay out those days of a log, too, to which nobody has scrolled: how far it went before depends
// on how much there was today, and what stands below them moves when it does.
const layOut = `document.querySelectorAll(".gh-day").forEach(d => d.style.contentVisibility = "visible");`

// text is what stands on the page.
func (b *tab) text() string {
	return ask[string](b, "(() => { "+layOut+" return document.body.innerText })()")
}

// says asserts words on the page.
func (b *tab) says(words ...string) *tab {
	b.t.Helper()
	text := b.text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.t.Errorf("%s does not say %q:\n%s", b.path(), w, text)
		}
	}
	return b
}

// signIn lets somebody in, with a code of their app where they have one. A server at which too many sign in at once
// says so, and is asked again.
func (b *tab) signIn(email string) *tab {
	b.t.Helper()
	for range tries {
		b.visit("/sign-in").fill("email", email).fill("password", persons.DemoPassword)
		if status := b.follow(b.click(control("Sign in"))); status != http.StatusServiceUnavailable {
			break
		}
	}
	if strings.HasPrefix(b.path(), "/sign-in/") {
		b.confirm(email)
	}
	if b.ledAside() {
		b.press("Not now")
	}
	return b
}

// confirm answers the second step with a code.
func (b *tab) confirm(email string) *tab {
	b.t.Helper()
	for range tries {
		b.fill("code", b.code(b.t, email))
		if b.follow(b.click(control("Confirm"))) == http.StatusOK {
			return b
		}
	}
	b.t.Fatalf("%s: no code of %s is taken: %s", b.path(), email, b.text())
	return nil
}

// ledAside says whether somebody who signed in was led to what would make that safer.
func (b *tab) ledAside() bool {
	path := b.path()
	return strings.HasPrefix(path, "/me/security/start?") || strings.HasPrefix(path, "/me/security/recovery-codes?")
}
