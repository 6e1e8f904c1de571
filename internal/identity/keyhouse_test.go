package identity_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"testing"

	"github.com/descope/virtualwebauthn"

	"gatehouse/internal/actor"
	"gatehouse/internal/identity/factors"
)

const portalName = "portal.harbour.example"

func publicURL() *url.URL { return &url.URL{Scheme: "https", Host: portalName} }

// device is an authenticator with one credential, and the browser that speaks for it.
type device struct {
	rp   virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	cred virtualwebauthn.Credential
}

func newDevice() *device {
	return &device{
		rp:   virtualwebauthn.RelyingParty{Name: "Harbour Hosting", ID: portalName, Origin: "https://" + portalName},
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

// create answers what is asked when a key is added, and remembers whom it is for.
func (d *device) create(t testing.TB, options []byte) string {
	t.Helper()
	asked, err := virtualwebauthn.ParseAttestationOptions(string(options))
	if err != nil {
		t.Fatal(err)
	}
	d.auth.Options.UserHandle = []byte(asked.UserID)
	return virtualwebauthn.CreateAttestationResponse(d.rp, d.auth, d.cred, *asked)
}

// answer signs what is asked, with the counter one higher than before.
func (d *device) answer(t testing.TB, options []byte) string {
	t.Helper()
	asked, err := virtualwebauthn.ParseAssertionOptions(string(options))
	if err != nil {
		t.Fatal(err)
	}
	d.cred.Counter++
	return virtualwebauthn.CreateAssertionResponse(d.rp, d.auth, d.cred, *asked)
}

// framed signs as a browser does for a page in a frame of another site.
func (d *device) framed(t testing.TB, options []byte, top string) string {
	t.Helper()
	asked, err := virtualwebauthn.ParseAssertionOptions(string(options))
	if err != nil {
		t.Fatal(err)
	}
	d.cred.Counter++
	data := map[string]any{
		"type": "webauthn.get", "challenge": base64.RawURLEncoding.EncodeToString(asked.Challenge), "origin": d.rp.Origin,
		"crossOrigin": true,
	}
	if top != "" {
		data["topOrigin"] = top
	}
	client, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	host, hash := sha256.Sum256([]byte(d.rp.ID)), sha256.Sum256(client)
	const presentAndVerified = 0b101
	said := append(host[:], presentAndVerified, 0, 0, 0, byte(d.cred.Counter))
	digest := sha256.Sum256(append(append([]byte{}, said...), hash[:]...))
	signature, err := d.cred.Key.Sign(digest[:])
	if err != nil {
		t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString
	out, err := json.Marshal(map[string]any{
		"id": text(d.cred.ID), "rawId": text(d.cred.ID), "type": "public-key", "response": map[string]any{
			"clientDataJSON": text(client), "authenticatorData": text(said), "signature": text(signature),
			"userHandle": text(d.auth.Options.UserHandle),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// addKey gives the actor a key or a passkey; the actor's session gets a new token.
func (h house) addKey(t testing.TB, who actor.Actor, d *device, n factors.NewKey) (token string) {
	t.Helper()
	options, err := h.people.AskForKey(t.Context(), who, n)
	if err != nil {
		t.Fatal(err)
	}
	factor, err := h.people.AddKey(t.Context(), who, n, d.create(t, options))
	if err != nil {
		t.Fatal(err)
	}
	if options, err = h.people.AskForFirstUse(t.Context(), who, factor); err != nil {
		t.Fatal(err)
	}
	if token, err = h.people.ConfirmKey(t.Context(), who, factor, d.answer(t, options)); err != nil {
		t.Fatal(err)
	}
	return h.keepCodes(t, token)
}

// keyed makes Olivia with a security key.
func keyed(t testing.TB, h house) *device {
	t.Helper()
	h.olivia(t)
	d := newDevice()
	h.addKey(t, h.signIn(t, oliviasEmail, ""), d, factors.NewKey{Name: "Blue key"})
	return d
}

// withPasskey makes Olivia with a passkey.
func withPasskey(t testing.TB, h house) *device {
	t.Helper()
	h.olivia(t)
	d := newDevice()
	h.addKey(t, h.signIn(t, oliviasEmail, ""), d, factors.NewKey{Name: "Olivia’s phone", Passkey: true})
	return d
}

// secondAsk is what the browser is given at the second step.
func (h house) secondAsk(t testing.TB, half string) []byte {
	t.Helper()
	options, err := h.people.AskForSecondStep(t.Context(), half)
	if err != nil {
		t.Fatal(err)
	}
	return options
}

// passkeyAsk is what a browser is given whose user is not known.
func (h house) passkeyAsk(t testing.TB, door string) []byte {
	t.Helper()
	options, err := h.people.AskForPasskey(t.Context(), door)
	if err != nil {
		t.Fatal(err)
	}
	return options
}
