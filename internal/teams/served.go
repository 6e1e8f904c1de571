package teams

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/names"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

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

// ClientPage is a part of those that a team works for, by name, with all that offer it access.
type ClientPage struct {
	Offers  []Client
	Clients []Client
	Found   int // that have the words that are looked for
	From    int // how many stand before this part
}

// served is an account that a team works for, or that offers it access.
type served struct {
	ID      id.TeamAccess
	Account id.Account
	Version int64 // of the account: greater once the name may have changed
	State   string
	folded  string
}

const servedSQL = `SELECT ta.id, ta.account_id, c.version, ta.state FROM teams tt JOIN team_access ta ON ta.team_id = tt.id
 JOIN accounts c ON c.account_id = ta.account_id
 WHERE tt.id = ? AND tt.account_id = ? AND (ta.state = 'active' OR ta.expires_at > ?)`

// ClientsOf lists those that a team of the account works for, a page at a time: those whose names have all of some words
// in them. Names are sealed, so their order is found in memory, as that of somebody's accounts is.
func (t *Teams) ClientsOf(
	ctx context.Context, who actor.Actor, account id.Account, team Team, words string, from, most int,
) (ClientPage, error) {
	g, err := t.gate.View(ctx, who, verb.TeamsView, id.AccountScope(account))
	if err != nil {
		return ClientPage{}, err
	}
	all, err := t.served(ctx, g, team.ID)
	if err != nil {
		return ClientPage{}, err
	}
	var offers, works []served
	wanted := names.Words(words)
	for _, s := range all {
		switch {
		case s.State == stateOffered:
			offers = append(offers, s)
		case names.HasAll(s.folded, wanted):
			works = append(works, s)
		}
	}
	page := ClientPage{Found: len(works), From: min(max(from, 0), len(works))}
	works = works[page.From:min(page.From+most, len(works))]
	list, err := t.clients(ctx, g, team.ID, append(slices.Clone(offers), works...))
	for _, c := range list {
		if c.Offered {
			page.Offers = append(page.Offers, c)
		} else {
			page.Clients = append(page.Clients, c)
		}
	}
	return page, err
}

// served reads the accounts of a team in the order of their names.
func (t *Teams) served(ctx context.Context, g gate.Grant, team id.Team) ([]served, error) {
	q := db.Across(t.reader.With(ctx), "the clients of an agency’s teams").
		Raw(servedSQL, team.Bytes(), g.Account().Bytes(), db.At(g.Now()))
	all, err := db.ReadRows(q, func(s *served) []any { return []any{&s.ID, &s.Account, &s.Version, &s.State} })
	if err != nil {
		return nil, fmt.Errorf("list clients of a team: %w", err)
	}
	rows := make([]names.Row, len(all))
	for i, s := range all {
		rows[i] = names.Row{Key: names.KeyOf(s.Account), Version: s.Version}
	}
	folded, err := t.accounts.Called(ctx, names.KeyOf(team), g.Now(), rows)
	if err != nil {
		return nil, err // accounts says what it did
	}
	for i := range all {
		all[i].folded = folded[i]
	}
	slices.SortFunc(all, func(x, y served) int {
		return cmp.Or(cmp.Compare(x.folded, y.folded), bytes.Compare(x.ID.Bytes(), y.ID.Bytes()))
	})
	return all, nil
}

// clientRow is an account that a team works for.
type clientRow struct {
	Row         accessRow `gorm:"embedded"`
	AccountName secretbox.Sealed
	RoleName    secretbox.Sealed
}

// clients reads some clients of a team of the grant's account, in their order.
func (t *Teams) clients(ctx context.Context, g gate.Grant, team id.Team, of []served) ([]Client, error) {
	if len(of) == 0 {
		return nil, nil
	}
	ids, at := make([]id.TeamAccess, len(of)), make(map[id.TeamAccess]int, len(of))
	for i, s := range of {
		ids[i], at[s.ID] = s.ID, i
	}
	var rows []clientRow
	err := db.Across(t.reader.With(ctx), "the clients of an agency’s teams").Raw(`SELECT ta.*, c.name AS account_name,
 r.name AS role_name FROM teams tt JOIN team_access ta ON ta.team_id = tt.id
 JOIN accounts c ON c.account_id = ta.account_id LEFT JOIN custom_roles r ON r.id = ta.custom_role_id
 WHERE tt.id = ? AND tt.account_id = ? AND ta.id IN ?`, team.Bytes(), g.Account().Bytes(), ids).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list clients of a team: %w", err)
	}
	slices.SortFunc(rows, func(x, y clientRow) int { return at[x.Row.ID] - at[y.Row.ID] })
	list := make([]Client, 0, len(rows))
	for _, row := range rows {
		c, err := t.client(row)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
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
		return Client{}, err // accounts says what it did
	}
	c.RoleName, err = t.accounts.RoleName(r.Role, r.CustomRoleID, row.RoleName)
	return c, err
}

// Client is one account that a team of the account works for.
func (t *Teams) Client(
	ctx context.Context, who actor.Actor, account id.Account, team id.Team, which id.TeamAccess,
) (Client, error) {
	g, err := t.gate.View(ctx, who, verb.TeamsView, id.AccountScope(account))
	if err != nil {
		return Client{}, err
	}
	list, err := t.clients(ctx, g, team, []served{{ID: which}})
	if err != nil {
		return Client{}, err
	}
	if len(list) == 0 || list[0].Offered {
		return Client{}, fault.NotFound("client of a team")
	}
	return list[0], nil
}
