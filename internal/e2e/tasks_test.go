//go:build e2e

package e2e_test

import (
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"
)

// TestEveryTaskByKeyboard and its twin do everything that people of the demo can do, each in one manner.
func TestEveryTaskByKeyboard(t *testing.T) {
	t.Parallel()
	openStage(t).tasks(t, byKeyboard)
}

func TestEveryTaskWithoutScripts(t *testing.T) {
	t.Parallel()
	openStage(t).tasks(t, withoutScripts)
}

func (s *stage) tasks(t *testing.T, m manner) {
	t.Helper()
	s.contacts(t, m)
	s.panelAndLog(t, m)
	s.sessions(t, m)
	s.pays(t, m)
	s.codeApp(t, m)
	s.setsUp(t, m)
}

// contacts invites somebody, withdraws it, changes a role and takes an access away.
func (s *stage) contacts(t *testing.T, m manner) {
	t.Helper()
	h := s.hands(t, m).signIn(olivia).press("Northwind Bakery Ltd").press("Contacts").press("Invite somebody")
	h.fill("email", "ruth@fenwick.example").choose("role", "billing").press("Send the invitation")
	h.says("ruth@fenwick.example")
	h.press("Withdraw…").press("Withdraw the invitation").says("No open invitation")
	h.press("Contacts").press("Change role of Tess").choose("role", "auditor").press("Change role")
	h.says("Tess Lindqvist", "Auditor")
	h.press("Remove… Ada Whitlock").press("Remove Ada Whitlock")
	if strings.Contains(h.text(), "ada@audit.example") {
		t.Errorf("%s: Ada is still there", m)
	}
	h.press("Settings").fill("city", "Leeds").press("Save").says("The settings are saved.")
	h.silent()
}

// panelAndLog opens a panel, and finds that in the log, by a filter.
func (s *stage) panelAndLog(t *testing.T, m manner) {
	t.Helper()
	h := s.hands(t, m).signIn(olivia).press("Northwind Bakery").press("Services").press("northwind.example")
	h.press("Open panel").staysHere()
	h.press("Open panel").says("Hosting panel of").press("Back to the portal")
	h.press("Activity log").says("You opened the panel of")
	h.unfold("Outcome").choose("outcome", "refused").press("Show")
	h.says("was refused")
	if strings.Contains(h.text(), "You opened the panel of") {
		t.Errorf("%s: the filter leaves what was not refused", m)
	}
	h.press("Clear all").unfold("Details: You opened").says("Exact time").press("Link to this entry").says("Entry")
	h.silent()
}

// sessions ends the sign-in on another device.
func (s *stage) sessions(t *testing.T, m manner) {
	t.Helper()
	other := s.open(t).signIn(ben)
	h := s.hands(t, m).signIn(ben).press("BO Ben Okafor").press("Sessions").says("This one").press("Sign out the other")
	other.visit("/accounts")
	if !strings.HasPrefix(other.path(), "/sign-in") {
		t.Errorf("%s: the other device is still at %s", m, other.path())
	}
	h.silent()
}

// pays pays a part of an invoice, then leaves.
func (s *stage) pays(t *testing.T, m manner) {
	t.Helper()
	h := s.hands(t, m).signIn(carl).press("Copperfield Cycles").press("Invoices").press("Overdue").press("2026-")
	h.press("Pay £").fill("amount", "10").press("Continue to payment").choose("card", "pays").press("Pay £")
	h.says("Thank you.", "Pay £36.80").press("Sign out").says("You are signed out")
	h.silent()
}

// codeApp adds a second step to a sign-in.
func (s *stage) codeApp(t *testing.T, m manner) {
	t.Helper()
	h := s.hands(t, m).signIn(ben).press("BO Ben Okafor").press("Add a code app")
	secret := strings.ReplaceAll(ask[string](h.tab, "document.querySelector('.gh-code pre').textContent"), " ", "")
	now, err := s.Reader.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	code, err := totp.GenerateCode(secret, now)
	if err != nil {
		t.Fatal(err)
	}
	h.fill("code", code).press("Add this app").press("Show my ten codes")
	h.fill("code", h.firstCode()).press("I have kept them").says("Your second step is on.")
	h.visit("/me/security").says("Safe")
	h.silent()
}

// setsUp makes a server, a client, a service and an invoice.
func (s *stage) setsUp(t *testing.T, m manner) {
	t.Helper()
	h := s.hands(t, m).signIn(root).press("New client")
	h.fill("name", "Fenwick & Daughters").fill("owner-email", "ruth@fenwick.example").press("Create and invite")
	h.says("The client is set up.").press("New service").press("New server")
	h.fill("name", "knot").fill("host", "knot.harbour.example").press("Register")
	h.says("is registered").press("Clients").press("Fenwick & Daughters").press("New service")
	h.fill("plan", "Small Hosting").fill("domain", "fenwick.example").fill("price", "12.50").press("Set up the service")
	h.says("The service is set up.").press("New invoice").fill("about", "Hosting")
	h.fill("line-0-text", "Hosting").fill("line-0-price", "12.50").press("Issue")
	h.says("is issued", "£15.00", "You issued invoice")
	h.silent()
}
