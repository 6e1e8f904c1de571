//go:build e2e

package e2e_test

import (
	"net/http"
	"testing"
)

// TestStaffActForAContact has somebody of the staff act on behalf of a contact, by the keyboard alone: every page says
// so and fits on a phone, what is not done like that stays shut, and one button ends it. The client reads when it was,
// and answers those who have to ask (N8).
func TestStaffActForAContact(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	h := s.hands(t, byKeyboard).signIn(sam).press("Clients").press("Northwind Bakery Ltd").press("Act for Tess Lindqvist")
	h.says("Act on behalf of Tess Lindqvist", "What stays with the client")
	h.choose("code", "asked").fill("why", "She rang about her site.").press("Act for Tess Lindqvist")
	h.says("You are Sam Doyle and act on behalf of Tess Lindqvist", "The client reads what you do.", "northwind.example")
	h.accessible("acting", everyRule)
	h.narrow()
	h.size(1280, 900)
	h.leads(http.StatusForbidden, h.to("/me/security")).says("Not on somebody’s behalf", "Go on for Tess Lindqvist")
	h.accessible("acting", everyRule)
	h.press("Go on for Tess Lindqvist").press("End acting").says("You act as yourself again.")
	h.silent()

	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd").press("Settings").press("Help by staff")
	b.says("Sam Doyle for Tess Lindqvist", "The client asked for it: She rang about her site.")
	b.accessible("1280-light", everyRule)
	b.narrow()
	b.silent()
	c := s.open(t).signIn(carl).press("Copperfield Cycles").press("Settings").press("Help by staff")
	c.says("Sam Doyle asks to act for Carl Copperfield once").press("Allow once").says("Allowed once, within 24 hours.")
	c.narrow()
	c.silent()
}
