package accounts

import (
	"context"
	"fmt"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Recipient is somebody who is written to.
type Recipient struct {
	Person   id.Person
	Name     string
	Email    string
	TimeZone string
}

// placedRow is a person with a role in an account.
type placedRow struct {
	PersonID     id.Person
	PersonName   secretbox.Sealed
	Email        secretbox.Sealed
	TimeZone     string
	Role         string
	CustomRoleID id.Role
	CustomVerbs  string
	AccountName  secretbox.Sealed
}

// Readers are the people who may read the whole log of an account, and what the account is called. Owners stand first.
func (a *Accounts) Readers(
	ctx context.Context, who actor.Actor, account id.Account,
) (name string, owners, others []Recipient, err error) {
	rows, err := a.placed(ctx, who, account)
	if err != nil {
		return "", nil, nil, fmt.Errorf("list readers: %w", err)
	}
	owns := func(row placedRow) bool { return row.Role == access.RoleOwner }
	if name, owners, err = a.written(account, rows, owns); err != nil {
		return "", nil, nil, err
	}
	_, others, err = a.written(account, rows, func(row placedRow) bool { return !owns(row) && a.readsAll(row) })
	return name, owners, others, err
}

// placed are the people with a place in an account that counts now.
func (a *Accounts) placed(ctx context.Context, who actor.Actor, account id.Account) ([]placedRow, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	now, err := a.reader.Now(ctx)
	if err != nil {
		return nil, err // the caller says what it did
	}
	var rows []placedRow
	err = g.On(a.reader.With(ctx).Table(tableMemberships)).
		Select("memberships.person_id, persons.name AS person_name, persons.email, persons.time_zone, memberships.role, "+
			"memberships.custom_role_id, custom_roles.verbs AS custom_verbs, "+
			"accounts.name AS account_name").
		Joins("JOIN persons ON persons.id = memberships.person_id").
		Joins("JOIN accounts ON accounts.account_id = memberships.account_id").
		Joins("LEFT JOIN custom_roles ON custom_roles.id = memberships.custom_role_id").
		Where("memberships.suspended = ? AND persons.state = ?", false, "active").
		Where("memberships.ends_at IS NULL OR memberships.ends_at > ?", now.UnixMilli()).
		Order("memberships.id").Find(&rows).Error
	return rows, err
}

// written opens how those are called and written to whom a choice falls on.
func (a *Accounts) written(
	account id.Account, rows []placedRow, chosen func(placedRow) bool,
) (string, []Recipient, error) {
	name, list := "", []Recipient{}
	for _, row := range rows {
		o := opener{box: a.box, table: tableAccounts, row: account.Bytes()}
		if name = o.open("name", row.AccountName); o.err != nil {
			return "", nil, o.err
		}
		if !chosen(row) {
			continue
		}
		r := Recipient{Person: row.PersonID, TimeZone: row.TimeZone}
		var err error
		if r.Name, err = a.people.OpenName(row.PersonID, row.PersonName); err != nil {
			return "", nil, err
		}
		if r.Email, err = a.people.OpenEmail(row.PersonID, row.Email); err != nil {
			return "", nil, err
		}
		list = append(list, r)
	}
	return name, list, nil
}

func (a *Accounts) role(row placedRow) (access.Role, bool) {
	return a.access.RoleOf(actor.Membership{
		Role: row.Role, CustomRole: row.CustomRoleID, Verbs: access.UnpackVerbs(row.CustomVerbs),
	})
}

func (a *Accounts) readsAll(row placedRow) bool {
	role, ok := a.role(row)
	term, held := role.Term(verb.ActivityView)
	return ok && held && term.Condition == access.AnyThing
}
