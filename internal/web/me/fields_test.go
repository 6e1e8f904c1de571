package me_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"gatehouse/internal/identity/waysback"
	"gatehouse/internal/testkit/site"
)

// fills asserts what browsers may fill in by themselves, by the names of the fields; the empty name is a field that is
// not sent and tells a password manager whose password it is.
func fills(t *testing.T, p *site.Page, want map[string]string) {
	t.Helper()
	p.Doc.Find("input").Each(func(_ int, in *goquery.Selection) {
		name, kind, filled := in.AttrOr("name", ""), in.AttrOr("type", "text"), in.AttrOr("autocomplete", "")
		if expected, ok := want[name]; ok && expected != filled {
			t.Errorf("%s: %q is filled in as %q, not as %q", p.Path, name, filled, expected)
		} else if ok {
			delete(want, name)
		}
		_, cut := in.Attr("maxlength")
		if kind == "password" && (cut || filled == "off" || filled == "") {
			t.Errorf("%s: the password %q is kept from password managers", p.Path, name)
		}
		for _, event := range []string{"onpaste", "ondrop", "oncontextmenu", "onkeydown"} {
			if _, ok := in.Attr(event); ok {
				t.Errorf("%s: %q has %s", p.Path, name, event)
			}
		}
	})
	for name, as := range want {
		t.Errorf("%s has no field %q to be filled in as %q", p.Path, name, as)
	}
}

// X1: on every page that asks for an address, a password or a code, browsers and password managers are told what it is,
// nothing keeps anybody from pasting, and a new password is kept under the address that it belongs to.
func TestPasswordManagersKnowTheFields(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, _ site.Cast) {
		v := s.Visit(t)
		fills(t, v.Get("/sign-in"), map[string]string{"email": "username webauthn", "password": "current-password"})
		v.Submit("/sign-in", url.Values{"email": {site.Olivia}, "password": {site.Passphrase}})
		fills(t, v.Page, map[string]string{"code": "one-time-code"})
		fills(t, v.Get("/forgot-password"), map[string]string{"email": "username"})
		v.Submit("/forgot-password", url.Values{"email": {site.Olivia}})
		reset := "/reset-password/" + s.Link(t, waysback.MailReset, site.Olivia)
		fills(t, v.Get(reset).Is(t, http.StatusOK), map[string]string{"password": "new-password"})
		v.Page.Silent(t, site.Olivia) // whoever finds the link is not told whose it is

		ben := s.Visit(t).SignIn(site.Ben)
		fills(t, ben.Get("/me/password"),
			map[string]string{"present": "current-password", "": "username", "password": "new-password"})
		if kept := ben.Page.Doc.Find("input[autocomplete=username]").AttrOr("value", ""); kept != site.Ben {
			t.Errorf("the password is kept under %q", kept)
		}
		ben.Submit("/me/password", url.Values{"present": {site.Passphrase}, "password": {"nine yellow kites above"}}).
			Is(t, http.StatusOK).Says(t, "Your password is changed.") // what is not named is not sent
		fills(t, ben.Get("/me/email"), map[string]string{"email": "email"})
		ben.Get("/me/security")
		fills(t, ben.Submit("/me/security/codes", nil), map[string]string{"code": "one-time-code"})
		s.Offset.Advance(11 * time.Minute)
		fills(t, ben.Get("/me/security/passkeys/new").Is(t, http.StatusForbidden),
			map[string]string{"proof": "current-password"})
		olivia := s.Visit(t).SignIn(site.Olivia)
		s.Offset.Advance(11 * time.Minute)
		fills(t, olivia.Get("/me/security/passkeys/new").Is(t, http.StatusForbidden),
			map[string]string{"proof": "one-time-code"})
	})
}

// X1: a code is taken as it is pasted from elsewhere, and the field lets it in whole.
func TestCodesArePasted(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, _ site.Cast) {
		for _, as := range []func(a, b string) string{
			func(a, b string) string { return a + " " + b },
			func(a, b string) string { return a + "-" + b },
			func(a, b string) string { return "\t" + a + "\u00a0" + b + "\n" },
			func(a, b string) string { return " " + a + "  " + b + " " },
		} {
			v := s.Visit(t)
			v.Get("/sign-in")
			v.Submit("/sign-in", url.Values{"email": {site.Tess}, "password": {site.Passphrase}})
			code := v.Code(site.Tess)
			pasted := as(code[:3], code[3:])
			if most := v.Page.Doc.Find("[name=code]").AttrOr("maxlength", ""); most != "12" || len([]rune(pasted)) > 12 {
				t.Errorf("of %q %s characters are let in", pasted, most)
			}
			v.Submit("/sign-in/second-factor", url.Values{"code": {pasted}}).Is(t, http.StatusOK)
			if v.Get("/me/sessions"); v.Page.Path != "/me/sessions" {
				t.Errorf("%q opens nothing", pasted)
			}
		}
	})
}
