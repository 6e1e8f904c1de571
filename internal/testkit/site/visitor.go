package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/hotp"
)

func address() netip.Addr { return netip.MustParseAddr("192.0.2.24") }

// Visitor is a browser: it keeps cookies, follows redirects within the portal, and knows the page that it is on.
type Visitor struct {
	Site   *Site
	Page   *Page
	t      testing.TB
	ctx    context.Context //nolint:containedctx // of the test that counts statements
	client *http.Client

	reticent bool // does not say why they look at a client, unless they are told to
}

// Page is an answer as its reader sees it.
type Page struct {
	Status   int
	Path     string // where the redirects led, with the query
	Location string // where an answer leads that leaves the portal
	Header   http.Header
	Body     []byte // as it came
	Text     string // all visible words, with single spaces
	Doc      *goquery.Document
}

// Visit opens a browser.
func (s *Site) Visit(t testing.TB) *Visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &Visitor{Site: s, t: t, ctx: t.Context()}
	v.client = &http.Client{Jar: jar, Transport: direct{s.handler}, CheckRedirect: s.within}
	return v
}

// within follows redirects as long as they lead to pages of the portal's own.
func (s *Site) within(r *http.Request, _ []*http.Request) error {
	if r.URL.Scheme+"://"+r.URL.Host != s.origin || strings.HasPrefix(r.URL.Path, "/demo/") {
		return http.ErrUseLastResponse
	}
	return nil
}

// Cookies are what the visitor has been given, for another browser to go on with.
func (v *Visitor) Cookies() []*http.Cookie {
	v.t.Helper()
	at, err := url.Parse(v.Site.origin)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.client.Jar.Cookies(at)
}

// In is the same browser in another test.
func (v *Visitor) In(t testing.TB) *Visitor {
	t.Helper()
	other := *v
	other.t, other.ctx = t, t.Context()
	return &other
}

// Under is the same browser, its requests made under a context.
func (v *Visitor) Under(ctx context.Context) *Visitor {
	other := *v
	other.ctx = ctx
	return &other
}

// direct hands requests to the handler without a network.
type direct struct{ handler http.Handler }

// RoundTrip answers a request.
func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.RequestURI, in.Host, in.RemoteAddr = r.URL.RequestURI(), r.URL.Host, address().String()+":50000"
	in.URL = &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	answer := httptest.NewRecorder()
	d.handler.ServeHTTP(answer, in)
	out := answer.Result()
	out.Request = r
	return out, nil
}

// Get opens a page.
func (v *Visitor) Get(path string) *Page {
	v.t.Helper()
	return v.send(http.MethodGet, path, nil)
}

// Post sends a form with the token of the page that the visitor is on.
func (v *Visitor) Post(path string, form url.Values) *Page {
	v.t.Helper()
	sent := url.Values{"csrf": {v.Token()}}
	maps.Copy(sent, form)
	return v.send(http.MethodPost, path, sent)
}

// Submit sends the form of the page whose action is the given path, as it is filled in but for some fields.
func (v *Visitor) Submit(action string, change url.Values) *Page {
	v.t.Helper()
	form := v.Page.Doc.Find("form[method=post]").FilterFunction(func(_ int, f *goquery.Selection) bool {
		return f.AttrOr("action", "") == action
	})
	if form.Length() == 0 {
		v.t.Fatalf("%s has no form that leads to %s: %s", v.Page.Path, action, v.Page.Text)
	}
	return v.send(http.MethodPost, action, filled(form.First(), change))
}

// filled is what a browser would send for a form.
func filled(form *goquery.Selection, change url.Values) url.Values {
	sent := url.Values{}
	form.Find("input[name], textarea[name]").Each(func(_ int, in *goquery.Selection) {
		_, checked := in.Attr("checked")
		kind := in.AttrOr("type", "text")
		if (kind == "radio" || kind == "checkbox") && !checked {
			return
		}
		value := in.AttrOr("value", "")
		if goquery.NodeName(in) == "textarea" {
			value = in.Text()
		}
		sent.Add(in.AttrOr("name", ""), value)
	})
	form.Find("select[name]").Each(func(_ int, list *goquery.Selection) {
		sent.Add(list.AttrOr("name", ""), list.Find("option[selected]").AttrOr("value", ""))
	})
	maps.Copy(sent, change)
	return sent
}

// Token is the form token of the page that the visitor is on.
func (v *Visitor) Token() string {
	if v.Page == nil {
		return ""
	}
	return v.Page.Doc.Find("input[name=csrf]").First().AttrOr("value", "")
}

func (v *Visitor) send(method, path string, form url.Values) *Page {
	v.t.Helper()
	body := io.Reader(http.NoBody)
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(v.ctx, method, v.Site.origin+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	page := v.Send(r)
	if !v.reticent && !strings.HasPrefix(path, "/staff/reason/") && page.Asked() { // as staff do
		return v.Say(Why)
	}
	return page
}

// Send sends any request and reads the answer.
func (v *Visitor) Send(r *http.Request) *Page {
	v.t.Helper()
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body := io.Reader(answer.Body)
	if answer.Header.Get("Content-Encoding") == "gzip" {
		if body, err = gzip.NewReader(answer.Body); err != nil {
			v.t.Fatal(err)
		}
	}
	content, err := io.ReadAll(body)
	if err != nil {
		v.t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(content))
	if err != nil {
		v.t.Fatal(err)
	}
	words := doc.Clone()
	words.Find("script, style, head").Remove()
	v.Page = &Page{
		Status: answer.StatusCode, Path: answer.Request.URL.RequestURI(), Location: answer.Header.Get("Location"),
		Header: answer.Header, Body: content, Doc: doc, Text: strings.Join(strings.Fields(words.Text()), " "),
	}
	return v.Page
}

// SignIn signs in through the pages, with a code where the person has an app for it.
func (v *Visitor) SignIn(email string) *Visitor {
	v.t.Helper()
	v.Get("/sign-in")
	v.Submit("/sign-in", url.Values{"email": {email}, "password": {v.Site.passphrase}})
	if strings.HasPrefix(v.Page.Path, "/sign-in/second-factor") {
		v.Submit("/sign-in/second-factor", url.Values{"code": {v.Code(email)}})
	}
	shown := v.Page.Status == http.StatusOK || v.Page.Status == http.StatusNotFound
	if !shown || strings.HasPrefix(v.Page.Path, "/sign-in") {
		v.t.Fatalf("%s could not sign in: %d %s", email, v.Page.Status, v.Page.Text)
	}
	return v
}

// Code is the next code of somebody's app. The time moves on, since each counts once.
func (v *Visitor) Code(email string) string {
	v.t.Helper()
	return v.Site.code(v.t, v.Site.secrets[email])
}

func (s *Site) code(t testing.TB, secret string) string {
	t.Helper()
	const step = 30 * time.Second
	s.Offset.Advance(step)
	code, err := hotp.GenerateCode(secret, uint64(s.Now(t).Unix()/int64(step/time.Second)))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// Is asserts the page's status.
func (p *Page) Is(t testing.TB, status int) *Page {
	t.Helper()
	if p.Status != status {
		t.Fatalf("%s answered %d, not %d: %s", p.Path, p.Status, status, p.Text)
	}
	return p
}

// Says asserts words of the page.
func (p *Page) Says(t testing.TB, words ...string) *Page {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(p.Text, w) {
			t.Errorf("%s does not say %q: %s", p.Path, w, p.Text)
		}
	}
	return p
}

// Silent asserts that words are nowhere in the page, markup included.
func (p *Page) Silent(t testing.TB, words ...string) *Page {
	t.Helper()
	markup, err := p.Doc.Html()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range words {
		if strings.Contains(markup, w) {
			t.Errorf("%s says %q", p.Path, w)
		}
	}
	return p
}

// Value is what stands in a field of the page.
func (p *Page) Value(name string) string {
	in := p.Doc.Find(`[name="` + name + `"]`)
	if goquery.NodeName(in) == "select" {
		return in.Find("option[selected]").AttrOr("value", "")
	}
	return in.AttrOr("value", "")
}

// Links are the addresses that the page leads to and that contain a text.
func (p *Page) Links(part string) []string {
	var out []string
	p.Doc.Find("main a[href], a.btn[href]").Each(func(_ int, a *goquery.Selection) {
		if href := a.AttrOr("href", ""); strings.Contains(href, part) {
			out = append(out, href)
		}
	})
	return out
}

// Form holds the fields of a form: name and value by turns.
func Form(pairs ...string) url.Values {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form
}
