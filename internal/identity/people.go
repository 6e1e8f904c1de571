package identity

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/identity/webauthn"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// The states of a person.
const (
	stateActive   = "active"
	stateDisabled = "disabled"
)

// Config is what the operator sets.
type Config struct {
	// PublicURL is where the portal is reached: the one place for which security keys sign. Without one, or with an
	// address of digits, there are none.
	PublicURL *url.URL
	Brand     string   // the provider's name: what code apps show, and no word for a password
	Clients   Timeouts // zero values: those of N3
	Staff     Timeouts
	// StaffCodes lets staff do without security keys: in the demo, where nobody has theirs.
	StaffCodes bool
}

// People is the room: who there is and who is signed in. It is safe for concurrent use.
type People struct {
	gate   *gate.Gate
	reader *db.Reader
	box    *secretbox.Box
	hasher *passwords.Hasher
	rules  *passwords.Rules
	out    *outbox.Box
	cfg    Config
	party  *webauthn.Party // nil: the portal has no name that authenticators could know

	demandsOf DemandsOf // nil: nothing is demanded
	onSignIn  []SignInHook
	onSecured []SignInHook
}

// New makes the room. It reads and writes nothing yet.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box, out *outbox.Box, cfg Config) *People {
	cfg.Clients = cfg.Clients.or(Timeouts{Idle: 30 * time.Minute, Absolute: 12 * time.Hour})
	cfg.Staff = cfg.Staff.or(Timeouts{Idle: 15 * time.Minute, Absolute: 12 * time.Hour})
	p := &People{
		gate: g, reader: reader, box: box, out: out, hasher: passwords.NewHasher(),
		rules: &passwords.Rules{}, cfg: cfg,
	}
	if cfg.PublicURL != nil {
		if party, err := webauthn.New(cfg.Brand, cfg.PublicURL); err == nil {
			p.party = party
		}
	}
	return p
}

// Hashes is how many password hashes were made and compared since the start.
func (p *People) Hashes() int64 { return p.hasher.Count() }

type personRow struct {
	ID                id.Person `gorm:"primaryKey"`
	Email             secretbox.Sealed
	EmailIndex        secretbox.Index
	Name              secretbox.Sealed
	PasswordHash      secretbox.Sealed
	PasswordChangedAt db.Time
	State             string
	Staff             bool
	Locale            string
	TimeZone          string
	UserHandle        []byte  // what authenticators know the person by; empty before the first key
	SecuredAt         db.Time // set: only their own pages, until they have looked at their factors
	CreatedAt         db.Time
	Version           int64
}

// TableName names the table.
func (personRow) TableName() string { return "persons" }

func place(column string, person id.Person) secretbox.Place {
	return secretbox.Place{Table: "persons", Column: column, Row: person.Bytes()}
}

// EmailIndex is the blind index under which a person with that address is found, however it is spelt.
func (p *People) EmailIndex(email string) secretbox.Index {
	return p.box.Index("persons.email", CanonicalEmail(email))
}

// OpenName opens a person's name for those who joined the row of persons.
func (p *People) OpenName(person id.Person, name secretbox.Sealed) (string, error) {
	return p.box.Open(name, place("name", person))
}

// OpenEmail opens a person's address for those who joined the row of persons.
func (p *People) OpenEmail(person id.Person, email secretbox.Sealed) (string, error) {
	return p.box.Open(email, place("email", person))
}

// byEmail looks up who has an address; the zero row where nobody has.
func (p *People) byEmail(ctx context.Context, index secretbox.Index) (personRow, error) {
	return findPerson(p.reader.With(ctx), "email_index = ?", index)
}

// byID reads a person's row through any handle; the zero row where there is none.
func byID(q *gorm.DB, person id.Person) (personRow, error) { return findPerson(q, "id = ?", person) }

func findPerson(q *gorm.DB, condition string, value any) (personRow, error) {
	var rows []personRow
	if err := q.Where(condition, value).Limit(1).Find(&rows).Error; err != nil {
		return personRow{}, fmt.Errorf("read person: %w", err)
	}
	if len(rows) == 0 {
		return personRow{}, nil
	}
	return rows[0], nil
}

// openHash opens what is kept of a person's password; empty where there is none.
func (p *People) openHash(person personRow) (string, error) {
	return p.box.Open(person.PasswordHash, place("password_hash", person.ID))
}
