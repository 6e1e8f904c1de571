package signin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/identity/waysback"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

const newPassphrase = "nine yellow kites above town"

func open(t *testing.T, w *testkit.World) *site.Site {
	t.Helper()
	s := site.Open(t, w)
	s.Cast(t)
	return s
}

// S14, S5, S13: the pages say the same whoever has the address; the link sets a password once and signs nobody in.
func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := open(t, w)
		v := s.Visit(t)
		ask := func(email string) string {
			t.Helper()
			v.Get("/sign-in")
			if v.Page.Doc.Find(`a[href="/forgot-password"]`).Length() == 0 {
				t.Fatal("signing in does not lead to it")
			}
			v.Get("/forgot-password").Is(t, http.StatusOK)
			return v.Submit("/forgot-password", url.Values{"email": {email}}).Is(t, http.StatusOK).Text
		}
		if known, unknown := ask(site.Olivia), ask("nobody@northwind.example"); known != unknown {
			t.Errorf("known: %s\nunknown: %s", known, unknown)
		}
		if s.Link(t, waysback.MailReset, "nobody@northwind.example") != "" {
			t.Error("nobody was mailed")
		}
		v.Get("/forgot-password")
		p := v.Submit("/forgot-password", url.Values{"email": {""}}).Is(t, http.StatusUnprocessableEntity)
		if !strings.Contains(p.Text, "Enter your e-mail address") {
			t.Error(p.Text)
		}
		path := "/reset-password/" + s.Link(t, waysback.MailReset, site.Olivia)
		for range 2 { // looking uses nothing up
			v.Get(path).Is(t, http.StatusOK)
		}
		p = v.Submit(path, url.Values{"password": {"short"}}).Is(t, http.StatusUnprocessableEntity)
		if !strings.Contains(p.Text, "Use at least 8 characters") || p.Doc.Find("#password[aria-invalid]").Length() == 0 {
			t.Errorf("the field says %s", p.Text)
		}
		p = v.Submit(path, url.Values{"password": {newPassphrase}}).Is(t, http.StatusOK)
		if p.Path != "/sign-in" || !strings.Contains(p.Text, "Your new password is set") {
			t.Errorf("%s says %s", p.Path, p.Text)
		}
		if p := v.Get("/"); p.Path != "/sign-in" {
			t.Errorf("the link signed somebody in: %s", p.Path)
		}
		v.Submit("/sign-in", url.Values{"email": {site.Olivia}, "password": {newPassphrase}})
		if !strings.HasPrefix(v.Page.Path, "/sign-in/second-factor") {
			t.Errorf("the second step was skipped: %s", v.Page.Path)
		}
		v.Get(path).Is(t, http.StatusNotFound)
		v.Get("/reset-password/no-such-token").Is(t, http.StatusNotFound)
	})
}

// S14: asked for too often, the page says so, the same for everybody.
func TestForgottenPasswordIsLimited(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := open(t, w)
		v := s.Visit(t)
		last := func(email string) *site.Page {
			var p *site.Page
			for range 4 {
				v.Get("/forgot-password")
				p = v.Submit("/forgot-password", url.Values{"email": {email}})
			}
			return p.Is(t, http.StatusTooManyRequests)
		}
		known, unknown := last(site.Olivia).Text, last("nobody@northwind.example").Text
		if known != unknown || !strings.Contains(known, "asked for too often") {
			t.Errorf("known: %s\nunknown: %s", known, unknown)
		}
	})
}
