package accounts

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/names"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// myAccountsSQL lists somebody's own places in some accounts, and those of their teams; of several in one account the
// reader takes the first by before. The joins stand in the order in which they are cheapest, which LEFT and CROSS have
// SQLite keep: what is of the person and their teams is read once, and not again with each account.
func myAccountsSQL() string {
	return `SELECT m.account_id, c.name, c.state, m.role, m.custom_role_id, r.name, m.ends_at, m.suspended,
 NULL, NULL, NULL
 FROM memberships m LEFT JOIN accounts c ON c.account_id = m.account_id
 LEFT JOIN custom_roles r ON r.id = m.custom_role_id WHERE m.person_id = ? AND m.account_id IN ?
 UNION ALL SELECT ta.account_id, c.name, c.state, ta.role, ta.custom_role_id, r.name, ` + access.TeamEnds + `,
 ` + access.TeamSuspended + `, tt.id, tt.name, ta.id
 FROM team_members tm JOIN memberships am ON am.id = tm.contact_id JOIN teams tt ON tt.id = tm.team_id
 JOIN accounts ac ON ac.account_id = tt.account_id
 CROSS JOIN team_access ta ON ta.team_id = tm.team_id AND ta.state = 'active' AND ta.account_id IN ?
 CROSS JOIN accounts c ON c.account_id = ta.account_id
 LEFT JOIN custom_roles r ON r.id = ta.custom_role_id WHERE tm.person_id = ?`
}

// myPlace is one row of it.
type myPlace struct {
	AccountID    id.Account
	Name         secretbox.Sealed
	State        string
	Role         string
	CustomRoleID id.Role
	RoleName     secretbox.Sealed
	EndsAt       db.Time
	Suspended    bool
	TeamID       id.Team
	TeamName     secretbox.Sealed
	TeamAccess   id.TeamAccess
}

func (p *myPlace) targets() []any {
	return []any{
		&p.AccountID, &p.Name, &p.State, &p.Role, &p.CustomRoleID, &p.RoleName, &p.EndsAt, &p.Suspended, &p.TeamID,
		&p.TeamName, &p.TeamAccess,
	}
}

// before says whether of two places in one account this one counts: their own, and of several through teams the one
// that access.TeamOrder has first.
func (p *myPlace) before(other *myPlace) bool {
	switch {
	case p.TeamID.IsZero() != other.TeamID.IsZero():
		return p.TeamID.IsZero()
	case p.Suspended != other.Suspended:
		return other.Suspended
	case p.EndsAt != other.EndsAt:
		return p.EndsAt.IsZero() || !other.EndsAt.IsZero() && p.EndsAt.After(other.EndsAt.Time)
	}
	return bytes.Compare(p.TeamAccess.Bytes(), other.TeamAccess.Bytes()) < 0
}

// PlacePage is a part of somebody's accounts, by name.
type PlacePage struct {
	Places []Place
	All    int // accounts that they have a place in
	Found  int // of those, whose names have the words that are looked for
	From   int // how many stand before this part
}

// reachedSQL lists the accounts in which somebody has a place, their own or a team's.
const reachedSQL = `SELECT c.account_id, c.version FROM memberships m JOIN accounts c ON c.account_id = m.account_id
 WHERE m.person_id = ?
 UNION SELECT c.account_id, c.version FROM team_members tm
 JOIN team_access ta ON ta.team_id = tm.team_id AND ta.state = 'active'
 JOIN accounts c ON c.account_id = ta.account_id WHERE tm.person_id = ?`

// reachedStampSQL is its stamp: their own places, and those of their teams.
func reachedStampSQL() string {
	return names.StampSQL(names.Accounts, "memberships m WHERE m.person_id = ?", "m.created_at",
		`team_members tm JOIN team_access ta ON ta.team_id = tm.team_id AND ta.state = 'active' WHERE tm.person_id = ?`,
		"ta.created_at + tm.created_at")
}

// MyAccounts lists the accounts in which the asker has a place, by name: a page of those whose names have all of some
// words in them. Names are sealed, so their order is found in memory: a statement looks whether that is still as it
// was, and another one reads the page. What has changed costs two more.
func (a *Accounts) MyAccounts(ctx context.Context, who actor.Actor, words string, from, most int) (PlacePage, error) {
	g, err := a.gate.View(ctx, who, verb.SignedIn, id.PersonScope(who.Person))
	if err != nil {
		return PlacePage{}, err
	}
	q, person := g.On(a.reader.With(ctx)), who.Person.Bytes()
	stamp, err := names.ReadStamp(q.Raw(reachedStampSQL(), person, person))
	if err != nil {
		return PlacePage{}, fmt.Errorf("list my accounts: %w", err)
	}
	all, err := a.Called(ctx, names.KeyOf(who.Person), stamp, g.Now(), func() ([]names.Named, error) {
		type row struct {
			account id.Account
			version int64
		}
		rows, err := db.ReadRows(g.On(a.reader.With(ctx)).Raw(reachedSQL, person, person),
			func(r *row) []any { return []any{&r.account, &r.version} })
		list := make([]names.Named, len(rows))
		for i, r := range rows {
			list[i] = names.Named{Key: names.KeyOf(r.account), Version: r.version}
		}
		return list, err
	})
	if err != nil {
		return PlacePage{}, err
	}
	found := names.Matching(all, words)
	page := PlacePage{All: len(all), Found: len(found), From: min(max(from, 0), len(found))}
	page.Places, err = a.places(ctx, g, found[page.From:min(page.From+most, len(found))])
	return page, err
}

// Called are accounts that the asker was found to reach, in the order of their names. list tells one asker's accounts
// from another's.
func (a *Accounts) Called(
	ctx context.Context, list names.Key, stamp names.Stamp, now time.Time, read func() ([]names.Named, error),
) ([]names.Named, error) {
	return a.names.List(list, stamp, now, names.Source{Read: read, Open: func(stale []names.Key) (
		map[names.Key]string, error,
	) {
		opened := make(map[names.Key]string, len(stale))
		for part := range slices.Chunk(stale, openedAtOnce) {
			if err := a.openNames(ctx, part, opened); err != nil {
				return nil, err
			}
		}
		return opened, nil
	}})
}

// Calling are accounts as Called gave them last, with their stamp, for whoever reads both in one statement; nothing
// where Called would read them again in any case.
func (a *Accounts) Calling(list names.Key, now time.Time) ([]names.Named, names.Stamp, bool) {
	return a.names.Known(list, now)
}

func (a *Accounts) openNames(ctx context.Context, of []names.Key, into map[names.Key]string) error {
	type row struct {
		account id.Account
		name    secretbox.Sealed
	}
	ids := make([][]byte, len(of))
	for i, key := range of {
		ids[i] = key[:]
	}
	q := db.Across(a.reader.With(ctx), "the names of the accounts that somebody reaches").
		Raw("SELECT account_id, name FROM accounts WHERE account_id IN ?", ids)
	found, err := db.ReadRows(q, func(r *row) []any { return []any{&r.account, &r.name} })
	if err != nil {
		return fmt.Errorf("read names of accounts: %w", err)
	}
	for _, r := range found {
		if into[names.KeyOf(r.account)], err = a.AccountName(r.account, r.name); err != nil {
			return err
		}
	}
	return nil
}

// openedAtOnce is how many names one statement reads by their ids.
const openedAtOnce = 1000

// places reads the places of the asker in some accounts, in their order.
func (a *Accounts) places(ctx context.Context, g gate.Grant, of []names.Named) ([]Place, error) {
	if len(of) == 0 {
		return nil, nil
	}
	ids, at := make([][]byte, len(of)), make(map[names.Key]int, len(of))
	for i := range of {
		ids[i], at[of[i].Key] = of[i].Key[:], i
	}
	person := g.Who().Person.Bytes()
	rows, err := db.ReadRows(g.On(a.reader.With(ctx)).Raw(myAccountsSQL(), person, ids, ids, person), (*myPlace).targets)
	if err != nil {
		return nil, fmt.Errorf("list my accounts: %w", err)
	}
	best := make([]*myPlace, len(of))
	for i := range rows {
		if was := &best[at[names.KeyOf(rows[i].AccountID)]]; *was == nil || rows[i].before(*was) {
			*was = &rows[i]
		}
	}
	list, opened := make([]Place, 0, len(of)), callings{a, map[names.Key]string{}}
	for _, row := range best {
		if row == nil {
			continue // gone meanwhile
		}
		p, err := a.myPlace(g, *row, opened)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// callings are the names of roles and teams that a list says again and again, each opened once.
type callings struct {
	a     *Accounts
	known map[names.Key]string
}

func (c callings) role(key string, custom id.Role, sealed secretbox.Sealed) (string, error) {
	if custom.IsZero() {
		return c.a.roleName(key, custom, sealed)
	}
	return c.once(names.KeyOf(custom), func() (string, error) { return c.a.roleName(key, custom, sealed) })
}

func (c callings) team(team id.Team, sealed secretbox.Sealed) (string, error) {
	return c.once(names.KeyOf(team), func() (string, error) { return c.a.TeamName(team, sealed) })
}

func (c callings) once(of names.Key, open func() (string, error)) (string, error) {
	if name, ok := c.known[of]; ok {
		return name, nil
	}
	name, err := open()
	if err == nil {
		c.known[of] = name
	}
	return name, err
}

func (a *Accounts) myPlace(g gate.Grant, r myPlace, opened callings) (Place, error) {
	o := opener{box: a.box, table: tableAccounts, row: r.AccountID.Bytes()}
	p := Place{
		Account: r.AccountID, Name: o.open("name", r.Name), Role: r.Role, EndsAt: r.EndsAt.Time,
		Suspended: r.Suspended, Ended: !r.EndsAt.IsZero() && !g.Now().Before(r.EndsAt.Time),
		Closed: r.State == stateClosed,
	}
	if o.err != nil {
		return Place{}, o.err
	}
	var err error
	if p.RoleName, err = opened.role(r.Role, r.CustomRoleID, r.RoleName); err != nil || r.TeamID.IsZero() {
		return p, err
	}
	p.Team, err = opened.team(r.TeamID, r.TeamName)
	return p, err
}
