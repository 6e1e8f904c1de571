//go:build e2e

package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"gatehouse/internal/identity/persons"
)

const newPassphrase = "seven lamps under the pier"

// mailed is where the newest mail to somebody with this subject leads.
func (s *stage) mailed(t *testing.T, to, subject, address string) string {
	t.Helper()
	b, mail := s.open(t), fmt.Sprintf(`[...document.querySelectorAll("tr")].find(row =>
		row.innerText.includes(%q) && row.innerText.includes(%q))?.querySelector("a")`, to, subject)
	for range 200 {
		if _, err := s.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.visit("/demo/mailbox")
		for ask[bool](b, "!"+mail+" && !!document.querySelector('a[rel=next]')") {
			b.follow(b.click("document.querySelector('a[rel=next]')"))
		}
		if ask[bool](b, "!!"+mail) {
			break
		}
		time.Sleep(100 * time.Millisecond) // the portal delivers mails of its own accord, too
	}
	b.leads(http.StatusOK, b.click(mail))
	path := ask[string](b, fmt.Sprintf(
		`[...document.links].find(a => a.pathname.startsWith(%q))?.pathname ?? ""`, address))
	if path == "" {
		t.Fatalf("the mail “%s” does not lead to %s:\n%s", subject, address, b.text())
	}
	b.silent()
	return path
}

// then does what leads on and looks at where it led.
func (a *atlas) then(b *tab, controls ...string) {
	b.t.Helper()
	for _, name := range controls {
		b.press(name)
		a.look(b)
	}
}

// goes visits an address and looks at it.
func (a *atlas) goes(b *tab, path string) {
	b.t.Helper()
	b.visit(path)
	a.look(b)
}

// contactsForms suspends somebody and gives the access back.
func (s *stage) contactsForms(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd").press("Contacts").press("Tess Lindqvist")
	a.then(b, "Suspend…", "Suspend Tess", "Give the access back", "Give it back")
	b.silent()
}

// newAddress asks to be known by another address, stops that, asks again and confirms.
func (s *stage) newAddress(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(carl).visit("/me/email").fill("email", carl)
	b.leads(http.StatusUnprocessableEntity, b.click(control("Mail a link to it")))
	a.look(b)
	b.fill("email", "carl@wheels.example").press("Mail a link to it")
	a.look(b)
	a.then(b, "Stop this change")
	b.visit("/me/email").fill("email", "carl@wheels.example").press("Mail a link to it")
	a.goes(b, s.mailed(t, "carl@wheels.example", "Confirm your new e-mail address", "/me/email/confirm/"))
	link := b.path()
	a.then(b, "Use this address")
	b.leads(http.StatusNotFound, b.to(link))
	a.look(b)
	b.silent()
}

// newKey makes a key, which has to be used once.
func (s *stage) newKey(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(olivia)
	b.plugIn(false)
	b.visit("/me/security").press("Add a security key").fill("name", "Blue key").press("Go on")
	a.look(b)
	b.press("Use “Blue key” now")
	a.look(b)
	b.visit("/me/security/recovery-codes").press("Make ten new codes")
	a.look(b)
	b.fill("code", "ABCDE-FGHIJ").leads(http.StatusUnprocessableEntity, b.click(control("I have kept them")))
	a.look(b)
	b.fill("code", b.firstCode())
	a.then(b, "I have kept them")
	b.press("Sign out").visit("/sign-in").fill("email", olivia).fill("password", persons.DemoPassword)
	a.then(b, "Sign in") // with everything that can be used
	b.silent()
}

// lostFactors goes the way of somebody without any of their second factors.
func (s *stage) lostFactors(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t)
	b.visit("/sign-in").fill("email", tess).fill("password", persons.DemoPassword).press("Sign in")
	a.then(b, "I can’t use any of these", "Mail me the link")
	status := s.mailed(t, tess, "You lost your second step", "/recovery/")
	a.goes(b, status)
	a.then(b, "Begin the waiting time")

	staff := s.open(t).signIn(sam)
	a.goes(staff, "/staff/recoveries")
	a.then(staff, "Tess Lindqvist", "Approve for")
	a.goes(staff, "/staff/recoveries")
	staff.silent()
	owner := s.open(t).signIn(olivia)
	a.goes(owner, s.mailed(t, olivia, "lost their second step", "/accounts/"))
	a.then(owner, "Approve for")
	a.goes(owner, owner.link(`\/accounts\/[^\/]+\/recoveries$`))
	owner.silent()

	s.Offset.Advance(25 * time.Hour) // the waiting time
	link := s.mailed(t, tess, "Set up your new second step", "/recovery-link/")
	a.goes(b, status)
	a.goes(b, link)
	a.then(b, "Set it up here")
	b.fill("code", "000000").leads(http.StatusUnprocessableEntity, b.click(control("Add this app")))
	a.look(b)
	secret := ask[string](b, "document.querySelector('.gh-code pre').textContent")
	b.fill("code", s.codeFor(t, secret)).press("Add this app")
	a.look(b)
	a.goes(b, status)
	b.leads(http.StatusNotFound, b.to(link))
	a.look(b)
	b.silent()
}

// codeFor is what a code app shows that was given a secret.
func (s *stage) codeFor(t *testing.T, secret string) string {
	t.Helper()
	now, err := s.Reader.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	code, err := totp.GenerateCode(strings.Join(strings.Fields(secret), ""), now)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// wasNotMe locks a sign-in by the link of an alert, opens it again with a new password, and follows the case.
func (s *stage) wasNotMe(t *testing.T, a *atlas) {
	t.Helper()
	s.open(t).signIn(priya)
	b := s.open(t)
	alert := s.mailed(t, priya, "New sign-in", "/not-me/")
	a.goes(b, alert)
	a.then(b, "Lock my sign-in", "Set a new password")
	b.fill("email", priya)
	a.then(b, "Mail me a link")
	reset := s.mailed(t, priya, "Set a new password", "/reset-password/")
	a.goes(b, reset)
	b.fill("password", "short").leads(http.StatusUnprocessableEntity, b.click(control("Set the new password")))
	a.look(b)
	b.fill("password", newPassphrase)
	a.then(b, "Set the new password")
	b.leads(http.StatusNotFound, b.to(reset))
	a.look(b)

	b.visit("/sign-in").fill("email", priya).fill("password", newPassphrase).press("Sign in")
	b.confirm(priya)
	a.goes(b, "/me/security/review")
	b.leads(http.StatusUnprocessableEntity, b.click(control("Open my sign-in again")))
	a.look(b)
	b.choose("factor-0-mine", "yes")
	a.then(b, "Open my sign-in again")
	s.followsCase(t, a, b)
	b.silent()
}

// followsCase answers in the case of somebody who was not themselves, whom staff answer in turn.
func (s *stage) followsCase(t *testing.T, a *atlas, b *tab) {
	t.Helper()
	a.goes(b, "/me/cases")
	a.then(b, "This wasn’t me")
	b.fill("text", "It was from a town I do not know.")
	a.then(b, "Send")
	staff := s.open(t).signIn(sam)
	a.goes(staff, "/staff/cases")
	a.then(staff, "This wasn’t me", "Take it")
	staff.fill("text", "We have looked: nothing was opened.")
	a.then(staff, "Send reply", "Close it")
	staff.silent()
	a.goes(b, b.path())
}
