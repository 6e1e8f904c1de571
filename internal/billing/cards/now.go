package cards

import (
	"context"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// ChargeNow is the kind of message that has the bank asked for what somebody pays with a card on file.
const ChargeNow = "card.now"

const tableNow = "card_payments"

// nowRow is a card that somebody has pay invoices at once. Its checkout has the same id.
type nowRow struct {
	ID        id.Checkout `gorm:"primaryKey"`
	AccountID id.Account
	CardID    id.Card
	State     string
	CreatedAt db.Time
	DoneAt    db.Time
}

// TableName names the table.
func (*nowRow) TableName() string { return tableNow }

// busySQL counts the attempts of cards on file at an invoice that the bank has not answered yet.
const busySQL = `SELECT (SELECT COUNT(*) FROM card_charges h WHERE h.account_id = ? AND h.invoice_id IN ?
 AND h.state = 'waiting') + (SELECT COUNT(*) FROM card_payments p JOIN checkout_shares s ON s.checkout_id = p.id
 WHERE p.account_id = ? AND p.state = 'waiting' AND s.invoice_id IN ?) AS n`

// busy says whether a card on file is being asked for one of the invoices.
func busy(tx *db.Tx, g gate.Grant, invoices []id.Invoice) (bool, error) {
	var n int64
	err := g.On(tx.DB).Raw(busySQL, g.Account(), invoices, g.Account(), invoices).Scan(&n).Error
	if err != nil {
		return false, fmt.Errorf("charge a card: %w", err)
	}
	return n > 0, nil
}

// PayNow has a card on file pay invoices at once: all that is left of each, with one payment. The bank is asked after
// the commit. Doing it again with the same key changes nothing; an invoice for which a card is being asked is refused.
func (c *Cards) PayNow(
	ctx context.Context, who actor.Actor, account id.Account, card id.Card, o billing.Together,
) error {
	if err := c.billing.Unaltered(ctx, who, account, o); err != nil {
		return err
	}
	err := c.gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, d, err := c.card(tx, g, card)
			if err != nil {
				return gate.Entry{}, err
			}
			if err := mayAsk(tx, g, o); err != nil {
				return gate.Entry{}, err
			}
			o.Gateway = row.Gateway
			checkout, before, err := c.billing.BeginTogetherWithin(tx, g, o)
			if err != nil {
				return gate.Entry{}, err
			}
			if before {
				return gate.Entry{}, fault.Conflict("This payment was begun on the payment provider’s page. See what is left.")
			}
			return c.order(tx, g, nowRow{
				ID: o.Key, AccountID: g.Account(), CardID: card, State: waiting, CreatedAt: db.At(g.Now()),
			}, checkout.Shares, d)
		})
	if err = done(err); err != nil {
		return err
	}
	c.outbox.Wake()
	return nil
}

// mayAsk is errDone for a payment that was ordered before, and a conflict where a card is being asked for one of its
// invoices.
func mayAsk(tx *db.Tx, g gate.Grant, o billing.Together) error {
	_, there, err := db.One[nowRow](g.On(tx.DB).Where("id = ?", o.Key))
	if err != nil {
		return fmt.Errorf("charge a card: %w", err)
	}
	if there {
		return errDone
	}
	if len(o.Invoices) == 0 {
		return nil
	}
	asked, err := busy(tx, g, o.Invoices)
	if err != nil {
		return err
	}
	if asked {
		return fault.Conflict(
			"The bank is being asked for one of these invoices already. Wait a minute, and look again.")
	}
	return nil
}

// order writes the attempt down and leaves word for the bank, with an entry for each invoice.
func (c *Cards) order(tx *db.Tx, g gate.Grant, row nowRow, shares []billing.Share, d detail) (e gate.Entry, err error) {
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return e, fmt.Errorf("charge a card: %w", err)
	}
	for _, s := range shares {
		e = e.And(g.Entry(activity.CardCharged, activity.Details{
			Target: activity.TargetOf("invoice", s.Invoice, s.Number), Changes: []activity.Change{
				{Field: "amount", New: s.Amount.String()}, {Field: "card", New: d.label()},
			},
		}))
	}
	return e, c.outbox.Enqueue(tx, outbox.Message{Kind: ChargeNow, Key: row.ID.String(), Payload: row.ID})
}

// ChargeCardNow asks the bank for the money, takes it into the books, and writes down what the bank said. It is the
// handler of ChargeNow. The gateway knows the attempt by its id: money moves once or not at all.
func (c *Cards) ChargeCardNow(ctx context.Context, d outbox.Delivery) error {
	var key id.Checkout
	if err := d.Decode(&key); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	row, found, err := db.One[nowRow](c.across(ctx).Where("id = ?", key))
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
	checkout, err := c.billing.Checkout(ctx, row.ID)
	if err != nil {
		return err
	}
	if d.Attempt <= 1 {
		stop, err := c.changed(ctx, &row, &card, checkout.Shares)
		if err != nil {
			return err
		}
		if stop { // it was never asked for, and need not be
			return c.finishNow(ctx, &row, &card, checkout.Shares, billing.Event{})
		}
	}
	return c.askNow(ctx, keeper, &row, &card, checkout, d.Attempt > 1)
}

// askNow asks the bank for the money, takes it into the books, and writes down what the bank said.
func (c *Cards) askNow(
	ctx context.Context, keeper billing.Keeper, row *nowRow, card *cardRow, checkout billing.Checkout, again bool,
) error {
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
	return c.finishNow(ctx, row, card, checkout.Shares, said)
}

// changed says whether the card was removed, or one of the invoices asks for less than its share by now.
func (c *Cards) changed(ctx context.Context, row *nowRow, card *cardRow, shares []billing.Share) (bool, error) {
	if !card.RemovedAt.IsZero() {
		return true, nil
	}
	list := make([]id.Invoice, 0, len(shares))
	for _, s := range shares {
		list = append(list, s.Invoice)
	}
	open, err := c.billing.Openable(ctx, actor.NewSystem("card on file"), row.AccountID, list)
	if err != nil {
		return false, err
	}
	left := make(map[id.Invoice]money.Amount, len(open))
	for _, one := range open {
		left[one.ID] = one.Left
	}
	for _, s := range shares {
		if is, ok := left[s.Invoice]; !ok || is.Cmp(s.Amount) < 0 {
			return true, nil
		}
	}
	return false, nil
}

// finishNow writes down what became of the attempt, once, and mails whoever pays where the card did not.
func (c *Cards) finishNow(
	ctx context.Context, row *nowRow, card *cardRow, shares []billing.Share, said billing.Event,
) error {
	d, err := c.open(card)
	if err != nil {
		return err
	}
	state := outcome(said)
	err = c.gate.Change(ctx, actor.NewSystem("card on file"), verb.InvoicesPay, id.AccountScope(row.AccountID),
		func(tx *db.Tx, g gate.Grant) (e gate.Entry, err error) {
			ended := g.On(tx.Model(&nowRow{})).Where("id = ? AND state = ?", row.ID, waiting).
				Updates(map[string]any{"state": state, "done_at": db.At(g.Now())})
			if ended.Error != nil {
				return e, fmt.Errorf("charge a card: %w", ended.Error)
			}
			if ended.RowsAffected != 1 {
				return e, errDone
			}
			return c.tellNow(tx, g, row, shares, d, state)
		})
	return done(err)
}

// outcome is the state that an attempt ends in by what the bank said.
func outcome(said billing.Event) string {
	switch {
	case said.Outcome == billing.OutcomePaid:
		return paid
	case said.Outcome == "":
		return void
	case said.NeedsAction:
		return action
	}
	return declined
}

// tellNow writes an entry for each invoice, and one mail where the card did not pay.
func (c *Cards) tellNow(
	tx *db.Tx, g gate.Grant, row *nowRow, shares []billing.Share, d detail, state string,
) (e gate.Entry, err error) {
	reasons := map[string]string{
		void: "Something was paid in the meantime, or the card was removed.", action: "The bank asks for a confirmation.",
		declined: "The bank declined the payment.",
	}
	sum := money.New(0, shares[0].Amount.Currency())
	for _, s := range shares {
		details := activity.Details{
			Target:  activity.TargetOf("invoice", s.Invoice, s.Number),
			Changes: []activity.Change{{Field: "card", New: d.label()}},
		}
		if why, failed := reasons[state]; failed {
			details.Outcome, details.Reason = activity.Failed, why
		}
		e = e.And(g.Entry(activity.CardPaid, details))
		sum = money.New(sum.Minor()+s.Amount.Minor(), sum.Currency())
	}
	if state != declined && state != action {
		return e, nil
	}
	return e, c.outbox.Enqueue(tx, outbox.Message{Kind: MailFailed, Key: row.ID.String(), Payload: Failed{
		Account: row.AccountID, Invoice: shares[0].Invoice, Number: billing.Several(shares), Card: d.label(), Amount: sum,
		Action: state == action,
	}})
}

func orDone(err error) error {
	if err == nil {
		return errDone
	}
	return err
}
