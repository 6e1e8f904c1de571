package webauthn

import (
	"encoding/base64"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
	lib "github.com/go-webauthn/webauthn/webauthn"
)

// Sort is what an authenticator is to be.
type Sort int

// The sorts.
const (
	// Key is a second factor: a device of its own, which need not remember whom it is for.
	Key Sort = iota
	// Passkey signs in alone: it knows whom it is for, and makes sure that its owner is there.
	Passkey
)

func (s Sort) selection() protocol.AuthenticatorSelection {
	if s == Passkey {
		return protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		}
	}
	return protocol.AuthenticatorSelection{
		AuthenticatorAttachment: protocol.CrossPlatform,
		ResidentKey:             protocol.ResidentKeyRequirementDiscouraged,
		RequireResidentKey:      protocol.ResidentKeyNotRequired(),
		UserVerification:        protocol.VerificationPreferred,
	}
}

// Register asks for a new credential. An authenticator that holds one of those that there are says so by itself.
func (p *Party) Register(o Owner, sort Sort, have []Credential) (Asked, error) {
	options, session, err := p.lib.BeginRegistration(user{Owner: o},
		lib.WithAuthenticatorSelection(sort.selection()), lib.WithExclusions(descriptors(have)))
	if err != nil {
		return Asked{}, refused(err)
	}
	return asked(options.Response, session.Challenge)
}

// Made is the answer to Register, read but not believed.
type Made struct {
	parsed *protocol.ParsedCredentialCreationData
}

// ReadMade reads the answer of a browser: what navigator.credentials.create gave, as JSON.
func ReadMade(answer string) (Made, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return Made{}, refused(err)
	}
	return Made{parsed: parsed}, nil
}

// Challenge is what was signed; nil where it cannot be read.
func (m Made) Challenge() []byte { return challenge(m.parsed.Response.CollectedClientData) }

func challenge(data protocol.CollectedClientData) []byte {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(data.Challenge)
	if err != nil {
		return nil
	}
	return raw
}

// Registered checks the answer to a challenge: type, challenge, origin, no frame, the hash of the host's name, that
// somebody was there, and for a passkey that it was its owner (S10). Who made the authenticator is not asked.
func (p *Party) Registered(o Owner, sort Sort, challenge []byte, m Made) (Credential, error) {
	session := lib.SessionData{
		Challenge: base64.RawURLEncoding.EncodeToString(challenge), RelyingPartyID: p.lib.Config.RPID, UserID: o.Handle,
		UserVerification: sort.selection().UserVerification, CredParams: lib.CredentialParametersDefault(),
	}
	made, err := p.lib.CreateCredential(user{Owner: o}, session, m.parsed)
	if err != nil {
		return Credential{}, refused(err)
	}
	if len(made.ID) == 0 || len(made.ID) > longestID {
		return Credential{}, ErrRefused
	}
	out := Credential{
		ID: made.ID, PublicKey: made.PublicKey, AAGUID: made.Authenticator.AAGUID,
		SignCount: made.Authenticator.SignCount, UserVerified: made.Flags.UserVerified,
		BackupEligible: made.Flags.BackupEligible, BackedUp: made.Flags.BackupState,
	}
	for _, t := range made.Transport {
		if known := string(t); slices.Contains(transports(), known) {
			out.Transports = append(out.Transports, known)
		}
	}
	return out, nil
}

// transports are the ways to reach an authenticator that browsers are told again (WebAuthn Level 3, section 5.8.4).
func transports() []string { return []string{"usb", "nfc", "ble", "smart-card", "hybrid", "internal"} }
