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

// RoleDeletion says what becomes of those who have a role that is deleted.
type RoleDeletion struct {
	To      Terms // their new role, without limits: those that people have stay; may be empty where nobody has it
	Version int64 // of the role that the form showed
}

// DeleteRole deletes a role of the account's own. Everybody who has it, or is invited with it, gets another one in the
// same change, with the limits that they have.
func (a *Accounts) DeleteRole(
	ctx context.Context, who actor.Actor, account id.Account, role id.Role, d RoleDeletion,
) error {
	return a.changeRoles(ctx, who, account, func(tx *db.Tx, g gate.Grant, giver standing) (gate.Entry, error) {
		return a.deleteRole(tx, g, giver, role, d)
	})
}

// DeleteRoleIn deletes a role that nobody has, in the change of a room that decides about many things at once. Every
// rule of this room is asked, and so is the right to manage roles, whatever the change was granted for.
func (a *Accounts) DeleteRoleIn(
	ctx context.Context, tx *db.Tx, g gate.Grant, role id.Role, version int64,
) (gate.Entry, error) {
	d, err := a.access.Decide(ctx, tx.DB, g.Now(), g.Who(), verb.RolesManage, g.Scope())
	if err != nil {
		return gate.Entry{}, fmt.Errorf("delete role: %w", err)
	}
	if !d.Allowed {
		return gate.Entry{}, &refusal{d, activity.Target{}}
	}
	giver, err := a.granter(tx.DB, g)
	if err != nil {
		return gate.Entry{}, err
	}
	return a.deleteRole(tx, g, giver, role, RoleDeletion{Version: version})
}

// OwnRolesIn reads the roles that the grant's account made for itself, through the caller's handle, by name.
func (a *Accounts) OwnRolesIn(q *gorm.DB, g gate.Grant) ([]Role, error) { return a.rolesOf(g, q) }

// deleteRole deletes a role of the account's own in the caller's change.
func (a *Accounts) deleteRole(
	tx *db.Tx, g gate.Grant, giver standing, role id.Role, d RoleDeletion,
) (gate.Entry, error) {
	_, was, err := a.ownRole(tx, g, role)
	if err != nil {
		return gate.Entry{}, err
	}
	target := activity.TargetOf("role", role, was.Name)
	if !access.MayGrant(giver.role, verb.RolesManage, was.Role) {
		return gate.Entry{}, refuse(g, access.ReasonHigherRole, target)
	}
	if err := a.heldByTeams(tx, g, role); err != nil {
		return gate.Entry{}, err
	}
	moved, err := a.moveHolders(tx, g, giver, was, d.To)
	if err != nil {
		return gate.Entry{}, err
	}
	invited, err := a.moveInvited(tx, g, giver, was, d.To)
	if err != nil {
		return gate.Entry{}, err
	}
	done := g.On(tx.Model(&roleRow{})).
		Where("id = ? AND version = ? AND deleted_at IS NULL", role, d.Version).
		Updates(map[string]any{"deleted_at": db.At(g.Now()), "version": gorm.Expr("version + 1")})
	if done.Error != nil {
		return gate.Entry{}, fmt.Errorf("delete role: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return gate.Entry{}, stale()
	}
	gone := g.Entry(activity.RoleDeleted, activity.Details{
		Target: target, Changes: append(verbChanges(was.Verbs, nil), invited...),
	})
	for _, entry := range moved {
		gone = gone.And(entry)
	}
	return gone, nil
}

// moveHolders gives everybody who has a role another one, each within what the asker may give (A3).
func (a *Accounts) moveHolders(
	tx *db.Tx, g gate.Grant, giver standing, was Role, to Terms,
) ([]gate.Entry, error) {
	rows, err := a.holding(tx, g, was.ID)
	if err != nil {
		return nil, err
	}
	entries := make([]gate.Entry, 0, len(rows))
	for _, row := range rows {
		h := held{membershipRow: row}
		if h.standing, err = a.standingOf(tx.DB, g, row); err != nil {
			return nil, err
		}
		if h.name, err = a.nameOf(tx.DB, row.PersonID); err != nil {
			return nil, err
		}
		if row.PersonID == g.Who().Person {
			return nil, refuse(g, access.ReasonOwnRole, h.target())
		}
		next, err := a.moved(tx, g, giver, h, was, to)
		if err != nil {
			return nil, err
		}
		if err := h.update(tx, g, next.Terms, row.Version); err != nil {
			return nil, err
		}
		entries = append(entries, g.Entry(activity.ContactRoleChanged, activity.Details{
			Target: h.target(), Changes: next.changes(h.standing),
		}))
	}
	return entries, nil
}

// moved is what somebody has after the move: the new role with the limits that they have. An end date that is past
// stays: it gives nothing.
func (a *Accounts) moved(tx *db.Tx, g gate.Grant, giver standing, h held, was Role, to Terms) (standing, error) {
	if to.Role == "" || to.CustomRole == was.ID || to.Role == access.RoleOwner {
		return standing{}, fault.InvalidField("to", "Choose what these people may do from now on.")
	}
	terms := h.standing.Terms
	terms.Role, terms.CustomRole = to.Role, to.CustomRole
	next, err := a.resolve(tx.DB, g, terms)
	if fault.KindOf(err) == fault.KindInvalid {
		return standing{}, fault.InvalidField("to", "Choose one of the roles.")
	}
	if err != nil {
		return standing{}, err
	}
	if next.withoutEnd().checked(g.Now()) != nil {
		return standing{}, fault.InvalidField("to", next.role.Name+" needs chosen services, and "+h.name+
			" reaches all of them. Choose another role, or change theirs first.")
	}
	if !giver.mayGive(verb.RolesManage, h.standing) || !giver.mayGive(verb.RolesManage, next) {
		return standing{}, refuse(g, access.ReasonHigherRole, h.target())
	}
	return next, nil
}

// moveInvited changes what open invitations promise, and says so for the log. Whether whoever invited may still give
// that is asked again when they are accepted (A7).
func (a *Accounts) moveInvited(
	tx *db.Tx, g gate.Grant, giver standing, was Role, to Terms,
) ([]activity.Change, error) {
	open, err := a.promised(tx, g, was.ID)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	name := ""
	for _, row := range open {
		h := held{membershipRow: row, name: "somebody who is invited"}
		if h.standing, err = a.standingOf(tx.DB, g, row); err != nil {
			return nil, err
		}
		next, err := a.moved(tx, g, giver, h, was, to)
		if err != nil {
			return nil, err
		}
		name = next.role.Name
	}
	err = g.On(tx.Model(&invitationRow{})).Where("custom_role_id = ? AND state = ?", was.ID, stateOpen).
		Updates(map[string]any{"role": to.Role, "custom_role_id": to.CustomRole}).Error
	if err != nil {
		return nil, fmt.Errorf("move invitations: %w", err)
	}
	return []activity.Change{{Field: "open invitations", Old: was.Name, New: name}}, nil
}

// promised are the places that open invitations promise with a role.
func (a *Accounts) promised(tx *db.Tx, g gate.Grant, role id.Role) ([]membershipRow, error) {
	var rows []invitationRow
	err := g.On(tx.Model(&invitationRow{})).Where("custom_role_id = ? AND state = ?", role, stateOpen).
		Order("id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read who is invited with a role: %w", err)
	}
	places := make([]membershipRow, 0, len(rows))
	for _, row := range rows {
		places = append(places, membershipRow{
			Role: row.Role, CustomRoleID: row.CustomRoleID, ServicesLimited: row.ServicesLimited, Services: row.Services,
			EndsAt: row.EndsAt,
		})
	}
	return places, nil
}
