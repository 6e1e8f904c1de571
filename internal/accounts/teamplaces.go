package accounts

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// What follows reads the places that people have through a team. The rows are written by teams; whose place counts is
// said in access.

const tableTeamAccess = "team_access"

// teamJoins are the tables of a place through a team, for statements that begin with its team_access ta.
const teamJoins = ` JOIN teams tt ON tt.id = ta.team_id JOIN accounts ac ON ac.account_id = tt.account_id
 JOIN team_members tm ON tm.team_id = ta.team_id JOIN memberships am ON am.id = tm.contact_id`

// placeOf is the place by which a person is in the account that the grant is over: their own, or a team's.
func placeOf(q *gorm.DB, g gate.Grant, person id.Person) (membershipRow, bool, error) {
	row, found, err := db.One[membershipRow](g.On(q).Where("person_id = ?", person))
	if err != nil || found {
		return row, found, wrap("read place", err)
	}
	var rows []membershipRow
	err = g.On(q).Raw(`SELECT tm.id, ta.account_id, tm.person_id, ta.role, ta.custom_role_id, ta.services_limited,
 ta.services, `+access.TeamEnds+` AS ends_at, `+access.TeamSuspended+` AS suspended
 FROM team_access ta`+teamJoins+` WHERE ta.account_id = ? AND tm.person_id = ? AND ta.state = 'active'`+
		access.PlaceOrder, g.Account().Bytes(), person.Bytes()).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return membershipRow{}, false, wrap("read place", err)
	}
	return rows[0], true, nil
}

// TeamGiven is what an account gives a team, with the people behind it.
type TeamGiven struct {
	ID        id.TeamAccess
	Team      id.Team
	Name      string
	Agency    string // the account that the team belongs to
	Terms     Terms
	RoleName  string
	Offered   bool // the agency has not accepted yet: who is behind the team is not shown
	Suspended bool
	Ended     bool
	Since     time.Time
	Expires   time.Time // of an offer
	Version   int64
	MayChange bool
	People    []Contact
}

// teamRow is a team's access with one of its members; the member is missing where there is none or none is shown.
type teamRow struct {
	ID              id.TeamAccess
	TeamID          id.Team
	TeamName        secretbox.Sealed
	AgencyID        id.Account
	AgencyName      secretbox.Sealed
	Role            string
	CustomRoleID    id.Role
	RoleName        secretbox.Sealed
	RoleVerbs       string
	RoleVersion     int64
	ServicesLimited bool
	Services        []byte
	EndsAt          db.Time
	Suspended       bool
	State           string
	CreatedAt       db.Time
	ExpiresAt       db.Time
	Version         int64
	MemberID        id.Membership
	PersonID        id.Person
	PersonName      secretbox.Sealed
	PersonEmail     secretbox.Sealed
	PersonState     string
	Level           actor.Level
	SignedInAt      db.Time
	MemberEnds      db.Time
	MemberSuspended bool
	RecoveryID      id.Recovery
	JoinedAt        db.Time
	HasOwn          bool
}

func teamRowsSQL() string {
	return `SELECT ta.id, ta.team_id, tt.name AS team_name, tt.account_id AS agency_id, ac.name AS agency_name, ta.role,
 ta.custom_role_id, r.name AS role_name, r.verbs AS role_verbs, r.version AS role_version, ta.services_limited,
 ta.services, ta.ends_at, ta.suspended, ta.state, ta.created_at, ta.expires_at, ta.version, tm.id AS member_id,
 tm.person_id, tm.created_at AS joined_at, p.name AS person_name, p.email AS person_email, p.state AS person_state,
 ` + factors.LevelSQL("tm.person_id") + ` AS level,
 (SELECT MAX(s.created_at) FROM sessions s WHERE s.person_id = tm.person_id) AS signed_in_at,
 ` + access.TeamEnds + ` AS member_ends, ` + access.TeamSuspended + ` AS member_suspended, am.recovery_id,
 own.id IS NOT NULL AS has_own
 FROM team_access ta JOIN teams tt ON tt.id = ta.team_id JOIN accounts ac ON ac.account_id = tt.account_id
 LEFT JOIN custom_roles r ON r.id = ta.custom_role_id AND r.account_id = ta.account_id AND r.deleted_at IS NULL
 LEFT JOIN team_members tm ON tm.team_id = ta.team_id AND ta.state = 'active'
 LEFT JOIN memberships am ON am.id = tm.contact_id
 LEFT JOIN persons p ON p.id = tm.person_id
 LEFT JOIN memberships own ON own.account_id = ta.account_id AND own.person_id = tm.person_id
 WHERE ta.account_id = ? ORDER BY ta.id, tm.id`
}

// Teams lists the teams that an account gives access to, or has offered it, with the people behind each.
func (a *Accounts) Teams(ctx context.Context, who actor.Actor, account id.Account) ([]TeamGiven, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	var rows []teamRow
	err = g.On(a.reader.With(ctx)).Raw(teamRowsSQL(), account.Bytes()).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list teams: %w", err)
	}
	var list []TeamGiven
	for _, row := range rows {
		if n := len(list); n == 0 || list[n-1].ID != row.ID {
			given, err := a.teamGiven(g, row)
			if err != nil {
				return nil, err
			}
			list = append(list, given)
		}
		if row.MemberID.IsZero() {
			continue
		}
		of := &list[len(list)-1]
		c, err := a.teamContact(g, row, of.Name)
		if err != nil {
			return nil, err
		}
		of.People = append(of.People, c)
	}
	return list, nil
}

func (a *Accounts) teamGiven(g gate.Grant, row teamRow) (TeamGiven, error) {
	services, err := access.UnpackServices(row.Services)
	if err != nil {
		return TeamGiven{}, err
	}
	t := TeamGiven{
		ID: row.ID, Team: row.TeamID, Offered: row.State == "offered", Suspended: row.Suspended,
		Terms: Terms{
			Role: row.Role, CustomRole: row.CustomRoleID, Limited: row.ServicesLimited, Services: services,
			EndsAt: row.EndsAt.Time,
		},
		Ended: !row.EndsAt.IsZero() && !g.Now().Before(row.EndsAt.Time), Since: row.CreatedAt.Time,
		Expires: row.ExpiresAt.Time, Version: row.Version,
	}
	if t.Name, err = a.TeamName(row.TeamID, row.TeamName); err != nil {
		return TeamGiven{}, err
	}
	o := opener{box: a.box, table: tableAccounts, row: row.AgencyID.Bytes()}
	if t.Agency = o.open("name", row.AgencyName); o.err != nil {
		return TeamGiven{}, o.err
	}
	if t.RoleName, err = a.roleName(row.Role, row.CustomRoleID, row.RoleName); err != nil {
		return TeamGiven{}, err
	}
	who := g.Who()
	role, _ := a.access.RoleOf(actor.Membership{
		Role: row.Role, CustomRole: row.CustomRoleID, RoleName: t.RoleName, Verbs: access.UnpackVerbs(row.RoleVerbs),
	})
	t.MayChange = who.Membership.Team != row.TeamID && a.mine(who).mayGive(verb.ContactsManage, standing{t.Terms, role}) &&
		a.access.Check(who, verb.ContactsManage, g.Scope()).Allowed
	return t, nil
}

// teamContact is a member of a team as a contact of the account that gives the team access.
func (a *Accounts) teamContact(g gate.Grant, row teamRow, team string) (Contact, error) {
	c, err := a.contact(g, contactRow{
		Row: membershipRow{
			ID: row.MemberID, AccountID: g.Account(), PersonID: row.PersonID, Role: row.Role,
			CustomRoleID: row.CustomRoleID, ServicesLimited: row.ServicesLimited, Services: row.Services,
			EndsAt: row.MemberEnds, Suspended: row.MemberSuspended, RecoveryID: row.RecoveryID, CreatedAt: row.JoinedAt,
		},
		PersonName: row.PersonName, PersonEmail: row.PersonEmail, PersonState: row.PersonState, RoleName: row.RoleName,
		RoleVerbs: row.RoleVerbs, RoleVersion: row.RoleVersion, Level: row.Level, SignedInAt: row.SignedInAt,
	})
	c.Team, c.TeamName, c.OwnPlace, c.MayChange = row.TeamID, team, row.HasOwn, false
	c.place.Team, c.place.TeamName = row.TeamID, team
	return c, err
}

// teamMember finds a member of a team as a contact, by their place in the team. Somebody whose own place counts instead
// is not one.
func (a *Accounts) teamMember(
	ctx context.Context, who actor.Actor, g gate.Grant, member id.Membership,
) (Contact, error) {
	teams, err := a.Teams(ctx, who, g.Account())
	if err != nil {
		return Contact{}, err
	}
	for _, t := range teams {
		i := slices.IndexFunc(t.People, func(c Contact) bool { return c.ID == member && !c.OwnPlace })
		if i >= 0 {
			return t.People[i], nil
		}
	}
	return Contact{}, fault.NotFound("read contact")
}

// TeamName opens the name of a team, for whoever reads it with rows of their own.
func (a *Accounts) TeamName(team id.Team, sealed secretbox.Sealed) (string, error) {
	o := opener{box: a.box, table: "teams", row: team.Bytes()}
	return o.open("name", sealed), o.err
}
