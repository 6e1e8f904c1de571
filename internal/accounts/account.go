package accounts

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// The states of an account.
const (
	stateActive = "active"
	stateClosed = "closed"
)

// Account is a customer of the provider.
type Account struct {
	ID        id.Account
	Name      string
	Address   Address
	TaxID     string
	Currency  money.Currency
	Closed    bool
	CreatedAt time.Time
	Version   int64 // goes back with a form, so that a stale one is noticed
}

// Address is where bills go.
type Address struct {
	Line1, Line2, City, Postcode string
	Country                      string // ISO 3166-1, two letters
}

// Place is one of the accounts that a person has a place in, for the switcher.
type Place struct {
	Account   id.Account
	Name      string
	Role      string // key
	RoleName  string
	EndsAt    time.Time
	Suspended bool
	Ended     bool
	Closed    bool
	Team      string // the name of the team that gives it; empty: a place of their own
}

// myAccountsSQL lists somebody's own places, and those of their teams where they have none of their own.
func myAccountsSQL() string {
	return `SELECT m.account_id, c.name, c.state, m.role, m.custom_role_id, r.name AS role_name, m.ends_at, m.suspended,
 NULL AS team_id, NULL AS team_name, NULL AS team_access
 FROM memberships m JOIN accounts c ON c.account_id = m.account_id
 LEFT JOIN custom_roles r ON r.id = m.custom_role_id WHERE m.person_id = ?
 UNION ALL SELECT ta.account_id, c.name, c.state, ta.role, ta.custom_role_id, r.name, ` + access.TeamEnds + `,
 ` + access.TeamSuspended + `, tt.id, tt.name, ta.id
 FROM team_access ta` + teamJoins + ` JOIN accounts c ON c.account_id = ta.account_id
 LEFT JOIN custom_roles r ON r.id = ta.custom_role_id
 WHERE tm.person_id = ? AND ta.state = 'active' AND NOT EXISTS (SELECT 1 FROM memberships o
 WHERE o.account_id = ta.account_id AND o.person_id = tm.person_id)`
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

// before says whether of two places in one account this one counts, as access.PlaceOrder has it.
func (p myPlace) before(other myPlace) bool {
	switch {
	case p.Suspended != other.Suspended:
		return other.Suspended
	case p.EndsAt != other.EndsAt:
		return p.EndsAt.IsZero() || !other.EndsAt.IsZero() && p.EndsAt.After(other.EndsAt.Time)
	}
	return bytes.Compare(p.TeamAccess.Bytes(), other.TeamAccess.Bytes()) < 0
}

// MyAccounts lists the accounts in which the asker has a place, by name.
func (a *Accounts) MyAccounts(ctx context.Context, who actor.Actor) ([]Place, error) {
	g, err := a.gate.View(ctx, who, verb.SignedIn, id.PersonScope(who.Person))
	if err != nil {
		return nil, err
	}
	var rows []myPlace
	err = g.On(a.reader.With(ctx)).Raw(myAccountsSQL(), who.Person.Bytes(), who.Person.Bytes()).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list my accounts: %w", err)
	}
	at := make(map[id.Account]int, len(rows))
	for i, r := range rows {
		if j, seen := at[r.AccountID]; !seen || r.before(rows[j]) {
			at[r.AccountID] = i
		}
	}
	places := make([]Place, 0, len(rows))
	for i, r := range rows {
		if at[r.AccountID] != i {
			continue
		}
		p, err := a.myPlace(g, r)
		if err != nil {
			return nil, err
		}
		places = append(places, p)
	}
	slices.SortFunc(places, func(x, y Place) int {
		return strings.Compare(strings.ToLower(x.Name)+"\x00"+x.Account.String(),
			strings.ToLower(y.Name)+"\x00"+y.Account.String())
	})
	return places, nil
}

func (a *Accounts) myPlace(g gate.Grant, r myPlace) (Place, error) {
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
	if p.RoleName, err = a.roleName(r.Role, r.CustomRoleID, r.RoleName); err != nil || r.TeamID.IsZero() {
		return p, err
	}
	p.Team, err = a.TeamName(r.TeamID, r.TeamName)
	return p, err
}

// Account reads an account for one of its people.
func (a *Accounts) Account(ctx context.Context, who actor.Actor, account id.Account) (Account, error) {
	return a.view(ctx, who, verb.AccountView, account)
}

// Client reads an account for the provider's staff.
func (a *Accounts) Client(ctx context.Context, who actor.Actor, account id.Account) (Account, error) {
	return a.view(ctx, who, verb.ClientsView, account)
}

func (a *Accounts) view(ctx context.Context, who actor.Actor, v verb.Verb, account id.Account) (Account, error) {
	g, err := a.gate.View(ctx, who, v, id.AccountScope(account))
	if err != nil {
		return Account{}, err
	}
	return a.ByGrant(a.reader.With(ctx), g)
}

// ByGrant reads the account that a grant is over, in the caller's transaction or on the reader: for the domains that
// bill an account or serve it.
func (a *Accounts) ByGrant(q *gorm.DB, g gate.Grant) (Account, error) {
	row, found, err := db.One[accountRow](g.On(q).Where("account_id = ?", g.Account()))
	if err != nil {
		return Account{}, fmt.Errorf("read account: %w", err)
	}
	if !found {
		return Account{}, fault.NotFound("read account")
	}
	return a.open(row)
}

func (a *Accounts) open(row accountRow) (Account, error) {
	o := opener{box: a.box, table: tableAccounts, row: row.AccountID.Bytes()}
	account := Account{
		ID: row.AccountID, Name: o.open("name", row.Name), TaxID: o.open("tax_id", row.TaxID),
		Address: Address{
			Line1: o.open("line1", row.Line1), Line2: o.open("line2", row.Line2), City: o.open("city", row.City),
			Postcode: o.open("postcode", row.Postcode), Country: o.open("country", row.Country),
		},
		Currency: money.Currency(row.Currency), Closed: row.State == stateClosed, CreatedAt: row.CreatedAt.Time,
		Version: row.Version,
	}
	return account, o.err
}

// Settings is what people of an account change of it. What it is called is changed by the provider, on their request.
type Settings struct {
	Address Address
	Version int64 // of the account that the form showed
}

// EditSettings changes the address of an account. A form that was filled in over an older state of the
// account changes nothing.
func (a *Accounts) EditSettings(ctx context.Context, who actor.Actor, account id.Account, s Settings) error {
	s, err := s.checked()
	if err != nil {
		return err
	}
	scope := id.AccountScope(account)
	return a.change(ctx, who, verb.AccountEdit, scope, nil, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		before, err := a.ByGrant(tx.DB, g)
		if err != nil {
			return gate.Entry{}, err
		}
		if before.Version != s.Version {
			return gate.Entry{}, stale()
		}
		row := accountRow{AccountID: account}
		if err := a.sealInto(&row, before.Name, s.Address); err != nil {
			return gate.Entry{}, err
		}
		done := g.On(tx.Model(&accountRow{})).Where("version = ?", s.Version).Updates(map[string]any{
			"line1": row.Line1, "line2": row.Line2, "city": row.City, "postcode": row.Postcode,
			"country": row.Country, "version": gorm.Expr("version + 1"),
		})
		if done.Error != nil {
			return gate.Entry{}, fmt.Errorf("edit settings: %w", done.Error)
		}
		if done.RowsAffected == 0 {
			return gate.Entry{}, stale()
		}
		return g.Entry(activity.AccountEdited, activity.Details{
			Target: activity.TargetOf("account", account, before.Name), Changes: s.changes(before),
		}), nil
	})
}

// sealInto seals a name and an address into the row of their account.
func (a *Accounts) sealInto(row *accountRow, name string, at Address) error {
	return a.seal(tableAccounts, row.AccountID.Bytes(), map[string]sealing{
		"name": {name, &row.Name}, "line1": {at.Line1, &row.Line1}, "line2": {at.Line2, &row.Line2},
		"city": {at.City, &row.City}, "postcode": {at.Postcode, &row.Postcode}, "country": {at.Country, &row.Country},
	})
}

func stale() error {
	return fault.Conflict("Somebody else changed this in the meantime. Look at how it is now, and change it again.")
}

func (s Settings) changes(before Account) []activity.Change {
	var out []activity.Change
	for _, c := range []activity.Change{
		{Field: "address line 1", Old: before.Address.Line1, New: s.Address.Line1},
		{Field: "address line 2", Old: before.Address.Line2, New: s.Address.Line2},
		{Field: "town", Old: before.Address.City, New: s.Address.City},
		{Field: "postcode", Old: before.Address.Postcode, New: s.Address.Postcode},
		{Field: "country", Old: before.Address.Country, New: s.Address.Country},
	} {
		if c.Old != c.New {
			out = append(out, c)
		}
	}
	return out
}
