package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"gatehouse/internal/fault"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/ui"
)

func form(path, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, site+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
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
