package billing

import (
	"context"
	"fmt"
	"slices"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// departureRow is what left one payment unasked. A movement of a payment of several invoices has one for each share
// that it took from.
type departureRow struct {
	Gateway     string     `gorm:"primaryKey"`
	Movement    string     `gorm:"primaryKey"`
	PaymentID   id.Payment `gorm:"primaryKey"`
	AccountID   id.Account
	AmountMinor int64
	Currency    money.Currency
	Kept        bool // it stayed after all, or came back
	NotedAt     db.Time
}

// TableName names the table.
func (departureRow) TableName() string { return "payment_departures" }

// overID is what the end of a movement is noted as.
func overID(movement string) string { return movement + "/over" }

// depart writes down what left which share of a payment: first what can still go back of each, then what left it in
// another way already, since a payer may claim what is on its way back to them. If one of the two stays in the end, the
// other is still gone.
func depart(tx *db.Tx, g gate.Grant, gateway string, e Event, kept bool) error {
	var shares []paymentRow
	err := g.On(tx.DB).Where("gateway = ? AND (reference = ? OR reference LIKE ?)", gateway, e.Payment, e.Payment+"/%").
		Order("received_at, id").Find(&shares).Error
	if err != nil {
		return fmt.Errorf("what left a payment: %w", err)
	}
	shares = slices.DeleteFunc(shares, func(p paymentRow) bool {
		return wholePayment(p.Reference) != e.Payment || p.Currency != e.Amount.Currency()
	})
	parts, rest := make([]int64, len(shares)), e.Amount.Minor()
	for i := range shares {
		left, err := refundable(tx.DB, g, &shares[i])
		if err != nil {
			return err
		}
		parts[i] = max(min(left, rest), 0)
		rest -= parts[i]
	}
	for i := range shares {
		more := min(shares[i].AmountMinor-parts[i], rest)
		parts[i], rest = parts[i]+more, rest-more
		if parts[i] == 0 {
			continue
		}
		row := departureRow{
			Gateway: gateway, Movement: e.Movement, PaymentID: shares[i].ID, AccountID: g.Account(), AmountMinor: parts[i],
			Currency: shares[i].Currency, Kept: kept, NotedAt: db.At(g.Now()),
		}
		if err := g.On(tx.DB).Create(&row).Error; err != nil {
			return fmt.Errorf("what left a payment: %w", err)
		}
	}
	return nil
}

// departureOver writes down once how it ended that money left unasked: it stayed or came back, or a claim was lost. The
// end may be told before the beginning. The billing department is told what to do; the books do not move by it.
func (b *Billing) departureOver(ctx context.Context, who actor.Actor, gateway string, e Event) error {
	pay, found, err := b.departed(ctx, gateway, e)
	if err != nil || !found {
		return err
	}
	e.ID = overID(e.Movement)
	err = b.gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(pay.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			n := notice{gateway: gateway, event: e, checkout: checkoutRow{ID: pay.CheckoutID}, at: db.At(g.Now())}
			if err := n.note(tx, g, false); err != nil {
				return gate.Entry{}, err
			}
			if err := endDeparture(tx, g, gateway, e); err != nil {
				return gate.Entry{}, err
			}
			return b.tellDeparture(tx, g, pay, gateway, e)
		})
	if err = done(err); err != nil {
		return err
	}
	b.outbox.Wake()
	return nil
}

func endDeparture(tx *db.Tx, g gate.Grant, gateway string, e Event) error {
	kept := e.Outcome == OutcomeKept
	of := g.On(tx.Model(&departureRow{})).Where("gateway = ? AND movement = ?", gateway, e.Movement)
	var known int64
	if err := of.Count(&known).Error; err != nil {
		return fmt.Errorf("what left a payment: %w", err)
	}
	if known == 0 {
		return depart(tx, g, gateway, e, kept)
	}
	err := g.On(tx.Model(&departureRow{})).Where("gateway = ? AND movement = ?", gateway, e.Movement).
		Update("kept", kept).Error
	if err != nil {
		return fmt.Errorf("what left a payment: %w", err)
	}
	return nil
}

// departed is the payment that money left, of several invoices' shares the first. One that is not in these books is
// somebody else's.
func (b *Billing) departed(ctx context.Context, gateway string, e Event) (*paymentRow, bool, error) {
	pay, found, err := db.One[paymentRow](b.byGateway(ctx).Where("gateway = ? AND reference = ?", gateway, e.Payment))
	if err != nil {
		return nil, false, fmt.Errorf("receive: %w", err)
	}
	return &pay, found && e.Movement != "", nil
}

// tellDeparture has the billing department told of what left, or of how that ended, and is the entry of it.
func (b *Billing) tellDeparture(
	tx *db.Tx, g gate.Grant, pay *paymentRow, gateway string, e Event,
) (gate.Entry, error) {
	in, err := Order{}.invoice(tx, g, pay.InvoiceID)
	if err != nil {
		return gate.Entry{}, err
	}
	err = b.outbox.Enqueue(tx, outbox.Message{Kind: MailUnasked, Key: gateway + "-" + e.ID, Payload: Unasked{
		Account: in.AccountID, Invoice: in.ID, Number: in.number(), Amount: e.Amount, Gateway: gateway, Claimed: e.Debit,
		Reason: e.Reason, Kept: e.Outcome == OutcomeKept, Lost: e.Outcome == OutcomeLost,
	}})
	action, why := activity.PaymentLeft, "Paid back in the payment provider’s own console."
	switch {
	case e.Outcome == OutcomeKept && e.Debit:
		action, why = activity.PaymentStayed, "The claim of the payer’s bank was turned down."
	case e.Outcome == OutcomeKept:
		action, why = activity.PaymentStayed, "What was paid back in the payment provider’s own console did not arrive."
	case e.Outcome == OutcomeLost:
		action, why = activity.PaymentLost, "The payer’s bank was given what it claimed."
	case e.Debit:
		why = "The payer’s bank claims it back."
	}
	return g.Entry(action, activity.Details{
		Target: in.target(), Reason: why, Changes: []activity.Change{
			{Field: "amount", New: e.Amount.String()}, {Field: "gateway", New: gateway},
		},
	}), err
}
