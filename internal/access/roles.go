package access

import (
	"slices"

	"gatehouse/internal/actor"
	"gatehouse/internal/verb"
)

// The keys of roles that rules speak of by name.
const (
	RoleOwner   = "owner"
	customKey   = roleCustom
	rowOfCustom = "the account’s own role"
	noRow       = "no row: what no row allows is refused"
)

// Roles returns the built-in roles of accounts, in the order in which they are shown.
func (a *Access) Roles() []Role { return slices.Clone(a.portal.roles) }

// Departments returns the departments of the provider, in the order in which they are shown.
func (a *Access) Departments() []Role { return slices.Clone(a.staff.roles) }

// Role finds a built-in role of accounts by its key.
func (a *Access) Role(key string) (Role, bool) { return a.portal.role(key) }

// Department finds a department of the provider by its key.
func (a *Access) Department(key string) (Role, bool) { return a.staff.role(key) }

// CustomRole is the role that an account made of these permissions. Each asks for the same assurance as from an owner,
// none reaches owners, and what is not a permission over accounts, or stays with owners, is left out.
func (a *Access) CustomRole(name string, verbs []verb.Verb) Role {
	role := Role{Key: customKey, Name: name, terms: map[verb.Verb]Term{}}
	for _, v := range verb.Portal() {
		if !slices.Contains(verbs, v) || v.OwnersOnly() {
			continue
		}
		term := Term{Assurance: AnySession, Condition: AnyThing, Row: rowOfCustom}
		if owner, ok := a.portal.role(RoleOwner); ok {
			term.Assurance = owner.terms[v].Assurance
		}
		if v == verb.ContactsInvite || v == verb.ContactsManage {
			term.Condition = ExceptOwners
		}
		if !term.valid() { // not even an owner holds it
			continue
		}
		role.Verbs = append(role.Verbs, v)
		role.terms[v] = term
	}
	return role
}

// RoleOf is the role that a membership holds; false where it holds none that exists.
func (a *Access) RoleOf(m actor.Membership) (Role, bool) {
	if m.Role == roleCustom && !m.CustomRole.IsZero() {
		return a.CustomRole(m.RoleName, m.Verbs), true
	}
	return a.portal.role(m.Role)
}

// Covers says whether everything that role b includes is included in role a, on terms at least as wide. It is what
// "above" means: b is above a where a does not cover b (A3).
func Covers(a, b Role) bool {
	for v, asked := range b.terms {
		held, ok := a.terms[v]
		if !ok || held.Condition != AnyThing && held.Condition != asked.Condition {
			return false
		}
	}
	return true
}

// MayGrant says whether somebody of role granter, by the permission v (inviting or managing contacts), may give role
// target to somebody, or act on somebody who holds it: never above their own, and owners only where the policy says so.
func MayGrant(granter Role, v verb.Verb, target Role) bool {
	term, ok := granter.terms[v]
	if !ok || target.Key == "" || len(target.terms) == 0 {
		return false
	}
	if target.Key == RoleOwner && term.Condition == ExceptOwners {
		return false
	}
	return Covers(granter, target)
}
