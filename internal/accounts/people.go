package accounts

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
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

// NameOf is the name that a person goes by, for the rooms that speak of an account's people.
func (a *Accounts) NameOf(q *gorm.DB, person id.Person) (string, error) { return a.nameOf(q, person) }

// PersonCalled opens a person's name and address, for whoever reads them with rows of their own.
func (a *Accounts) PersonCalled(person id.Person, name, email secretbox.Sealed) (called, address string, err error) {
	if called, err = a.people.OpenName(person, name); err != nil {
		return "", "", err // identity says what it did
	}
	address, err = a.people.OpenEmail(person, email)
	return called, address, err
}

// PersonOf is the person behind an account's contact, and their name, for the rooms that speak of an account's people.
// A contact of another account is not found.
func (a *Accounts) PersonOf(q *gorm.DB, account id.Account, contact id.Membership) (id.Person, string, error) {
	row, found, err := db.One[membershipRow](db.WithScope(q, "account_id", account.Bytes()).Where("id = ?", contact))
	if err != nil {
		return id.Person{}, "", fmt.Errorf("read contact: %w", err)
	}
	if !found {
		return id.Person{}, "", fault.NotFound("read contact")
	}
	name, err := a.nameOf(q, row.PersonID)
	return row.PersonID, name, err
}

// AccountsOf are the accounts that a person has a place in, their own or a team’s, for Gatehouse itself.
func (a *Accounts) AccountsOf(ctx context.Context, who actor.Actor, person id.Person) ([]id.Account, error) {
	g, err := a.gate.View(ctx, who, verb.SelfView, id.PersonScope(person))
	if err != nil {
		return nil, err
	}
	var rows []membershipRow
	err = g.On(a.reader.With(ctx)).Raw(`SELECT m.account_id FROM memberships m WHERE m.person_id = ?
 UNION SELECT ta.account_id FROM team_members tm JOIN team_access ta ON ta.team_id = tm.team_id AND ta.state = 'active'
 WHERE tm.person_id = ? ORDER BY account_id`, person.Bytes(), person.Bytes()).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list accounts of a person: %w", err)
	}
	list := make([]id.Account, 0, len(rows))
	for _, row := range rows {
		list = append(list, row.AccountID)
	}
	return list, nil
}
