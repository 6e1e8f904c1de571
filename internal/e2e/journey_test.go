//go:build e2e

package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"gatehouse/internal/identity/persons"
)

// TestPeopleDoWhatTheyCameFor is the whole way through: pay, be refused, read it in the log, open a panel, leave.
func TestPeopleDoWhatTheyCameFor(t *testing.T) { //nolint:tparallel // one thing after the other
	t.Parallel()
	s := openStage(t)
	invoice := s.benPays(t)
	s.oliviaLooks(t, invoice)
	t.Run("without scripts", s.carlPaysWithoutScripts)
	t.Run("by the keyboard alone", s.carlPaysByKeyboard)
}

// benPays returns the number of the invoice.
func (s *stage) benPays(t *testing.T) string {
	t.Helper()
	b := s.open(t).signIn(ben)
	b.press("Northwind Bakery Ltd").press("Review and pay")
	account, _, _ := strings.Cut(b.path(), "/invoices/")
	invoice := b.path()
	number := strings.TrimPrefix(ask[string](b, "document.querySelector('h1').innerText"), "Invoice ")
	b.says("To pay by", "Due in").press("Pay £")
	b.says("Pay invoice " + number).press("Continue to payment")
	b.says("Sandbox payment to Harbour Hosting", "Invoice "+number).press("Pay £")
	if b.path() != invoice {
		t.Errorf("after paying Ben is at %s, not at %s", b.path(), invoice)
	}
	b.says("Thank you.", "Paid", "Ben Okafor")

	for path, needs := range map[string][]string{
		"/contacts": {"See who has access", "contacts:view"},
		"/services": {"See services and their status", "services:view"},
		"/settings": {"Change the account’s address", "account:edit"},
	} {
		b.leads(http.StatusForbidden, b.to(account+path))
		b.says(needs...).says("the role Billing", "Olivia Marsh", "can give you this permission")
	}
	b.silent()
	return number
}

func (s *stage) oliviaLooks(t *testing.T, invoice string) {
	t.Helper()
	b := s.open(t).signIn(olivia)
	b.press("Northwind Bakery Ltd").press("Activity log")
	b.says("Ben Okafor paid invoice "+invoice+", £148.80", "Ben Okafor tried to see who has access and was refused",
		"Ben Okafor tried to see services and their status and was refused",
		"Ben Okafor tried to change the account’s address and was refused")

	b.press("Services").press("Open panel")
	b.says("Open the panel of", "works once, for 60 seconds").staysHere().press("Open panel")
	b.says("Hosting panel of", "as Olivia Marsh").press("Back to the portal")
	b.press("Activity log").says("You opened the panel of")
	b.press("Sign out").says("You are signed out")
	b.do(chromedp.NavigateBack())
	if strings.Contains(b.text(), "You opened the panel of") {
		t.Error("after signing out the browser's button shows the log again")
	}
	b.silent()
}

// carlPaysWithoutScripts pays a part, with scripts turned off in the browser.
func (s *stage) carlPaysWithoutScripts(t *testing.T) {
	b := s.open(t)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.signIn(carl).press("Copperfield Cycles").press("Invoices").press("Overdue")
	b.press("2026-").press("Pay £").press("Continue to payment")
	b.choose("card", "declines").leads(http.StatusUnprocessableEntity, b.click(control("Pay £")))
	b.says("Your card was declined").choose("card", "pays").press("Pay £").says("Thank you.", "Paid")
	b.silent()
}

// carlPaysByKeyboard does the same with no more than Tab, Space and Enter, and sees at each step where he is.
func (s *stage) carlPaysByKeyboard(t *testing.T) {
	b := s.open(t).visit("/sign-in")
	b.reach("E-mail address").keys(carl).reach("Password").keys(persons.DemoPassword).enter()
	b.reach("Not now").enter()
	b.reach("Skip to content")
	b.reach("Copperfield Cycles").enter().reach("Review and pay").enter()
	b.reach("Pay £").enter().reach("Continue to payment").enter()
	b.reach("4242 4242 4242 4242").keys(" ").reach("Pay £").enter()
	b.says("Thank you.", "Paid").reach("Sign out").enter().says("You are signed out")
	b.silent()
}

// enter presses the key on what has the focus, and waits for where it leads.
func (b *tab) enter() *tab {
	b.t.Helper()
	return b.leads(http.StatusOK, chromedp.KeyEvent(kb.Enter))
}
