package billing

import (
	"context"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
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
}

// leftUnasked writes down once that money of a payment leaves, however many notices tell of it, and has the billing
// department told. A payment that is not in these books is somebody else's.
func (b *Billing) leftUnasked(ctx context.Context, who actor.Actor, gateway string, e Event) error {
	pay, found, err := db.One[paymentRow](b.byGateway(ctx).
		Where("gateway = ? AND reference = ?", gateway, e.Payment)) // of several invoices' shares, the first
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	if !found || e.Movement == "" {
		return nil
	}
	e.ID = e.Movement
	err = b.gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(pay.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return b.noteUnasked(tx, g, &pay, gateway, e) })
	if err = done(err); err != nil {
		return err
	}
	b.outbox.Wake()
	return nil
}

func (b *Billing) noteUnasked(tx *db.Tx, g gate.Grant, pay *paymentRow, gateway string, e Event) (gate.Entry, error) {
	n := notice{gateway: gateway, event: e, checkout: checkoutRow{ID: pay.CheckoutID}, at: db.At(g.Now())}
	if err := n.note(tx, g, false); err != nil {
		return gate.Entry{}, err
	}
	in, err := Order{}.invoice(tx, g, pay.InvoiceID)
	if err != nil {
		return gate.Entry{}, err
	}
	err = b.outbox.Enqueue(tx, outbox.Message{Kind: MailUnasked, Key: gateway + "-" + e.ID, Payload: Unasked{
		Account: in.AccountID, Invoice: in.ID, Number: in.number(), Amount: e.Amount, Gateway: gateway, Claimed: e.Debit,
		Reason: e.Reason,
	}})
	why := "Paid back in the payment provider’s own console."
	if e.Debit {
		why = "The payer’s bank claims it back."
	}
	return g.Entry(activity.PaymentLeft, activity.Details{
		Target: in.target(), Reason: why, Changes: []activity.Change{
			{Field: "amount", New: e.Amount.String()}, {Field: "gateway", New: gateway},
		},
	}), err
}
