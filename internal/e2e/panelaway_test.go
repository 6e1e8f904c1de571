//go:build e2e

package e2e_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	server "gatehouse/internal/testkit/whm"
)

// TestAPanelOnAServerOfItsOwn has the portal and a WHM server each at a name of its own, both over HTTPS, where a
// browser would tell the one of the other unless it is told not to: the panel opens in a tab of its own, by itself, as
// the right user, and learns nothing of the portal. Reloading lets nobody in again (N7).
func TestAPanelOnAServerOfItsOwn(t *testing.T) {
	t.Parallel()
	machine := server.Start(t, site.WHMHost, site.WHMHost)
	portal, _, blog := site.OnWHM(t, testkit.NewSQLite(t), machine)
	s := reached(t, portal, machine)
	b := s.open(t)
	b.comesWith(portal.Visit(t).SignIn(site.Tess).Cookies())
	b.visit(blog).press("Open panel").says("Open panel")
	before := b.path()
	b.do(b.click(control("Open panel")))
	there := "https://" + site.WHMHost + ":" + strconv.Itoa(machine.Port()) + "/cpsess"
	panel := s.window(b.ctx, t, chromedp.WithTargetID(b.opened(there)))
	for start := time.Now(); !strings.Contains(panel.text(), "Tools of "+site.WHMUser); time.Sleep(50 * time.Millisecond) {
		if time.Since(start) > patience {
			t.Fatal("the panel reads ", panel.text())
		}
	}
	if from := ask[string](panel, "document.referrer + (window.opener ? 'an opener' : '')"); from != "" {
		t.Errorf("the panel knows of %q", from)
	}
	if b.path() != before {
		t.Errorf("the page is at %s now", b.path())
	}
	if got := machine.Visits(); len(got) != 1 || got[0] != (server.Arrival{User: site.WHMUser}) {
		t.Errorf("the server saw %+v", got)
	}
	panel.leads(http.StatusUnauthorized, chromedp.Reload())
	if got := machine.Visits(); len(got) != 2 || got[1] != (server.Arrival{}) {
		t.Errorf("reloaded, it saw %+v", got)
	}
	b.silent()
}

// reached is a stage on which a browser comes to the portal and to the server by their names.
func reached(t *testing.T, portal *site.Site, machine *server.Server) *stage {
	t.Helper()
	front := httptest.NewTLSServer(portal)
	t.Cleanup(front.Close)
	at, err := url.Parse(site.Origin)
	if err != nil {
		t.Fatal(err)
	}
	address := func(port int) string { return "127.0.0.1:" + strconv.Itoa(port) }
	names := "MAP " + at.Hostname() + " " + front.Listener.Addr().String() +
		",MAP " + site.WHMHost + " " + address(machine.Port())
	return &stage{url: site.Origin, browser: openBrowser(t,
		chromedp.Flag("host-resolver-rules", names), chromedp.Flag("ignore-certificate-errors", true))}
}

// comesWith gives the browser cookies of the portal.
func (b *tab) comesWith(cookies []*http.Cookie) {
	b.t.Helper()
	for _, c := range cookies {
		call(b, network.SetCookie, network.SetCookieParams{
			Name: c.Name, Value: c.Value, URL: b.url, Path: "/", Secure: new(true), HTTPOnly: new(true),
		})
	}
}
