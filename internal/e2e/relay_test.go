//go:build e2e

package e2e_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"gatehouse/internal/activity"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
)

// relay is somebody who signs in at the portal with what another person's key signs for them.
type relay struct {
	victim  string
	passkey bool
	add     string             // the link by which the victim gets the key
	begins  func(phisher *tab) // up to where the portal asks for the key
	failed  activity.Action    // what stands in the victim's log then
	reads   string             // in words
	entered string             // how the session was proved that comes of a right answer
}

// TestWhatIsSignedElsewhere is a phisher's relay in a real browser: the portal asks the phisher, the phisher's own page
// has the victim's key sign that, and the phisher sends the answer to the portal. The page has the same host as the
// portal, and only another port, so that the browser lets it use the key. What it gets opens nothing, and the victim
// reads of it; the same, signed at the portal's own address, opens the door (S10).
func TestWhatIsSignedElsewhere(t *testing.T) { //nolint:tparallel // one demo, one thing after the other
	t.Parallel()
	s := openStage(t)
	port := foreignPage(t)
	for name, r := range map[string]relay{
		"a key beside the password": {
			victim: olivia, add: "Add a security key", failed: activity.CodeFailed, entered: "Password and security key",
			reads: "Somebody with your password failed the second step",
			begins: func(phisher *tab) {
				phisher.visit("/sign-in").fill("email", olivia).fill("password", persons.DemoPassword).press("Sign in")
				phisher.says("Confirm it’s you", "Use my security key")
			},
		},
		"a passkey alone": {
			victim: ben, passkey: true, add: "Add a passkey", failed: activity.SignInFailed, entered: "Passkey",
			reads: "Somebody failed to sign in as you",
			begins: func(phisher *tab) {
				phisher.visit("/sign-in").says("Sign in with a passkey")
			},
		},
	} {
		t.Run(name, func(t *testing.T) { s.relayed(t, r, port) })
	}
}

func (s *stage) relayed(t *testing.T, r relay, port string) {
	victim := s.open(t).signIn(r.victim)
	victim.plugIn(r.passkey)
	victim.add(r.add, "Coral")
	before := s.logged(t, r.failed)

	phisher := s.open(t)
	r.begins(phisher)
	const below = "http://parcels.localhost:"
	victim.leads(http.StatusOK, goes(below+port))
	if got := victim.signs(phisher.asked()); got.Refused != "SecurityError" {
		t.Errorf("below the portal's host the browser signs: %+v", got)
	}
	const same = "http://localhost:"
	victim.leads(http.StatusOK, goes(same+port))
	got := victim.signs(phisher.asked())
	if got.Origin != same+port || got.Refused != "" {
		t.Fatalf("the foreign page is given %+v", got)
	}
	phisher.leads(http.StatusUnprocessableEntity, shows(got.Answer)).says("This key’s answer doesn’t fit")
	if phisher.visit("/accounts"); !strings.HasPrefix(phisher.path(), "/sign-in") {
		t.Errorf("the phisher is in, at %s", phisher.path())
	}
	s.Offset.Advance(2 * time.Minute) // failed tries are counted together for a minute
	if _, err := s.Gate.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.logged(t, r.failed) - before; n != 1 {
		t.Errorf("%d failed tries are in the log", n)
	}
	victim.visit("/me/activity").says(r.reads)

	other := s.open(t)
	r.begins(other)
	got = victim.signs(other.asked())
	if got.Origin != s.url {
		t.Fatalf("at the portal the key gives %+v", got)
	}
	other.leads(http.StatusOK, shows(got.Answer))
	other.visit("/me/sessions").says(r.entered)
	victim.silent()
}

// foreignPage is the port of a page of this machine that is not the portal's.
func foreignPage(t *testing.T) string {
	t.Helper()
	var listen net.ListenConfig
	listener, err := listen.Listen(t.Context(), "tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, `<!doctype html><html lang="en"><title>Parcels</title><link rel="icon" href="data:,">`+
			`<h1>Your parcel is waiting</h1></html>`)
	}))
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// goes leads to any address.
func goes(to string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, page.Navigate, page.NavigateParams{URL: to})
		return chromedp.Void{}, err
	}
}

// asked is what the portal would have a key sign for whoever sits at the tab.
func (b *tab) asked() string {
	b.t.Helper()
	return ask[string](b, `(async () => {
		const form = document.querySelector("form[data-key]");
		const answer = await fetch(form.dataset.ask, {method: "POST", body: new URLSearchParams(new FormData(form))});
		return answer.text();
	})()`)
}

// signed is what a page is given that asks for a key: an answer for its own origin, or the browser's refusal.
type signed struct{ Origin, Answer, Refused string }

// signs has the key at the tab sign what somebody was asked, for whatever page the tab is at.
func (b *tab) signs(asked string) signed {
	b.t.Helper()
	return ask[signed](b, fmt.Sprintf(`(async () => {
		const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(%s);
		const made = await navigator.credentials.get({publicKey});
		const {origin} = JSON.parse(new TextDecoder().decode(made.response.clientDataJSON));
		return {Origin: origin, Answer: JSON.stringify(made)};
	})().catch(problem => ({Refused: problem.name}))`, asked))
}

// shows sends a key's answer as the form of the page would.
func shows(answer string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => {
		const form = document.querySelector("form[data-key]");
		form.elements.key.value = %q;
		form.submit();
	})(); 0`, answer))
}

// logged is how many entries of an action there are.
func (s *stage) logged(t *testing.T, action activity.Action) int {
	t.Helper()
	var n int
	q := db.Across(s.Reader.With(t.Context()), "a test counts")
	if err := q.Raw("SELECT COUNT(*) FROM entries WHERE action = ?", string(action)).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}
