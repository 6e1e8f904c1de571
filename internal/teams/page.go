package teams

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/names"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Page is a team of the account with its people, and a page of those that it works for: those whose names have all of
// some words in them, most at a time. Names are sealed, so their order is found in memory, as that of somebody's
// accounts is. One statement reads the page and whether the names are still as they were; where they are not, it takes
// a few more.
func (t *Teams) Page(
	ctx context.Context, who actor.Actor, account id.Account, team id.Team, words string, from, most int,
) (Team, ClientPage, error) {
	g, err := t.gate.View(ctx, who, verb.TeamsView, id.AccountScope(account))
	if err != nil {
		return Team{}, ClientPage{}, err
	}
	all, was, known := t.accounts.Calling(names.KeyOf(team), g.Now())
	if known {
		one, page, is, err := t.page(ctx, g, team, partOf(all, words, from, most))
		if err != nil || is == was {
			return one, page, err
		}
	}
	if all, err = t.served(ctx, g, team); err != nil {
		return Team{}, ClientPage{}, err
	}
	one, page, _, err := t.page(ctx, g, team, partOf(all, words, from, most))
	return one, page, err
}

// part is a part of a list of clients.
type part struct {
	places      [][]byte
	found, from int
}

func partOf(all []names.Named, words string, from, most int) part {
	found := names.Matching(all, words)
	p := part{found: len(found), from: min(max(from, 0), len(found))}
	for _, n := range found[p.from:min(p.from+most, len(found))] {
		p.places = append(p.places, n.Place[:])
	}
	return p
}

// The parts of what pageSQL lists.
const (
	partTeam = iota
	partMember
	partClient
)

// pageSQL reads a team with the stamp of its clients, its people, and those clients that are named or offer it access.
func pageSQL(clients bool) string {
	const unstamped = ", 0, 0, 0, 0, 0"
	client := fmt.Sprintf(` UNION ALL SELECT %d, x.id, c.name, r.name, x.role, x.services_limited, x.suspended, NULL,
 x.account_id, x.custom_role_id, x.services, x.ends_at, x.expires_at, x.state`+unstamped+`
 FROM teams t JOIN team_access x ON x.team_id = t.id JOIN accounts c ON c.account_id = x.account_id
 LEFT JOIN custom_roles r ON r.id = x.custom_role_id WHERE t.id = ? AND t.account_id = ? AND `, partClient)
	text := fmt.Sprintf(`SELECT %d, t.id, t.name, NULL, t.code, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, '', s.*
 FROM teams t CROSS JOIN (`+servedStampSQL()+`) s WHERE t.id = ? AND t.account_id = ? AND t.dissolved_at IS NULL
 UNION ALL SELECT %d, m.id, p.name, p.email, '', `+factors.LevelSQL("m.person_id")+`, m.leads, m.person_id, NULL, NULL,
 NULL, NULL, NULL, ''`+unstamped+` FROM team_members m JOIN persons p ON p.id = m.person_id
 WHERE m.team_id = ? AND m.account_id = ?`, partTeam, partMember) + client + "x.state = 'offered' AND x.expires_at > ?"
	if clients {
		text += client + "x.state = 'active' AND x.id IN ?"
	}
	return text
}

// pageRow is one row of it.
type pageRow struct {
	part        int
	key         []byte           // of the team, the place in it, or the access
	name, other secretbox.Sealed // other is the address of a member, or the name of a client's own role
	text        string           // the team's code, or a client's role
	number      int              // the level of a member, or whether a client's access is limited
	flag        bool             // a member leads, or a client's access is suspended
	person      id.Person
	client      accessRow
	stamp       names.Stamp
}

func (r *pageRow) targets() []any {
	return append([]any{
		&r.part, &r.key, &r.name, &r.other, &r.text, &r.number, &r.flag, &r.person, &r.client.AccountID,
		&r.client.CustomRoleID, &r.client.Services, &r.client.EndsAt, &r.client.ExpiresAt, &r.client.State,
	}, r.stamp.Targets()...)
}

func (t *Teams) page(
	ctx context.Context, g gate.Grant, team id.Team, p part,
) (one Team, page ClientPage, stamp names.Stamp, err error) {
	key, of := team.Bytes(), g.Account().Bytes()
	args := []any{key, of, key, of, key, of, key, of, db.At(g.Now())}
	if len(p.places) > 0 {
		args = append(args, key, of, p.places)
	}
	rows, err := db.ReadRows(db.Across(t.reader.With(ctx), "the clients of an agency’s teams").
		Raw(pageSQL(len(p.places) > 0), args...), (*pageRow).targets)
	if err != nil {
		return one, page, stamp, fmt.Errorf("read the page of a team: %w", err)
	}
	slices.SortFunc(rows, func(x, y pageRow) int { return cmp.Or(x.part-y.part, bytes.Compare(x.key, y.key)) })
	page.Found, page.From = p.found, p.from
	in := false
	for _, row := range rows {
		switch row.part {
		case partTeam:
			stamp = row.stamp
			one = Team{ID: team, Code: row.text, Clients: int(stamp.Own)}
			one.Name, err = t.accounts.TeamName(team, row.name)
		case partMember:
			one.Leads = one.Leads || row.flag && row.person == g.Who().Person
			in = in || row.person == g.Who().Person
			err = t.addMember(&one, row)
		case partClient:
			err = t.addClient(&page, row)
		}
		if err != nil {
			return Team{}, ClientPage{}, stamp, err
		}
	}
	if one.ID.IsZero() || g.Decision().Own && !in {
		return Team{}, ClientPage{}, stamp, fault.NotFound("read team")
	}
	one.People, one.Offers = len(one.Members), len(page.Offers)
	one.Leads = t.mayLead(g, one.Leads)
	byName(page.Clients)
	byName(page.Offers)
	return one, page, stamp, nil
}

// mayLead says whether the asker may say who is in a team that they lead or do not.
func (t *Teams) mayLead(g gate.Grant, leader bool) bool {
	manages := t.access.Check(g.Who(), verb.TeamsManage, g.Scope())
	return (manages.Allowed || manages.Reason == access.ReasonStale) && (!manages.Own || leader)
}

func (t *Teams) addMember(to *Team, row pageRow) error {
	place, err := id.FromBytes[id.MembershipKind](row.key)
	if err != nil {
		return fmt.Errorf("read a member of a team: %w", err)
	}
	m := Member{ID: place, Leads: row.flag, Contact: accounts.Contact{Person: row.person, Level: actor.Level(row.number)}}
	m.Contact.Name, m.Contact.Email, err = t.accounts.PersonCalled(row.person, row.name, row.other)
	to.Members = append(to.Members, m)
	return err
}

func (t *Teams) addClient(to *ClientPage, row pageRow) error {
	x := row.client
	x.Role, x.ServicesLimited, x.Suspended = row.text, row.number != 0, row.flag
	var err error
	if x.ID, err = id.FromBytes[id.TeamAccessKind](row.key); err != nil {
		return fmt.Errorf("read a client of a team: %w", err)
	}
	c, err := t.client(clientRow{Row: x, AccountName: row.name, RoleName: row.other})
	if c.Offered {
		to.Offers = append(to.Offers, c)
	} else {
		to.Clients = append(to.Clients, c)
	}
	return err
}
