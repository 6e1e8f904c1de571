//go:build e2e

package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"

	"gatehouse/internal/identity/passwords"
)

// TestTheHintBesideANewPassword types passwords and reads what is said of each meanwhile: the same as the house says,
// which decides (S1, S2). Nothing that is typed leaves the page.
func TestTheHintBesideANewPassword(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	b := s.open(t).signIn(ben)
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		const patient = window.setTimeout;
		window.setTimeout = (f, ms) => patient(f, ms === 300 ? 0 : ms);
		window.sent = [];
		window.fetch = (to) => window.sent.push(to);
	`})
	b.visit("/me/password").says("At least 15 characters")
	rules := &passwords.Rules{}
	ben := passwords.Context{Email: ben, Name: "Ben Okafor", Brand: "Harbour Hosting"}
	for password, want := range map[string]string{
		"seven":                    "10 more characters. A few words",
		"seven wooden fe":          "Long enough",
		"seven wooden f":           "One more character.",
		"blåbær 🐢 ugler i mosen":   "Long enough",
		"passwordpassword":         "Attackers try this first",
		"Password12345678":         "Attackers try this first",
		"P@ssw0rd!!!!!!!!":         "Attackers try this first",
		"iloveyousunshine":         "Attackers try this first",
		"qwertyuiopasdfgh":         "Attackers try this first",
		"1234567890123456":         "Attackers try this first",
		"abcabcabcabcabcabc":       "Attackers try this first",
		"HarbourHosting2026":       "Easy to guess",
		"0kaf0r-0kaf0r-2026":       "Easy to guess",
		"northwind.2026.northwind": "Easy to guess",
		"gatehouse-2026-11-21":     "Easy to guess",
		"okafor grows tomatoes":    "Long enough",
	} {
		b.fill("password", password)
		said := ask[string](b, `new Promise((said) => {
			const look = () => {
				const words = document.querySelector("[data-strength-said]").innerText;
				return words && words !== window.before ? said(window.before = words) : patient(look, 10);
			};
			window.before = "";
			document.querySelector("[data-strength-said]").textContent = "";
			document.querySelector("[name=password]").dispatchEvent(new Event("input"));
			look();
		})`)
		if !strings.HasPrefix(said, want) {
			t.Errorf("of %q the page says %q", password, said)
		}
		if err := rules.Check(password, ben); (err == nil) != strings.HasPrefix(said, "Long enough") {
			t.Errorf("of %q the page says %q, and the house %v", password, said, err)
		}
	}
	if sent := ask[[]string](b, "window.sent"); len(sent) > 0 {
		t.Errorf("while somebody typed, the page sent something to %q", sent)
	}
	if shown := ask[bool](b, "document.querySelector('[data-strength] meter').checkVisibility()"); !shown {
		t.Error("nothing is to be seen of it")
	}
	b.accessible("1280-light", everyRule)
	b.narrow()
	b.silent()
}

// holds asserts how many passkeys the device has, which the browser may be told of in a moment.
func (a authenticator) holds(want int) {
	a.t.Helper()
	got := -1
	for range 200 {
		got = len(call(a.tab, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: a.id}).Credentials)
		if got == want {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	a.t.Errorf("the device holds %d passkeys, not %d", got, want)
}

// TestPasskeysThatAreGone tells the browser of passkeys that were removed: at once where that was done in it, and when
// one is shown that nobody has any more (S11).
func TestPasskeysThatAreGone(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	b := s.open(t).signIn(ben)
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: "PublicKeyCredential.isConditionalMediationAvailable = async () => false",
	})
	device := b.plugIn(true)
	b.add("Add a passkey", "Ben’s phone")
	b.visit("/me/security")
	device.holds(1)
	remove := func(b *tab) {
		b.visit("/me/security").leads(http.StatusOK, b.click(`document.querySelector("main a[href$='/remove']")`))
		b.press("Remove")
		b.says("is removed")
	}
	remove(b)
	device.holds(0)

	b.press("Sign out").signIn(ben)
	b.add("Add a passkey", "Ben’s phone")
	elsewhere := b.beside() // another window, which has no device
	remove(elsewhere)
	device.holds(1)
	b.visit("/status") // unlike “signed out”, it tells the other window nothing, which would then leave before the click
	elsewhere.press("Sign out").says("You are signed out")
	b.visit("/sign-in")
	b.leads(http.StatusUnprocessableEntity, b.click(control("Sign in with a passkey")))
	b.says("This key’s answer doesn’t fit")
	device.holds(0)
	b.silent()
	elsewhere.silent()
}
