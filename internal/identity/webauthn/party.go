// Package webauthn holds the ceremonies of security keys and passkeys: what a browser is given to sign, and whether
// what comes back is right (rows S9 to S11 of SECURITY.md). It keeps nothing and knows neither rows nor requests: who
// may answer which challenge, and that each is answered once, is the business of identity.
package webauthn

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	lib "github.com/go-webauthn/webauthn/webauthn"
)

// longestID is how long a credential's id may be, in bytes (WebAuthn Level 3, section 7.1; S11).
const longestID = 1023

// ErrRefused says that an answer is not what was asked for. What is wrong with it stands in the text, for logs.
var ErrRefused = errors.New("webauthn: refused")

// Party is the portal as authenticators know it: one name of a host, and one exact origin (S10).
type Party struct{ lib *lib.WebAuthn }

// New makes the party of a public address. Authenticators know hosts by name only: for an address of digits it fails.
func New(name string, public *url.URL) (*Party, error) {
	made, err := lib.New(&lib.Config{
		RPID:                  strings.ToLower(public.Hostname()),
		RPDisplayName:         name,
		RPOrigins:             []string{public.Scheme + "://" + public.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		// Framed pages are refused: RPAllowCrossOrigin stays false, and no origin may stand above ours.
		RPTopOriginVerificationMode: protocol.TopOriginExplicitVerificationMode,
		// Password managers report extensions that nobody asked for; nothing here reads them.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, fmt.Errorf("webauthn: %w", err)
	}
	return &Party{lib: made}, nil
}

// Host is the name by which authenticators know the portal.
func (p *Party) Host() string { return p.lib.Config.RPID }

// Owner is the person behind a credential.
type Owner struct {
	Handle []byte // 64 random bytes; all that an authenticator gives back
	Email  string // shown where somebody chooses among passkeys
	Name   string
}

// Credential is what is kept of an authenticator.
type Credential struct {
	ID         []byte   `json:"id"`
	PublicKey  []byte   `json:"key"` // COSE
	AAGUID     []byte   `json:"aaguid"`
	Transports []string `json:"transports,omitempty"`

	SignCount      uint32 `json:"-"`
	UserVerified   bool   `json:"-"`
	BackupEligible bool   `json:"-"` // may be synced to other devices
	BackedUp       bool   `json:"-"` // is
}

// Asked is what a browser is given.
type Asked struct {
	Options   []byte // JSON: what navigator.credentials takes, binary values in base64url
	Challenge []byte
}

func asked(options any, challenge string) (Asked, error) {
	raw, err := base64.RawURLEncoding.DecodeString(challenge)
	if err != nil {
		return Asked{}, fmt.Errorf("webauthn: %w", err)
	}
	text, err := json.Marshal(options)
	if err != nil {
		return Asked{}, fmt.Errorf("webauthn: %w", err)
	}
	return Asked{Options: text, Challenge: raw}, nil
}

func refused(err error) error {
	if detailed, ok := errors.AsType[*protocol.Error](err); ok {
		return fmt.Errorf("%w: %s %s", ErrRefused, detailed.Details, detailed.DevInfo)
	}
	return fmt.Errorf("%w: %w", ErrRefused, err)
}

// user is an owner as the library wants them.
type user struct {
	Owner
	credentials []lib.Credential
}

func (u user) WebAuthnID() []byte                    { return u.Handle }
func (u user) WebAuthnName() string                  { return u.Email }
func (u user) WebAuthnDisplayName() string           { return u.Name }
func (u user) WebAuthnCredentials() []lib.Credential { return u.credentials }

func (c Credential) toLibrary() lib.Credential {
	out := lib.Credential{
		ID: c.ID, PublicKey: c.PublicKey,
		Flags: lib.CredentialFlags{
			UserVerified: c.UserVerified, BackupEligible: c.BackupEligible, BackupState: c.BackedUp,
		},
		Authenticator: lib.Authenticator{AAGUID: c.AAGUID, SignCount: c.SignCount},
	}
	for _, t := range c.Transports {
		out.Transport = append(out.Transport, protocol.AuthenticatorTransport(t))
	}
	return out
}

func toLibrary(list []Credential) []lib.Credential {
	out := make([]lib.Credential, 0, len(list))
	for _, c := range list {
		out = append(out, c.toLibrary())
	}
	return out
}

func descriptors(list []Credential) []protocol.CredentialDescriptor {
	out := make([]protocol.CredentialDescriptor, 0, len(list))
	for _, c := range toLibrary(list) {
		out = append(out, c.Descriptor())
	}
	return out
}
