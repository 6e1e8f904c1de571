package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/platform/config"
)

// S14: whatever a request says of its host, the link that is mailed leads to the configured one.
func TestAMailedLinkLeadsToTheConfiguredHost(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(*config.Config) {})
	ask := func(method, host string, form url.Values, cookies []*http.Cookie) *http.Response {
		r := httptest.NewRequest(method, "http://localhost:8080/forgot-password", strings.NewReader(form.Encode()))
		r.Host = host
		for _, header := range []string{"X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "Forwarded", "X-Original-URL"} {
			r.Header.Set(header, "evil.example")
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, c := range cookies {
			r.AddCookie(c)
		}
		rec := httptest.NewRecorder()
		h.handler.ServeHTTP(rec, r)
		return rec.Result()
	}
	for round, host := range []string{"evil.example", "localhost:8080"} {
		page := ask(http.MethodGet, host, nil, nil)
		body, err := io.ReadAll(page.Body)
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindSubmatch(body)
		if found == nil {
			t.Fatalf("%s: no form: %d", host, page.StatusCode)
		}
		form := url.Values{"csrf": {string(found[1])}, "email": {"owner@here.example"}}
		if answer := ask(http.MethodPost, host, form, page.Cookies()); answer.StatusCode != http.StatusSeeOther ||
			answer.Header.Get("Location") != "/forgot-password/sent" {
			t.Fatalf("%s: %d %s", host, answer.StatusCode, answer.Header.Get("Location"))
		}
		for range 2 {
			if _, err := h.Outbox.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		links := 0
		for _, m := range h.Mailbox.List() {
			if strings.Contains(m.Text+m.HTML+m.Subject, "evil.example") {
				t.Errorf("%s: the mail says %s", host, m.Text)
			}
			if strings.Contains(m.Text, "http://localhost:8080/reset-password/") {
				links++
			}
		}
		if links != round+1 {
			t.Errorf("%s: %d links to the configured host", host, links)
		}
	}
}
