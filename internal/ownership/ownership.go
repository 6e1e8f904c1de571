package ownership

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// offerLife is how long an offer of ownership can be taken (as an invitation, A7).
const offerLife = 7 * 24 * time.Hour

// The states of what is asked here. It leaves the open one once.
const (
	stateOpen      = "open"
	stateAccepted  = "accepted"
	stateDeclined  = "declined"
	stateWithdrawn = "withdrawn"
	stateApproved  = "approved"
)

const (
	tableOffers  = "ownership_offers"
	tableChanges = "account_requests"
)

// Ownership is the room. It is safe for concurrent use.
type Ownership struct {
	gate     *gate.Gate
	reader   *db.Reader
	box      *secretbox.Box
	access   *access.Access
	accounts *accounts.Accounts
	post     *outbox.Box
}

// New makes the room. It reads and writes nothing yet.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, a *access.Access, accs *accounts.Accounts, post *outbox.Box,
) *Ownership {
	return &Ownership{gate: g, reader: reader, box: box, access: a, accounts: accs, post: post}
}

type offerRow struct {
	ID        id.Offer `gorm:"primaryKey"`
	AccountID id.Account
	OfferedBy id.Person
	OfferedTo id.Person
	ContactID id.Membership
	ThenRole  *string
	State     string
	CreatedAt db.Time
	ExpiresAt db.Time
	SettledAt db.Time
}

// TableName names the table.
func (offerRow) TableName() string { return tableOffers }

// then is the role that the one who offers takes on; empty where they stay an owner.
func (r offerRow) then() string {
	if r.ThenRole == nil {
		return ""
	}
	return *r.ThenRole
}

func (r offerRow) thenTerms() accounts.Terms { return accounts.RoleTerms(r.then()) }

type changeRow struct {
	ID        id.Change `gorm:"primaryKey"`
	AccountID id.Account
	Kind      Kind
	Wanted    secretbox.Sealed
	ContactID id.Membership
	Reason    secretbox.Sealed
	AskedBy   id.Person
	State     string
	Answer    secretbox.Sealed
	DecidedBy id.Person
	CreatedAt db.Time
	SettledAt db.Time
}

// TableName names the table.
func (changeRow) TableName() string { return tableChanges }

// Party is one of the people of an offer.
type Party struct {
	Person id.Person
	Name   string
}

// change runs a change and wakes the outbox, which then has something to say.
func (o *Ownership) woken(err error) error {
	if err == nil {
		o.post.Wake()
	}
	return err
}

// stillOwns asks again for the right of the one who offered: somebody who lost it since hands nothing over.
func (o *Ownership) stillOwns(ctx context.Context, tx *db.Tx, g gate.Grant, person id.Person) (bool, error) {
	asked := actor.Enter(actor.Details{ // their session does not matter: it was good when they offered
		Kind: actor.Person, Person: person, Factor: actor.ByPasskey, FactorAt: g.Now(), ProvedAt: g.Now(),
	})
	d, err := o.access.Decide(ctx, tx.DB, g.Now(), asked, transfer, g.Scope())
	if err != nil {
		return false, fmt.Errorf("ask for the right of the owner again: %w", err)
	}
	if !d.Allowed || d.Role != access.RoleOwner {
		return false, nil
	}
	h, err := o.accounts.MemberBy(tx.DB, g, person)
	if err != nil && fault.KindOf(err) != fault.KindNotFound {
		return false, err
	}
	return err == nil && h.Active, nil
}
