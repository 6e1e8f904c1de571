package ownership

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Kind is what an owner asks the provider to change.
type Kind string

// The kinds of changes that the provider decides about.
const (
	LegalName Kind = "name"    // what the account is called on invoices
	Primary   Kind = "primary" // who speaks for the account
)

// Ask is a change that an owner asks for.
type Ask struct {
	Kind    Kind
	Name    string        // LegalName: the new one
	Contact id.Membership // Primary: the new one
	Reason  string        // why, for the staff who decide
}

// longestReason bounds what is written about a change, in code points.
const longestReason = 500

func (a Ask) checked() (Ask, error) {
	var err error
	if a.Kind == LegalName {
		if a.Name, err = accounts.ParseName(a.Name); err != nil {
			return a, err
		}
	}
	a.Reason, err = accounts.ParseText("reason", a.Reason, "Say why, so that it can be checked.", longestReason)
	return a, err
}

// Request asks the provider for a change. One of each kind can wait at a time; the account stays as it is until staff
// have decided.
func (o *Ownership) Request(ctx context.Context, who actor.Actor, account id.Account, a Ask) error {
	a, err := a.checked()
	if err != nil {
		return err
	}
	change := id.New[id.ChangeKind]()
	return o.gate.Change(ctx, who, verb.AccountTransfer, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			_, waits, err := db.One[changeRow](g.On(tx.DB).Where("state = ? AND kind = ?", stateOpen, a.Kind))
			if err != nil {
				return gate.Entry{}, fmt.Errorf("ask for a change: %w", err)
			}
			if waits {
				return gate.Entry{}, fault.Conflict("You have asked for this already. Withdraw that request to ask anew.")
			}
			row := changeRow{
				ID: change, AccountID: account, Kind: a.Kind, AskedBy: g.Who().Person, State: stateOpen,
				CreatedAt: db.At(g.Now()),
			}
			old, wanted, err := o.wish(tx, g, &row, a)
			if err != nil {
				return gate.Entry{}, err
			}
			if row.Reason, err = o.box.Seal(a.Reason, place(change, "reason")); err != nil {
				return gate.Entry{}, fmt.Errorf("ask for a change: %w", err)
			}
			if err := g.On(tx.DB).Create(&row).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("ask for a change: %w", err)
			}
			return g.Entry(activity.ChangeRequested, a.Kind.details(change, old, wanted, a.Reason)), nil
		})
}

// wish writes into the row what is wanted, and returns what there is now and what is wanted, in words.
func (o *Ownership) wish(tx *db.Tx, g gate.Grant, row *changeRow, a Ask) (old, wanted string, err error) {
	switch a.Kind {
	case LegalName:
		return o.wishName(tx, g, row, a.Name)
	case Primary:
		return o.wishPrimary(tx, g, row, a.Contact)
	}
	return "", "", fault.InvalidField("kind", "Choose what is to change.")
}

func (o *Ownership) wishName(tx *db.Tx, g gate.Grant, row *changeRow, name string) (old, wanted string, err error) {
	of, err := o.accounts.ByGrant(tx.DB, g)
	if err != nil {
		return "", "", err
	}
	if of.Name == name {
		return "", "", fault.InvalidField("name", "The account is called that already.")
	}
	row.Wanted, err = o.box.Seal(name, place(row.ID, "wanted"))
	if err != nil {
		return "", "", fmt.Errorf("ask for a change: %w", err)
	}
	return of.Name, name, nil
}

func (o *Ownership) wishPrimary(
	tx *db.Tx, g gate.Grant, row *changeRow, contact id.Membership,
) (old, wanted string, err error) {
	to, err := o.accounts.MemberOf(tx.DB, g, contact)
	if fault.KindOf(err) == fault.KindNotFound || err == nil && !to.Active {
		return "", "", fault.InvalidField("contact", "Choose a contact who has access now.")
	}
	if err != nil {
		return "", "", err
	}
	now, err := o.accounts.Primary(tx.DB, g)
	if err == nil && now.Contact == to.Contact {
		return "", "", fault.InvalidField("contact", to.Name+" is the main contact already.")
	}
	row.ContactID = to.Contact
	return now.Name, to.Name, err
}

func place(change id.Change, column string) secretbox.Place {
	return secretbox.Place{Table: tableChanges, Column: column, Row: change.Bytes()}
}

// inWords is the field of a kind as the log and the mails name it.
func (k Kind) inWords() string {
	if k == Primary {
		return "main contact"
	}
	return "name of the account"
}

func (k Kind) details(change id.Change, old, wanted, why string) activity.Details {
	d := activity.Details{Target: activity.TargetOf("account request", change, k.inWords())}
	if wanted != "" {
		d.Changes = []activity.Change{{Field: k.inWords(), Old: old, New: wanted}}
	}
	if why != "" {
		d.Changes = append(d.Changes, activity.Change{Field: "reason", New: why})
	}
	return d
}

// Unrequest takes back a request that nobody has decided about.
func (o *Ownership) Unrequest(ctx context.Context, who actor.Actor, account id.Account, change id.Change) error {
	return o.gate.Change(ctx, who, verb.AccountTransfer, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, found, err := db.One[changeRow](g.On(tx.DB).Where("id = ?", change))
			if err != nil {
				return gate.Entry{}, fmt.Errorf("take a request back: %w", err)
			}
			if !found {
				return gate.Entry{}, fault.NotFound("take a request back")
			}
			if err := decided(tx, g, change, map[string]any{"state": stateWithdrawn}); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.ChangeUnrequested, row.Kind.details(change, "", "", "")), nil
		})
}

// decided takes a request out of the open state, once.
func decided(tx *db.Tx, g gate.Grant, change id.Change, set map[string]any) error {
	set["settled_at"] = db.At(g.Now())
	done := g.On(tx.Model(&changeRow{})).Where("id = ? AND state = ?", change, stateOpen).Updates(set)
	if done.Error != nil {
		return fmt.Errorf("decide about a change: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return fault.Conflict("This request was decided about or withdrawn already.")
	}
	return nil
}

// MainContact is who speaks for the account with the provider.
func (o *Ownership) MainContact(ctx context.Context, who actor.Actor, account id.Account) (accounts.Member, error) {
	g, err := o.gate.View(ctx, who, verb.AccountEdit, id.AccountScope(account))
	if err != nil {
		return accounts.Member{}, err
	}
	return o.accounts.Primary(o.reader.With(ctx), g)
}

// MayAsk says whether the asker may hand over and ask the provider for changes, however long ago they proved who they
// are.
func (o *Ownership) MayAsk(who actor.Actor, account id.Account) bool {
	d := o.access.Check(who, transfer, id.AccountScope(account))
	return d.Offered()
}
