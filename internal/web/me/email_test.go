package me_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/identity/waysback"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// S16, N5: a change of address by its pages: confirmed at the new one, by the sign-in that began it and no other.
func TestChangingTheAddress(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s, c := site.OpenPortal(t, w)
		const next = "olivia.marsh@bakery.example"
		v, other, ben := s.Visit(t).SignIn(site.Olivia), s.Visit(t).SignIn(site.Olivia), s.Visit(t).SignIn(site.Ben)
		v.Get("/me/security").Is(t, http.StatusOK)
		if v.Page.Doc.Find(`a[href="/me/email"]`).Length() == 0 {
			t.Error("the page about security does not lead to it")
		}
		v.Get("/me/email").Is(t, http.StatusOK)
		p := v.Submit("/me/email", url.Values{"email": {"no address"}}).Is(t, http.StatusUnprocessableEntity)
		if p.Doc.Find("#email").AttrOr("value", "") != "no address" {
			t.Error("what was typed is lost")
		}
		p = v.Submit("/me/email", url.Values{"email": {next}}).Is(t, http.StatusOK)
		if !strings.Contains(p.Text, next+" is not yet confirmed") {
			t.Error(p.Text)
		}
		path := "/me/email/confirm/" + s.Link(t, waysback.MailNewEmail, next)
		ben.Get(path).Is(t, http.StatusNotFound)
		if p := s.Visit(t).Get(path); !strings.HasPrefix(p.Path, "/sign-in?") {
			t.Errorf("nobody gets to %s", p.Path)
		}
		v.Get(path).Is(t, http.StatusOK)
		v.Submit(path, nil).Is(t, http.StatusOK)
		if p := other.Get("/me/security"); !strings.HasPrefix(p.Path, "/sign-in") {
			t.Errorf("another session goes on: %s", p.Path)
		}
		v.Get(c.Base()).Is(t, http.StatusOK)
		v.Get(path).Is(t, http.StatusNotFound)
	})
}

// S16: a session that proved nothing for ten minutes confirms first, and what was typed goes on after that.
func TestChangingTheAddressStepsUp(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s, _ := site.OpenPortal(t, w)
		v := s.Visit(t).SignIn(site.Ben)
		s.Offset.Advance(11 * time.Minute)
		v.Get("/me/email")
		p := v.Submit("/me/email", url.Values{"email": {"ben@new.example"}}).Is(t, http.StatusForbidden)
		if !strings.Contains(p.Text, "Confirm it’s you") {
			t.Fatal(p.Text)
		}
		p = v.Submit("/me/confirm", url.Values{"proof": {site.Passphrase}}).Is(t, http.StatusOK)
		if !strings.Contains(p.Text, "ben@new.example is not yet confirmed") {
			t.Error(p.Text)
		}
		v.Submit("/me/email/stop", nil).Is(t, http.StatusOK)
		if p := v.Get("/me/email"); strings.Contains(p.Text, "not yet confirmed") {
			t.Error("it is not stopped")
		}
	})
}
