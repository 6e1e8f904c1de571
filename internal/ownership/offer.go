package ownership

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// transfer is what handing over takes.
const transfer = verb.AccountTransfer

// MailOffer is the kind of outbox message that carries an OfferMail.
const MailOffer = "mail.ownership"

// What became of an offer, in an OfferMail.
const (
	Offered   = "offered"
	Accepted  = "accepted"
	Declined  = "declined"
	Withdrawn = "withdrawn"
)

// OfferMail says what became of an offer of ownership. The owners of the account are told, and the one who is offered
// it.
type OfferMail struct {
	Account id.Account
	Offer   id.Offer
	What    string // Offered, …
	By      Party
	To      Party
	Then    string // what the one who offers becomes, in words; empty: stays an owner
	Expires time.Time
}

// Proposal is an offer as its form says it.
type Proposal struct {
	To       id.Membership
	ThenRole string // as forms name roles (accounts.RoleTerms); empty: the one who offers stays an owner
}

// Propose offers ownership to a contact. Nothing changes before they take it. One offer is open at a time.
func (o *Ownership) Propose(ctx context.Context, who actor.Actor, account id.Account, p Proposal) error {
	offer := id.New[id.OfferKind]()
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if err := o.noneOpen(tx, g); err != nil {
			return gate.Entry{}, err
		}
		to, err := o.accounts.MemberOf(tx.DB, g, p.To)
		switch {
		case fault.KindOf(err) == fault.KindNotFound:
			return gate.Entry{}, fault.InvalidField("contact", "Choose one of the contacts of the account.")
		case err != nil:
			return gate.Entry{}, err
		case to.Role == access.RoleOwner:
			return gate.Entry{}, fault.InvalidField("contact", to.Name+" is an owner already.")
		case !to.Active:
			return gate.Entry{}, fault.InvalidField("contact", to.Name+" has no access just now. Give it back first.")
		}
		row := offerRow{
			ID: offer, AccountID: account, OfferedBy: g.Who().Person, OfferedTo: to.Person, ContactID: to.Contact,
			State: stateOpen, CreatedAt: db.At(g.Now()), ExpiresAt: db.At(g.Now().Add(offerLife)),
		}
		if p.ThenRole != "" {
			row.ThenRole = &p.ThenRole
			if _, err := o.accounts.StepDownRole(tx.DB, g, row.thenTerms()); fault.KindOf(err) == fault.KindInvalid {
				return gate.Entry{}, fault.InvalidField("then", "Choose what you are to be afterwards.")
			} else if err != nil {
				return gate.Entry{}, err // accounts says what it did
			}
		}
		if err := g.On(tx.DB).Create(&row).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("offer ownership: %w", err)
		}
		return o.say(tx, g, row, Offered, to)
	}
	others := func() []id.Scope { return []id.Scope{id.PersonScope(who.Person)} }
	return o.woken(o.gate.ChangeWith(ctx, who, transfer, id.AccountScope(account), others(), work))
}

// noneOpen refuses a second offer while one is open: two that were taken would be one handing-over too many.
func (o *Ownership) noneOpen(tx *db.Tx, g gate.Grant) error {
	_, found, err := db.One[offerRow](g.On(tx.DB).Where("state = ? AND expires_at > ?", stateOpen, db.At(g.Now())))
	if err != nil {
		return fmt.Errorf("look for an offer: %w", err)
	}
	if found {
		return fault.Conflict("Ownership is offered to somebody already. Withdraw that offer to make another.")
	}
	return nil
}

// say leaves the mails about an offer and makes its entry: in the account's log, and in that of whoever acts.
func (o *Ownership) say(
	tx *db.Tx, g gate.Grant, row offerRow, what string, to accounts.Member,
) (gate.Entry, error) {
	by, err := o.accounts.NameOf(tx.DB, row.OfferedBy)
	if err != nil {
		return gate.Entry{}, err
	}
	then, err := o.roleName(tx.DB, g, row)
	if err != nil {
		return gate.Entry{}, err
	}
	m := OfferMail{
		Account: row.AccountID, Offer: row.ID, What: what, By: Party{Person: row.OfferedBy, Name: by},
		To: Party{Person: to.Person, Name: to.Name}, Then: then, Expires: row.ExpiresAt.Time,
	}
	err = o.post.Enqueue(tx, outbox.Message{Kind: MailOffer, Key: row.ID.String() + "-" + what, Payload: m})
	if err != nil {
		return gate.Entry{}, fmt.Errorf("tell of an offer: %w", err)
	}
	details := activity.Details{Target: to.Target()}
	if m.Then != "" {
		details.Changes = []activity.Change{{Field: "role of " + by + " afterwards", Old: "Owner", New: m.Then}}
	}
	action := map[string]activity.Action{
		Offered: activity.OwnershipOffered, Accepted: activity.OwnershipAccepted, Declined: activity.OwnershipDeclined,
		Withdrawn: activity.OwnershipWithdrawn,
	}[what]
	return g.Entry(action, details).And(g.EntryIn(id.PersonScope(g.Who().Person), action, details)), nil
}

// roleName is what the one who offers becomes, in words; empty where they stay an owner.
func (o *Ownership) roleName(q *gorm.DB, g gate.Grant, row offerRow) (string, error) {
	if row.then() == "" {
		return "", nil
	}
	role, err := o.accounts.RoleNamed(q, g, row.thenTerms())
	if err == nil && role.Name == "" {
		role.Name = "a role that was deleted meanwhile"
	}
	return role.Name, err
}

// Withdraw takes an open offer back. Any owner may.
func (o *Ownership) Withdraw(ctx context.Context, who actor.Actor, account id.Account, offer id.Offer) error {
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, to, err := o.open(tx, g, offer)
		if err != nil {
			return gate.Entry{}, err
		}
		if err := settle(tx, g, offer, stateWithdrawn); err != nil {
			return gate.Entry{}, err
		}
		return o.say(tx, g, row, Withdrawn, to)
	}
	others := []id.Scope{id.PersonScope(who.Person)}
	return o.woken(o.gate.ChangeWith(ctx, who, transfer, id.AccountScope(account), others, work))
}

// open reads an offer that can still be decided about. Of a contact who is gone, the name stays.
func (o *Ownership) open(tx *db.Tx, g gate.Grant, offer id.Offer) (offerRow, accounts.Member, error) {
	row, found, err := db.One[offerRow](g.On(tx.DB).Where("id = ?", offer))
	if err != nil {
		return offerRow{}, accounts.Member{}, fmt.Errorf("read offer: %w", err)
	}
	if !found {
		return offerRow{}, accounts.Member{}, fault.NotFound("read offer")
	}
	to, err := o.accounts.MemberOf(tx.DB, g, row.ContactID)
	if fault.KindOf(err) == fault.KindNotFound {
		to = accounts.Member{Recipient: accounts.Recipient{Person: row.OfferedTo}, Contact: row.ContactID}
		to.Name, err = o.accounts.NameOf(tx.DB, row.OfferedTo)
	}
	return row, to, err
}

// settle takes an offer out of the open state, once.
func settle(tx *db.Tx, g gate.Grant, offer id.Offer, state string) error {
	done := g.On(tx.Model(&offerRow{})).
		Where("id = ? AND state = ? AND expires_at > ?", offer, stateOpen, db.At(g.Now())).
		Updates(map[string]any{"state": state, "settled_at": db.At(g.Now())})
	if done.Error != nil {
		return fmt.Errorf("settle an offer: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return over()
	}
	return nil
}

func over() error {
	return fault.Conflict("This offer was taken, declined or withdrawn, or is older than seven days.")
}
