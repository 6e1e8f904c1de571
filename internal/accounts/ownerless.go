package accounts

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// TellOwnerless writes into the logs of the accounts that have nobody left who can act as their owner, because somebody
// was shut out. Shutting somebody out is never held up for that: whoever says “this wasn’t me” may be right. Until they
// are back, or staff invite another owner, the account keeps them as its owner and can not lose them (A4).
func (a *Accounts) TellOwnerless(ctx context.Context, person id.Person) error {
	who := actor.NewSystem("somebody was shut out")
	in, err := a.AccountsOf(ctx, who, person)
	if err != nil {
		return err
	}
	var failed []error
	for _, account := range in {
		err := a.change(ctx, who, verb.AccountView, id.AccountScope(account), nil,
			func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return a.ownerless(tx, g, person) })
		if err != nil && !errors.Is(err, errHasOwner) && fault.KindOf(err) != fault.KindNotFound {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// errHasOwner ends a change that finds somebody who can act as the owner: nothing is to be told.
var errHasOwner = errors.New("accounts: somebody can act as the owner")

func (a *Accounts) ownerless(tx *db.Tx, g gate.Grant, person id.Person) (gate.Entry, error) {
	row, found, err := db.One[membershipRow](g.On(tx.DB).Where("person_id = ? AND role = ?", person, access.RoleOwner))
	if err != nil {
		return gate.Entry{}, fmt.Errorf("look for owners: %w", err)
	}
	if !found {
		return gate.Entry{}, errHasOwner
	}
	able, err := otherOwners(tx, g, id.Membership{}) // whoever was shut out does not count; whoever is back does
	if err != nil {
		return gate.Entry{}, err
	}
	if able > 0 {
		return gate.Entry{}, errHasOwner
	}
	name, err := a.nameOf(tx.DB, person)
	if err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(activity.AccountOwnerless, activity.Details{
		Target: activity.TargetOf("contact", row.ID, name),
	}), nil
}

// Ownerless is an account in which nobody can act as the owner.
type Ownerless struct {
	Account id.Account
	Name    string
	Client  time.Time // since when it is a client
	Owners  int       // who are suspended, disabled or locked out; 0: nobody has accepted yet
}

const ownerlessSQL = `SELECT a.account_id, a.name, a.created_at,
 (SELECT COUNT(*) FROM memberships m WHERE m.account_id = a.account_id AND m.role = 'owner') AS owners
 FROM accounts a WHERE a.state = 'active' AND a.account_id > ? AND NOT EXISTS (SELECT 1 FROM memberships m
 JOIN persons p ON p.id = m.person_id WHERE m.account_id = a.account_id AND m.role = 'owner' AND m.suspended = ?
 AND p.state = 'active' AND p.secured_at IS NULL) ORDER BY a.account_id LIMIT ?`

// WithoutOwner lists the accounts in which nobody can act as the owner, for the provider's staff, the first client
// first. after is the last account of the page before; the returned one is where the next page begins.
func (a *Accounts) WithoutOwner(
	ctx context.Context, who actor.Actor, after id.Account,
) (list []Ownerless, next id.Account, err error) {
	g, err := a.gate.View(ctx, who, verb.ClientsView, id.ProviderScope())
	if err != nil {
		return nil, id.Account{}, err
	}
	type row struct {
		Account id.Account
		Name    secretbox.Sealed
		Client  db.Time
		Owners  int
	}
	found, err := db.ReadRows(
		g.On(a.reader.With(ctx)).Raw(ownerlessSQL, after.Bytes(), false, pageSize+1),
		func(r *row) []any { return []any{&r.Account, &r.Name, &r.Client, &r.Owners} })
	if err != nil {
		return nil, id.Account{}, fmt.Errorf("list accounts without an owner: %w", err)
	}
	if len(found) > pageSize {
		found = found[:pageSize]
		next = found[pageSize-1].Account
	}
	for _, r := range found {
		one := Ownerless{Account: r.Account, Client: r.Client.Time, Owners: r.Owners}
		if one.Name, err = a.AccountName(r.Account, r.Name); err != nil {
			return nil, id.Account{}, err
		}
		list = append(list, one)
	}
	return list, next, nil
}
