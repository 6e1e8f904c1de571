package accounts

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// held is a contact as the transaction sees it.
type held struct {
	membershipRow
	standing standing
	name     string
}

// target is the contact as the log names them.
func (h held) target() activity.Target { return activity.TargetOf("contact", h.ID, h.name) }

// hold reads the contact that is about to be changed, and asks whether the asker stands high enough for it (A3).
func (a *Accounts) hold(tx *db.Tx, g gate.Grant, contact id.Membership) (held, standing, error) {
	row, found, err := db.One[membershipRow](g.On(tx.DB).Where("id = ?", contact))
	if err != nil {
		return held{}, standing{}, fmt.Errorf("read contact: %w", err)
	}
	if !found {
		return held{}, standing{}, fault.NotFound("read contact")
	}
	h := held{membershipRow: row}
	if h.standing, err = a.standingOf(tx.DB, g, row); err != nil {
		return held{}, standing{}, err
	}
	if h.name, err = a.nameOf(tx.DB, row.PersonID); err != nil {
		return held{}, standing{}, err
	}
	giver, err := a.granter(tx.DB, g)
	if err != nil {
		return held{}, standing{}, err
	}
	if !giver.mayGive(verb.ContactsManage, h.standing) && row.PersonID != g.Who().Person {
		return held{}, standing{}, refuse(g, access.ReasonHigherRole, h.target())
	}
	return h, giver, nil
}

// otherOwners counts the owners of the account who can act, besides one contact, if that is given. The rows are those
// of the transaction, and the account's head row, which the gate wrote first, lets only one change at a time get this
// far (A4, R7).
func otherOwners(tx *db.Tx, g gate.Grant, besides id.Membership) (int64, error) {
	var n int64
	q := g.On(tx.Table(tableMemberships)).Joins("JOIN persons ON persons.id = memberships.person_id").
		Where("memberships.role = ? AND memberships.suspended = ? AND persons.state = ?",
							access.RoleOwner, false, personActive).
		Where("persons.secured_at IS NULL") // who locked their sign-in can not act until they have looked at it
	if !besides.IsZero() {
		q = q.Where("memberships.id <> ?", besides)
	}
	if err := q.Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count owners: %w", err)
	}
	return n, nil
}

func (h held) keepsAnOwner(tx *db.Tx, g gate.Grant) error {
	if h.Role != access.RoleOwner {
		return nil
	}
	others, err := otherOwners(tx, g, h.ID)
	if err != nil {
		return err
	}
	if others == 0 {
		return fault.Conflict("An account always has an owner, and this is the only one. Make somebody else an owner first.")
	}
	return nil
}

// RoleChange is what a contact is to be given instead of what they have.
type RoleChange struct {
	Terms
	Version int64 // of the contact that the form showed
}

// ChangeRole gives a contact another role, or other limits. It holds from their next request.
func (a *Accounts) ChangeRole(
	ctx context.Context, who actor.Actor, account id.Account, contact id.Membership, c RoleChange,
) error {
	scope := id.AccountScope(account)
	return a.change(ctx, who, verb.ContactsManage, scope, nil, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return a.reassign(tx, g, contact, c)
	})
}

// reassign gives a contact other terms in the caller's change.
func (a *Accounts) reassign(tx *db.Tx, g gate.Grant, contact id.Membership, c RoleChange) (gate.Entry, error) {
	h, wanted, err := a.mayReassign(tx, g, contact, c.Terms)
	if err != nil {
		return gate.Entry{}, err
	}
	if err := h.update(tx, g, wanted.Terms, c.Version); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(activity.ContactRoleChanged, activity.Details{
		Target: h.target(), Changes: wanted.changes(h.standing),
	}), nil
}

// mayReassign asks every rule about giving a contact other terms.
func (a *Accounts) mayReassign(
	tx *db.Tx, g gate.Grant, contact id.Membership, t Terms,
) (held, standing, error) {
	h, giver, err := a.hold(tx, g, contact)
	if err != nil {
		return held{}, standing{}, err
	}
	if h.PersonID == g.Who().Person {
		return held{}, standing{}, refuse(g, access.ReasonOwnRole, h.target())
	}
	wanted, err := a.grantable(tx, g, giver, verb.ContactsManage, t, h.target())
	if err != nil {
		return held{}, standing{}, err
	}
	if wanted.Role != access.RoleOwner {
		if err := h.keepsAnOwner(tx, g); err != nil {
			return held{}, standing{}, err
		}
	}
	return h, wanted, nil
}

func (h held) update(tx *db.Tx, g gate.Grant, t Terms, version int64) error {
	set := t.columns()
	set["version"] = gorm.Expr("version + 1")
	done := g.On(tx.Model(&membershipRow{})).Where("id = ? AND version = ?", h.ID, version).Updates(set)
	if done.Error != nil {
		return fmt.Errorf("change role: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return stale()
	}
	return keepHistory(tx, g.Account(), h.ID)
}

// changes compares two standings for the log. was is zero where there was none.
func (s standing) changes(was standing) []activity.Change {
	services, ends := s.inWords()
	oldServices, oldEnds := was.inWords()
	if was.role.Key == "" {
		oldServices, oldEnds = "", ""
	}
	var out []activity.Change
	for _, c := range []activity.Change{
		{Field: "role", Old: was.role.Name, New: s.role.Name},
		{Field: "services", Old: oldServices, New: services},
		{Field: "ends", Old: oldEnds, New: ends},
	} {
		if c.Old != c.New {
			out = append(out, c)
		}
	}
	return out
}

// Remove ends a contact's place in the account; from their next request on it is gone. A contact who may manage
// contacts may leave by it.
func (a *Accounts) Remove(ctx context.Context, who actor.Actor, account id.Account, contact id.Membership) error {
	scope := id.AccountScope(account)
	return a.change(ctx, who, verb.ContactsManage, scope, nil, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return a.remove(tx, g, contact)
	})
}

// remove ends a contact's place in the caller's change.
func (a *Accounts) remove(tx *db.Tx, g gate.Grant, contact id.Membership) (gate.Entry, error) {
	h, err := a.mayRemove(tx, g, contact)
	if err != nil {
		return gate.Entry{}, err
	}
	if err := a.leaveTeams(tx, g, h); err != nil {
		return gate.Entry{}, err
	}
	done := g.On(tx.DB).Where("id = ?", contact).Delete(&membershipRow{})
	if done.Error != nil {
		return gate.Entry{}, fmt.Errorf("remove contact: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return gate.Entry{}, fault.NotFound("remove contact")
	}
	if err := keepHistory(tx, g.Account(), contact); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(activity.ContactRemoved, activity.Details{
		Target:  h.target(),
		Changes: []activity.Change{{Field: "role", Old: h.standing.role.Name}},
	}), nil
}

// mayRemove asks every rule about ending a contact's place.
func (a *Accounts) mayRemove(tx *db.Tx, g gate.Grant, contact id.Membership) (held, error) {
	h, _, err := a.hold(tx, g, contact)
	if err != nil {
		return held{}, err
	}
	return h, h.keepsAnOwner(tx, g)
}
