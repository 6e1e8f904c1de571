package webauthn

import (
	"encoding/base64"

	"github.com/go-webauthn/webauthn/protocol"
	lib "github.com/go-webauthn/webauthn/webauthn"
)

// Ask asks for an answer of one of the credentials: a second factor. That the owner is verified is preferred, not
// demanded: they have shown something else already.
func (p *Party) Ask(list []Credential) (Asked, error) {
	options, session, err := p.lib.BeginDiscoverableLogin(
		lib.WithAllowedCredentials(descriptors(list)), lib.WithUserVerification(protocol.VerificationPreferred))
	if err != nil {
		return Asked{}, refused(err)
	}
	return asked(options.Response, session.Challenge)
}

// AskAnybody asks for a passkey, whoever it is: it names no credential, so that it is the same for everybody (S5), and
// demands that the owner is verified (S10).
func (p *Party) AskAnybody() (Asked, error) {
	options, session, err := p.lib.BeginDiscoverableLogin(lib.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Asked{}, refused(err)
	}
	return asked(options.Response, session.Challenge)
}

// Answer is the answer to Ask or AskAnybody, read but not believed.
type Answer struct {
	parsed *protocol.ParsedCredentialAssertionData
}

// ReadAnswer reads the answer of a browser: what navigator.credentials.get gave, as JSON.
func ReadAnswer(answer string) (Answer, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return Answer{}, refused(err)
	}
	return Answer{parsed: parsed}, nil
}

// Challenge is what was signed; nil where it cannot be read.
func (a Answer) Challenge() []byte { return challenge(a.parsed.Response.CollectedClientData) }

// Credential is the id of the credential that is said to have answered.
func (a Answer) Credential() []byte { return a.parsed.RawID }

// Use is what a right answer tells.
type Use struct {
	SignCount uint32
	BackedUp  bool
	// Fell says that the counter did not grow: there may be two of the authenticator (S11).
	Fell bool
}

// Answered checks the answer of a second factor to a challenge: type, challenge, origin, no frame, the hash of the
// host's name, that somebody was there, and the signature (S10). An authenticator that names its owner names this one.
func (p *Party) Answered(o Owner, c Credential, challenge []byte, a Answer) (Use, error) {
	session := p.session(challenge, protocol.VerificationPreferred)
	session.UserID, session.AllowedCredentialIDs = o.Handle, [][]byte{c.ID}
	used, err := p.lib.ValidateLogin(user{Owner: o, credentials: toLibrary([]Credential{c})}, session, a.parsed)
	return use(used, err)
}

// AnsweredAlone is Answered for a passkey with nothing beside it: it must name its owner, and have verified them.
func (p *Party) AnsweredAlone(o Owner, c Credential, challenge []byte, a Answer) (Use, error) {
	owner := func(_, _ []byte) (lib.User, error) {
		return user{Owner: o, credentials: toLibrary([]Credential{c})}, nil // their handle is compared with it
	}
	session := p.session(challenge, protocol.VerificationRequired)
	_, used, err := p.lib.ValidatePasskeyLogin(owner, session, a.parsed)
	return use(used, err)
}

func (p *Party) session(challenge []byte, verified protocol.UserVerificationRequirement) lib.SessionData {
	return lib.SessionData{
		Challenge:      base64.RawURLEncoding.EncodeToString(challenge),
		RelyingPartyID: p.lib.Config.RPID, UserVerification: verified,
	}
}

func use(used *lib.Credential, err error) (Use, error) {
	if err != nil {
		return Use{}, refused(err)
	}
	return Use{
		SignCount: used.Authenticator.SignCount, BackedUp: used.Flags.BackupState, Fell: used.Authenticator.CloneWarning,
	}, nil
}
