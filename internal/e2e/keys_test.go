//go:build e2e

package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"

	"gatehouse/internal/identity/persons"
)

// authenticator is a security key or a phone that the browser takes for real.
type authenticator struct {
	*tab
	id webauthn.AuthenticatorID
}

// plugIn gives the browser of a tab a device. A passkey's device knows its owner, a plain key does not.
func (b *tab) plugIn(knowsOwner bool) authenticator {
	b.t.Helper()
	call(b, webauthn.Enable, webauthn.EnableParams{})
	transport := webauthn.AuthenticatorTransport("usb")
	if knowsOwner {
		transport = "internal" // the e-mail field offers what is in the device itself
	}
	made := call(b, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: "ctap2", Transport: transport, HasResidentKey: knowsOwner, HasUserVerification: knowsOwner,
			IsUserVerified: knowsOwner, AutomaticPresenceSimulation: true,
		},
	})
	return authenticator{b, made.AuthenticatorID}
}

// only is the one credential of the device.
func (a authenticator) only() *webauthn.Credential {
	a.t.Helper()
	list := call(a.tab, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: a.id}).Credentials
	if len(list) != 1 {
		a.t.Fatalf("the device holds %d credentials", len(list))
	}
	return list[0]
}

// count sets the counter of the device.
func (a authenticator) count(to float64) {
	a.t.Helper()
	call(a.tab, webauthn.SetCredentialProperties, webauthn.SetCredentialPropertiesParams{
		AuthenticatorID: a.id, CredentialID: a.only().CredentialID, SignCount: &to,
	})
}

// add adds a key or a passkey by the pages, from the page about one's security on.
func (b *tab) add(link, name string) {
	b.t.Helper()
	b.visit("/me/security").press(link)
	b.says("Use it once").fill("name", name).press("Go on")
	b.says("So that you never depend on a key").press("Use “" + name + "” now")
	if strings.HasPrefix(b.path(), "/me/security/recovery-codes") { // it is the first: it counts once these are kept
		b.says("It works").keepCodes().says("Your second step is on", "your other devices are signed out")
		return
	}
	b.says(name+" is added", "your other devices are signed out")
}

// keepCodes has the recovery codes shown and types one of them back.
func (b *tab) keepCodes() *tab {
	b.t.Helper()
	return b.press("Show my ten codes").fill("code", b.firstCode()).press("I have kept them")
}

// firstCode is the first of the recovery codes that a page shows.
func (b *tab) firstCode() string {
	b.t.Helper()
	return ask[string](b, "document.querySelector('.gh-code pre').textContent.split('\\n')[0]")
}

// waits looks at the page until it says something.
func (b *tab) waits(words string) {
	b.t.Helper()
	ask[bool](b, fmt.Sprintf(`new Promise((said) => {
		const look = () => (document.body.innerText.includes(%q) ? said(true) : setTimeout(look, 50));
		look();
	})`, words))
}

// TestAKeyAfterThePassword registers a key and signs in with password and key; a counter that went back is told, shuts
// the key, and asks for something else (S9, S11).
func TestAKeyAfterThePassword(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	b := s.open(t).signIn(olivia)
	device := b.plugIn(false)
	b.add("Add a security key", "Blue key")
	b.press("Sign out").visit("/sign-in").fill("email", olivia).fill("password", persons.DemoPassword).press("Sign in")
	b.says("Confirm it’s you", "Your browser will ask you for “Blue key”", "Six-digit code").press("Use my security key")
	b.visit("/me/sessions").says("Password and security key")
	b.silent()

	s.Offset.Advance(11 * time.Minute) // S16: and what was begun goes on
	b.leads(http.StatusForbidden, b.to("/me/security/passkeys/new")).says("Confirm it’s you")
	b.press("Use my security key").says("Add a passkey", "Make it")
	b.silent()

	b.press("Sign out").visit("/sign-in").fill("email", olivia).fill("password", persons.DemoPassword).press("Sign in")
	device.count(1)
	b.leads(http.StatusUnprocessableEntity, b.click(control("Use my security key")))
	b.says("This key may have been copied")
	b.confirm(olivia).visit("/me/security").says("May be copied")
	b.silent()
}

// TestADeviceIsRememberedByItsKey ticks the one box of the second step and signs in with the key, with the code and
// by Enter from a recovery code; where the box is left alone, nothing is remembered.
func TestADeviceIsRememberedByItsKey(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	b := s.open(t).signIn(olivia)
	b.plugIn(false)
	b.add("Add a security key", "Blue key")
	again := func() *tab {
		return b.press("Sign out").visit("/sign-in").fill("email", olivia).fill("password", persons.DemoPassword).
			press("Sign in")
	}
	again().says("Remember this device for 30 days").press("Use my security key")
	again().says("Confirm it’s you").do(b.click("document.querySelector('#remember')"))
	b.press("Use my security key")
	again().visit("/me/sessions").says("Password and remembered device")
	b.silent()
}

// TestAPasskeyAlone registers a passkey and signs in with it by the button, by the e-mail field, and by the keyboard
// alone; without verification of its owner it opens nothing (S10).
func TestAPasskeyAlone(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	b := s.open(t).signIn(ben)
	device := b.plugIn(true)
	b.add("Add a passkey", "Ben’s phone")
	if !device.only().IsResidentCredential {
		t.Error("the device does not know whose the passkey is")
	}
	b.press("Sign out").press("Sign in again").leads(http.StatusOK) // the e-mail field offered it, and it was taken
	b.visit("/accounts").says("Northwind Bakery Ltd").visit("/me/sessions").says("Passkey")

	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: "PublicKeyCredential.isConditionalMediationAvailable = async () => false",
	})
	b.press("Sign out").press("Sign in again").press("Sign in with a passkey")
	b.visit("/accounts").says("Northwind Bakery Ltd")
	b.press("Sign out").press("Sign in again").reach("Sign in with a passkey").enter()
	b.visit("/accounts").says("Northwind Bakery Ltd")
	b.silent()

	b.press("Sign out").press("Sign in again")
	yes := true
	call(b, webauthn.SetResponseOverrideBits, webauthn.SetResponseOverrideBitsParams{
		AuthenticatorID: device.id, IsBadUV: &yes,
	})
	b.leads(http.StatusUnprocessableEntity, b.click(control("Sign in with a passkey")))
	b.says("This key’s answer doesn’t fit")
}

// TestKeysThatCannotBe says in words what the browser refuses: a key that is there already, and no scripts.
func TestKeysThatCannotBe(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	b := s.open(t).signIn(ben)
	b.plugIn(false)
	b.add("Add a security key", "Blue key")
	b.visit("/me/security").press("Add a security key").fill("name", "Again")
	b.do(b.click(control("Go on")))
	b.waits("This key is registered already")
	b.size(360, 800)
	if wide := ask[bool](b, "document.documentElement.scrollWidth > innerWidth"); wide {
		t.Error("the page is wider than a phone")
	}
	b.silent()
}
