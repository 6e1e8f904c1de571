// Package factors holds what people prove themselves with besides the password: code apps, security keys, passkeys and
// recovery codes. It adds and removes them, checks what they answer, and says what was proved lately. It writes
// factors, ceremonies, recovery_sets, recovery_codes and staff_starts. It lets nobody in: identity does, with what is
// proved here.
package factors

import (
	"gatehouse/internal/gate"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/identity/webauthn"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// Keyring holds everybody's second factors. It is safe for concurrent use.
type Keyring struct {
	gate   *gate.Gate
	reader *db.Reader
	box    *secretbox.Box
	cfg    Config
	party  *webauthn.Party // nil: the portal has no name that authenticators could know

	persons  *persons.Persons
	alerts   *alerts.Alerts
	sessions *sessions.Register
	tries    *tries.Tries
}

// Config is what the operator sets.
type Config struct {
	Brand      string        // what code apps show
	BrandNow   func() string // what they show by now; nil: always Brand
	StaffCodes bool          // staff may do without security keys: in the demo
}

func (c Config) brand() string {
	if c.BrandNow != nil {
		return c.BrandNow()
	}
	return c.Brand
}

// Rooms are those that the keyring stands on.
type Rooms struct {
	Persons  *persons.Persons
	Alerts   *alerts.Alerts
	Sessions *sessions.Register
	Tries    *tries.Tries
}

// New makes it. Without a party there are no security keys.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, on Rooms, party *webauthn.Party, cfg Config,
) *Keyring {
	return &Keyring{
		gate: g, reader: reader, box: box, cfg: cfg, party: party,
		persons: on.Persons, alerts: on.Alerts, sessions: on.Sessions, tries: on.Tries,
	}
}
