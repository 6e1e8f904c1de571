package overview

import (
	"context"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Factor is the strongest way in which somebody signs in.
type Factor string

// The factors, weakest first.
const (
	FactorPassword Factor = "password" // nothing but a password
	FactorCode     Factor = "totp"
	FactorKey      Factor = "webauthn"
)

func factorOf(l actor.Level) Factor {
	switch l {
	case actor.PhishingProof:
		return FactorKey
	case actor.SecondFactor:
		return FactorCode
	case actor.PasswordOnly:
	}
	return FactorPassword
}

// People are those who have access to an account now.
type People struct {
	List      []Person // the first few, the longest there first
	Count     int      // of all
	Protected int      // of all: have a second factor
}

// Person is somebody with access to an account.
type Person struct {
	Membership id.Membership
	Person     id.Person
	Name       string
	Email      string // for the provider's staff only
	Role       string // key
	RoleName   string
	Team       string // through which they are here; empty: a place of their own
	Limited    bool   // to Services
	Services   int
	EndsAt     time.Time // zero: no end
	Factor     Factor
	Level      actor.Level
	You        bool
	member     actor.Membership
}

func peopleSQL() string {
	return `FROM (SELECT 1 AS best, NULL AS team_id, NULL AS team_name, m.id, m.person_id, m.custom_role_id,
 m.services, m.services_limited, m.role, m.ends_at, p.name, p.email, r.name AS role_name,
 r.verbs AS role_verbs, r.version AS role_version,
 ` + factors.LevelSQL("m.person_id") + ` AS strength
 FROM memberships m JOIN persons p ON p.id = m.person_id AND p.state = 'active'
 LEFT JOIN custom_roles r ON r.id = m.custom_role_id AND r.account_id = m.account_id
 WHERE m.account_id = ? AND m.suspended = 0 AND (m.ends_at IS NULL OR m.ends_at > ?)
 UNION ALL SELECT ROW_NUMBER() OVER (PARTITION BY tm.person_id ` + access.TeamOrder + `), tt.id, tt.name,
 tm.id, tm.person_id, ta.custom_role_id, ta.services, ta.services_limited, ta.role,
 ` + access.TeamEnds + `, p.name, p.email, r.name, r.verbs, r.version, ` + factors.LevelSQL("tm.person_id") + `
 FROM team_access ta JOIN teams tt ON tt.id = ta.team_id JOIN accounts ac ON ac.account_id = tt.account_id
 JOIN team_members tm ON tm.team_id = ta.team_id JOIN memberships am ON am.id = tm.contact_id
 JOIN persons p ON p.id = tm.person_id AND p.state = 'active'
 LEFT JOIN custom_roles r ON r.id = ta.custom_role_id AND r.account_id = ta.account_id
 WHERE ta.account_id = ? AND ta.state = 'active' AND NOT ` + access.TeamSuspended + `
 AND COALESCE(` + access.TeamEnds + `, 9223372036854775807) > ? AND NOT EXISTS (SELECT 1 FROM memberships o
 WHERE o.account_id = ta.account_id AND o.person_id = tm.person_id)) x`
}

// peoplePart reads those who have access. Addresses are for staff only.
func peoplePart(g gate.Grant, limit int, addresses bool) part {
	p := part{
		name: "person",
		columns: map[string]string{
			"id": "x.id", "ref": "x.person_id", "ref2": "x.custom_role_id", "ref3": "x.team_id", "seal4": "x.team_name",
			"packed": "x.services", "seal1": "x.name",
			"seal3": "x.role_name", "t1": "x.role", "t2": "x.role_verbs", "n1": "x.services_limited", "n2": "x.strength",
			"n3": "COUNT(*) OVER ()", "n4": "SUM(CASE WHEN x.strength > 1 THEN 1 ELSE 0 END) OVER ()",
			"n5": "x.role_version", "at1": "x.ends_at",
		},
		from: peopleSQL() + " WHERE x.best = 1 ORDER BY x.id LIMIT ?",
		args: []any{g.Account(), db.At(g.Now()), g.Account(), db.At(g.Now()), limit},
	}
	if addresses {
		p.columns["seal2"] = "x.email"
	}
	return p
}

func (w *opener) peopleOf(g gate.Grant, records []record) People {
	var out People
	for _, r := range records {
		out.List = append(out.List, w.one(g, r))
		out.Count, out.Protected = int(r.n3), int(r.n4)
	}
	return out
}

func (w *opener) one(g gate.Grant, r record) Person {
	person := idOf[id.PersonKind](w, r.ref)
	services, err := access.UnpackServices(r.packed)
	w.keep(err)
	m := actor.Membership{
		ID: idOf[id.MembershipKind](w, r.id), Account: g.Account(), Role: string(r.t1),
		CustomRole: idOf[id.RoleKind](w, r.ref2), RoleVersion: int64(r.n5), Verbs: access.UnpackVerbs(string(r.t2)),
		Services: services, Limited: r.n1 != 0, EndsAt: r.at1.Time,
	}
	role, _ := w.o.access.Role(m.Role)
	m.RoleName = role.Name
	if !m.CustomRole.IsZero() {
		m.RoleName = w.open("custom_roles", "name", m.CustomRole.Bytes(), r.seal3)
	}
	if team := idOf[id.TeamKind](w, r.ref3); !team.IsZero() {
		m.Team, m.TeamName = team, w.open("teams", "name", team.Bytes(), r.seal4)
	}
	if own := g.Who().Membership; own.Account == m.Account {
		m.Rule = own.Rule
	}
	return Person{
		Membership: m.ID, Person: person, Name: w.person(person, r.seal1), Email: w.email(person, r.seal2),
		Role: m.Role, RoleName: m.RoleName, Team: m.TeamName, Limited: m.Limited, Services: len(services), EndsAt: m.EndsAt,
		Factor: factorOf(actor.Level(r.n2)), Level: actor.Level(r.n2), You: person == g.Who().Person, member: m,
	}
}

// PanelPerson is somebody with access to an account, and whether they may open the panel of a service.
type PanelPerson struct {
	Person     Person
	May        bool
	Why        string    // a sentence
	LastOpened time.Time // zero: never
}

// mostPeople bounds the people shown beside one service.
const mostPeople = 100

// PanelPeople says who may open the panel of a service, and why, by the function that decides. For those who may not
// see who has access, it is empty. It is one statement.
func (o *Overview) PanelPeople(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service,
) ([]PanelPerson, error) {
	g, ok, err := o.may(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil || !ok {
		return nil, err
	}
	p := peoplePart(g, mostPeople, false)
	p.columns["at2"] = "(SELECT MAX(l.created_at) FROM panel_logins l WHERE l.account_id = ? AND l.service_id = ? " +
		"AND l.person_id = x.person_id AND l.outcome = 'opened')"
	p.args = append([]any{g.Account(), service}, p.args...) // the columns stand before the conditions
	found, err := o.read(ctx, g, p)
	if err != nil {
		return nil, err
	}
	w := &opener{o: o}
	out := make([]PanelPerson, 0, len(found[p.name]))
	for _, r := range found[p.name] {
		person := w.one(g, r)
		d := o.decide(g, person, service)
		out = append(out, PanelPerson{Person: person, May: d.Allowed, Why: d.Sentence(), LastOpened: r.at2.Time})
	}
	return out, w.err
}

// decide decides as if the person asked to open the panel of the service just now.
func (o *Overview) decide(g gate.Grant, p Person, service id.Service) access.Decision {
	s := access.Subject{
		Person: p.Person, Membership: p.member, Level: p.Level, Now: g.Now(),
	}
	return o.access.ExplainService(s, verb.PanelOpen, g.Scope(), service)
}
