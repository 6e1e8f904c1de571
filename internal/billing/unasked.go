package billing

import (
	"context"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// MailUnasked carries an [Unasked].
const MailUnasked = "mail.unasked"

// Unasked tells the provider's people of money that leaves without anybody here having asked for it: a payer had their
// bank claim a payment back, or somebody paid it back in the gateway's own console. The books do not move by it: what
// it means for the invoice is decided by people, who answer the claim or write a credit note.
type Unasked struct {
	Account id.Account   `json:"account"`
	Invoice id.Invoice   `json:"invoice"`
	Number  string       `json:"number"`
	Amount  money.Amount `json:"amount"`
	Gateway string       `json:"gateway"`
	Claimed bool         `json:"claimed"` // by the payer's bank
	Reason  string       `json:"reason"`  // the bank's word
	Kept    bool         `json:"kept"`    // it stayed after all, or came back
	Lost    bool         `json:"lost"`    // a claim was decided for the payer
}

// moved takes what a gateway tells of money that nobody here asked it to move.
func (b *Billing) moved(ctx context.Context, who actor.Actor, gateway string, e Event) error {
	if e.Outcome == OutcomeReturned {
		return b.leftUnasked(ctx, who, gateway, e)
	}
	return b.departureOver(ctx, who, gateway, e)
}

// leftUnasked writes down once that money of a payment leaves, however many notices tell of it, and has the billing
// department told.
func (b *Billing) leftUnasked(ctx context.Context, who actor.Actor, gateway string, e Event) error {
	pay, found, err := b.departed(ctx, gateway, e)
	if err != nil || !found {
		return err
	}
	e.ID = e.Movement
	err = b.gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(pay.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return b.noteUnasked(tx, g, pay, gateway, e) })
	if err = done(err); err != nil {
		return err
	}
	b.outbox.Wake()
	return nil
}

func (b *Billing) noteUnasked(tx *db.Tx, g gate.Grant, pay *paymentRow, gateway string, e Event) (gate.Entry, error) {
	_, over, err := db.One[eventRow](g.On(tx.DB).Where("gateway = ? AND event_id = ?", gateway, overID(e.Movement)))
	if err != nil {
		return gate.Entry{}, fmt.Errorf("receive: %w", err)
	}
	if over { // its end was told before
		return gate.Entry{}, errDone
	}
	n := notice{gateway: gateway, event: e, checkout: checkoutRow{ID: pay.CheckoutID}, at: db.At(g.Now())}
	if err := n.note(tx, g, false); err != nil {
		return gate.Entry{}, err
	}
	if err := depart(tx, g, gateway, e, false); err != nil {
		return gate.Entry{}, err
	}
	return b.tellDeparture(tx, g, pay, gateway, e)
}
