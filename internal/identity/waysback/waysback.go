// Package waysback holds what somebody does whose sign-in is not in order: a new password by a mailed link, another
// address, and “this wasn’t me”, which locks everybody out until its owner has looked at their factors. It signs nobody
// in. It writes password_resets and email_changes.
package waysback

import (
	"gatehouse/internal/gate"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// WaysBack is the room. It is safe for concurrent use.
type WaysBack struct {
	gate   *gate.Gate
	reader *db.Reader
	box    *secretbox.Box
	out    *outbox.Box
	hasher *passwords.Hasher

	persons  *persons.Persons
	alerts   *alerts.Alerts
	sessions *sessions.Register
	factors  *factors.Keyring
	tries    *tries.Tries

	onSecured []func(tx *db.Tx, g gate.Grant) error
}

// Rooms are those that this one stands on.
type Rooms struct {
	Persons  *persons.Persons
	Alerts   *alerts.Alerts
	Sessions *sessions.Register
	Factors  *factors.Keyring
	Tries    *tries.Tries
}

// New makes the room. It reads and writes nothing yet.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, out *outbox.Box, hasher *passwords.Hasher, on Rooms,
) *WaysBack {
	return &WaysBack{
		gate: g, reader: reader, box: box, out: out, hasher: hasher,
		persons: on.Persons, alerts: on.Alerts, sessions: on.Sessions, factors: on.Factors, tries: on.Tries,
	}
}
