package accounts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	// longestRole is the longest name of a role, in code points.
	longestRole = 60
	// mostRoles bounds how many roles an account makes for itself (our own figure).
	mostRoles = 50
)

// Role is a role that people of an account can have, with who has it.
type Role struct {
	access.Role
	ID        id.Role // zero: built in
	Version   int64   // of a role of the account's own; goes back with a form
	CreatedAt time.Time
	Holders   []Holder // the one here the longest and the newest
	Held      int      // by how many people with a place of their own
	Teams     []string // the names of teams that have it
	Yours     bool     // the asker has it
	MayChange bool     // the asker may change or delete it, be it after using a factor again
}

// Holder is somebody who has a role.
type Holder struct {
	Contact id.Membership
	Person  id.Person
	Name    string
}

// Value names the role in forms.
func (r Role) Value() string {
	if r.ID.IsZero() {
		return r.Key
	}
	return ownRole + r.ID.String()
}

// Says is what the role is for, in a sentence; of a role of the account's own, the areas that it reaches.
func (r Role) Says() string {
	if r.Sentence != "" || len(r.Verbs) == 0 {
		return r.Sentence
	}
	return sayAreas(r.Verbs)
}

// sayAreas names the areas of permissions, with how far each is reached: "Billing; Hosting, only to look".
func sayAreas(verbs []verb.Verb) string {
	var order []string
	changes := map[string]bool{}
	for _, v := range verbs {
		if v == verb.AccountView {
			continue // everybody of the account has it
		}
		if !slices.Contains(order, v.Area()) {
			order = append(order, v.Area())
		}
		changes[v.Area()] = changes[v.Area()] || !v.Reads()
	}
	for i, area := range order {
		if !changes[area] {
			order[i] += " (only to look)"
		}
	}
	if len(order) == 0 {
		return "The overview, and nothing else"
	}
	return strings.Join(order, ", ")
}

// ownRole stands in forms before the id of a role that an account made for itself.
const ownRole = "own-"

// RoleTerms are terms of the role that a form names, without limits. What is no role at all is found out when it is to
// be given.
func RoleTerms(value string) Terms {
	text, own := strings.CutPrefix(value, ownRole)
	if !own {
		return Terms{Role: value}
	}
	role, err := id.Parse[id.RoleKind](text)
	if err != nil {
		return Terms{Role: value}
	}
	return Terms{Role: roleCustom, CustomRole: role}
}

// RoleValue is how forms name the role of terms.
func (t Terms) RoleValue() string {
	if t.CustomRole.IsZero() {
		return t.Role
	}
	return ownRole + t.CustomRole.String()
}

// roleHeld is a role of the account's own, or the first or the newest place with a role, or a team with it: all lists
// in one statement.
type roleHeld struct {
	RoleID       id.Role
	RoleKey      string
	Sealed       secretbox.Sealed // the name of the role, or of the person
	Verbs        string
	Version      int64
	CreatedAt    db.Time
	MembershipID id.Membership
	PersonID     id.Person
	Held         int     // how many places have the role
	TeamID       id.Team // whose name is sealed; zero: a role's or a person's
}

// holds says whether the row is about somebody who has a role, not about a role.
func (r *roleHeld) holds() bool { return !r.MembershipID.IsZero() || !r.TeamID.IsZero() }

// rolesHeldSQL counts once who has each role, by an index, with the one there the longest and the newest.
const rolesHeldSQL = `WITH h AS (SELECT x.custom_role_id, x.role, COUNT(*) AS held, MIN(x.id) AS oldest,
 MAX(x.id) AS newest FROM memberships x WHERE x.account_id = ? GROUP BY x.role, x.custom_role_id)
 SELECT r.id AS role_id, 'custom' AS role_key, r.name AS sealed, r.verbs, r.version,
 r.created_at, NULL AS membership_id, NULL AS person_id, 0 AS held, NULL AS team_id
 FROM custom_roles r WHERE r.account_id = ? AND r.deleted_at IS NULL
 UNION ALL SELECT h.custom_role_id, h.role, p.name, '', 0, m.created_at, m.id, m.person_id, h.held, NULL
 FROM h JOIN memberships m ON m.id = h.oldest JOIN persons p ON p.id = m.person_id
 UNION ALL SELECT h.custom_role_id, h.role, p.name, '', 0, m.created_at, m.id, m.person_id, h.held, NULL
 FROM h JOIN memberships m ON m.id = h.newest JOIN persons p ON p.id = m.person_id WHERE h.newest <> h.oldest
 UNION ALL SELECT ta.custom_role_id, ta.role, tt.name, '', 0, ta.created_at, NULL, NULL, 0, tt.id
 FROM team_access ta JOIN teams tt ON tt.id = ta.team_id WHERE ta.account_id = ? AND ta.state = 'active'`

func (r *roleHeld) targets() []any {
	return []any{
		&r.RoleID, &r.RoleKey, &r.Sealed, &r.Verbs, &r.Version, &r.CreatedAt, &r.MembershipID, &r.PersonID, &r.Held,
		&r.TeamID,
	}
}

// Roles lists the roles of an account with the first few who have each: the built-in ones first, then its own by name.
func (a *Accounts) Roles(ctx context.Context, who actor.Actor, account id.Account) ([]Role, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	of := account.Bytes()
	rows, err := db.ReadRows(g.On(a.reader.With(ctx)).Raw(rolesHeldSQL, of, of, of), (*roleHeld).targets)
	if err != nil {
		return nil, fmt.Errorf("list roles: %w", err)
	}
	slices.SortStableFunc(rows, func(x, y roleHeld) int { return x.CreatedAt.Compare(y.CreatedAt.Time) })
	list := make([]Role, 0, len(rows))
	for _, role := range a.access.Roles() {
		list = append(list, Role{Role: role})
	}
	if list, err = a.ownRoles(who, g, list, rows); err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Yours = list[i].isOf(who.Seen())
	}
	for _, row := range rows {
		if !row.holds() {
			continue
		}
		if err := a.addHolder(list, row); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// ownRoles adds the roles that the account made for itself, by name.
func (a *Accounts) ownRoles(who actor.Actor, g gate.Grant, list []Role, rows []roleHeld) ([]Role, error) {
	builtIn, mine := len(list), a.mine(who)
	offered := a.access.Check(who, verb.RolesManage, g.Scope()).Offered()
	for _, row := range rows {
		if row.holds() {
			continue
		}
		role, err := a.openRole(row)
		if err != nil {
			return nil, err
		}
		role.MayChange = offered && role.changes(mine, who)
		list = append(list, role)
	}
	slices.SortStableFunc(list[builtIn:], func(x, y Role) int {
		return strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name))
	})
	return list, nil
}

// openRole is a role that an account made for itself.
func (a *Accounts) openRole(row roleHeld) (Role, error) {
	name, err := a.roleName(roleCustom, row.RoleID, row.Sealed)
	return Role{
		Role: a.access.CustomRole(name, access.UnpackVerbs(row.Verbs)), ID: row.RoleID, Version: row.Version,
		CreatedAt: row.CreatedAt.Time,
	}, err
}

// changes says whether somebody stands high enough to change or delete the role, and does not have it themselves.
func (r Role) changes(by standing, who actor.Actor) bool {
	return who.Seen().CustomRole != r.ID && access.MayGrant(by.role, verb.RolesManage, r.Role)
}

// isOf says whether somebody has the role by a place of their own.
func (r Role) isOf(m actor.Membership) bool {
	return m.Team.IsZero() && m.CustomRole == r.ID && (!r.ID.IsZero() || m.Role == r.Key)
}

func (a *Accounts) addHolder(list []Role, row roleHeld) error {
	i := slices.IndexFunc(list, func(r Role) bool {
		return r.ID == row.RoleID && (r.Key == row.RoleKey || !r.ID.IsZero())
	})
	if i < 0 {
		return nil // a role that is not in the policies includes nothing and is not listed
	}
	if !row.TeamID.IsZero() {
		name, err := a.TeamName(row.TeamID, row.Sealed)
		list[i].Teams = append(list[i].Teams, name)
		return err
	}
	name, err := a.people.OpenName(row.PersonID, row.Sealed)
	if err != nil {
		return err // identity says what it did
	}
	list[i].Holders = append(list[i].Holders, Holder{Contact: row.MembershipID, Person: row.PersonID, Name: name})
	list[i].Held = row.Held
	return nil
}

// Role reads one role of an account's own, with who has it.
func (a *Accounts) Role(ctx context.Context, who actor.Actor, account id.Account, role id.Role) (Role, error) {
	list, err := a.Roles(ctx, who, account)
	if err != nil {
		return Role{}, err
	}
	for _, r := range list {
		if !role.IsZero() && r.ID == role {
			return r, nil
		}
	}
	return Role{}, fault.NotFound("read role")
}

// Grantable lists the roles that the asker could give to somebody in the account, in the order in which they are shown.
func (a *Accounts) Grantable(ctx context.Context, who actor.Actor, account id.Account, v verb.Verb) ([]Role, error) {
	g, err := a.gate.View(ctx, who, v, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	own, err := a.rolesOf(g, a.reader.With(ctx))
	if err != nil {
		return nil, err
	}
	mine, out := a.mine(who), []Role{}
	for _, role := range a.access.Roles() {
		if access.MayGrant(mine.role, v, role) {
			out = append(out, Role{Role: role})
		}
	}
	for _, role := range own {
		if access.MayGrant(mine.role, v, role.Role) {
			out = append(out, role)
		}
	}
	return out, nil
}
