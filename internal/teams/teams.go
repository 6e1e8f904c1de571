// Package teams is the room for people of one account, an agency, who work in the accounts of others as one team. The
// agency says who is in a team, its clients say what the team may do with them, and whoever leaves the team leaves all
// clients with their next request. The rows are read by access and accounts, which decide by them; single contacts and
// invitations stay in accounts. Rows of SECURITY.md that it answers for are named in its tests (A1, A3, A6, A7).
package teams

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	// offerLife is how long an agency can accept what a client offers it (as an invitation, A7).
	offerLife = 7 * 24 * time.Hour
	// longestName bounds the name of a team, in code points.
	longestName = 80
	// mostTeams bounds the teams of an account, and mostMembers the people of a team (our own figures).
	mostTeams   = 50
	mostMembers = 200

	stateOffered = "offered"
	stateActive  = "active"

	tableTeams = "teams"
)

// Teams is the room. It is safe for concurrent use.
type Teams struct {
	gate     *gate.Gate
	reader   *db.Reader
	box      *secretbox.Box
	access   *access.Access
	accounts *accounts.Accounts
	post     *outbox.Box
}

// New makes the room. It reads and writes nothing yet.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, a *access.Access, accs *accounts.Accounts, post *outbox.Box,
) *Teams {
	return &Teams{gate: g, reader: reader, box: box, access: a, accounts: accs, post: post}
}

type teamRow struct {
	ID        id.Team `gorm:"primaryKey"`
	AccountID id.Account
	Name      secretbox.Sealed
	Code      string
	CreatedAt db.Time

	DissolvedAt db.Time
}

// TableName names the table.
func (teamRow) TableName() string { return tableTeams }

type memberRow struct {
	ID        id.Membership `gorm:"primaryKey"`
	TeamID    id.Team
	AccountID id.Account
	ContactID id.Membership
	PersonID  id.Person
	Leads     bool
	CreatedAt db.Time
}

// TableName names the table.
func (memberRow) TableName() string { return "team_members" }

type accessRow struct {
	ID              id.TeamAccess `gorm:"primaryKey"`
	AccountID       id.Account
	TeamID          id.Team
	Role            string
	CustomRoleID    id.Role
	ServicesLimited bool
	Services        []byte
	EndsAt          db.Time
	Suspended       bool
	State           string
	OfferedBy       id.Person
	CreatedAt       db.Time
	ExpiresAt       db.Time
	Version         int64
}

// TableName names the table.
func (accessRow) TableName() string { return "team_access" }

func (r accessRow) terms() (accounts.Terms, error) {
	services, err := access.UnpackServices(r.Services)
	return accounts.Terms{
		Role: r.Role, CustomRole: r.CustomRoleID, Limited: r.ServicesLimited, Services: services, EndsAt: r.EndsAt.Time,
	}, err
}

// alphabet is that of ids: nothing in it is mistaken for something else on the telephone.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// newCode makes the code of a team: 80 bits.
func newCode() string {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program where randomness is missing
	for i, b := range raw {
		raw[i] = alphabet[b&31]
	}
	return string(raw)
}

// ShowCode is how a code is written for people.
func ShowCode(code string) string {
	var parts []string
	for ; len(code) > 4; code = code[4:] {
		parts = append(parts, code[:4])
	}
	return strings.Join(append(parts, code), "-")
}

// ParseCode is a code as somebody typed it.
func ParseCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(typed))
}

func target(team id.Team, name string) activity.Target { return activity.TargetOf("team", team, name) }

// Create makes a team that nobody is in yet.
func (t *Teams) Create(ctx context.Context, who actor.Actor, account id.Account, name string) (id.Team, error) {
	name, err := accounts.ParseText("name", name, "Enter what the team is called.", longestName)
	if err != nil {
		return id.Team{}, err
	}
	row := teamRow{ID: id.New[id.TeamKind](), AccountID: account, Code: newCode()}
	if row.Name, err = t.box.Seal(name, place(row.ID)); err != nil {
		return id.Team{}, fmt.Errorf("create team: %w", err)
	}
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if err := all(g); err != nil {
			return gate.Entry{}, err
		}
		var n int64
		if err := g.On(tx.Model(&teamRow{})).Where("dissolved_at IS NULL").Count(&n).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("create team: %w", err)
		}
		if n >= mostTeams {
			return gate.Entry{}, fault.Conflict(fmt.Sprintf("An account has at most %d teams.", mostTeams))
		}
		row.CreatedAt = db.At(g.Now())
		if err := g.On(tx.DB).Create(&row).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("create team: %w", err)
		}
		return g.Entry(activity.TeamCreated, activity.Details{Target: target(row.ID, name)}), nil
	}
	return row.ID, t.accounts.Change(ctx, who, verb.TeamsManage, account, work)
}

// all refuses those who may manage the teams that they lead and no others.
func all(g gate.Grant) error {
	if d := g.Decision(); d.Own {
		return d.Refused(access.ReasonRoleLacks).Fault("teams")
	}
	return nil
}

func place(team id.Team) secretbox.Place {
	return secretbox.Place{Table: tableTeams, Column: "name", Row: team.Bytes()}
}

// hold reads a team of the grant's account, for somebody who may manage it: all of them, or the one that they lead.
func (t *Teams) hold(tx *db.Tx, g gate.Grant, team id.Team) (teamRow, string, error) {
	row, found, err := db.One[teamRow](g.On(tx.DB).Where("id = ? AND dissolved_at IS NULL", team))
	if err != nil {
		return teamRow{}, "", fmt.Errorf("read team: %w", err)
	}
	if found && g.Decision().Own {
		found, err = t.leads(tx, g, team)
		if err != nil {
			return teamRow{}, "", err
		}
	}
	if !found {
		return teamRow{}, "", fault.NotFound("read team")
	}
	name, err := t.accounts.TeamName(row.ID, row.Name)
	return row, name, err
}

func (t *Teams) leads(tx *db.Tx, g gate.Grant, team id.Team) (bool, error) {
	_, found, err := db.One[memberRow](g.On(tx.DB).
		Where("team_id = ? AND person_id = ? AND leads = ?", team, g.Who().Person, true))
	if err != nil {
		return false, fmt.Errorf("read who leads a team: %w", err)
	}
	return found, nil
}

// Add puts a contact of the agency into a team. All accounts that the team works for are told.
func (t *Teams) Add(
	ctx context.Context, who actor.Actor, account id.Account, team id.Team, contact id.Membership, leads bool,
) error {
	member := id.New[id.MembershipKind]()
	return t.woken(t.accounts.Change(ctx, who, verb.TeamsManage, account,
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, name, err := t.hold(tx, g, team)
			if err != nil {
				return gate.Entry{}, err
			}
			if leads && g.Decision().Own {
				return gate.Entry{}, all(g)
			}
			one, err := t.newcomer(tx, g, contact)
			if err != nil {
				return gate.Entry{}, err
			}
			if err := room(tx, g, row.ID); err != nil {
				return gate.Entry{}, err
			}
			err = g.On(tx.DB).Create(&memberRow{
				ID: member, TeamID: row.ID, AccountID: account, ContactID: one.Contact, PersonID: one.Person, Leads: leads,
				CreatedAt: db.At(g.Now()),
			}).Error
			if db.IsDuplicate(err) {
				return gate.Entry{}, fault.InvalidField("contact", one.Name+" is in the team already.")
			}
			if err != nil {
				return gate.Entry{}, fmt.Errorf("add to team: %w", err)
			}
			if err := keepMember(tx, account, member); err != nil {
				return gate.Entry{}, err
			}
			return t.moved(tx, g, member.String()+"-added", accounts.TeamChange{
				Team: row.ID, Name: name, Action: activity.TeamMemberAdded, New: one.Name,
			})
		}))
}

// newcomer is the contact who is to come into a team.
func (t *Teams) newcomer(tx *db.Tx, g gate.Grant, contact id.Membership) (accounts.Member, error) {
	one, err := t.accounts.MemberOf(tx.DB, g, contact)
	if fault.KindOf(err) == fault.KindNotFound || err == nil && !one.Active {
		return one, fault.InvalidField("contact", "Choose a contact who has access to your own account now.")
	}
	return one, err
}

// room refuses one more in a team that is full.
func room(tx *db.Tx, g gate.Grant, team id.Team) error {
	var n int64
	if err := g.On(tx.Model(&memberRow{})).Where("team_id = ?", team).Count(&n).Error; err != nil {
		return fmt.Errorf("add to team: %w", err)
	}
	if n >= mostMembers {
		return fault.InvalidField("contact", fmt.Sprintf("A team has at most %d people.", mostMembers))
	}
	return nil
}

// Remove takes somebody out of a team. With their next request the accounts that it works for are closed to them.
func (t *Teams) Remove(
	ctx context.Context, who actor.Actor, account id.Account, team id.Team, member id.Membership,
) error {
	return t.woken(t.accounts.Change(ctx, who, verb.TeamsManage, account,
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, name, err := t.hold(tx, g, team)
			if err != nil {
				return gate.Entry{}, err
			}
			one, found, err := db.One[memberRow](g.On(tx.DB).Where("id = ? AND team_id = ?", member, row.ID))
			if err != nil || !found {
				return gate.Entry{}, errors.Join(err, fault.NotFound("remove from team"))
			}
			if one.Leads && g.Decision().Own && one.PersonID != g.Who().Person {
				return gate.Entry{}, all(g)
			}
			done := g.On(tx.DB).Where("id = ?", member).Delete(&memberRow{})
			if done.Error != nil || done.RowsAffected == 0 {
				return gate.Entry{}, errors.Join(done.Error, fault.NotFound("remove from team"))
			}
			if err := keepMember(tx, account, member); err != nil {
				return gate.Entry{}, err
			}
			gone, err := t.accounts.NameOf(tx.DB, one.PersonID)
			if err != nil {
				return gate.Entry{}, err
			}
			return t.moved(tx, g, member.String()+"-removed", accounts.TeamChange{
				Team: row.ID, Name: name, Action: activity.TeamMemberRemoved, Old: gone,
			})
		}))
}

// moved leaves word of what became of a team, and makes the agency's entry.
func (t *Teams) moved(tx *db.Tx, g gate.Grant, key string, c accounts.TeamChange) (gate.Entry, error) {
	err := t.post.Enqueue(tx, outbox.Message{Kind: accounts.TeamChanged, Key: key, Payload: c})
	if err != nil {
		return gate.Entry{}, fmt.Errorf("tell of a team: %w", err)
	}
	return g.Entry(c.Action, activity.Details{Target: target(c.Team, c.Name), Changes: c.Changes()}), nil
}

func (t *Teams) woken(err error) error {
	if err == nil {
		t.post.Wake()
	}
	return err
}
