package me_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/testkit/site"
)

// S13, N2: whoever has the page to sign in open in two tabs signs in once: the form of the other leads to where they
// wanted to go, whatever is typed into it, and makes no session.
func TestSigningInInTwoTabs(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		one := s.Visit(t)
		two := one.In(t)
		two.Get(c.Base() + "/settings")
		if !strings.HasPrefix(two.Page.Path, "/sign-in?next=") {
			t.Fatalf("nobody is led to %s", two.Page.Path)
		}
		one.SignIn(site.Olivia)
		sessions := s.Count(t, "sessions", "1 = 1")
		two.Submit("/sign-in", url.Values{"email": {site.Ben}, "password": {site.Passphrase}}).Is(t, http.StatusOK).
			Says(t, "You had signed in already, in another tab.", "Billing address")
		if two.Page.Path != c.Base()+"/settings" {
			t.Errorf("the other tab leads to %s", two.Page.Path)
		}
		if n := s.Count(t, "sessions", "1 = 1"); n != sessions {
			t.Errorf("%d sessions were begun by the other tab", n-sessions)
		}
		one.Get("/me/sessions").Is(t, http.StatusOK).Says(t, "Olivia Marsh")

		half := s.Visit(t) // and whoever is between the two steps in one tab
		half.Get("/sign-in")
		half.Submit("/sign-in", url.Values{"email": {site.Olivia}, "password": {site.Passphrase}})
		beside := half.In(t)
		beside.Get("/sign-in/second-factor").Is(t, http.StatusOK)
		code := url.Values{"code": {half.Code(site.Olivia)}}
		half.Submit("/sign-in/second-factor", code).Is(t, http.StatusOK)
		beside.Submit("/sign-in/second-factor", code).Is(t, http.StatusOK).
			Says(t, "You had signed in already, in another tab.")
		beside.Post("/sign-out", nil) // the token of the new page is good
		half.Get("/me/security")
		if !strings.HasPrefix(half.Page.Path, "/sign-in") {
			t.Errorf("after signing out in one tab, the other is at %s", half.Page.Path)
		}
	})
}

// S16, N2: who confirms in one tab that it is them goes on in the others: forms that were open there are still good,
// and two that waited for the confirmation are each done with what was typed into them.
func TestConfirmingInOneTab(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, _ site.Cast) {
		one := s.Visit(t).SignIn(site.Tess)
		two, three := one.In(t), one.In(t)
		two.Get("/me/email").Is(t, http.StatusOK)
		three.Get("/me/security").Is(t, http.StatusOK)
		s.Offset.Advance(11 * time.Minute)
		three.Submit("/me/security/codes", url.Values{"name": {"Tablet"}}).Is(t, http.StatusForbidden).
			Says(t, "Confirm it’s you")
		one.Get("/me/security/passkeys/new").Is(t, http.StatusForbidden).Says(t, "Confirm it’s you")
		used := one.Code(site.Tess)
		one.Submit("/me/confirm", url.Values{"proof": {used}}).Is(t, http.StatusOK).Says(t, "Add a passkey")
		two.Submit("/me/email", url.Values{"email": {"tess@lindqvist.example"}}).Is(t, http.StatusOK).
			Says(t, "tess@lindqvist.example is not yet confirmed")
		three.Submit("/me/confirm", url.Values{"proof": {used}}).Is(t, http.StatusUnprocessableEntity).
			Says(t, "This code doesn’t fit") // a code is good once, in whichever tab
		three.Submit("/me/confirm", url.Values{"proof": {three.Code(site.Tess)}}).Is(t, http.StatusOK).
			Says(t, "Add a code app", "Tablet")
		one.Get("/me/sessions").Is(t, http.StatusOK).Says(t, "This one")
	})
}
