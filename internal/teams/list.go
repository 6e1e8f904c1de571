package teams

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

func noTerms() accounts.Given { return accounts.Given{} }

// Team is a team of an agency.
type Team struct {
	ID      id.Team
	Name    string
	Code    string
	Members []Member
	Clients []Client // by name; offers first
	Leads   bool     // the asker may say who is in it
}

// Member is somebody in a team.
type Member struct {
	ID      id.Membership // of the place in the team
	Contact accounts.Contact
	Leads   bool
}

// Client is an account that gives a team access, or offers it.
type Client struct {
	ID        id.TeamAccess
	Account   id.Account
	Name      string
	RoleName  string
	Services  int // how many the access is limited to; 0: all
	EndsAt    time.Time
	Suspended bool
	Offered   bool
	Expires   time.Time
}

// Mine lists the teams of an account: all of them, or those that the asker is in.
func (t *Teams) Mine(ctx context.Context, who actor.Actor, account id.Account) ([]Team, error) {
	g, err := t.gate.View(ctx, who, verb.TeamsView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	var rows []teamRow
	if err := g.On(t.reader.With(ctx)).Where("dissolved_at IS NULL").Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list teams: %w", err)
	}
	members, err := t.members(ctx, g)
	if err != nil {
		return nil, err
	}
	clients, err := t.clients(ctx, g)
	if err != nil {
		return nil, err
	}
	manages := t.access.Check(who, verb.TeamsManage, g.Scope())
	may := manages.Allowed || manages.Reason == access.ReasonStale
	list := make([]Team, 0, len(rows))
	for _, row := range rows {
		team := Team{ID: row.ID, Code: row.Code, Members: members[row.ID], Clients: clients[row.ID]}
		if team.Name, err = t.accounts.TeamName(row.ID, row.Name); err != nil {
			return nil, err
		}
		in := slices.IndexFunc(team.Members, func(m Member) bool { return m.Contact.Person == who.Person })
		if g.Decision().Own && in < 0 {
			continue
		}
		team.Leads = may && (!manages.Own || in >= 0 && team.Members[in].Leads)
		list = append(list, team)
	}
	return list, nil
}

// One is one of them.
func (t *Teams) One(ctx context.Context, who actor.Actor, account id.Account, team id.Team) (Team, error) {
	list, err := t.Mine(ctx, who, account)
	if err != nil {
		return Team{}, err
	}
	i := slices.IndexFunc(list, func(x Team) bool { return x.ID == team })
	if i < 0 {
		return Team{}, fault.NotFound("read team")
	}
	return list[i], nil
}

func (t *Teams) members(ctx context.Context, g gate.Grant) (map[id.Team][]Member, error) {
	q := t.reader.With(ctx)
	var rows []memberRow
	if err := g.On(q).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list team members: %w", err)
	}
	if len(rows) == 0 {
		return map[id.Team][]Member{}, nil
	}
	var of []id.Membership
	for _, row := range rows {
		of = append(of, row.ContactID)
	}
	contacts, err := t.accounts.ContactsIn(q, g, of)
	if err != nil {
		return nil, err
	}
	byID := map[id.Membership]accounts.Contact{}
	for _, c := range contacts {
		byID[c.ID] = c
	}
	out := map[id.Team][]Member{}
	for _, row := range rows {
		out[row.TeamID] = append(out[row.TeamID], Member{ID: row.ID, Contact: byID[row.ContactID], Leads: row.Leads})
	}
	return out, nil
}

// clientRow is an account that a team works for.
type clientRow struct {
	Row         accessRow `gorm:"embedded"`
	AccountName secretbox.Sealed
	RoleName    secretbox.Sealed
}

func (t *Teams) clients(ctx context.Context, g gate.Grant) (map[id.Team][]Client, error) {
	var rows []clientRow
	err := db.Across(t.reader.With(ctx), "the clients of an agency’s teams").Raw(`SELECT ta.*, c.name AS account_name,
 r.name AS role_name FROM teams tt JOIN team_access ta ON ta.team_id = tt.id
 JOIN accounts c ON c.account_id = ta.account_id LEFT JOIN custom_roles r ON r.id = ta.custom_role_id
 WHERE tt.account_id = ?`, g.Account().Bytes()).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list clients of teams: %w", err)
	}
	out := map[id.Team][]Client{}
	for _, row := range rows {
		if row.Row.State == stateOffered && !g.Now().Before(row.Row.ExpiresAt.Time) {
			continue
		}
		c, err := t.client(row)
		if err != nil {
			return nil, err
		}
		out[row.Row.TeamID] = append(out[row.Row.TeamID], c)
	}
	for team := range out {
		slices.SortFunc(out[team], offersFirst)
	}
	return out, nil
}

// client opens what a row says of an account that a team works for.
func (t *Teams) client(row clientRow) (Client, error) {
	r := row.Row
	c := Client{
		ID: r.ID, Account: r.AccountID, EndsAt: r.EndsAt.Time, Suspended: r.Suspended, Offered: r.State == stateOffered,
		Expires: r.ExpiresAt.Time,
	}
	if r.ServicesLimited {
		c.Services = len(r.Services) / 16
	}
	var err error
	if c.Name, err = t.accounts.AccountName(r.AccountID, row.AccountName); err != nil {
		return Client{}, err
	}
	c.RoleName, err = t.accounts.RoleName(r.Role, r.CustomRoleID, row.RoleName)
	return c, err
}

// offersFirst is the order of clients: what waits for an answer, then by name.
func offersFirst(x, y Client) int {
	switch {
	case x.Offered && !y.Offered:
		return -1
	case y.Offered && !x.Offered:
		return 1
	}
	return strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name))
}

// Clients are the accounts that a team works for now, for Gatehouse itself.
func (t *Teams) Clients(ctx context.Context, team id.Team) ([]id.Account, error) {
	var rows []accessRow
	err := db.Across(t.reader.With(ctx), "the accounts that are told of a team").
		Where("team_id = ? AND state = ?", team, stateActive).Order("account_id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list clients of a team: %w", err)
	}
	list := make([]id.Account, 0, len(rows))
	for _, row := range rows {
		list = append(list, row.AccountID)
	}
	return list, nil
}

// Colleagues are the people of an agency whom somebody who manages a team can put into it.
func (t *Teams) Colleagues(ctx context.Context, who actor.Actor, account id.Account) ([]accounts.Contact, error) {
	g, err := t.gate.View(ctx, who, verb.TeamsManage, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	return t.accounts.ContactsIn(t.reader.With(ctx), g, nil)
}
