package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/static"
	"gatehouse/templates/layout"
	"gatehouse/templates/public"
)

const site = "https://portal.example"

// door is a door with no routes but those a test adds.
func door(t *testing.T, change func(*web.Config)) *web.Web {
	t.Helper()
	w := testkit.NewSQLite(t)
	files, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	public, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	cfg := web.Config{PublicURL: public, Brand: layout.Brand{Name: "Harbour Hosting"}, BodyLimit: 10_000}
	if change != nil {
		change(&cfg)
	}
	people := identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{
		Brand: "Harbour Hosting", Hasher: passwords.NewQuickHasher(),
	})
	d, err := web.New(cfg, web.Deps{
		Gate: w.Gate, Access: w.Access, People: people, Box: w.Box, Static: files, Logger: slog.New(slog.DiscardHandler),
		Accounts: accounts.New(w.Gate, w.Reader, w.Box, w.Access, people, w.Outbox),
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func hello(c *web.Context) error { return c.Text(http.StatusOK, "hello") }

func start(t *testing.T, d *web.Web) http.Handler {
	t.Helper()
	h, err := d.Start()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func send(h http.Handler, r *http.Request) (*http.Response, string) {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	body, _ := io.ReadAll(rec.Result().Body)
	return rec.Result(), string(body)
}

func get(path string) *http.Request { return httptest.NewRequest(http.MethodGet, site+path, nil) }

func TestARouteWithoutAVerbStopsTheStart(t *testing.T) { // A2
	t.Parallel()
	for name, add := range map[string]func(d *web.Web){
		"no verb":                 func(d *web.Web) { d.Page("/a", "", hello) },
		"a verb that is not one":  func(d *web.Web) { d.Page("/a", "invoices:eat", hello) },
		"staff verb for contacts": func(d *web.Web) { d.Page("/accounts/:account/a", verb.ClientsView, hello) },
		"open page of an account": func(d *web.Web) { d.Page("/accounts/:account/a", verb.Public, hello) },
		"contact verb for staff":  func(d *web.Web) { d.Page("/staff/a", verb.InvoicesView, hello) },
		"account verb elsewhere":  func(d *web.Web) { d.Page("/a", verb.InvoicesView, hello) },
		"beside the table": func(d *web.Web) {
			d.Echo().GET("/a", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
		},
	} {
		d := door(t, nil)
		add(d)
		if _, err := d.Start(); err == nil {
			t.Errorf("%s: it started", name)
		}
	}
	d := door(t, nil)
	d.Page("/a", verb.Public, hello)
	d.Page("/accounts/:account/a", verb.InvoicesView, hello)
	d.Page("/staff/clients/:account/a", verb.ClientsView, hello)
	if _, err := d.Start(); err != nil {
		t.Error(err)
	}
}

func TestEveryAnswerCarriesTheHeaders(t *testing.T) { // H1, H2
	t.Parallel()
	d := door(t, nil)
	d.Page("/a", verb.Public, hello)
	d.Page("/broken", verb.Public, func(*web.Context) error { panic("no") })
	h := start(t, d)
	for _, path := range []string{"/a", "/broken", "/nowhere"} {
		res, _ := send(h, get(path))
		for name, want := range map[string]string{
			"Content-Security-Policy":   "default-src 'none'; script-src 'self'; style-src 'self'",
			"X-Content-Type-Options":    "nosniff",
			"Cache-Control":             "no-store",
			"Referrer-Policy":           "no-referrer",
			"Strict-Transport-Security": "max-age=63072000",
		} {
			if got := res.Header.Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		csp := res.Header.Get("Content-Security-Policy")
		for _, part := range []string{
			"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'",
		} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: the policy lacks %s", path, part)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %s", path, csp)
		}
		if res.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s has no request id", path)
		}
	}
}

func TestErrorsSayWhatToDoAndNothingOfTheInside(t *testing.T) { // I6
	t.Parallel()
	secret := "password=hunter2 at 10.0.0.7"
	cases := map[string]struct {
		err    error
		status int
		says   string
	}{
		"unknown":     {io.ErrUnexpectedEOF, 500, "Something failed on our side"},
		"unavailable": {fault.Unavailable("x", io.ErrUnexpectedEOF), 503, "Try again in a minute"},
		"not found":   {fault.NotFound("x"), 404, "There is nothing here"},
		"limited":     {fault.Limited(90*time.Second, "Too many tries."), 429, "2 minutes"},
		"conflict":    {fault.Conflict("Tess changed this a minute ago."), 409, "Tess changed this"},
	}
	for name, c := range cases {
		d := door(t, nil)
		d.Page("/a", verb.Public, func(*web.Context) error { return c.err })
		d.Page("/p", verb.Public, func(*web.Context) error { panic(secret) })
		h := start(t, d)
		res, body := send(h, get("/a"))
		if res.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s", name, res.StatusCode, body)
		}
		if c.status == 500 && !strings.Contains(body, res.Header.Get("X-Request-Id")) {
			t.Errorf("%s: the page does not name the request", name)
		}
		if strings.Contains(body, "EOF") {
			t.Errorf("%s: the page shows the inside", name)
		}
		res, body = send(h, get("/p"))
		if res.StatusCode != http.StatusInternalServerError || strings.Contains(body, "hunter2") {
			t.Errorf("panic: %d %s", res.StatusCode, body)
		}
	}
}

func TestProxyHeadersCountFromListedNetworksOnly(t *testing.T) { // A8
	t.Parallel()
	for name, c := range map[string]struct {
		proxies string
		peer    string
		sent    string
		want    string
	}{
		"no proxy listed":      {"", "192.0.2.7:1234", "203.0.113.9", "192.0.2.7"},
		"loopback not listed":  {"", "127.0.0.1:1234", "203.0.113.9", "127.0.0.1"},
		"listed":               {"10.0.0.0/8", "10.1.2.3:1234", "203.0.113.9", "203.0.113.9"},
		"another peer":         {"10.0.0.0/8", "192.0.2.7:1234", "203.0.113.9", "192.0.2.7"},
		"forged at the left":   {"10.0.0.0/8", "10.1.2.3:1", "6.6.6.6, 203.0.113.9", "203.0.113.9"},
		"private, not listed":  {"10.0.0.0/24", "10.9.9.9:1", "203.0.113.9", "10.9.9.9"},
		"listed IPv6 networks": {"2001:db8::/32", "[2001:db8::1]:1", "203.0.113.9", "203.0.113.9"},
	} {
		d := door(t, func(cfg *web.Config) {
			if c.proxies != "" {
				cfg.TrustedProxies = []netip.Prefix{netip.MustParsePrefix(c.proxies)}
			}
		})
		d.Page("/a", verb.Public, func(c *web.Context) error { return c.Text(200, c.Who.Address.String()) })
		h := start(t, d)
		r := get("/a")
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-For", c.sent)
		r.Header.Set("X-Real-Ip", "6.6.6.6")
		if _, body := send(h, r); body != c.want {
			t.Errorf("%s: %s, want %s", name, body, c.want)
		}
	}
}

func TestANoteIsShownOnceAndCannotBeForged(t *testing.T) {
	t.Parallel()
	d := door(t, nil)
	d.Page("/leave", verb.Public, func(c *web.Context) error { c.Done("Paid £12.00."); return c.Redirect("/show") })
	d.Page("/show", verb.Public, func(c *web.Context) error {
		return c.Page(public.NotFound(public.ErrorPage{Shell: c.Shell("x"), BackURL: "/"}))
	})
	h := start(t, d)
	res, _ := send(h, get("/leave"))
	var note *http.Cookie
	for _, c := range res.Cookies() {
		if c.Name == "__Host-gatehouse-flash" {
			note = c
		}
	}
	if res.StatusCode != http.StatusSeeOther || note == nil {
		t.Fatalf("%d %v", res.StatusCode, res.Cookies())
	}
	r := get("/show")
	r.AddCookie(note)
	res, body := send(h, r)
	if !strings.Contains(body, "Paid £12.00.") {
		t.Error("the note is not shown")
	}
	gone := regexp.MustCompile(`__Host-gatehouse-flash=;.*Max-Age=0`)
	if !gone.MatchString(strings.Join(res.Header["Set-Cookie"], "\n")) {
		t.Error("the note stays")
	}
	forged := *note
	forged.Value = "eyJ0Ijoib2siLCJzIjoiU2VuZCB5b3VyIHBhc3N3b3JkIn0." + strings.SplitN(note.Value, ".", 2)[1]
	r = get("/show")
	r.AddCookie(&forged)
	if _, body := send(h, r); strings.Contains(body, "Send your password") {
		t.Error("somebody put words into our mouth")
	}
}

func TestNobodyIsLedToSignInAndBack(t *testing.T) {
	t.Parallel()
	d := door(t, nil)
	d.Page("/me/a", verb.SelfView, hello)
	d.Page("/accounts/:account/a", verb.InvoicesView, hello)
	h := start(t, d)
	res, _ := send(h, get("/me/a?x=1"))
	if got := res.Header.Get("Location"); got != "/sign-in?next=%2Fme%2Fa%3Fx%3D1" {
		t.Errorf("led to %q", got)
	}
	if res, _ := send(h, get("/accounts/not-an-id/a")); res.StatusCode != http.StatusNotFound {
		t.Errorf("an address that is no id: %d", res.StatusCode)
	}
}
