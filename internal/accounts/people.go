package accounts

import (
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// personActive is the state of a person who can sign in.
const personActive = "active"

// personRow is what this room reads of the people that identity keeps.
type personRow struct {
	ID         id.Person
	Name       secretbox.Sealed
	EmailIndex secretbox.Index
	State      string
}

// TableName names the table.
func (personRow) TableName() string { return "persons" }

func readPerson(q *gorm.DB, person id.Person) (personRow, error) {
	row, found, err := db.One[personRow](q.Select("id, name, email_index, state").Where("id = ?", person))
	if err != nil {
		return personRow{}, fmt.Errorf("read person: %w", err)
	}
	if !found {
		return personRow{}, fault.NotFound("read person")
	}
	return row, nil
}

// nameOf is the name that a person goes by.
func (a *Accounts) nameOf(q *gorm.DB, person id.Person) (string, error) {
	row, err := readPerson(q, person)
	if err != nil {
		return "", err
	}
	return a.people.OpenName(person, row.Name)
}
