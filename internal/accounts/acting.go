package accounts

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// What follows lets another room act on contacts within a change of its own: a review decides about many at once. Every
// rule of this room is asked, and so is the right to manage contacts, whatever the change was granted for.

// Change is gate.Change for such a room: what a rule of this room refused is recorded as it is here.
func (a *Accounts) Change(ctx context.Context, who actor.Actor, v verb.Verb, account id.Account, work gate.Work) error {
	return a.change(ctx, who, v, id.AccountScope(account), nil, work)
}

// ContactsIn reads contacts of the grant's account through the caller's handle, in the order of their places: those
// named, or all of them where none are.
func (a *Accounts) ContactsIn(q *gorm.DB, g gate.Grant, only []id.Membership) ([]Contact, error) {
	query := g.On(q.Table(tableMemberships)).Select(contactColumns() + ", NULL AS done_action, NULL AS done_at").
		Joins("JOIN persons ON persons.id = memberships.person_id").
		Joins("LEFT JOIN custom_roles ON custom_roles.id = memberships.custom_role_id")
	if len(only) > 0 {
		query = query.Where("memberships.id IN ?", only)
	}
	rows, err := db.ReadRows(query.Order("memberships.id"), (*contactRow).targets)
	if err != nil {
		return nil, fmt.Errorf("read contacts: %w", err)
	}
	return a.contacts(g, rows)
}

// managing asks whether the one who holds the grant may manage contacts, as the rows of this transaction say it.
func (a *Accounts) managing(ctx context.Context, tx *db.Tx, g gate.Grant) error {
	d, err := a.access.Decide(ctx, tx.DB, g.Now(), g.Who(), verb.ContactsManage, g.Scope())
	if err != nil {
		return fmt.Errorf("act on a contact: %w", err)
	}
	if !d.Allowed {
		return &refusal{d, activity.Target{}}
	}
	return nil
}

// MayReassignIn says whether a contact could be given other terms now. It changes nothing.
func (a *Accounts) MayReassignIn(ctx context.Context, tx *db.Tx, g gate.Grant, contact id.Membership, t Terms) error {
	if err := a.managing(ctx, tx, g); err != nil {
		return err
	}
	_, _, err := a.mayReassign(tx, g, contact, t)
	return err
}

// ReassignIn gives a contact other terms.
func (a *Accounts) ReassignIn(
	ctx context.Context, tx *db.Tx, g gate.Grant, contact id.Membership, c RoleChange,
) (gate.Entry, error) {
	if err := a.managing(ctx, tx, g); err != nil {
		return gate.Entry{}, err
	}
	return a.reassign(tx, g, contact, c)
}

// MayRemoveIn says whether a contact could be removed now. It changes nothing.
func (a *Accounts) MayRemoveIn(ctx context.Context, tx *db.Tx, g gate.Grant, contact id.Membership) error {
	if err := a.managing(ctx, tx, g); err != nil {
		return err
	}
	_, err := a.mayRemove(tx, g, contact)
	return err
}

// RemoveIn ends a contact's place.
func (a *Accounts) RemoveIn(ctx context.Context, tx *db.Tx, g gate.Grant, contact id.Membership) (gate.Entry, error) {
	if err := a.managing(ctx, tx, g); err != nil {
		return gate.Entry{}, err
	}
	return a.remove(tx, g, contact)
}

// SuspendIn takes a contact's access away for a while.
func (a *Accounts) SuspendIn(ctx context.Context, tx *db.Tx, g gate.Grant, contact id.Membership) (gate.Entry, error) {
	if err := a.managing(ctx, tx, g); err != nil {
		return gate.Entry{}, err
	}
	return a.suspend(tx, g, contact, true)
}

// MayDecideIn says whether the one who holds the grant stands high enough to decide about a contact: never about
// themselves, never about somebody above them (A3).
func (a *Accounts) MayDecideIn(tx *db.Tx, g gate.Grant, contact id.Membership) error {
	h, _, err := a.hold(tx, g, contact)
	if err != nil {
		return err
	}
	if h.PersonID == g.Who().Person {
		return refuse(g, access.ReasonOwnRole, h.target())
	}
	return nil
}

// Holders are the people of an account whose role includes a permission, and what the account is called. Suspended and
// ended access does not count.
func (a *Accounts) Holders(
	ctx context.Context, who actor.Actor, account id.Account, v verb.Verb,
) (string, []Recipient, error) {
	return a.HoldersOver(ctx, who, account, v, id.Service{})
}

// HoldersOver is Holders without those who are limited to other services than the one given. No service is none in
// particular.
func (a *Accounts) HoldersOver(
	ctx context.Context, who actor.Actor, account id.Account, v verb.Verb, service id.Service,
) (string, []Recipient, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return "", nil, err
	}
	of, err := a.ByGrant(a.reader.With(ctx), g)
	if err != nil {
		return "", nil, err
	}
	contacts, err := a.ContactsIn(a.reader.With(ctx), g, nil)
	if err != nil {
		return "", nil, err
	}
	zones, err := a.zonesOf(ctx, g)
	if err != nil {
		return "", nil, err
	}
	var list []Recipient
	for _, c := range contacts {
		role, ok := a.access.RoleOf(c.place)
		if c.Suspended || c.Ended || c.Disabled || !ok || !slices.Contains(role.Verbs, v) {
			continue
		}
		if c.Terms.Limited && !service.IsZero() && !slices.Contains(c.Terms.Services, service) {
			continue
		}
		list = append(list, Recipient{Person: c.Person, Name: c.Name, Email: c.Email, TimeZone: zones[c.Person]})
	}
	return of.Name, list, nil
}

// RoleNamed is the role that terms name, for people; the account's own roles are read through the caller's handle.
func (a *Accounts) RoleNamed(q *gorm.DB, g gate.Grant, t Terms) (access.Role, error) {
	s, err := a.resolve(q, g, t)
	if fault.KindOf(err) == fault.KindInvalid {
		return access.Role{}, nil
	}
	return s.role, err
}

// RoleOf is the role that a contact holds.
func (a *Accounts) RoleOf(c Contact) access.Role {
	role, _ := a.access.RoleOf(c.place)
	return role
}

// NamesOf are the names that some people go by, through the caller's handle. Whoever was erased has none.
func (a *Accounts) NamesOf(q *gorm.DB, people []id.Person) (map[id.Person]string, error) {
	names := make(map[id.Person]string, len(people))
	wanted := slices.DeleteFunc(slices.Clone(people), id.Person.IsZero)
	if len(wanted) == 0 {
		return names, nil
	}
	slices.SortFunc(wanted, func(x, y id.Person) int { return slices.Compare(x.Bytes(), y.Bytes()) })
	var rows []personRow
	err := q.Select("id, name").Where("id IN ?", slices.Compact(wanted)).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	for _, row := range rows {
		if names[row.ID], err = a.people.OpenName(row.ID, row.Name); err != nil {
			return nil, err // identity says what it did
		}
	}
	return names, nil
}

// AccountNames are what some accounts are called, for whoever holds a grant over the provider.
func (a *Accounts) AccountNames(q *gorm.DB, g gate.Grant, accounts []id.Account) (map[id.Account]string, error) {
	names := make(map[id.Account]string, len(accounts))
	if len(accounts) == 0 {
		return names, nil
	}
	var rows []accountRow
	err := g.On(q.Model(&accountRow{})).Select("account_id, name").Where("account_id IN ?", accounts).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read names of accounts: %w", err)
	}
	for _, row := range rows {
		o := opener{box: a.box, table: tableAccounts, row: row.AccountID.Bytes()}
		if names[row.AccountID] = o.open("name", row.Name); o.err != nil {
			return nil, o.err
		}
	}
	return names, nil
}

// PlaceOf is an account that somebody has access to now, with what they may do in it.
type PlaceOf struct {
	Account id.Account
	Name    string
	Verbs   []verb.Verb
	// ReadsLog says that they may read all of its log, not only what they did themselves.
	ReadsLog bool
}

// PlacesOf are the accounts that the person of the grant has access to now, through the caller's handle.
func (a *Accounts) PlacesOf(q *gorm.DB, g gate.Grant) ([]PlaceOf, error) {
	var rows []struct {
		AccountID    id.Account
		AccountName  secretbox.Sealed
		Role         string
		CustomRoleID id.Role
		CustomVerbs  string
	}
	err := g.On(q.Table(tableMemberships)).
		Select("memberships.account_id, accounts.name AS account_name, memberships.role, memberships.custom_role_id, "+
			"custom_roles.verbs AS custom_verbs").
		Joins("JOIN accounts ON accounts.account_id = memberships.account_id").
		Joins("LEFT JOIN custom_roles ON custom_roles.id = memberships.custom_role_id").
		Where("memberships.suspended = ? AND accounts.state = ?", false, stateActive).
		Where("(memberships.ends_at IS NULL OR memberships.ends_at > ?)", db.At(g.Now())).
		Order("memberships.id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list places: %w", err)
	}
	list := make([]PlaceOf, 0, len(rows))
	for _, row := range rows {
		o := opener{box: a.box, table: tableAccounts, row: row.AccountID.Bytes()}
		p := PlaceOf{Account: row.AccountID, Name: o.open("name", row.AccountName)}
		if o.err != nil {
			return nil, o.err
		}
		role, _ := a.access.RoleOf(actor.Membership{
			Role: row.Role, CustomRole: row.CustomRoleID, Verbs: access.UnpackVerbs(row.CustomVerbs),
		})
		p.Verbs = role.Verbs
		term, held := role.Term(verb.ActivityView)
		p.ReadsLog = held && term.Condition == access.AnyThing
		list = append(list, p)
	}
	return list, nil
}
