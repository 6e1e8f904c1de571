package me_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/testkit/site"
)

// S6, S16: a code app counts from its first code on; the page with its key comes back after a wrong one.
func TestCodeAppIsAddedAndRemoved(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, elsewhere := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Ben)
		v.Get("/me/security").Is(t, http.StatusOK).Says(t, "Open to anybody with your password", "No code app yet")
		v.Submit("/me/security/codes", nil).Is(t, http.StatusOK).Says(t, "Add a code app", "We call this app “Code app”.")
		page := v.Page.Path
		secret := strings.ReplaceAll(v.Page.Doc.Find("#setup-key").Text(), " ", "")
		if !strings.HasPrefix(v.Page.Doc.Find("img").AttrOr("src", ""), "data:image/png;base64,") {
			t.Error("there is no QR code")
		}
		elsewhere.Get(page).Is(t, http.StatusOK) // Ben's own, too
		s.Visit(t).SignIn(site.Carl).Get(page).Is(t, http.StatusNotFound)
		v.Submit(page, url.Values{"code": {"000000"}}).Is(t, http.StatusUnprocessableEntity).Says(t, "This code doesn’t fit")
		if again := strings.ReplaceAll(v.Page.Doc.Find("#setup-key").Text(), " ", ""); again != secret {
			t.Errorf("the key was %s and is %s now", secret, again)
		}
		s.Knows(site.Ben, strings.TrimSpace(secret))
		v.Submit(page, url.Values{"code": {v.Code(site.Ben)}}).Is(t, http.StatusOK).
			Says(t, "It works.", "Once you have kept them, the second step is on", "Show my ten codes")
		elsewhere.Get("/me/security").Says(t, "No code app yet") // it does not count yet
		v.Get(page).Says(t, "Type the code that it shows now")
		if v.Page.Doc.Find("#setup-key, img[src^='data:']").Length() != 0 {
			t.Error("the key is shown again") // S6
		}
		v.Get("/me/security/recovery-codes")
		codes := codesOf(t, v.Submit("/me/security/recovery-codes", nil))
		v.Submit("/me/security/recovery-codes/confirm", url.Values{"code": {"0000-0000-0000-0000"}}).
			Is(t, http.StatusUnprocessableEntity).Says(t, "This is none of the codes.", "Keep your recovery codes")
		v.Submit("/me/security/recovery-codes/confirm", url.Values{"code": {codes[2]}}).Is(t, http.StatusOK).
			Says(t, "Your second step is on.", "10 of 10 left")
		elsewhere.Get("/me/security").Says(t, "Your session has ended.") // N5
		v.Get(page).Is(t, http.StatusNotFound)

		s.Visit(t).SignIn(site.Ben).Get("/me/security").Is(t, http.StatusOK)
		v.Get("/me/security")
		v.Submit("/me/security/codes", url.Values{"name": {strings.Repeat("x", 61)}}).
			Is(t, http.StatusUnprocessableEntity).Says(t, "Use at most 60 characters.")
		remove := v.Page.Links("/remove")[0]
		s.Offset.Advance(11 * time.Minute)
		v.Get(remove).Is(t, http.StatusOK).Says(t, "Remove Code app?", "your password alone opens your accounts")
		v.Submit(remove, nil).Is(t, http.StatusForbidden).Says(t, "Confirm it’s you") // S16
		v.Submit("/me/confirm", url.Values{"proof": {v.Code(site.Ben)}}).Is(t, http.StatusOK).Says(t, "Code app is removed.")
		v.Get("/me/activity").Says(t, "You added Code app", "You removed Code app")
	})
}

func TestPasswordChanges(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, elsewhere := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Ben)
		v.Get("/me/password").Is(t, http.StatusOK)
		change := func(present, next string) *site.Page {
			return v.Submit("/me/password", url.Values{"present": {present}, "password": {next}})
		}
		change("wrong", "another quiet harbour morning").Is(t, http.StatusUnprocessableEntity).
			Says(t, "This isn’t your present password.").Silent(t, "another quiet harbour morning")
		change(site.Passphrase, "short").Is(t, http.StatusUnprocessableEntity).Silent(t, site.Passphrase)
		change(site.Passphrase, "another quiet harbour morning").Is(t, http.StatusOK).Says(t, "Your password is changed.")
		elsewhere.Get("/accounts").Says(t, "Your session has ended.") // N5
		v.Get("/accounts").Is(t, http.StatusOK).Says(t, "Northwind")
	})
}

// N5, N6: sessions are seen and ended by their owner.
func TestSessionsAreEnded(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, second, third := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Ben)
		v.Get("/me/sessions").Is(t, http.StatusOK).Says(t, "Firefox on Linux", "192.0.2.24", "Sign out the other 2",
			"30 minutes", "12 hours", "This one", "Password")
		ends := v.Page.Doc.Find("form[action$='/end']").First().AttrOr("action", "")
		carl := s.Visit(t).SignIn(site.Carl)
		carl.Get("/me/sessions")
		carl.Post(ends, nil).Is(t, http.StatusNotFound)
		v.Submit(ends, nil).Is(t, http.StatusOK).Says(t, "That device is signed out.")
		if n := signedIn(second) + signedIn(third); n != 1 {
			t.Errorf("%d of two other sessions go on", n)
		}
		v.Submit("/me/sessions/end-others", nil).Is(t, http.StatusOK).Says(t, "1 other device is signed out.")
		if n := signedIn(second) + signedIn(third); n != 0 {
			t.Errorf("%d of two other sessions go on", n)
		}
		v.Submit("/sign-out", nil).Is(t, http.StatusOK)
		if signedIn(v) != 0 {
			t.Error("this session goes on")
		}
	})
}

func signedIn(v *site.Visitor) int {
	if v.Get("/me/security"); strings.HasPrefix(v.Page.Path, "/me/security") {
		return 1
	}
	return 0
}

// N3: staying keeps a session that would time out, up to its end.
func TestStayingKeepsTheSession(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, idle := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Ben)
		v.Get("/accounts")
		page := *v.Page
		for range 3 {
			s.Offset.Advance(20 * time.Minute)
			v.Post("/me/stay", nil).Is(t, http.StatusNoContent)
			v.Page = &page // the script stays on its page
		}
		v.Get("/accounts").Is(t, http.StatusOK).Says(t, "Northwind")
		idle.Get("/accounts").Says(t, "Your session has ended.")
		s.Offset.Advance(12 * time.Hour)
		v.Get("/accounts").Says(t, "Your session has ended.")
	})
}
