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
	"gatehouse/internal/platform/db"
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
