package accounts

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// NewAccount is what staff say of a new client.
type NewAccount struct {
	// Key is the id that the account will have, so that a form that is sent twice makes one. Zero: a new one.
	Key        id.Account
	Name       string
	Currency   string // ISO 4217
	OwnerEmail string // who is invited to be the owner
	Address    Address
	TaxID      string // the VAT number, as typed; empty: none is known
	// Uninvited leaves the owner without an invitation for now: InviteAs sends it later.
	Uninvited bool
	// With is written in the same change, once, by whoever makes the account; nil: nothing.
	With func(tx *db.Tx, g gate.Grant, account id.Account) (gate.Entry, error)
}

func (n NewAccount) checked() (NewAccount, error) {
	var f form
	n.Name = f.text("name", n.Name, "Enter the name of the business or the person.", longestName)
	n.Address = f.address(n.Address)
	n.TaxID = f.taxID(n.TaxID, n.Address.Country)
	if _, err := money.ParseCurrency(n.Currency); err != nil {
		f.fail("currency", "Choose a currency from the list.")
	}
	email, err := persons.ParseEmail(n.OwnerEmail)
	if err != nil {
		f.takeOver("owner_email", err)
	}
	n.OwnerEmail = email
	return n, f.fault()
}

// also adds what whoever makes the account has written with it.
func (n NewAccount) also(tx *db.Tx, g gate.Grant, account id.Account, entry gate.Entry) (gate.Entry, error) {
	if n.With == nil {
		return entry, nil
	}
	more, err := n.With(tx, g, account)
	if err != nil {
		return gate.Entry{}, err
	}
	return entry.And(more), nil
}

// errMade ends a change that finds the account made already: nothing more is written, and that is no failure.
var errMade = errors.New("accounts: made already")

// Create makes an account for a client, opens its log and invites its owner, all in one change. Creating the same key
// again changes nothing.
func (a *Accounts) Create(ctx context.Context, who actor.Actor, n NewAccount) (id.Account, error) {
	n, err := n.checked()
	if err != nil {
		return id.Account{}, err
	}
	account, pass := n.Key, newPass()
	if account.IsZero() {
		account = id.New[id.AccountKind]()
	}
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		_, made, err := db.One[accountRow](g.On(tx.DB).Where("account_id = ?", account))
		if err != nil {
			return gate.Entry{}, fmt.Errorf("create account: %w", err)
		}
		if made {
			return gate.Entry{}, errMade
		}
		return a.create(tx, g, account, n, pass)
	}
	err = a.change(ctx, who, verb.ClientsManage, id.ProviderScope(), nil, work)
	if err != nil && !errors.Is(err, errMade) {
		return id.Account{}, err
	}
	a.outbox.Wake()
	return account, nil
}

// create writes a new account, invites its owner unless that is to wait, and adds what is written with it.
func (a *Accounts) create(
	tx *db.Tx, g gate.Grant, account id.Account, n NewAccount, p pass,
) (gate.Entry, error) {
	entry, err := a.insert(tx, g, account, n)
	if err != nil {
		return gate.Entry{}, err
	}
	if n.Uninvited {
		return n.also(tx, g, account, entry)
	}
	owner, err := a.resolve(tx.DB, g, Terms{Role: access.RoleOwner})
	if err != nil {
		return gate.Entry{}, err
	}
	invited, err := a.invite(tx, g, account, n.Name, invitee{email: n.OwnerEmail}, owner, p)
	if err != nil {
		return gate.Entry{}, err
	}
	return n.also(tx, g, account, entry.And(invited))
}

// insert writes the row of a new account and opens its chain.
func (a *Accounts) insert(tx *db.Tx, g gate.Grant, account id.Account, n NewAccount) (gate.Entry, error) {
	row := accountRow{
		AccountID: account, Currency: n.Currency, State: stateActive, CreatedAt: db.At(g.Now()), Version: 1,
	}
	if err := a.sealInto(&row, n.Name, n.Address); err != nil {
		return gate.Entry{}, err
	}
	err := a.seal(tableAccounts, account.Bytes(), map[string]sealing{"tax_id": {n.TaxID, &row.TaxID}})
	if err != nil {
		return gate.Entry{}, err
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("create account: %w", err)
	}
	if err := a.haveChecked(tx, account, Account{}, Settings{TaxID: n.TaxID}); err != nil {
		return gate.Entry{}, err
	}
	opened, err := a.gate.Open(tx, g, id.AccountScope(account), n.Name)
	if err != nil {
		return gate.Entry{}, err
	}
	return opened.And(g.EntryIn(id.AccountScope(account), activity.AccountCreated, activity.Details{
		Target:  activity.TargetOf("account", account, n.Name),
		Changes: n.changes(),
	})), nil
}

// changes are what the log says of a new account.
func (n NewAccount) changes() []activity.Change {
	list := []activity.Change{{Field: "name", New: n.Name}, {Field: "currency", New: n.Currency}}
	if n.TaxID != "" {
		list = append(list, activity.Change{Field: "VAT number", New: n.TaxID})
	}
	return list
}

// Check says what is wrong with a new account before anything is made: field by field, as Create would.
func (n NewAccount) Check() error {
	_, err := n.checked()
	return err
}

// Client is an account in the list of the provider's staff.
type Client struct {
	ID       id.Account
	Name     string
	Currency money.Currency
	Closed   bool
}

// Clients lists the accounts for the provider's staff, the newest first, a page at a time. before is the last account
// of the page before; the returned id is where the next page begins, zero where there is none.
func (a *Accounts) Clients(ctx context.Context, who actor.Actor, before id.Account) ([]Client, id.Account, error) {
	g, err := a.gate.View(ctx, who, verb.ClientsView, id.ProviderScope())
	if err != nil {
		return nil, id.Account{}, err
	}
	query := g.On(a.reader.With(ctx)).Select("account_id, name, currency, state")
	if !before.IsZero() {
		query = query.Where("account_id < ?", before)
	}
	var rows []struct {
		AccountID id.Account
		Name      secretbox.Sealed
		Currency  string
		State     string
	}
	err = query.Table(tableAccounts).Order("account_id DESC").Limit(pageSize + 1).Find(&rows).Error
	if err != nil {
		return nil, id.Account{}, fmt.Errorf("list clients: %w", err)
	}
	var next id.Account
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		next = rows[pageSize-1].AccountID
	}
	clients := make([]Client, 0, len(rows))
	for _, row := range rows {
		o := opener{box: a.box, table: tableAccounts, row: row.AccountID.Bytes()}
		clients = append(clients, Client{
			ID: row.AccountID, Name: o.open("name", row.Name), Currency: money.Currency(row.Currency),
			Closed: row.State == stateClosed,
		})
		if o.err != nil {
			return nil, id.Account{}, o.err
		}
	}
	return clients, next, nil
}

// ClientName is what a client is called, as the list of clients has it, for staff who are about to look at them.
func (a *Accounts) ClientName(ctx context.Context, who actor.Actor, account id.Account) (string, error) {
	g, err := a.gate.View(ctx, who, verb.ClientsView, id.ProviderScope())
	if err != nil {
		return "", err
	}
	row, found, err := db.One[accountRow](g.On(a.reader.With(ctx)).Where("account_id = ?", account))
	if err != nil {
		return "", fmt.Errorf("read the name of a client: %w", err)
	}
	if !found {
		return "", fault.NotFound("client")
	}
	o := opener{box: a.box, table: tableAccounts, row: account.Bytes()}
	return o.open("name", row.Name), o.err
}
