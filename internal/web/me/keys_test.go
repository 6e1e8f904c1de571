package me_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// device is an authenticator with a browser that does what the script of security keys does.
type device struct {
	rp   virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	cred virtualwebauthn.Credential
}

func newDevice() *device {
	return &device{
		rp: virtualwebauthn.RelyingParty{
			Name: "Harbour Hosting", ID: strings.TrimPrefix(site.Origin, "https://"), Origin: site.Origin,
		},
		auth: virtualwebauthn.NewAuthenticator(), cred: newCredential(),
	}
}

// newCredential makes one whose coordinates have 32 bytes each: the library drops leading zeros, which one key in 128
// has, and which COSE demands.
func newCredential() virtualwebauthn.Credential {
	const whole = 77 // bytes
	for {
		c := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(c.Key.AttestationData()) == whole {
			return c
		}
	}
}

// touch asks as the form of the page says, answers, and sends the form.
func (d *device) touch(t testing.TB, v *site.Visitor, change url.Values) *site.Page {
	t.Helper()
	form := v.Page.Doc.Find("form[data-key]")
	if form.Length() != 1 {
		t.Fatalf("%s has %d forms for keys: %s", v.Page.Path, form.Length(), v.Page.Text)
	}
	asked := v.Under(t.Context()).Post(form.AttrOr("data-ask", ""), change).Is(t, http.StatusOK).Text
	sent := url.Values{"key": {d.answer(t, form.AttrOr("data-key", ""), asked)}}
	maps.Copy(sent, change)
	return v.Submit(form.AttrOr("action", ""), sent)
}

func (d *device) answer(t testing.TB, how, asked string) string {
	t.Helper()
	if how == "create" {
		options, err := virtualwebauthn.ParseAttestationOptions(asked)
		if err != nil {
			t.Fatal(err)
		}
		d.auth.Options.UserHandle = []byte(options.UserID)
		return virtualwebauthn.CreateAttestationResponse(d.rp, d.auth, d.cred, *options)
	}
	options, err := virtualwebauthn.ParseAssertionOptions(asked)
	if err != nil {
		t.Fatal(err)
	}
	d.cred.Counter++
	return virtualwebauthn.CreateAssertionResponse(d.rp, d.auth, d.cred, *options)
}

// The whole way by forms: a passkey is added, opens the door alone, confirms what waits, and is removed.
func TestPasskeyByForms(t *testing.T) { // S9, S16, N2
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, d := s.Visit(t).SignIn(site.Ben), newDevice()
		v.Get("/me/security").Is(t, http.StatusOK).Says(t, "No key yet", "Add a passkey", "Add a security key")
		v.Get("/me/security/passkeys/new").Is(t, http.StatusOK).Says(t, "This needs JavaScript")
		v.Under(t.Context()).Post("/me/security/passkeys/new/ask", url.Values{"name": {strings.Repeat("x", 61)}}).
			Is(t, http.StatusUnprocessableEntity).Says(t, `{"problem":"Use at most 60 characters."}`)
		d.touch(t, v, url.Values{"name": {"Ben’s phone"}}).Is(t, http.StatusOK).Says(t, "Use it once")
		first := v.Page.Path
		s.Visit(t).SignIn(site.Carl).Get(first).Is(t, http.StatusNotFound)
		v.Submit(first, url.Values{"key": {"{}"}}).Is(t, http.StatusUnprocessableEntity).Says(t, "answer doesn’t fit")
		d.touch(t, v, nil).Is(t, http.StatusOK).Says(t, "It works.", "Show my ten codes")
		keepCodes(t, v).Says(t, "Your second step is on.")
		v.Get("/me/security").Says(t, "Passkey on one device", "Safe")

		in := s.Visit(t)
		in.Get("/sign-in").Is(t, http.StatusOK).Says(t, "Sign in with a passkey")
		if got := in.Page.Doc.Find("#email").AttrOr("autocomplete", ""); got != "username webauthn" {
			t.Errorf("passkeys are not offered in the e-mail field: %q", got)
		}
		d.touch(t, in, nil).Is(t, http.StatusOK).Says(t, "Northwind")
		in.Get("/me/sessions").Says(t, "Passkey")

		s.Offset.Advance(11 * time.Minute)
		in.Get("/me/security")
		in.Submit("/me/security/codes", url.Values{"name": {"Tablet"}}).Is(t, http.StatusForbidden).
			Says(t, "Confirm it’s you", "What you typed is kept")
		d.touch(t, in, nil).Is(t, http.StatusOK).Says(t, "We call this app “Tablet”.") // what waited went on
		in.Get(in.Get("/me/security").Links("/remove")[0]).Is(t, http.StatusOK).Says(t, "Remove Ben’s phone?")
		in.Submit(in.Page.Path, nil).Is(t, http.StatusOK).Says(t, "Ben’s phone is removed.")
		in.Get("/me/activity").Says(t, "You added Ben’s phone", "You removed Ben’s phone")
	})
}

// remembersOnce checks that a second step has one tick, which goes with what is typed without scripts, and which the
// key takes along.
func remembersOnce(t *testing.T, p *site.Page) {
	t.Helper()
	ticks := p.Doc.Find("input[name=remember]")
	form := p.Doc.Find("form#" + ticks.AttrOr("form", "none"))
	if ticks.Length() != 1 || form.Find("input[name=code]").Length() != 1 || form.Find("#recovery").Length() != 1 {
		t.Errorf("%d ticks, in the form %q", ticks.Length(), ticks.AttrOr("form", ""))
	}
	if along := p.Doc.Find("form[data-key]").AttrOr("data-along", ""); along != ticks.AttrOr("id", "") {
		t.Errorf("the key takes %q along", along)
	}
	if p.Doc.Find("input[name=code][required], input[name=recovery][required]").Length() != 0 {
		t.Error("one of the two codes is demanded where the other does")
	}
}

// The second step offers the key first, and a code works beside it without scripts; a wrong answer is said beside the
// key (S7, S10).
func TestSecondStepOffersWhatThereIs(t *testing.T) {
	t.Parallel()
	s, _ := site.OpenPortal(t, testkit.NewSQLite(t))
	v, d := s.Visit(t).SignIn(site.Olivia), newDevice()
	v.Get("/me/security/keys/new")
	d.touch(t, v, url.Values{"name": {"Blue key"}}).Says(t, "Use it once")
	d.touch(t, v, nil).Is(t, http.StatusOK).Says(t, "Blue key is added.")

	in := s.Visit(t)
	in.Get("/sign-in")
	in.Submit("/sign-in", url.Values{"email": {site.Olivia}, "password": {site.Passphrase}}).
		Says(t, "Use my security key", "“Blue key”", "Six-digit code", "A code works without.")
	evil := *d
	evil.rp.Origin = "https://portal-harbour.example"
	evil.touch(t, in, nil).Is(t, http.StatusUnprocessableEntity).Says(t, "This key’s answer doesn’t fit")
	in.Post("/sign-in/second-factor", url.Values{"code": {in.Code(site.Olivia)}, "next": {"/"}}).
		Is(t, http.StatusOK).Says(t, "Northwind")

	again := s.Visit(t)
	again.Get("/sign-in")
	again.Submit("/sign-in", url.Values{"email": {site.Olivia}, "password": {site.Passphrase}})
	d.touch(t, again, nil).Is(t, http.StatusOK).Says(t, "Northwind")
	again.Get("/me/sessions").Says(t, "Password and security key", "Password and code")

	other := s.Visit(t)
	other.Get("/sign-in")
	other.Submit("/sign-in", url.Values{"email": {site.Olivia}, "password": {site.Passphrase}})
	remembersOnce(t, other.Page)
	other.Post("/sign-in/second-factor", url.Values{"code": {"000000"}, "remember": {"yes"}}).
		Is(t, http.StatusUnprocessableEntity)
	remembersOnce(t, other.Page)
	if other.Page.Doc.Find("#remember[checked]").Length() != 1 {
		t.Error("after a wrong code the tick is gone")
	}
	other.Post("/sign-in/second-factor", url.Values{"with": {"recovery"}}).
		Is(t, http.StatusUnprocessableEntity)
	if other.Page.Doc.Find("#recovery-error").Length() != 1 || other.Page.Doc.Find("#code-error").Length() != 0 {
		t.Errorf("an empty recovery code: %s", other.Page.Text)
	}
	stranger := s.Visit(t)
	stranger.Get("/sign-in")
	stranger.Post("/sign-in/second-factor/key", nil).Is(t, http.StatusConflict).Says(t, "problem")
}
