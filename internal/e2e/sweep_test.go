//go:build e2e

package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"gatehouse/internal/identity/persons"
)

// TestPages has everybody follow every link, and looks at each page that they come to. They do it at the same time,
// each in a window of their own; what is done by forms moves the time, and has a demo for itself.
func TestPages(t *testing.T) { //nolint:tparallel // the last part asks what the others have seen
	t.Parallel()
	s := openStage(t)
	a := s.atlas(t)
	t.Run("faults", func(t *testing.T) { s.faults(t, a) })
	t.Run("everybody", func(t *testing.T) { // ends when all of them have
		t.Run("by forms", func(t *testing.T) {
			t.Parallel()
			s.again(t).byForms(t, a)
		})
		for _, email := range []string{"", olivia, ben, tess, ada, priya, carl, root, bea, sam} {
			t.Run("links of "+email, func(t *testing.T) {
				t.Parallel()
				s.byLinks(t, a, email)
			})
		}
	})
	t.Run("by address", func(t *testing.T) { s.again(t).byAddress(t, a) })
	t.Run("every route", func(t *testing.T) {
		for _, r := range a.routes {
			if !a.seen[r.Path] {
				t.Errorf("nobody came to %s", r.Path)
			}
		}
	})
}

// byLinks has somebody follow every link. Without an address it is a stranger.
func (s *stage) byLinks(t *testing.T, a *atlas, email string) {
	t.Helper()
	b := s.open(t)
	if email == "" {
		a.wander(b, email, "/sign-in")
		a.wander(b, email, "/demo/components")
		return
	}
	b.signIn(email)
	a.wander(b, email, b.path())
	b.silent()
	b.visit("/me/sessions").press("Sign out")
	a.look(b)
}

// byForms goes to the pages that no link leads to.
func (s *stage) byForms(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t)
	b.visit("/sign-in").fill("email", tess).fill("password", "not the passphrase")
	b.leads(http.StatusUnprocessableEntity, b.click(control("Sign in")))
	a.look(b)
	b.fill("password", persons.DemoPassword).press("Sign in")
	a.look(b)
	b.fill("code", "000000").leads(http.StatusUnprocessableEntity, b.click(control("Confirm")))
	a.look(b)
	b.silent()
	t.Run("pay", func(t *testing.T) { s.bensForms(t, a) })
	t.Run("own", func(t *testing.T) { s.oliviasForms(t, a) })
	t.Run("invited", func(t *testing.T) { s.invited(t, a) })
	t.Run("contacts", func(t *testing.T) { s.contactsForms(t, a) })
	t.Run("reviews", func(t *testing.T) { s.reviews(t, a) })
	t.Run("roles", func(t *testing.T) { s.makesARole(t, a) })
	t.Run("ownership", func(t *testing.T) { s.handsOver(t, a) })
	t.Run("team", func(t *testing.T) { s.worksAsATeam(t, a) })
	t.Run("draft", func(t *testing.T) { s.keepsADraft(t, a) })
	t.Run("requests", func(t *testing.T) { s.asksForAName(t, a) })
	t.Run("address", func(t *testing.T) { s.newAddress(t, a) })
	t.Run("key", func(t *testing.T) { s.newKey(t, a) })
	t.Run("lost", func(t *testing.T) { s.lostFactors(t, a) })
	t.Run("not me", func(t *testing.T) { s.wasNotMe(t, a) })
	t.Run("staff", func(t *testing.T) { s.newOnTheStaff(t, a) })
}

func (s *stage) bensForms(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t)
	b.visit("/sign-in").fill("email", ben).fill("password", persons.DemoPassword).press("Sign in")
	a.look(b)
	b.press("Not now").press("Northwind Bakery Ltd")
	account := b.path()
	b.press("Review and pay").press("Pay £").fill("amount", "999999")
	b.leads(http.StatusUnprocessableEntity, b.click(control("Continue to payment")))
	a.look(b)
	b.fill("amount", "10").press("Continue to payment")
	a.look(b)
	b.choose("card", "declines").leads(http.StatusUnprocessableEntity, b.click(control("Pay £")))
	a.look(b)
	b.choose("card", "action").press("Pay £")
	a.look(b)
	b.choose("card", "confirmed").press("Pay £")
	a.look(b)
	b.leads(http.StatusForbidden, b.to(account+"/contacts"))
	a.look(b)
	b.leads(http.StatusNotFound, b.to(account+"/nothing"))
	a.look(b)
	b.visit("/me/security").press("Add a code app")
	a.look(b)
	secret := ask[string](b, "document.querySelector('.gh-code pre').textContent")
	app := b.path()
	b.fill("code", s.codeFor(t, secret)).press("Add this app")
	a.look(b)
	a.goes(b, app)
	a.goes(b, "/me/security/start")
	b.visit("/me/security/recovery-codes").press("Show my ten codes")
	a.look(b)
	b.silent()
}

func (s *stage) oliviasForms(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd")
	b.press("Contacts").press("Invite").fill("email", "ruth@fenwick.example").choose("role", "billing")
	b.press("Send the invitation")
	a.look(b)
	b.press("Withdraw")
	a.look(b)
	b.press("Settings")
	ask[chromedp.Void](b, `document.querySelector("[name=country]").selectedOptions[0].value = "Nowhere"; 0`)
	b.leads(http.StatusUnprocessableEntity, b.click(control("Save")))
	a.look(b)
	b.press("Services").press("Open panel").staysHere().press("Open panel")
	a.look(b)
	b.leads(http.StatusConflict, b.to(b.path())) // the link worked once
	a.look(b)
	s.Offset.Advance(11 * time.Minute) // the last confirmation is no longer fresh
	b.visit("/me/security").fill("name", "Tablet")
	b.leads(http.StatusForbidden, b.click(control("Add another code app")))
	a.look(b)
	b.silent()
}

// invited follows an invitation from the mailbox.
func (s *stage) invited(t *testing.T, a *atlas) {
	t.Helper()
	staff := s.open(t).signIn(bea)
	staff.visit("/staff/clients/new").fill("name", "Fenwick & Daughters").fill("owner-email", "ruth@fenwick.example")
	staff.fill("line1", "2 High Street").fill("city", "Ripon").fill("postcode", "HG4 1AA").press("Create and invite")
	a.look(staff)
	staff.silent()
	b := s.open(t)
	b.visit(s.mailed(t, "ruth@fenwick.example", "invited you", "/invitations/"))
	a.look(b)
	b.silent()
}
