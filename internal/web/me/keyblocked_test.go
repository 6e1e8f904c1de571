package me_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// S16: a key is not touched in vain: what stands against it is said on the page that would ask for it, and to its
// script.
func TestAKeyIsNotTouchedInVain(t *testing.T) {
	t.Parallel()
	s, _ := site.OpenPortal(t, testkit.NewSQLite(t))
	v := s.Visit(t).SignIn(site.Olivia)
	for n := 1; n < 20; n++ { // one is there
		d := newDevice()
		v.Get("/me/security/keys/new").Is(t, http.StatusOK)
		d.touch(t, v, url.Values{"name": {"Key"}})
		d.touch(t, v, nil).Is(t, http.StatusOK).Says(t, "Key is added.")
	}
	v.Get("/me/security/keys/new").Is(t, http.StatusConflict).Says(t, "You have 20 second factors.", "Back to my security")
	if v.Page.Doc.Find("form[data-key]").Length() != 0 {
		t.Error("the page asks for a key that would not be taken")
	}
	v.Under(t.Context()).Post("/me/security/passkeys/new/ask", nil).Is(t, http.StatusConflict).
		Says(t, "You have 20 second factors.")
	v.Get(v.Get("/me/security").Links("/remove")[0])
	v.Submit(v.Page.Path, nil).Is(t, http.StatusOK)
	v.Get("/me/security/keys/new").Is(t, http.StatusOK)
	newDevice().touchOnce(t, v)
	first := v.Page.Path
	s.Offset.Advance(11 * time.Minute)
	v.Get(first).Is(t, http.StatusForbidden).Says(t, "Confirm it’s you")
}

// touchOnce makes a key, which still has to be used.
func (d *device) touchOnce(t testing.TB, v *site.Visitor) {
	t.Helper()
	d.touch(t, v, url.Values{"name": {"Last"}}).Is(t, http.StatusOK).Says(t, "Use it once")
}

// S5, S11: the page of somebody's security tells the browser of their keys, and the sign-in page of a passkey that
// nobody has; of one that did not fit it tells nothing.
func TestBrowsersAreToldOfPasskeys(t *testing.T) {
	t.Parallel()
	s, _ := site.OpenPortal(t, testkit.NewSQLite(t))
	v, d := s.Visit(t).SignIn(site.Ben), newDevice()
	told := func(v *site.Visitor, which string) *site.Page {
		t.Helper()
		if n := v.Page.Doc.Find("[data-passkeys]").Length(); n != v.Page.Doc.Find(which).Length() {
			t.Errorf("%s tells %d things of passkeys", v.Page.Path, n)
		}
		return v.Page
	}
	v.Get("/me/security")
	told(v, "nothing")
	v.Get("/me/security/passkeys/new")
	d.touch(t, v, url.Values{"name": {"Phone"}})
	d.touch(t, v, nil)
	keepCodes(t, v)
	v.Get("/me/security")
	known := told(v, "[data-passkeys=known][data-email='ben@northwind.example']").Doc.Find("[data-passkeys]")
	if keys := known.AttrOr("data-keys", ""); keys == "" || strings.Contains(keys, " ") {
		t.Errorf("one key is known: %q", keys)
	}

	in := s.Visit(t)
	in.Get("/sign-in")
	evil := *d
	evil.rp.Origin = "https://portal-harbour.example"
	evil.touch(t, in, nil).Is(t, http.StatusUnprocessableEntity).Says(t, "answer doesn’t fit")
	told(in, "nothing")
	v.Get(v.Get("/me/security").Links("/remove")[0])
	v.Submit(v.Page.Path, nil).Is(t, http.StatusOK)
	v.Get("/me/security")
	if keys := told(v, "[data-passkeys=known]").Doc.Find("[data-passkeys]").AttrOr("data-keys", "?"); keys != "" {
		t.Errorf("no key is known: %q", keys)
	}
	in.Get("/sign-in")
	d.touch(t, in, nil).Is(t, http.StatusUnprocessableEntity).Says(t, "answer doesn’t fit")
	gone := told(in, "[data-passkeys=unknown]").Doc.Find("[data-passkeys]")
	if gone.AttrOr("data-key", "") != known.AttrOr("data-keys", "") ||
		gone.AttrOr("data-party", "") != known.AttrOr("data-party", "?") {
		t.Error("another passkey is to be forgotten")
	}
}
