package site

import (
	"maps"
	"net/http"
	"net/url"
	"testing"

	"github.com/descope/virtualwebauthn"
)

// Key is a security key with a browser that does what the script of security keys does.
type Key struct {
	rp   virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	cred virtualwebauthn.Credential
}

// NewKey makes a key that answers to the portal.
func (s *Site) NewKey(t testing.TB) *Key {
	t.Helper()
	at, err := url.Parse(s.origin)
	if err != nil {
		t.Fatal(err)
	}
	k := &Key{
		rp:   virtualwebauthn.RelyingParty{Name: "Harbour Hosting", ID: at.Hostname(), Origin: s.origin},
		auth: virtualwebauthn.NewAuthenticator(),
	}
	// The library drops leading zeros of coordinates, which one key in 128 has, and which COSE demands.
	const whole = 77 // bytes
	for k.cred.Key == nil || len(k.cred.Key.AttestationData()) != whole {
		k.cred = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	}
	return k
}

// Copied makes the key one whose counter stands lower than it did: a copy.
func (k *Key) Copied() { k.cred.Counter = 0 }

// Touch asks as the form of the visitor's page says, answers, and sends the form.
func (k *Key) Touch(t testing.TB, v *Visitor, change url.Values) *Page {
	t.Helper()
	form := v.Page.Doc.Find("form[data-key]").First()
	if form.Length() != 1 {
		t.Fatalf("%s has no form for keys: %s", v.Page.Path, v.Page.Text)
	}
	asked := v.Under(t.Context()).Post(form.AttrOr("data-ask", ""), change).Is(t, http.StatusOK).Text
	sent := url.Values{"key": {k.answer(t, form.AttrOr("data-key", ""), asked)}}
	maps.Copy(sent, change)
	return v.Submit(form.AttrOr("action", ""), sent)
}

func (k *Key) answer(t testing.TB, how, asked string) string {
	t.Helper()
	if how == "create" {
		options, err := virtualwebauthn.ParseAttestationOptions(asked)
		if err != nil {
			t.Fatal(err)
		}
		k.auth.Options.UserHandle = []byte(options.UserID)
		return virtualwebauthn.CreateAttestationResponse(k.rp, k.auth, k.cred, *options)
	}
	options, err := virtualwebauthn.ParseAssertionOptions(asked)
	if err != nil {
		t.Fatal(err)
	}
	k.cred.Counter++
	return virtualwebauthn.CreateAssertionResponse(k.rp, k.auth, k.cred, *options)
}
