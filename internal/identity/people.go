package identity

import (
	"net/url"

	"gatehouse/internal/gate"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/identity/waysback"
	"gatehouse/internal/identity/webauthn"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// Config is what the operator sets.
type Config struct {
	// PublicURL is where the portal is reached: the one place for which security keys sign. Without one, or with an
	// address of digits, there are none.
	PublicURL *url.URL
	Brand     string            // the provider's name: what code apps show, and no word for a password
	BrandNow  func() string     // the name by now; nil: always Brand
	Clients   sessions.Timeouts // zero values: those of N3
	Staff     sessions.Timeouts
	// StaffCodes lets staff do without security keys: in the demo, where nobody has theirs.
	StaffCodes bool
	Hasher     *passwords.Hasher // nil: one of passwords.NewHasher
}

// People is the room: who there is and who is signed in. What it is made of can be asked through it; what is here by
// itself is how somebody gets in. It is safe for concurrent use.
type People struct {
	*persons.Persons
	*alerts.Alerts
	*sessions.Register
	*factors.Keyring
	*waysback.WaysBack

	gate   *gate.Gate
	reader *db.Reader
	hasher *passwords.Hasher
	tries  *tries.Tries
	out    *outbox.Box

	onSignIn []SignInHook
}

// New makes the room. It reads and writes nothing yet.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box, out *outbox.Box, cfg Config) *People {
	p := &People{gate: g, reader: reader, hasher: cfg.Hasher, tries: tries.New(g, box, out), out: out}
	if p.hasher == nil {
		p.hasher = passwords.NewHasher()
	}
	p.Persons = persons.New(g, reader, box, p.hasher, cfg.Brand)
	p.Alerts = alerts.New(g, reader, box, out, p.Persons)
	p.Register = sessions.New(g, reader, box, p.Persons, p.Alerts, cfg.Clients, cfg.Staff)
	var party *webauthn.Party
	if cfg.PublicURL != nil {
		if named, err := webauthn.New(cfg.Brand, cfg.PublicURL); err == nil {
			party = named
		}
	}
	p.Keyring = factors.New(g, reader, box, factors.Rooms{
		Persons: p.Persons, Alerts: p.Alerts, Sessions: p.Register, Tries: p.tries,
	}, party, factors.Config{Brand: cfg.Brand, BrandNow: cfg.BrandNow, StaffCodes: cfg.StaffCodes})
	p.WaysBack = waysback.New(g, reader, box, out, p.hasher, waysback.Rooms{
		Persons: p.Persons, Alerts: p.Alerts, Sessions: p.Register, Factors: p.Keyring, Tries: p.tries,
	})
	return p
}

// MakeRoom lets pages be made while passwords are hashed, until undo is called: what serves calls it once.
func (p *People) MakeRoom() (undo func()) { return p.hasher.MakeRoom() }

// Hashes is how many password hashes were made and compared since the start.
func (p *People) Hashes() int64 { return p.hasher.Count() }
