package me_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"gatehouse/internal/testkit/site"
)

// S12, S16: where nothing but a key will do, nothing but a key is offered, also after a try that did not fit; elsewhere
// everything is that somebody has.
func TestAKeyAloneIsOfferedWhereItIsNeeded(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, d := s.Visit(t).SignIn(site.Olivia), newDevice()
		v.Get("/me/security/keys/new")
		d.touch(t, v, url.Values{"name": {"Blue key"}})
		d.touch(t, v, nil).Is(t, http.StatusOK).Says(t, "Blue key is added.")
		rule := c.Base() + "/settings/security"
		s.Offset.Advance(11 * time.Minute)
		v.Get(rule).Is(t, http.StatusForbidden).Says(t, "Confirm it’s you", "Six-digit code")
		d.touch(t, v, nil).Is(t, http.StatusOK)
		v.Submit(rule, url.Values{"level": {"key"}, "grace": {"0"}}).Is(t, http.StatusOK)
		s.Offset.Advance(11 * time.Minute)
		for range 2 {
			v.Get(rule).Is(t, http.StatusForbidden).Says(t, "Use my security key").Silent(t, "Six-digit code", "recovery code")
			v.Submit("/me/confirm", url.Values{"key": {"{}"}}).Is(t, http.StatusUnprocessableEntity).
				Says(t, "Use my security key").Silent(t, "Six-digit code", "recovery code")
		}
		d.touch(t, v, nil).Is(t, http.StatusOK)
		other := s.Visit(t).SignIn(site.Olivia) // with a code
		other.Get(c.Base()).Is(t, http.StatusForbidden).Says(t, "Use my security key").Silent(t, "Six-digit code")
	})
}
