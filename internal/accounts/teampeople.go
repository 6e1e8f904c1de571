package accounts

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// teamPeopleShown is how many people a team's card names; its own page names all of them.
const teamPeopleShown = 10

// behindRow is somebody behind a team, with the team's access as a place of their own would be read.
type behindRow struct {
	Contact  contactRow `gorm:"embedded"`
	TeamID   id.Team
	TeamName secretbox.Sealed
	TimeZone string
	HasOwn   bool
}

// teamPeopleColumns are the columns of a behindRow.
func teamPeopleColumns() string {
	return `tm.id, ta.account_id, tm.person_id, ta.role, ta.custom_role_id, ta.services_limited, ta.services,
 ` + access.TeamEnds + ` AS ends_at, ` + access.TeamSuspended + ` AS suspended, am.recovery_id, tm.created_at,
 p.name AS person_name, p.email AS person_email, p.state AS person_state, r.name AS role_name,
 r.verbs AS role_verbs, r.version AS role_version, ` + factors.LevelSQL("tm.person_id") + ` AS level,
 (SELECT MAX(s.created_at) FROM sessions s WHERE s.person_id = tm.person_id) AS signed_in_at,
 ta.team_id, tt.name AS team_name, p.time_zone, own.id IS NOT NULL AS has_own`
}

// teamPeopleFrom is where they are: the people behind the teams of an account, whose id is asked for twice. nth counts
// within a team, best within a person: of several teams the first one is the place that counts.
func teamPeopleFrom() string {
	return ` FROM (SELECT ta.id AS access_id, tm.id AS member_id,
 ROW_NUMBER() OVER (PARTITION BY ta.id ORDER BY tm.id) AS nth,
 ROW_NUMBER() OVER (PARTITION BY tm.person_id ` + access.TeamOrder + `) AS best
 FROM team_access ta` + teamJoins + ` WHERE ta.account_id = ? AND ta.state = 'active') n
 JOIN team_access ta ON ta.id = n.access_id JOIN team_members tm ON tm.id = n.member_id
 JOIN teams tt ON tt.id = ta.team_id JOIN accounts ac ON ac.account_id = tt.account_id
 JOIN memberships am ON am.id = tm.contact_id JOIN persons p ON p.id = tm.person_id
 LEFT JOIN custom_roles r ON r.id = ta.custom_role_id AND r.account_id = ta.account_id AND r.deleted_at IS NULL
 LEFT JOIN memberships own ON own.account_id = ta.account_id AND own.person_id = tm.person_id
 WHERE ta.account_id = ? AND `
}

// counts are the conditions of a place through a team that counts: the person has none of their own.
const counts = "n.best = 1 AND own.id IS NULL"

// teamPeople reads people behind the teams of the grant's account, as contacts of it.
func (a *Accounts) teamPeople(q *gorm.DB, g gate.Grant, where string, args ...any) ([]Contact, error) {
	key := g.Account().Bytes()
	var rows []behindRow
	text := "SELECT " + teamPeopleColumns() + teamPeopleFrom() + where
	err := g.On(q).Raw(text, append([]any{key, key}, args...)...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list people of teams: %w", err)
	}
	by, list := a.asking(g), make([]Contact, 0, len(rows))
	for _, row := range rows {
		c, err := a.behind(by, row)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// behind is a member of a team as a contact of the account that gives the team access.
func (a *Accounts) behind(by asker, row behindRow) (Contact, error) {
	c, err := a.contact(by, row.Contact)
	if err != nil {
		return Contact{}, err
	}
	name, err := a.TeamName(row.TeamID, row.TeamName)
	c.MayPreview, c.MayChange = c.MayChange, false // what they may do is changed with their team
	c.Team, c.TeamName, c.OwnPlace, c.zone = row.TeamID, name, row.HasOwn, row.TimeZone
	c.place.Team, c.place.TeamName = row.TeamID, name
	return c, err
}

// Behind lists the people behind one team, a page at a time.
func (a *Accounts) Behind(
	ctx context.Context, who actor.Actor, account id.Account, team id.TeamAccess, after id.Membership,
) (ContactPage, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return ContactPage{}, err
	}
	return paged(a.teamPeople(a.reader.With(ctx), g, "ta.id = ? AND tm.id > ? ORDER BY tm.id LIMIT ?", team.Bytes(),
		after.Bytes(), peopleShown+1))
}

func paged(list []Contact, err error) (ContactPage, error) {
	page := ContactPage{Contacts: list}
	if len(list) > peopleShown {
		page.Contacts = list[:peopleShown]
		page.Next = page.Contacts[peopleShown-1].ID
	}
	return page, err
}

// teamMember finds a member of a team as a contact, by their place in the team. Somebody whose own place counts instead
// is not one.
func (a *Accounts) teamMember(q *gorm.DB, g gate.Grant, member id.Membership) (Contact, error) {
	found, err := a.teamPeople(q, g, "tm.id = ? AND own.id IS NULL", member.Bytes())
	if err != nil {
		return Contact{}, err
	}
	if len(found) == 0 {
		return Contact{}, fault.NotFound("read contact")
	}
	return found[0], nil
}
