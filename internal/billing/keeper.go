package billing

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

// Keeper is a gateway that keeps cards, and charges them with nobody there.
type Keeper interface {
	Gateway
	// StartSetup returns the address of the page on which a card is given. It may be called again for the same setup.
	StartSetup(ctx context.Context, s Setup) (redirect string, err error)
	// Card reads the card that a setup saved, by what its notice called it.
	Card(ctx context.Context, setup id.CardSetup, reference string) (Card, error)
	// Charge takes the money for a checkout from a card. Asking again for the same checkout takes nothing twice. What
	// the bank said is an event; an error says that it is not known.
	Charge(ctx context.Context, c Charge) (Event, error)
	// Forget takes a card out of the gateway's keeping.
	Forget(ctx context.Context, c Card) error
}

// Setup is one page on which a card is given.
type Setup struct {
	ID       id.CardSetup
	Merchant string
	Expires  time.Time
	Back     string // the path of ours that the page leads back to
}

// Card is a card as its gateway knows it: never its number.
type Card struct {
	Customer, Method string // the gateway's names for whose it is and which
	Brand, Last4     string
	Month, Year      int // until the end of which it is good
}

// Charge is one attempt to take money from a card.
type Charge struct {
	Checkout Checkout
	Card     Card
	Again    bool // it may have been asked for before
}

// Keeper is the first gateway that keeps cards.
func (b *Billing) Keeper() (Keeper, bool) {
	for _, g := range b.gateways {
		if k, ok := g.(Keeper); ok {
			return k, true
		}
	}
	return nil, false
}

// KeeperOf is the gateway with that name, if it keeps cards.
func (b *Billing) KeeperOf(name string) (Keeper, bool) {
	g, ok := b.gateway(name)
	if !ok {
		return nil, false
	}
	k, ok := g.(Keeper)
	return k, ok
}

// Saved is told of a card that was given on a gateway's page.
type Saved func(ctx context.Context, who actor.Actor, gateway string, e Event) error

// HeedCards says who is told of saved cards, while the program is put together.
func (b *Billing) HeedCards(told Saved) { b.saved = told }

// Open is an invoice that money can be taken for, as a room of billing finds it within its own change.
type Open struct {
	Number string
	Left   money.Amount // nothing where it asks for nothing more
	Due    time.Time
}

// OpenWithin reads how an issued invoice of the grant's account stands.
func (b *Billing) OpenWithin(tx *db.Tx, g gate.Grant, invoice id.Invoice) (Open, error) {
	row, err := Order{}.invoice(tx, g, invoice)
	if err != nil {
		return Open{}, err
	}
	out := Open{Number: row.number(), Left: row.money(0), Due: row.DueAt.Time}
	if row.State.payable() {
		out.Left = row.money(row.left())
	}
	return out, nil
}

// BeginWithin writes a checkout for a change of another room of billing, which asks the gateway itself.
func (b *Billing) BeginWithin(tx *db.Tx, g gate.Grant, invoice id.Invoice, o Order) error {
	gateway, ok := b.gateway(o.Gateway)
	if !ok {
		return fault.NotFound("pay")
	}
	row, err := o.invoice(tx, g, invoice)
	if err != nil {
		return err
	}
	_, err = b.begin(tx, g, &row, gateway, o)
	return err
}

// Settle takes what a gateway answered at once, instead of by a notice: it is compared and has its effect once, as a
// notice has.
func (b *Billing) Settle(ctx context.Context, gateway string, e Event) error {
	if !e.readable() {
		return fmt.Errorf("settle: the answer of %s cannot be read", gateway)
	}
	row, found, err := db.One[checkoutRow](b.byGateway(ctx).Where("id = ?", e.Checkout))
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	if !found {
		return fault.NotFound("settle")
	}
	payer, err := b.openStarter(&row)
	if err != nil {
		return err
	}
	who := payer.actor(actor.NewSystem("card on file"))
	return b.settle(ctx, who, row.AccountID, notice{gateway: gateway, event: e, payer: payer})
}
