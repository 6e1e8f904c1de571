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

	"gatehouse/internal/actor"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/whm"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	server "gatehouse/internal/testkit/whm"
)

const (
	swiftHost = "swift.harbour.example"
	blogUser  = "blog1"
)

// TestAPanelOnAServerOfItsOwn has the portal and a WHM server each at a name of its own, both over HTTPS, where a
// browser would tell the one of the other unless it is told not to: the panel opens in a tab of its own, by itself, as
// the right user, and learns nothing of the portal. Going back and reloading lets nobody in again (N7).
func TestAPanelOnAServerOfItsOwn(t *testing.T) {
	t.Parallel()
	machine := server.Start(t, swiftHost, swiftHost)
	portal, blog := portalOf(t, machine)
	s := reached(t, portal, machine)
	b := s.open(t)
	b.comesWith(portal.Visit(t).SignIn(site.Tess).Cookies())
	b.visit(blog).press("Open panel").says("Open panel")
	before := b.path()
	b.do(b.click(control("Open panel")))
	there := "https://" + swiftHost + ":" + strconv.Itoa(machine.Port()) + "/cpsess"
	panel := s.window(b.ctx, t, chromedp.WithTargetID(b.opened(there)))
	for start := time.Now(); !strings.Contains(panel.text(), "Tools of "+blogUser); time.Sleep(50 * time.Millisecond) {
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
	if got := machine.Visits(); len(got) != 1 || got[0] != (server.Arrival{User: blogUser}) {
		t.Errorf("the server saw %+v", got)
	}
	panel.leads(http.StatusUnauthorized, chromedp.Reload())
	if got := machine.Visits(); len(got) != 2 || got[1] != (server.Arrival{}) {
		t.Errorf("reloaded, it saw %+v", got)
	}
	b.silent()
}

// portalOf is a portal whose first account has a service on a WHM server, and the path of that service.
func portalOf(t *testing.T, machine *server.Server) (portal *site.Site, path string) {
	t.Helper()
	portal = site.Open(t, testkit.NewSQLite(t), func(s *site.Site) {
		s.Hosting = hosting.New(s.Gate, s.Reader, s.Box, s.Outbox, s.Panel, whm.New(whm.Config{
			Networks: machine.Networks(), Roots: machine.Roots(), Resolver: machine, APIPort: machine.Port(),
			PanelPort: machine.Port(), Contact: "no-reply@harbour.example",
		}))
		site.Portal(s)
	})
	c, system := portal.Cast(t), actor.NewSystem("test")
	swift, err := portal.Hosting.CreateServer(t.Context(), system, hosting.NewServer{
		Name: "swift", Panel: whm.Name, Host: swiftHost, Location: "London", Credentials: server.Key,
	})
	if err != nil {
		t.Fatal(err)
	}
	machine.Put(server.Account{User: blogUser, Domain: "blog.example", Plan: "business"})
	var blog id.Service
	blog, err = portal.Hosting.CreateService(t.Context(), system, c.Northwind, hosting.NewService{
		Server: swift, Plan: "business", Domain: "blog.example", PanelUser: blogUser, Price: money.New(7900, money.GBP),
		Period: hosting.Monthly,
	})
	if err != nil {
		t.Fatal(err)
	}
	return portal, c.Base() + "/services/" + blog.String()
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
		",MAP " + swiftHost + " " + address(machine.Port())
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
