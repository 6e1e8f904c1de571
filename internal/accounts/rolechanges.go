package accounts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

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

// RoleDraft is a role as a form asks for it.
type RoleDraft struct {
	Key     id.Role // of a new role: the id that it will have, so that a form that is sent twice makes it once
	Name    string
	Verbs   []verb.Verb
	Version int64 // of the role that the form showed
}

// rolesOf are the roles that the account of a grant made for itself, by name.
func (a *Accounts) rolesOf(g gate.Grant, q *gorm.DB) ([]Role, error) {
	var rows []roleRow
	if err := g.On(q.Model(&roleRow{})).Where("deleted_at IS NULL").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list roles: %w", err)
	}
	list := make([]Role, 0, len(rows))
	for _, row := range rows {
		name, err := a.roleName(roleCustom, row.ID, row.Name)
		if err != nil {
			return nil, err
		}
		list = append(list, Role{
			Role: a.access.CustomRole(name, access.UnpackVerbs(row.Verbs)), ID: row.ID, Version: row.Version,
			CreatedAt: row.CreatedAt.Time,
		})
	}
	slices.SortStableFunc(list, func(x, y Role) int {
		return strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name))
	})
	return list, nil
}

// checkDraft says what is wrong with a role that is to be made or changed, and returns the role that it would be.
// others are the roles that the account has.
func (a *Accounts) checkDraft(d RoleDraft, others []Role) (access.Role, error) {
	var f form
	name := f.text("name", d.Name, "Give the role a name.", longestRole)
	taken := func(r access.Role) bool { return strings.EqualFold(r.Name, name) }
	switch {
	case slices.ContainsFunc(a.access.Roles(), taken):
		f.fail("name", "A built-in role is called that. Choose another name.")
	case slices.ContainsFunc(others, func(r Role) bool { return r.ID != d.Key && taken(r.Role) }):
		f.fail("name", "Another role of this account is called that. Choose another name.")
	}
	if len(d.Verbs) == 0 {
		f.fail("verbs", "Tick at least one thing that people with this role may do.")
	}
	for _, v := range d.Verbs {
		if problem := checkVerb(v, d.Verbs); problem != "" {
			f.fail("verbs", problem)
			break
		}
	}
	return a.access.CustomRole(name, d.Verbs), f.fault()
}

func checkVerb(v verb.Verb, all []verb.Verb) string {
	switch {
	case !v.IsPortal():
		return "Something was ticked that no role can hold."
	case v.OwnersOnly():
		return "“" + v.Sentence() + "” stays with owners."
	}
	for _, need := range v.Needs() {
		if !slices.Contains(all, need) {
			return "“" + v.Sentence() + "” needs “" + need.Sentence() + "”."
		}
	}
	return ""
}

// MakeRole makes a role of the account's own. It gives nobody anything yet, and may still not include more than its
// maker holds (A3).
func (a *Accounts) MakeRole(ctx context.Context, who actor.Actor, account id.Account, d RoleDraft) error {
	err := a.changeRoles(ctx, who, account, func(tx *db.Tx, g gate.Grant, giver standing) (gate.Entry, error) {
		others, err := a.rolesOf(g, tx.DB)
		if err != nil {
			return gate.Entry{}, err
		}
		if slices.ContainsFunc(others, func(r Role) bool { return r.ID == d.Key }) {
			return gate.Entry{}, errMade
		}
		role, err := a.checkDraft(d, others)
		if err != nil {
			return gate.Entry{}, err
		}
		if len(others) >= mostRoles {
			return gate.Entry{}, fault.InvalidField("name", fmt.Sprintf(
				"An account has at most %d roles of its own. Delete one that nobody needs.", mostRoles))
		}
		target := activity.TargetOf("role", d.Key, role.Name)
		if !access.MayGrant(giver.role, verb.RolesManage, role) {
			return gate.Entry{}, refuse(g, access.ReasonHigherRole, target)
		}
		row := roleRow{
			ID: d.Key, AccountID: account, Verbs: access.PackVerbs(role.Verbs), CreatedAt: db.At(g.Now()), Version: 1,
		}
		if err := a.seal(tableRoles, row.ID.Bytes(), map[string]sealing{"name": {role.Name, &row.Name}}); err != nil {
			return gate.Entry{}, err
		}
		if err := g.On(tx.DB).Create(&row).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("make role: %w", err)
		}
		return g.Entry(activity.RoleCreated, activity.Details{
			Target: target, Changes: verbChanges(nil, role.Verbs),
		}), nil
	})
	if errors.Is(err, errMade) {
		return nil
	}
	return err
}

// changeRoles is a change by somebody who manages roles, with what they hold.
func (a *Accounts) changeRoles(
	ctx context.Context, who actor.Actor, account id.Account,
	work func(tx *db.Tx, g gate.Grant, giver standing) (gate.Entry, error),
) error {
	scope := id.AccountScope(account)
	return a.change(ctx, who, verb.RolesManage, scope, nil, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		giver, err := a.granter(tx.DB, g)
		if err != nil {
			return gate.Entry{}, err
		}
		return work(tx, g, giver)
	})
}

// ChangeOwnRole gives a role of the account's own another name or other permissions, for everybody who has it, from
// their next request on (A6). What it becomes, and what it was, must not be above the asker, for any of its holders
// with the limits that they have (A3).
func (a *Accounts) ChangeOwnRole(
	ctx context.Context, who actor.Actor, account id.Account, role id.Role, d RoleDraft,
) error {
	d.Key = role
	return a.changeRoles(ctx, who, account, func(tx *db.Tx, g gate.Grant, giver standing) (gate.Entry, error) {
		others, was, err := a.ownRole(tx, g, role)
		if err != nil {
			return gate.Entry{}, err
		}
		is, err := a.checkDraft(d, others)
		if err != nil {
			return gate.Entry{}, err
		}
		if err := a.reaches(tx, g, giver, was, is); err != nil {
			return gate.Entry{}, err
		}
		row := roleRow{ID: role}
		if err := a.seal(tableRoles, role.Bytes(), map[string]sealing{"name": {is.Name, &row.Name}}); err != nil {
			return gate.Entry{}, err
		}
		done := g.On(tx.Model(&roleRow{})).
			Where("id = ? AND version = ? AND deleted_at IS NULL", role, d.Version).
			Updates(map[string]any{
				"name": row.Name, "verbs": access.PackVerbs(is.Verbs), "version": gorm.Expr("version + 1"),
			})
		if done.Error != nil {
			return gate.Entry{}, fmt.Errorf("change role: %w", done.Error)
		}
		if done.RowsAffected == 0 {
			return gate.Entry{}, stale()
		}
		changes := verbChanges(was.Verbs, is.Verbs)
		if was.Name != is.Name {
			changes = append([]activity.Change{{Field: "name", Old: was.Name, New: is.Name}}, changes...)
		}
		return g.Entry(activity.RoleChanged, activity.Details{
			Target: activity.TargetOf("role", role, is.Name), Changes: changes,
		}), nil
	})
}

// ownRole finds a role among those of the account, and the others beside it.
func (a *Accounts) ownRole(tx *db.Tx, g gate.Grant, role id.Role) (all []Role, found Role, err error) {
	if all, err = a.rolesOf(g, tx.DB); err != nil {
		return nil, Role{}, err
	}
	i := slices.IndexFunc(all, func(r Role) bool { return r.ID == role })
	if i < 0 {
		return nil, Role{}, fault.NotFound("read role")
	}
	return all, all[i], nil
}

// reaches refuses whoever would change their own role, or one that stands above them: before or after, on its own or
// with the limits of anybody who has it.
func (a *Accounts) reaches(tx *db.Tx, g gate.Grant, giver standing, was Role, is access.Role) error {
	target := activity.TargetOf("role", was.ID, was.Name)
	for _, role := range []access.Role{was.Role, is} {
		if !access.MayGrant(giver.role, verb.RolesManage, role) {
			return refuse(g, access.ReasonHigherRole, target)
		}
	}
	holders, err := a.holding(tx, g, was.ID)
	if err != nil {
		return err
	}
	invited, err := a.promised(tx, g, was.ID)
	if err != nil {
		return err
	}
	for _, row := range append(holders, invited...) {
		h, err := a.standingOf(tx.DB, g, row)
		if err != nil {
			return err
		}
		next := standing{h.Terms, is}
		switch {
		case !row.PersonID.IsZero() && row.PersonID == g.Who().Person:
			return refuse(g, access.ReasonOwnRole, target)
		case !giver.mayGive(verb.RolesManage, h) || !giver.mayGive(verb.RolesManage, next):
			return refuse(g, access.ReasonHigherRole, target)
		}
	}
	return nil
}

// holding are the places that have a role.
func (a *Accounts) holding(tx *db.Tx, g gate.Grant, role id.Role) ([]membershipRow, error) {
	var rows []membershipRow
	err := g.On(tx.Model(&membershipRow{})).Where("custom_role_id = ?", role).Order("id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read who has a role: %w", err)
	}
	return rows, nil
}

// verbChanges says for the log what a role gained and lost, in the order in which permissions are shown.
func verbChanges(was, is []verb.Verb) []activity.Change {
	said := func(these, without []verb.Verb) string {
		var words []string
		for _, v := range these {
			if !slices.Contains(without, v) {
				words = append(words, v.Sentence())
			}
		}
		return strings.Join(words, "; ")
	}
	var out []activity.Change
	if gone := said(was, is); gone != "" {
		out = append(out, activity.Change{Field: "taken out", Old: gone})
	}
	if added := said(is, was); added != "" {
		out = append(out, activity.Change{Field: activity.FieldAdded, New: added})
	}
	return out
}
