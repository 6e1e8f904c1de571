package billing

import (
	"cmp"
	"context"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Order is what somebody wants to pay.
type Order struct {
	Key     id.Checkout // the id that the attempt will have, so that a second click begins nothing new
	Gateway string      // empty: the first one
	Amount  money.Amount
	Back    string // the path of ours that the gateway's page leads back to; empty: the invoice's page
	// Check is asked first, in the same change; nil: there is nothing to ask.
	Check func(tx *db.Tx, g gate.Grant) error
	// Twice says that whoever pays knows of a Direct Debit for the same invoice, and pays all the same.
	Twice bool
}

// Pay begins a payment of an invoice, of all that is left or a part, and returns the address of the gateway's page. The
// gateway is asked after the commit; beginning with the same key again asks it again.
func (b *Billing) Pay(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice, o Order,
) (redirect string, err error) {
	gateway, ok := b.gateway(o.Gateway)
	if !ok {
		return "", fault.NotFound("pay")
	}
	if o.Key.IsZero() {
		return "", fault.InvalidField("key", "Open the invoice again, and begin once more.")
	}
	var checkout Checkout
	var refused error
	err = b.gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			refused = nil
			row, err := o.invoice(tx, g, invoice)
			if err != nil {
				return gate.Entry{}, err
			}
			before, found, err := b.begun(tx, g, &row, gateway.Name(), o)
			if err != nil {
				return gate.Entry{}, err
			}
			if found {
				checkout = before
				return gate.Entry{}, errDone
			}
			if err := o.collected(tx, g, &row); err != nil {
				return gate.Entry{}, err
			}
			started := activity.Details{
				Target: activity.TargetOf("invoice", row.ID, row.number()), Changes: []activity.Change{
					{Field: "amount", New: o.Amount.String()}, {Field: "gateway", New: gateway.Name()},
				},
			}
			if err := row.takes(o.Amount); fault.KindOf(err) == fault.KindInvalid { // the log keeps what was tried
				refused = err
				started.Outcome, started.Reason = activity.RefusedResult, "The invoice does not take this amount."
				return g.Entry(activity.CheckoutStarted, started), nil
			}
			checkout, err = b.begin(tx, g, &row, gateway, o)
			return g.Entry(activity.CheckoutStarted, started), err
		})
	if err = cmp.Or(done(err), refused); err != nil {
		return "", err
	}
	checkout.Back = way(o.Back, account, invoice)
	return ask(ctx, gateway, checkout)
}

// ask has the gateway say where its page is.
func ask(ctx context.Context, gateway Gateway, c Checkout) (redirect string, err error) {
	redirect, err = gateway.Start(ctx, c)
	if err != nil && fault.KindOf(err) == fault.KindUnknown { // nothing that whoever pays can do something about
		return "", fault.Unavailable("pay", err)
	}
	return redirect, err
}

// invoice reads what is to be paid, if the order may be made at all.
func (o Order) invoice(tx *db.Tx, g gate.Grant, invoice id.Invoice) (invoiceRow, error) {
	if o.Check != nil {
		if err := o.Check(tx, g); err != nil {
			return invoiceRow{}, err
		}
	}
	row, found, err := db.One[invoiceRow](g.On(tx.DB).Where("id = ?", invoice))
	if err != nil {
		return invoiceRow{}, fmt.Errorf("pay: %w", err)
	}
	if !found || row.State == StateDraft {
		return invoiceRow{}, fault.NotFound("pay")
	}
	return row, nil
}

// takes says whether the amount may be paid on the invoice: what the browser sends is compared, never believed (P2).
func (r *invoiceRow) takes(a money.Amount) error {
	switch {
	case r.State == StatePaid:
		return fault.Conflict("This invoice is paid. There is nothing left to pay.")
	case !r.State.payable():
		return fault.Conflict("This invoice is closed. There is nothing to pay.")
	case a.Currency() != r.Currency:
		return fault.InvalidField("amount", "This invoice is paid in "+string(r.Currency)+".")
	case a.Minor() <= 0:
		return fault.InvalidField("amount", "Enter an amount above nothing.")
	case a.Minor() > r.left():
		return fault.InvalidField("amount", "At most "+r.money(r.left()).String()+" is left to pay.")
	}
	return nil
}

// begun finds the attempt that was begun with the same key.
func (b *Billing) begun(
	tx *db.Tx, g gate.Grant, invoice *invoiceRow, gateway string, o Order,
) (Checkout, bool, error) {
	row, found, err := db.One[checkoutRow](g.On(tx.DB).Where("id = ?", o.Key))
	if err != nil {
		return Checkout{}, false, fmt.Errorf("pay: %w", err)
	}
	if !found {
		return Checkout{}, false, nil
	}
	now, err := tx.Now()
	if err != nil {
		return Checkout{}, false, fmt.Errorf("pay: %w", err)
	}
	c := row.public(invoice.number(), now)
	if c.Shares, err = b.shares(g.On(tx.DB), &row); err != nil {
		return Checkout{}, false, err
	}
	if c.Invoice != invoice.ID || len(c.Shares) > 0 || c.Amount != o.Amount || c.Gateway != gateway || !c.Payable() {
		return Checkout{}, false, fault.Conflict(
			"This payment was begun before. Open the invoice again, and see what is left to pay.")
	}
	return c, true, nil
}

// begin writes a new attempt.
func (b *Billing) begin(
	tx *db.Tx, g gate.Grant, invoice *invoiceRow, gateway Gateway, o Order,
) (Checkout, error) {
	if err := invoice.takes(o.Amount); err != nil {
		return Checkout{}, err
	}
	now, err := tx.Now()
	if err != nil {
		return Checkout{}, fmt.Errorf("pay: %w", err)
	}
	row := checkoutRow{
		ID: o.Key, AccountID: g.Account(), InvoiceID: invoice.ID, Gateway: gateway.Name(), Merchant: gateway.Merchant(),
		AmountMinor: o.Amount.Minor(), Currency: o.Amount.Currency(), State: CheckoutOpen, CreatedAt: db.At(now),
		ExpiresAt: db.At(now.Add(checkoutLife)),
	}
	by := newStarter(g.Who())
	by.Back = o.Back
	if err := b.sealStarter(&row, by); err != nil {
		return Checkout{}, err
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		if db.IsDuplicate(err) { // the key is the id of somebody else's attempt
			return Checkout{}, fault.NotFound("pay")
		}
		return Checkout{}, fmt.Errorf("pay: %w", err)
	}
	return row.public(invoice.number(), now), nil
}
