package teams

import (
	"context"
	"fmt"

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
	People  int      // who are in it
	Clients int      // that it works for
	Offers  int      // that wait for an answer
	Members []Member // where one team is read
	Leads   bool     // the asker may say who is in it
}

// Member is somebody in a team.
type Member struct {
	ID      id.Membership // of the place in the team
	Contact accounts.Contact
	Leads   bool
}

// countedRow is a team with how much there is in it, and whether the asker is in it.
type countedRow struct {
	ID      id.Team
	Name    secretbox.Sealed
	Code    string
	People  int
	Clients int
	Offers  int
	In      bool
	Leads   bool
}

const countedSQL = `SELECT t.id, t.name, t.code,
 (SELECT COUNT(*) FROM team_members m WHERE m.team_id = t.id) AS people,
 (SELECT COUNT(*) FROM team_access x WHERE x.team_id = t.id AND x.state = 'active') AS clients,
 (SELECT COUNT(*) FROM team_access x WHERE x.team_id = t.id AND x.state = 'offered' AND x.expires_at > ?) AS offers,
 EXISTS (SELECT 1 FROM team_members m WHERE m.team_id = t.id AND m.person_id = ?) AS is_in,
 EXISTS (SELECT 1 FROM team_members m WHERE m.team_id = t.id AND m.person_id = ? AND m.leads <> 0) AS leads
 FROM teams t WHERE t.account_id = ? AND t.dissolved_at IS NULL`

// Mine lists the teams of an account, without their people: all of them, or those that the asker is in.
func (t *Teams) Mine(ctx context.Context, who actor.Actor, account id.Account) ([]Team, error) {
	g, err := t.gate.View(ctx, who, verb.TeamsView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	return t.teams(ctx, g, "")
}

// teams reads those teams of the grant's account that the asker may see, and of which a condition is true.
func (t *Teams) teams(ctx context.Context, g gate.Grant, where string, args ...any) ([]Team, error) {
	person := g.Who().Person.Bytes()
	args = append([]any{db.At(g.Now()), person, person, g.Account().Bytes()}, args...)
	q := db.Across(t.reader.With(ctx), "how many clients an agency’s teams work for").
		Raw(countedSQL+where+" ORDER BY t.id", args...)
	rows, err := db.ReadRows(q, func(r *countedRow) []any {
		return []any{&r.ID, &r.Name, &r.Code, &r.People, &r.Clients, &r.Offers, &r.In, &r.Leads}
	})
	if err != nil {
		return nil, fmt.Errorf("list teams: %w", err)
	}
	list := make([]Team, 0, len(rows))
	for _, row := range rows {
		if g.Decision().Own && !row.In {
			continue
		}
		team := Team{
			ID: row.ID, Code: row.Code, People: row.People, Clients: row.Clients, Offers: row.Offers,
			Leads: t.mayLead(g, row.Leads),
		}
		if team.Name, err = t.accounts.TeamName(row.ID, row.Name); err != nil {
			return nil, err // accounts says what it did
		}
		list = append(list, team)
	}
	return list, nil
}

// One is one of them, with its people.
func (t *Teams) One(ctx context.Context, who actor.Actor, account id.Account, team id.Team) (Team, error) {
	g, err := t.gate.View(ctx, who, verb.TeamsView, id.AccountScope(account))
	if err != nil {
		return Team{}, err
	}
	list, err := t.teams(ctx, g, " AND t.id = ?", team.Bytes())
	if err != nil {
		return Team{}, err
	}
	if len(list) == 0 {
		return Team{}, fault.NotFound("read team")
	}
	list[0].Members, err = t.members(ctx, g, team)
	return list[0], err
}

func (t *Teams) members(ctx context.Context, g gate.Grant, team id.Team) ([]Member, error) {
	q := t.reader.With(ctx)
	var rows []memberRow
	if err := g.On(q).Where("team_id = ?", team).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list team members: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	var of []id.Membership
	for _, row := range rows {
		of = append(of, row.ContactID)
	}
	contacts, err := t.accounts.ContactsIn(q, g, of)
	if err != nil {
		return nil, err // accounts says what it did
	}
	byID := map[id.Membership]accounts.Contact{}
	for _, c := range contacts {
		byID[c.ID] = c
	}
	list := make([]Member, 0, len(rows))
	for _, row := range rows {
		list = append(list, Member{ID: row.ID, Contact: byID[row.ContactID], Leads: row.Leads})
	}
	return list, nil
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
