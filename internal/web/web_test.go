package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/identity"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/static"
	"gatehouse/templates/layout"
	"gatehouse/templates/public"
	"gatehouse/templates/ui"
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
	people := identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{Brand: "Harbour Hosting"})
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

func form(path, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, site+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

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

type sample struct {
	Name string   `form:"name" max:"20"`
	Tick bool     `form:"tick"`
	Many []string `form:"many"`
}

// tokenForm is a door with one form, and the token and cookie of a browser that has opened it.
func tokenForm(t *testing.T) (h http.Handler, token string, cookie *http.Cookie) {
	t.Helper()
	d := door(t, nil)
	d.Page("/f", verb.Public, func(c *web.Context) error { return c.Text(http.StatusOK, c.FormToken()) })
	d.Action("/f", verb.Public, func(c *web.Context) error {
		var s sample
		if err := c.Bind(&s); err != nil {
			return err
		}
		return c.Text(http.StatusOK, s.Name+"|"+strings.Join(s.Many, ",")+"|"+map[bool]string{true: "ticked"}[s.Tick])
	})
	h = start(t, d)
	res, token := send(h, get("/f"))
	for _, c := range res.Cookies() {
		if c.Name == "__Host-gatehouse-door" {
			cookie = c
		}
	}
	if cookie == nil || !cookie.Secure || !cookie.HttpOnly ||
		cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" {
		t.Fatalf("the cookie is %+v", cookie)
	}
	return h, token, cookie
}

func TestFormsAreStrict(t *testing.T) { // A5, D1, R12
	t.Parallel()
	h, token, cookie := tokenForm(t)
	with := func(body string) *http.Request {
		r := form("/f", "csrf="+token+"&"+body)
		r.AddCookie(cookie)
		return r
	}
	res, body := send(h, with("name=+Ben+&tick=on&many=a&many=b"))
	if res.StatusCode != http.StatusOK || body != "Ben|a,b|ticked" {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	for name, c := range map[string]struct {
		r      *http.Request
		status int
	}{
		"unknown field":     {with("name=a&role=owner"), 400},
		"a column's name":   {with("account_id=1"), 400},
		"sent twice":        {with("name=a&name=b"), 400},
		"too long":          {with("name=" + strings.Repeat("a", 21)), 400},
		"not text":          {with("name=%ff%fe"), 400},
		"a zero byte":       {with("name=a%00b"), 400},
		"too many fields":   {with(manyFields(600)), 400},
		"oversized":         {with("name=" + strings.Repeat("a", 20_000)), 413},
		"another type":      {json("/f", `{"name":"a"}`, cookie), 400},
		"broken percent":    {with("name=%zz"), 400},
		"semicolons as and": {with("name=a;tick=on"), 400},
	} {
		if res, body := send(h, c.r); res.StatusCode != c.status {
			t.Errorf("%s: %d %s", name, res.StatusCode, body)
		}
	}
}

func manyFields(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("f" + strconv.Itoa(i) + "=1&")
	}
	return b.String()
}

func json(path, body string, cookie *http.Cookie) *http.Request {
	r := httptest.NewRequest(http.MethodPost, site+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.AddCookie(cookie)
	return r
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) { // I3
	t.Parallel()
	h, token, cookie := tokenForm(t)
	_, second, other := tokenForm(t)
	request := func(token string, cookie *http.Cookie, header, value string) *http.Request {
		r := form("/f", "csrf="+token+"&name=a")
		if cookie != nil {
			r.AddCookie(cookie)
		}
		if header != "" {
			r.Header.Set(header, value)
		}
		return r
	}
	for name, r := range map[string]*http.Request{
		"no token":                 request("", cookie, "", ""),
		"no cookie":                request(token, nil, "", ""),
		"another browser's token":  request(second, cookie, "", ""),
		"another browser's cookie": request(token, other, "", ""),
		"cross-site":               request(token, cookie, "Sec-Fetch-Site", "cross-site"),
		"same-site sub-domain":     request(token, cookie, "Sec-Fetch-Site", "same-site"),
		"another origin":           request(token, cookie, "Origin", "https://evil.example"),
	} {
		if res, body := send(h, r); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d %s", name, res.StatusCode, body)
		}
	}
	for _, value := range []string{"same-origin", "none"} {
		if res, _ := send(h, request(token, cookie, "Sec-Fetch-Site", value)); res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", value, res.StatusCode)
		}
	}
}

func TestTheFormTokenNeverLooksTheSame(t *testing.T) {
	t.Parallel()
	h, token, cookie := tokenForm(t)
	r := get("/f")
	r.AddCookie(cookie)
	if _, again := send(h, r); again == token || again == "" {
		t.Fatal("a token that repeats can be guessed from the length of compressed pages")
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

func TestFieldErrors(t *testing.T) {
	t.Parallel()
	got, ok := web.FieldErrors(fault.Invalid(fault.Field{Name: "a", Message: "Say more."}))
	if !ok || len(got) != 1 || got[0] != (ui.FieldError{Field: "a", Message: "Say more."}) {
		t.Errorf("%v %v", got, ok)
	}
	if _, ok := web.FieldErrors(io.EOF); ok {
		t.Error("any error was taken for a form's")
	}
}
