package accounts

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
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
		access.TeamOrder+` LIMIT 1`, g.Account().Bytes(), person.Bytes()).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return membershipRow{}, false, wrap("read place", err)
	}
	return rows[0], true, nil
}

// TeamGiven is what an account gives a team, with the first few of the people behind it.
type TeamGiven struct {
	ID        id.TeamAccess
	Team      id.Team
	Name      string
	Agency    string // the account that the team belongs to
	Terms     Terms
	Role      access.Role
	RoleName  string
	Offered   bool // the agency has not accepted yet: who is behind the team is not shown
	Suspended bool
	Ended     bool
	Since     time.Time
	Expires   time.Time // of an offer
	Version   int64
	MayChange bool
	People    []Contact // the first few
	Count     int       // of all of them
}

// teamRow is a team's access with how many are in the team.
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
	People          int
}

const teamRowsSQL = `SELECT ta.id, ta.team_id, tt.name AS team_name, tt.account_id AS agency_id, ac.name AS agency_name,
 ta.role, ta.custom_role_id, r.name AS role_name, r.verbs AS role_verbs, r.version AS role_version, ta.services_limited,
 ta.services, ta.ends_at, ta.suspended, ta.state, ta.created_at, ta.expires_at, ta.version,
 CASE WHEN ta.state = 'active' THEN (SELECT COUNT(*) FROM team_members o WHERE o.account_id = tt.account_id
 AND o.team_id = ta.team_id) ELSE 0 END AS people
 FROM team_access ta JOIN teams tt ON tt.id = ta.team_id JOIN accounts ac ON ac.account_id = tt.account_id
 LEFT JOIN custom_roles r ON r.id = ta.custom_role_id AND r.account_id = ta.account_id AND r.deleted_at IS NULL
 WHERE ta.account_id = ?`

// Teams lists the teams that an account gives access to, or has offered it, with the first people behind each.
func (a *Accounts) Teams(ctx context.Context, who actor.Actor, account id.Account) ([]TeamGiven, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	q := a.reader.With(ctx)
	list, err := a.TeamsIn(q, g, nil)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	people, err := a.teamPeople(q, g, "n.nth <= ? ORDER BY tm.id", teamPeopleShown)
	for i := range list {
		for _, c := range people {
			if c.Team == list[i].Team {
				list[i].People = append(list[i].People, c)
			}
		}
	}
	return list, err
}

// TeamsIn reads the teams of the grant's account through the caller's handle, without their people: those named, or all
// of them where none are.
func (a *Accounts) TeamsIn(q *gorm.DB, g gate.Grant, only []id.TeamAccess) ([]TeamGiven, error) {
	text, args := teamRowsSQL, []any{g.Account().Bytes()}
	if len(only) > 0 {
		text, args = text+" AND ta.id IN ?", append(args, only)
	}
	var rows []teamRow
	if err := g.On(q).Raw(text+" ORDER BY ta.id", args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("list teams: %w", err)
	}
	list := make([]TeamGiven, 0, len(rows))
	for _, row := range rows {
		given, err := a.teamGiven(g, row)
		if err != nil {
			return nil, err
		}
		list = append(list, given)
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
		Expires: row.ExpiresAt.Time, Version: row.Version, Count: row.People,
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
	t.Role = role
	t.MayChange = who.Membership.Team != row.TeamID && a.mine(who).mayGive(verb.ContactsManage, standing{t.Terms, role}) &&
		a.access.Check(who, verb.ContactsManage, g.Scope()).Offered()
	return t, nil
}

// TeamName opens the name of a team, for whoever reads it with rows of their own.
func (a *Accounts) TeamName(team id.Team, sealed secretbox.Sealed) (string, error) {
	o := opener{box: a.box, table: "teams", row: team.Bytes()}
	return o.open("name", sealed), o.err
}
