package billing

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

// Debiter is a gateway that keeps mandates of Bacs Direct Debit, and collects by them.
type Debiter interface { //nolint:interfacebloat // a mandate is given, looked at, collected by and ended
	Gateway
	// StartMandate returns the address of the page on which a mandate is given. It may be called again for the same setup.
	StartMandate(ctx context.Context, s Setup) (redirect string, err error)
	// Mandate reads the mandate that a setup saved, by what its notice called it.
	Mandate(ctx context.Context, setup id.CardSetup, reference string) (Mandate, error)
	// MandateState asks how a mandate stands now.
	MandateState(ctx context.Context, reference string) (MandateState, error)
	// Debit begins to collect the money for a checkout. Asking again for the same checkout collects nothing twice. An
	// error says that it is not known what became of it.
	Debit(ctx context.Context, d Debit) (Event, error)
	// Told asks what became of what was begun, by its reference.
	Told(ctx context.Context, reference string) (Event, error)
	// Forget takes what pays out of the gateway's keeping; a mandate ends by that.
	Forget(ctx context.Context, c Card) error
}

// MandateState is how a mandate stands at the bank.
type MandateState string

// The states of a mandate.
const (
	MandatePending  MandateState = "pending"  // the bank has not confirmed it yet
	MandateActive   MandateState = "active"   // it can be collected by
	MandateInactive MandateState = "inactive" // it was refused or cancelled, and never comes back
)

// Mandate is a mandate as its gateway knows it: never the number of a bank account.
type Mandate struct {
	Customer, Method, Name string // the gateway's names for whose it is, what pays, and the mandate itself
	SortCode, Last4        string
	Reference              string // of the mandate at the bank, as it stands on the payer's statement
	State                  MandateState
}

// Debit is one attempt to collect.
type Debit struct {
	Checkout Checkout
	Mandate  Mandate
	Again    bool // it may have been asked for before
}

// Debiter is the first gateway that collects by Direct Debit.
func (b *Billing) Debiter() (Debiter, bool) {
	for _, g := range b.gateways {
		if d, ok := g.(Debiter); ok && b.debits != nil {
			return d, true
		}
	}
	return nil, false
}

// DebiterOf is the gateway with that name, if it collects by Direct Debit.
func (b *Billing) DebiterOf(name string) (Debiter, bool) {
	g, ok := b.gateway(name)
	if !ok {
		return nil, false
	}
	d, ok := g.(Debiter)
	return d, ok
}

// HeedDebits says who is told of what concerns Direct Debit, while the program is put together.
func (b *Billing) HeedDebits(told Saved) { b.debits = told }

// Payer is a room that keeps what pays by itself. Of all that the rooms keep for an account, one pays.
type Payer interface {
	// Pays says whether something of the room pays for the grant's account by itself.
	Pays(tx *db.Tx, g gate.Grant) (bool, error)
	// Yield has nothing of the room pay for the grant's account by itself any more.
	Yield(tx *db.Tx, g gate.Grant) error
}

// ErrNoCollection is that what was claimed back was no collection by Direct Debit.
var ErrNoCollection = errors.New("billing: it is no collection")

// debited tells the room of Direct Debit. What is claimed back may have been paid in another way.
func (b *Billing) debited(ctx context.Context, who actor.Actor, gateway string, event Event) error {
	if b.debits == nil {
		if event.Movement != "" {
			return b.moved(ctx, who, gateway, event)
		}
		return b.unwelcome(ctx, who, gateway, "No Direct Debit is taken here.")
	}
	err := b.debits(ctx, who, gateway, event)
	if errors.Is(err, ErrNoCollection) {
		return b.moved(ctx, who, gateway, event)
	}
	if fault.KindOf(err) == fault.KindNotFound {
		return errors.Join(err, b.unwelcome(ctx, who, gateway, "The notice names no Direct Debit that was begun here."))
	}
	return err
}

// Collected is how a checkout of another room of billing stands in the books.
type Collected struct {
	Amount   money.Amount
	Merchant string
	State    CheckoutState
}

// Collected reads it for the room that began it.
func (b *Billing) Collected(ctx context.Context, checkout id.Checkout) (Collected, error) {
	row, found, err := db.One[checkoutRow](b.byGateway(ctx).Where("id = ?", checkout))
	if err != nil {
		return Collected{}, fmt.Errorf("read checkout: %w", err)
	}
	if !found {
		return Collected{}, fault.NotFound("read checkout")
	}
	return Collected{Amount: row.amount(), Merchant: row.Merchant, State: row.State}, nil
}
