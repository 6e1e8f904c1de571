package teams_test

import (
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// The kinds of roles that the account makes for itself. A keeper manages people and roles, and sees invoices; a reader
// sees invoices; a hoster sees services, which a keeper does not.
const (
	keeper = "keeper"
	reader = "reader"
	hoster = "hoster"
)

func kinds() map[string][]verb.Verb {
	return map[string][]verb.Verb{
		keeper: verb.WithNeeds([]verb.Verb{verb.ContactsInvite, verb.ContactsManage, verb.RolesManage, verb.InvoicesView}),
		reader: verb.WithNeeds([]verb.Verb{verb.InvoicesView}),
		hoster: verb.WithNeeds([]verb.Verb{verb.ServicesView}),
	}
}

// ownRoles are what the model calls the account's own roles, whether they are there or not.
func ownRoles() []string { return []string{"own-a", "own-b"} }

func isOwn(role string) bool { return strings.HasPrefix(role, "own-") }

// keyOf is how decisions name a role.
func keyOf(role string) string {
	if isOwn(role) {
		return "custom"
	}
	return role
}

func (m *model) exists(role string) bool { return !isOwn(role) || m.own[role] != "" }

// manages says whether a role manages people.
func (m *model) manages(role string) bool {
	return role == "owner" || role == "administrator" || m.own[role] == keeper
}

// makesRoles says whether a role makes, changes and deletes roles.
func (m *model) makesRoles(role string) bool { return role == "owner" || m.own[role] == keeper }

// above says whether people of one role may give the other: its holder manages people, and has all that is in it.
func (m *model) above(giver, other string) bool {
	return m.manages(giver) && m.aboveKind(giver, other, m.own[other])
}

// aboveKind is above for a role of the account's own as it would be if it were of that kind.
func (m *model) aboveKind(giver, other, kind string) bool {
	switch giver {
	case "owner":
		return true
	case "administrator":
		return other != "owner" && kind != keeper // administrators make no roles
	}
	return isOwn(other) && (kind == keeper || kind == reader)
}

// standingsWith are what holders and open invitations of a role give, and to whom; nobody is an invitation.
func (m *model) standingsWith(role string) (list []standing, who []string) {
	for name, p := range m.places {
		if p.role == role {
			list, who = append(list, p.standing), append(who, name)
		}
	}
	for _, i := range m.invited {
		if i.role == role {
			list, who = append(list, i.standing), append(who, "")
		}
	}
	return list, who
}

func (m *model) mayMakeRole(by, name, kind string) bool {
	role := m.is(by).role
	return m.makesRoles(role) && m.own[name] == "" && m.aboveKind(role, name, kind)
}

// mayRework says whether somebody may change or delete a role: what it is and, for each of those who have it, what they
// would have then; never their own.
func (m *model) mayRework(by, name string, then func(standing) bool) bool {
	mine := m.is(by)
	if !m.makesRoles(mine.role) || m.own[name] == "" || !m.above(mine.role, name) {
		return false
	}
	list, who := m.standingsWith(name)
	return !slices.Contains(who, by) && !slices.ContainsFunc(list, func(s standing) bool {
		return !m.covers(mine, s) || !then(s)
	})
}

func (m *model) mayEditRole(by, name, kind string) bool {
	return m.aboveKind(m.is(by).role, name, kind) && m.mayRework(by, name, func(standing) bool { return true })
}

func (m *model) mayDeleteRole(by, name, to string) bool {
	if m.team != nil && m.team.role == name {
		return false
	}
	return m.mayRework(by, name, func(s standing) bool {
		s.role = to
		return to != name && to != "owner" && m.exists(to) && m.covers(m.is(by), s)
	})
}

// key is the id of a role of the account's own; that of nothing where there is none.
func (r *run) key(name string) id.Role {
	if r.m.own[name] == "" {
		return id.New[id.RoleKind]()
	}
	return r.keys[name]
}

// version is that of a role as it is now.
func (r *run) version(name string) int64 {
	list, err := r.Accounts.Roles(r.t.Context(), actor.NewSystem("test"), r.client)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, role := range list {
		if role.ID == r.keys[name] && r.m.own[name] != "" {
			return role.Version
		}
	}
	return 1
}

func (r *run) kind() string { return pick(r.rnd, []string{keeper, keeper, reader, reader, hoster}) }

func (r *run) makeRole(by, _ string, _ standing) act {
	name, kind, key := pick(r.rnd, ownRoles()), r.kind(), id.New[id.RoleKind]()
	return act{
		fmt.Sprint(by, " makes ", name, " a ", kind), r.m.mayMakeRole(by, name, kind), true, func() error {
			return r.Accounts.MakeRole(r.t.Context(), r.as(by), r.client,
				accounts.RoleDraft{Key: key, Name: name, Verbs: kinds()[kind]})
		}, func() { r.m.own[name], r.keys[name] = kind, key },
	}
}

func (r *run) editRole(by, _ string, _ standing) act {
	name, kind := pick(r.rnd, ownRoles()), r.kind()
	return act{
		fmt.Sprint(by, " changes ", name, " into a ", kind), r.m.mayEditRole(by, name, kind), true, func() error {
			return r.Accounts.ChangeOwnRole(r.t.Context(), r.as(by), r.client, r.key(name),
				accounts.RoleDraft{Name: name, Verbs: kinds()[kind], Version: r.version(name)})
		}, func() { r.m.own[name] = kind },
	}
}

func (r *run) deleteRole(by, _ string, s standing) act {
	name, to := pick(r.rnd, ownRoles()), s.role
	return act{
		fmt.Sprint(by, " deletes ", name, " for ", to), r.m.mayDeleteRole(by, name, to), true, func() error {
			return r.Accounts.DeleteRole(r.t.Context(), r.as(by), r.client, r.key(name),
				accounts.RoleDeletion{To: r.terms(standing{role: to}), Version: r.version(name)})
		}, func() {
			delete(r.m.own, name)
			for _, p := range r.m.places {
				if p.role == name {
					p.role = to
				}
			}
			for _, i := range r.m.invited {
				if i.role == name {
					i.role = to
				}
			}
		},
	}
}

// compareRights holds what somebody with a role of the account's own may do against its kind.
func (r *run) compareRights(after, email, role string) {
	r.t.Helper()
	if !isOwn(role) {
		return
	}
	for v, kind := range map[verb.Verb]string{verb.ContactsView: keeper, verb.ServicesView: hoster} {
		d, err := r.Access.Decide(r.t.Context(), r.Reader.With(r.t.Context()), r.m.now, actor.Enter(r.asking(email)), v,
			id.AccountScope(r.client))
		if err != nil {
			r.t.Fatal(err)
		}
		if d.Allowed != (r.m.own[role] == kind) {
			r.t.Errorf("after %s: %s, a %s, has %s: %v (%s)", after, email, r.m.own[role], v, d.Allowed, d.Reason)
		}
	}
}
