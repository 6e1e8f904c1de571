package cards

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// ChargeCard asks the bank for the money of an attempt, and writes down what it said. It is the handler of Charge.
// Where it dies in between it is called again, and the gateway knows the attempt by its id: money moves once or not at
// all.
func (c *Cards) ChargeCard(ctx context.Context, d outbox.Delivery) error {
	var charge id.Checkout
	if err := d.Decode(&charge); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	row, found, err := db.One[chargeRow](c.across(ctx).Where("id = ?", charge))
	if err != nil {
		return fmt.Errorf("charge a card: %w", err)
	}
	if !found || row.State != waiting {
		return nil
	}
	card, found, err := db.One[cardRow](c.across(ctx).Where("id = ?", row.CardID))
	if err != nil {
		return fmt.Errorf("charge a card: %w", err)
	}
	keeper, keeps := c.billing.KeeperOf(card.Gateway)
	if !found || !keeps {
		return fmt.Errorf("%w: nobody keeps the card", outbox.ErrNeverWorks)
	}
	again := d.Attempt > 1
	// What was never asked for need not be: the invoice was paid, or the card removed.
	if !again {
		if stop, err := c.pointless(ctx, &row, &card); stop || err != nil {
			return err
		}
	}
	return c.charge(ctx, keeper, &row, &card, again)
}

// charge moves the money of an attempt, and takes what was paid into the books.
func (c *Cards) charge(
	ctx context.Context, keeper billing.Keeper, row *chargeRow, card *cardRow, again bool,
) error {
	checkout, err := c.billing.Checkout(ctx, row.ID)
	if err != nil {
		return err
	}
	said, err := keeper.Charge(ctx, billing.Charge{
		Checkout: checkout, Card: billing.Card{Customer: card.CustomerRef, Method: card.MethodRef}, Again: again,
	})
	if err != nil {
		return err // it is not known what became of it: asked again, with the same id
	}
	if said.Outcome == billing.OutcomePaid {
		if err := c.billing.Settle(ctx, card.Gateway, said); err != nil {
			return err
		}
	}
	return c.finish(ctx, row, card, said)
}

// pointless ends an attempt before the bank is asked, where nothing is left to pay or the card was removed.
func (c *Cards) pointless(ctx context.Context, row *chargeRow, card *cardRow) (bool, error) {
	in, err := c.billing.PayersInvoice(ctx, actor.NewSystem("card on file"), row.AccountID, row.InvoiceID)
	if err != nil {
		return false, err
	}
	checkout, err := c.billing.Checkout(ctx, row.ID)
	if err != nil {
		return false, err
	}
	if card.RemovedAt.IsZero() && in.Left.Cmp(checkout.Amount) >= 0 {
		return false, nil
	}
	return true, c.finish(ctx, row, card, billing.Event{})
}

// finish writes down what became of an attempt, once.
func (c *Cards) finish(ctx context.Context, row *chargeRow, card *cardRow, said billing.Event) error {
	d, err := c.open(card)
	if err != nil {
		return err
	}
	err = c.gate.Change(ctx, actor.NewSystem("card on file"), verb.InvoicesPay, id.AccountScope(row.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			in, err := c.billing.OpenWithin(tx, g, row.InvoiceID)
			if err != nil {
				return gate.Entry{}, err
			}
			state, next := became(row, in, said, g.Now())
			ended := g.On(tx.Model(&chargeRow{})).Where("id = ? AND state = ?", row.ID, waiting).
				Updates(map[string]any{"state": state, "next_at": db.At(next), "done_at": db.At(g.Now())})
			if ended.Error != nil {
				return gate.Entry{}, fmt.Errorf("charge a card: %w", ended.Error)
			}
			if ended.RowsAffected != 1 {
				return gate.Entry{}, errDone
			}
			return c.tell(tx, g, row, d, in, state, next)
		})
	return done(err)
}

// became is the state that an attempt ends in, and when the next one is.
func became(row *chargeRow, in billing.Open, said billing.Event, now time.Time) (state string, next time.Time) {
	switch {
	case said.Outcome == billing.OutcomePaid:
		return paid, row.nextTry(in.Due, now) // a later attempt finds nothing left, or what came on top
	case said.Outcome == "":
		return void, row.nextTry(in.Due, now)
	case said.NeedsAction:
		return action, time.Time{} // the bank wants its customer: asking it again alone is in vain
	}
	return declined, row.nextTry(in.Due, now)
}

// tell writes the entry, and the mail where the card did not pay.
func (c *Cards) tell(
	tx *db.Tx, g gate.Grant, row *chargeRow, d detail, in billing.Open, state string, next time.Time,
) (gate.Entry, error) {
	details := activity.Details{
		Target:  activity.TargetOf("invoice", row.InvoiceID, in.Number),
		Changes: []activity.Change{{Field: "card", New: d.label()}, {Field: "attempt", New: fmt.Sprint(row.Attempt)}},
	}
	switch state {
	case paid:
		return g.Entry(activity.CardPaid, details), nil
	case void:
		details.Outcome, details.Reason = activity.Failed, "Nothing was left to pay, or the card was removed."
		return g.Entry(activity.CardPaid, details), nil
	}
	details.Outcome, details.Reason = activity.Failed, "The bank declined the payment."
	if state == action {
		details.Reason = "The bank asks for a confirmation."
	}
	err := c.outbox.Enqueue(tx, outbox.Message{Kind: MailFailed, Key: row.ID.String(), Payload: Failed{
		Account: row.AccountID, Invoice: row.InvoiceID, Number: in.Number, Card: d.label(), Amount: in.Left,
		Action: state == action, Next: next,
	}})
	return g.Entry(activity.CardPaid, details), err
}
