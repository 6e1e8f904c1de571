package accounts

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/names"
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
	TaxID   string // the VAT number, as typed; empty: there is none
	Version int64  // of the account that the form showed
}

// EditSettings changes the address and the VAT number of an account. A form that was filled in over an older state of
// the account changes nothing.
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
		err = a.seal(tableAccounts, account.Bytes(), map[string]sealing{"tax_id": {s.TaxID, &row.TaxID}})
		if err != nil {
			return gate.Entry{}, err
		}
		done := g.On(tx.Model(&accountRow{})).Where("version = ?", s.Version).Updates(map[string]any{
			"line1": row.Line1, "line2": row.Line2, "city": row.City, "postcode": row.Postcode,
			"country": row.Country, "tax_id": row.TaxID, "version": gorm.Expr("version + 1"),
		})
		if done.Error != nil {
			return gate.Entry{}, fmt.Errorf("edit settings: %w", done.Error)
		}
		if done.RowsAffected == 0 {
			return gate.Entry{}, stale()
		}
		if err := errors.Join(s.moves(tx, before), a.haveChecked(tx, account, before, s)); err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(activity.AccountEdited, activity.Details{
			Target: activity.TargetOf("account", account, before.Name), Changes: s.changes(before),
		}), nil
	})
}

// CheckTaxID is the kind of message that asks for an account's VAT number to be looked for in its register.
const CheckTaxID = "accounts.check_tax_id"

// TaxIDCheck is its payload.
type TaxIDCheck struct {
	Account id.Account `json:"account"`
}

// haveChecked asks for a new VAT number to be looked for in its register, once this change is committed.
func (a *Accounts) haveChecked(tx *db.Tx, account id.Account, before Account, s Settings) error {
	if s.TaxID == "" || s.TaxID == before.TaxID {
		return nil
	}
	return a.outbox.Enqueue(tx, outbox.Message{
		Kind: CheckTaxID, Key: account.String() + "-" + strconv.FormatInt(before.Version, 10), Payload: TaxIDCheck{account},
	})
}

// moves counts that an account has another address: staff find clients by it.
func (s Settings) moves(tx *db.Tx, before Account) error {
	if s.Address == before.Address {
		return nil
	}
	return names.Accounts.Changed(tx.DB)
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
		{Field: "VAT number", Old: before.TaxID, New: s.TaxID},
	} {
		if c.Old != c.New {
			out = append(out, c)
		}
	}
	return out
}
