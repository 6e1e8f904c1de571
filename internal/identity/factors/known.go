package factors

import (
	"context"
	"encoding/base64"
	"errors"

	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
)

// KnownKeys is what a browser may be told, with their owner before it, of the keys that the portal knows: what keeps
// passkeys then offers no others, and under the names of today. The binary values are in base64url, as browsers take
// them.
type KnownKeys struct {
	Party string // the host's name
	Owner string // the handle that authenticators know the person by
	Email string
	Name  string
	Keys  []string // also those that are being added, or under suspicion: their owner decides about them
}

// KnownKeys reads them for the page of their owner; false where they never had a key.
func (p *Keyring) KnownKeys(ctx context.Context, person persons.Row) (KnownKeys, bool, error) {
	if p.party == nil || len(person.UserHandle) == 0 {
		return KnownKeys{}, false, nil
	}
	list, err := p.credentials(db.WithScope(p.reader.With(ctx), "person_id", person.ID.Bytes()))
	if err != nil {
		return KnownKeys{}, false, err
	}
	owner, err := p.owner(person)
	if err != nil {
		return KnownKeys{}, false, err
	}
	known := KnownKeys{Party: p.party.Host(), Owner: url64(owner.Handle), Email: owner.Email, Name: owner.Name}
	for _, c := range list {
		known.Keys = append(known.Keys, url64(c.ID))
	}
	return known, true, nil
}

// url64 writes binary values as browsers take them.
func url64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// UnknownKeyError says that an answer named a credential that nobody has: it was removed, or is of another time. To the
// person it is like any other answer that does not fit.
type UnknownKeyError struct {
	Party string // the host's name
	Key   string // the credential, in base64url
	cause error
}

// Error is the text for logs.
func (e *UnknownKeyError) Error() string {
	return "identity: nobody has this credential: " + e.cause.Error()
}

// Unwrap is what the person is told.
func (e *UnknownKeyError) Unwrap() error { return e.cause }

// UnknownKey is what a browser may be told to offer no longer; false for every other error.
func UnknownKey(err error) (*UnknownKeyError, bool) { return errors.AsType[*UnknownKeyError](err) }

// unknownKey marks an answer of a credential that nobody has.
func (p *Keyring) unknownKey(credential []byte, cause error) error {
	return &UnknownKeyError{Party: p.party.Host(), Key: url64(credential), cause: cause}
}
