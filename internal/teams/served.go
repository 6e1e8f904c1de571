package teams

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

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

// servedSQL lists the accounts that a team works for; servedStampSQL is its stamp.
const (
	servedSQL  = "SELECT ta.id, ta.account_id, c.version FROM " + servedFrom + servedOf
	servedFrom = "teams tt JOIN team_access ta ON ta.team_id = tt.id AND ta.state = 'active'"
	servedOf   = " JOIN accounts c ON c.account_id = ta.account_id" + servedBy
	servedBy   = " WHERE tt.id = ? AND tt.account_id = ?"
)

func servedStampSQL() string {
	return names.StampSQL(names.Accounts, servedFrom+servedBy, "ta.created_at", "", "")
}

// served are the accounts that a team works for, in the order of their names.
func (t *Teams) served(ctx context.Context, g gate.Grant, team id.Team) ([]names.Named, error) {
	ask := func(text string) *gorm.DB {
		return db.Across(t.reader.With(ctx), "the clients of an agency’s teams").Raw(text, team.Bytes(), g.Account().Bytes())
	}
	stamp, err := names.ReadStamp(ask(servedStampSQL()))
	if err != nil {
		return nil, fmt.Errorf("list clients of a team: %w", err)
	}
	return t.accounts.Called(ctx, names.KeyOf(team), stamp, g.Now(), func() ([]names.Named, error) {
		type row struct {
			id      id.TeamAccess
			account id.Account
			version int64
		}
		rows, err := db.ReadRows(ask(servedSQL), func(r *row) []any { return []any{&r.id, &r.account, &r.version} })
		list := make([]names.Named, len(rows))
		for i, r := range rows {
			list[i] = names.Named{Key: names.KeyOf(r.account), Version: r.version, Place: names.KeyOf(r.id)}
		}
		return list, err
	})
}

// clientRow is an account that a team works for.
type clientRow struct {
	Row         accessRow `gorm:"embedded"`
	AccountName secretbox.Sealed
	RoleName    secretbox.Sealed
}

// clients reads those clients of a team of the grant's account of which a condition is true, by name.
func (t *Teams) clients(
	ctx context.Context, g gate.Grant, team id.Team, where string, args ...any,
) ([]Client, error) {
	var rows []clientRow
	err := db.Across(t.reader.With(ctx), "the clients of an agency’s teams").Raw(`SELECT ta.*, c.name AS account_name,
 r.name AS role_name FROM teams tt JOIN team_access ta ON ta.team_id = tt.id
 JOIN accounts c ON c.account_id = ta.account_id LEFT JOIN custom_roles r ON r.id = ta.custom_role_id
 WHERE tt.id = ? AND tt.account_id = ? AND `+where, append([]any{team.Bytes(), g.Account().Bytes()}, args...)...).
		Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list clients of a team: %w", err)
	}
	list := make([]Client, 0, len(rows))
	for _, row := range rows {
		c, err := t.client(row)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	byName(list)
	return list, nil
}

func byName(list []Client) {
	slices.SortFunc(list, func(x, y Client) int {
		first := cmp.Compare(names.Fold(x.Name), names.Fold(y.Name))
		return cmp.Or(first, bytes.Compare(x.Account.Bytes(), y.Account.Bytes()))
	})
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
	list, err := t.clients(ctx, g, team, "ta.state = 'active' AND ta.id = ?", which)
	if err != nil {
		return Client{}, err
	}
	if len(list) == 0 {
		return Client{}, fault.NotFound("client of a team")
	}
	return list[0], nil
}
