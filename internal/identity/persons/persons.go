// Package persons holds who there is: name, address, password and state, sealed, and what accounts demand of their
// sign-in. It writes persons. Whether somebody may be let in is no matter of this package: it answers who they are.
package persons

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// Persons is the room of the rows of persons. It is safe for concurrent use.
type Persons struct {
	gate   *gate.Gate
	reader *db.Reader
	box    *secretbox.Box
	hasher *passwords.Hasher
	rules  *passwords.Rules
	brand  string

	demandsOf DemandsOf // nil: nothing is demanded
}

// New makes the room. The brand is no word for a password.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box, hasher *passwords.Hasher, brand string) *Persons {
	return &Persons{gate: g, reader: reader, box: box, hasher: hasher, rules: &passwords.Rules{}, brand: brand}
}

// The states of a person.
const (
	Active   = "active"
	Disabled = "disabled"
)

// Row is what is kept of a person.
type Row struct {
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
func (Row) TableName() string { return "persons" }

// Place is where a sealed column of a person stands.
func Place(column string, person id.Person) secretbox.Place {
	return secretbox.Place{Table: "persons", Column: column, Row: person.Bytes()}
}

// EmailIndex is the blind index under which a person with that address is found, however it is spelt.
func (p *Persons) EmailIndex(email string) secretbox.Index {
	return p.box.Index("persons.email", CanonicalEmail(email))
}

// OpenName opens a person's name for those who joined the row of persons.
func (p *Persons) OpenName(person id.Person, name secretbox.Sealed) (string, error) {
	return p.box.Open(name, Place("name", person))
}

// OpenEmail opens a person's address for those who joined the row of persons.
func (p *Persons) OpenEmail(person id.Person, email secretbox.Sealed) (string, error) {
	return p.box.Open(email, Place("email", person))
}

// ByEmail looks up who has an address; the zero row where nobody has.
func (p *Persons) ByEmail(ctx context.Context, index secretbox.Index) (Row, error) {
	return FindBy(p.reader.With(ctx), "email_index = ?", index)
}

// ByID reads a person's row through any handle; the zero row where there is none.
func ByID(q *gorm.DB, person id.Person) (Row, error) { return FindBy(q, "id = ?", person) }

// FindBy reads the row that a condition is true of; the zero row where there is none.
func FindBy(q *gorm.DB, condition string, value any) (Row, error) {
	var rows []Row
	if err := q.Where(condition, value).Limit(1).Find(&rows).Error; err != nil {
		return Row{}, fmt.Errorf("read person: %w", err)
	}
	if len(rows) == 0 {
		return Row{}, nil
	}
	return rows[0], nil
}

// OpenHash opens what is kept of a person's password; empty where there is none.
func (p *Persons) OpenHash(person Row) (string, error) {
	return p.box.Open(person.PasswordHash, Place("password_hash", person.ID))
}

// About is a person as the thing that an entry is about.
func About(person id.Person, name string) activity.Target {
	return activity.TargetOf("person", person, name)
}
