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
	"gatehouse/internal/platform/names"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Member is a contact as a change sees them.
type Member struct {
	Recipient
	Contact id.Membership
	Role    string // key
	Active  bool   // neither suspended nor ended, and the sign-in is open
}

// Target is the contact as the log names them.
func (h Member) Target() activity.Target { return activity.TargetOf("contact", h.Contact, h.Name) }

// MemberOf reads the contact of a place in the account that the grant is over.
func (a *Accounts) MemberOf(q *gorm.DB, g gate.Grant, contact id.Membership) (Member, error) {
	return a.member(g.On(q.Table(tableMemberships)).Where("memberships.id = ?", contact), g)
}

// MemberBy reads the contact that a person is in the account that the grant is over.
func (a *Accounts) MemberBy(q *gorm.DB, g gate.Grant, person id.Person) (Member, error) {
	return a.member(g.On(q.Table(tableMemberships)).Where("memberships.person_id = ?", person), g)
}

func (a *Accounts) member(q *gorm.DB, g gate.Grant) (Member, error) {
	var rows []struct {
		Row         membershipRow `gorm:"embedded"`
		PersonName  secretbox.Sealed
		PersonEmail secretbox.Sealed
		PersonState string
		TimeZone    string
	}
	err := q.Select("memberships.*, persons.name AS person_name, persons.email AS person_email, " +
		"persons.state AS person_state, persons.time_zone").
		Joins("JOIN persons ON persons.id = memberships.person_id").Limit(1).Find(&rows).Error
	if err != nil {
		return Member{}, fmt.Errorf("read contact: %w", err)
	}
	if len(rows) == 0 {
		return Member{}, fault.NotFound("read contact")
	}
	row := rows[0].Row
	ended := !row.EndsAt.IsZero() && !g.Now().Before(row.EndsAt.Time)
	h := Member{
		Recipient: Recipient{Person: row.PersonID, TimeZone: rows[0].TimeZone}, Contact: row.ID, Role: row.Role,
		Active: !row.Suspended && !ended && rows[0].PersonState == personActive,
	}
	if h.Name, err = a.people.OpenName(row.PersonID, rows[0].PersonName); err != nil {
		return Member{}, err
	}
	h.Email, err = a.people.OpenEmail(row.PersonID, rows[0].PersonEmail)
	return h, err
}

// MakeOwner makes a contact an owner, in the change in which they take the ownership that they were offered. Limits and
// an end date fall away with the role that had them.
func (a *Accounts) MakeOwner(tx *db.Tx, g gate.Grant, h Member) (gate.Entry, error) {
	return a.reRole(tx, g, h, Terms{Role: access.RoleOwner})
}

// StepDown gives an owner another role, in the change in which somebody else takes over. An account that would be left
// without an owner refuses it (A4).
func (a *Accounts) StepDown(tx *db.Tx, g gate.Grant, h Member, to Terms) (gate.Entry, error) {
	if err := (held{membershipRow: membershipRow{ID: h.Contact, Role: h.Role}}).keepsAnOwner(tx, g); err != nil {
		return gate.Entry{}, err
	}
	return a.reRole(tx, g, h, to)
}

// reRole writes a role that the rules have allowed already.
func (a *Accounts) reRole(tx *db.Tx, g gate.Grant, h Member, t Terms) (gate.Entry, error) {
	row, found, err := db.One[membershipRow](g.On(tx.DB).Where("id = ?", h.Contact))
	if err != nil || !found {
		return gate.Entry{}, fmt.Errorf("read contact: %w", err)
	}
	was, err := a.standingOf(tx.DB, g, row)
	if err != nil {
		return gate.Entry{}, err
	}
	is, err := a.resolve(tx.DB, g, t)
	if err != nil {
		return gate.Entry{}, err
	}
	if err := is.checked(g.Now()); err != nil {
		return gate.Entry{}, err
	}
	if err := (held{membershipRow: row}).update(tx, g, t, row.Version); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(activity.ContactRoleChanged, activity.Details{Target: h.Target(), Changes: is.changes(was)}), nil
}

// StepDownRoles are the roles that an owner can take on who hands over: those without chosen services, and the
// account's own.
func (a *Accounts) StepDownRoles(ctx context.Context, who actor.Actor, account id.Account) ([]Role, error) {
	g, err := a.gate.View(ctx, who, verb.AccountView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	var out []Role
	for _, role := range a.access.Roles() {
		out = append(out, Role{Role: role})
	}
	own, err := a.rolesOf(g, a.reader.With(ctx))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(append(out, own...), func(r Role) bool {
		return a.stepsDown(standing{RoleTerms(r.Value()), r.Role}) != nil
	}), nil
}

// StepDownRole is the role of terms that an owner wants to take on, if that is possible.
func (a *Accounts) StepDownRole(q *gorm.DB, g gate.Grant, to Terms) (access.Role, error) {
	s, err := a.resolve(q, g, to)
	if err != nil {
		return access.Role{}, err
	}
	return s.role, a.stepsDown(s)
}

func (a *Accounts) stepsDown(s standing) error {
	if s.Role == access.RoleOwner {
		return fault.InvalidField("role", "Choose another role than the one that you have.")
	}
	return s.checked(s.EndsAt)
}

// ParseName puts the name of an account in order, or says what is wrong with it.
func ParseName(name string) (string, error) {
	var f form
	name = f.text("name", name, "Enter the name of the business or the person.", longestName)
	return name, f.fault()
}

// ParseText puts one line of text in order, or says what is wrong with it under the name of its field. missing is what
// to say where it is empty; where missing is empty too, it may be left out.
func ParseText(field, text, missing string, longest int) (string, error) {
	var f form
	text = f.text(field, text, missing, longest)
	return text, f.fault()
}

// Rename gives the account that the grant is over another name, and returns the one that it had.
func (a *Accounts) Rename(tx *db.Tx, g gate.Grant, name string) (string, error) {
	before, err := a.ByGrant(tx.DB, g)
	if err != nil {
		return "", err
	}
	row := accountRow{AccountID: g.Account()}
	err = a.seal(tableAccounts, row.AccountID.Bytes(), map[string]sealing{"name": {name, &row.Name}})
	if err != nil {
		return "", err
	}
	err = g.On(tx.Model(&accountRow{})).
		Updates(map[string]any{"name": row.Name, "version": gorm.Expr("version + 1")}).Error
	if err == nil {
		err = names.Accounts.Changed(tx.DB)
	}
	return before.Name, wrap("rename", err)
}

// SetPrimary makes a contact the one who speaks for the account with the provider.
func (a *Accounts) SetPrimary(tx *db.Tx, g gate.Grant, contact id.Membership) error {
	return wrap("set primary contact", g.On(tx.Model(&accountRow{})).
		Updates(map[string]any{"primary_contact": contact, "version": gorm.Expr("version + 1")}).Error)
}

// Primary is the contact who speaks for the account with the provider: the one whom staff approved, or, where nobody
// was named or that one is gone or has no access any more, the owner who is there the longest.
func (a *Accounts) Primary(q *gorm.DB, g gate.Grant) (Member, error) {
	row, found, err := db.One[accountRow](g.On(q).Select("account_id, primary_contact"))
	if err != nil || !found {
		return Member{}, fmt.Errorf("read account: %w", err)
	}
	if !row.PrimaryContact.IsZero() {
		named, err := a.MemberOf(q, g, row.PrimaryContact)
		if err == nil && named.Active {
			return named, nil
		}
		if err != nil && fault.KindOf(err) != fault.KindNotFound {
			return Member{}, err
		}
	}
	return a.member(g.On(q.Table(tableMemberships)).
		Where("memberships.role = ? AND memberships.suspended = ? AND persons.state = ?",
			access.RoleOwner, false, personActive).Order("memberships.id"), g)
}
