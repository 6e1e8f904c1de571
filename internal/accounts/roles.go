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
func (r roleHeld) holds() bool { return !r.MembershipID.IsZero() || !r.TeamID.IsZero() }

// heldSQL counts who has each role, by an index, with the one there the longest and the newest.
const heldSQL = `SELECT x.custom_role_id, x.role, COUNT(*) AS held, MIN(x.id) AS first, MAX(x.id) AS last
 FROM memberships x WHERE x.account_id = ? GROUP BY x.role, x.custom_role_id`

const rolesHeldSQL = `SELECT r.id AS role_id, 'custom' AS role_key, r.name AS sealed, r.verbs, r.version,
 r.created_at, NULL AS membership_id, NULL AS person_id, 0 AS held, NULL AS team_id
 FROM custom_roles r WHERE r.account_id = ? AND r.deleted_at IS NULL
 UNION ALL SELECT h.custom_role_id, h.role, p.name, '', 0, m.created_at, m.id, m.person_id, h.held, NULL
 FROM (` + heldSQL + `) h JOIN memberships m ON m.id = h.first JOIN persons p ON p.id = m.person_id
 UNION ALL SELECT h.custom_role_id, h.role, p.name, '', 0, m.created_at, m.id, m.person_id, h.held, NULL
 FROM (` + heldSQL + `) h JOIN memberships m ON m.id = h.last JOIN persons p ON p.id = m.person_id
 WHERE h.last <> h.first
 UNION ALL SELECT ta.custom_role_id, ta.role, tt.name, '', 0, ta.created_at, NULL, NULL, 0, tt.id
 FROM team_access ta JOIN teams tt ON tt.id = ta.team_id WHERE ta.account_id = ? AND ta.state = 'active'`

// Roles lists the roles of an account with the first few who have each: the built-in ones first, then its own by name.
func (a *Accounts) Roles(ctx context.Context, who actor.Actor, account id.Account) ([]Role, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	var rows []roleHeld
	of := account.Bytes()
	err = g.On(a.reader.With(ctx)).Raw(rolesHeldSQL, of, of, of, of).Scan(&rows).Error
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
		m, own := who.Seen(), !list[i].ID.IsZero()
		list[i].Yours = m.Team.IsZero() && m.CustomRole == list[i].ID && (own || m.Role == list[i].Key)
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
		name, err := a.roleName(roleCustom, row.RoleID, row.Sealed)
		if err != nil {
			return nil, err
		}
		role := a.access.CustomRole(name, access.UnpackVerbs(row.Verbs))
		list = append(list, Role{
			Role: role, ID: row.RoleID, Version: row.Version, CreatedAt: row.CreatedAt.Time,
			MayChange: offered && who.Seen().CustomRole != row.RoleID && access.MayGrant(mine.role, verb.RolesManage, role),
		})
	}
	slices.SortStableFunc(list[builtIn:], func(x, y Role) int {
		return strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name))
	})
	return list, nil
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

// HolderPage is a part of the list of those who have a role, the longest there first.
type HolderPage struct {
	Holders []PresentHolder
	Next    id.Membership // where the next page begins; zero where there is none
}

// PresentHolder is somebody who has a role, and whether their place opens the account.
type PresentHolder struct {
	Holder
	Presence
}

// HoldersOf are the people with a place of their own who have a role, a page at a time. after is the Next of the page
// before.
func (a *Accounts) HoldersOf(
	ctx context.Context, who actor.Actor, account id.Account, role Role, after id.Membership,
) (HolderPage, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return HolderPage{}, err
	}
	query := g.On(a.reader.With(ctx).Table(tableMemberships)).
		Select("memberships.*, persons.name AS person_name, persons.state AS person_state").
		Joins("JOIN persons ON persons.id = memberships.person_id").Where("memberships.id > ?", after.Bytes())
	if role.ID.IsZero() {
		query = query.Where("memberships.role = ?", role.Key)
	} else {
		query = query.Where("memberships.custom_role_id = ?", role.ID)
	}
	var rows []contactRow
	if err := query.Order("memberships.id").Limit(peopleShown + 1).Find(&rows).Error; err != nil {
		return HolderPage{}, fmt.Errorf("list who has a role: %w", err)
	}
	var page HolderPage
	if len(rows) > peopleShown {
		rows = rows[:peopleShown]
		page.Next = rows[peopleShown-1].Row.ID
	}
	for _, row := range rows {
		name, err := a.people.OpenName(row.Row.PersonID, row.PersonName)
		if err != nil {
			return HolderPage{}, err
		}
		page.Holders = append(page.Holders, PresentHolder{
			Holder{Contact: row.Row.ID, Person: row.Row.PersonID, Name: name}, row.presence(g.Now()),
		})
	}
	return page, nil
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
