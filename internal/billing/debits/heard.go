package debits

import (
	"context"
	"errors"
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

// Failed tells of a collection that did not pay, or that was taken back.
type Failed struct {
	Account id.Account   `json:"account"`
	Invoice id.Invoice   `json:"invoice"`
	Number  string       `json:"number"`
	Amount  money.Amount `json:"amount"`
	Last4   string       `json:"last4"`
	Reason  string       `json:"reason"` // the bank's word
	Back    bool         `json:"back"`   // it had paid, and the bank took it back
	Again   bool         `json:"again"`  // it is collected once more, after another notice
}

// Gone tells of a mandate that the bank ended.
type Gone struct {
	Account   id.Account `json:"account"`
	Last4     string     `json:"last4"`
	Reference string     `json:"reference"`
	Paid      bool       `json:"paid"` // invoices were paid by it
}

// Heed takes what a gateway's notice says about Direct Debit. Its signature was right; what it is about, the gateway is
// asked, so that notices have the same effect in any order.
func (d *Debits) Heed(ctx context.Context, who actor.Actor, gateway string, e billing.Event) error {
	switch e.Outcome { //nolint:exhaustive // the others are about a collection
	case billing.OutcomeSaved:
		return d.saved(ctx, who, gateway, e)
	case billing.OutcomeMandate:
		return d.changed(ctx, who, gateway, e.Reference)
	}
	debiter, ok := d.billing.DebiterOf(gateway)
	if !ok {
		return fault.NotFound("direct debit")
	}
	switch e.Outcome { //nolint:exhaustive // the others are of a collection that they name
	case billing.OutcomeKept, billing.OutcomeLost:
		return d.claimOver(ctx, debiter, e)
	case billing.OutcomeReturned: // a dispute may be about anything that was ever paid
	default:
		if _, found, err := d.collection(ctx, e.Checkout); err != nil || !found {
			return errors.Join(err, orNotFound(found))
		}
	}
	told, err := debiter.Told(ctx, e.Reference)
	if err != nil {
		return fault.Unavailable("direct debit", err)
	}
	row, found, err := d.collection(ctx, told.Checkout)
	switch {
	case err != nil:
		return err
	case !found && e.Outcome == billing.OutcomeReturned:
		return billing.ErrNoCollection
	case !found || e.Outcome != billing.OutcomeReturned && e.Checkout != told.Checkout:
		return fault.NotFound("direct debit")
	case e.Outcome == billing.OutcomeReturned && e.Merchant != told.Merchant:
		return fault.NotFound("direct debit")
	}
	told.ID = e.ID
	if e.Outcome == billing.OutcomeReturned {
		return d.claimed(ctx, &row, gateway, e, told)
	}
	return d.became(ctx, &row, gateway, d.held(&row, e, told))
}

// claimOver is the end of a claim. That of a collection is decided when it is made, and booked by then; no bank hears
// anybody about it.
func (d *Debits) claimOver(ctx context.Context, debiter billing.Debiter, e billing.Event) error {
	told, err := debiter.Told(ctx, e.Reference)
	if err != nil {
		return fault.Unavailable("direct debit", err)
	}
	if _, found, err := d.collection(ctx, told.Checkout); err != nil || found {
		return err
	}
	return billing.ErrNoCollection
}

func orNotFound(found bool) error {
	if found {
		return nil
	}
	return fault.NotFound("direct debit")
}

func (d *Debits) collection(ctx context.Context, one id.Checkout) (collectionRow, bool, error) {
	if one.IsZero() {
		return collectionRow{}, false, nil
	}
	row, found, err := db.One[collectionRow](d.across(ctx).Where("id = ?", one))
	if err != nil {
		return collectionRow{}, false, fmt.Errorf("direct debit: %w", err)
	}
	return row, found, nil
}

// held is what counts of a notice and of the answer: what the gateway says now, with whatever of the notice does not
// fit, so that billing refuses it and writes it down (P4).
func (*Debits) held(row *collectionRow, e, told billing.Event) billing.Event {
	if e.Outcome != billing.OutcomePaid || told.Outcome != billing.OutcomePaid {
		return told
	}
	if e.Amount != row.amount() {
		told.Amount = e.Amount
	}
	if e.Merchant != told.Merchant {
		told.Merchant = e.Merchant
	}
	return told
}

// became takes what became of a collection: it is settled or declined in the books once, and then written down here.
func (d *Debits) became(ctx context.Context, row *collectionRow, gateway string, said billing.Event) error {
	row.Reference = said.Reference
	switch said.Outcome { //nolint:exhaustive // what means nothing is left alone
	case billing.OutcomeProcessing:
		return d.underWay(ctx, row)
	case billing.OutcomePaid:
		if err := d.billing.Settle(ctx, gateway, said); err != nil {
			return err
		}
		return d.end(ctx, row, Paid, "")
	case billing.OutcomeDeclined, billing.OutcomeCancelled:
		if row.State == Paid { // it had paid, and the bank says now that it had not
			said.Amount = row.amount()
			return d.takeBack(ctx, row, gateway, said)
		}
		if err := d.billing.Settle(ctx, gateway, said); err != nil {
			return err
		}
		return d.end(ctx, row, failed, said.Reason)
	}
	return nil
}

// underWay writes down that the bank has a collection.
func (d *Debits) underWay(ctx context.Context, row *collectionRow) error {
	return done(d.gate.Change(ctx, system(), verb.InvoicesPay, id.AccountScope(row.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			in, err := d.billing.OpenWithin(tx, g, row.InvoiceID)
			if err != nil {
				return gate.Entry{}, err
			}
			if err := d.move(tx, g, row, Processing, ""); err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.DebitTaken, activity.Details{
				Target:  activity.TargetOf("invoice", row.InvoiceID, in.Number),
				Changes: []activity.Change{{Field: "amount", New: row.amount().String()}},
			}), nil
		}))
}

// end writes down how a collection ended, once, and has whoever pays told of one that failed.
func (d *Debits) end(ctx context.Context, row *collectionRow, to State, reason string) error {
	return done(d.gate.Change(ctx, system(), verb.InvoicesPay, id.AccountScope(row.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			in, err := d.billing.OpenWithin(tx, g, row.InvoiceID)
			if err != nil {
				return gate.Entry{}, err
			}
			if err := d.move(tx, g, row, to, reason); err != nil {
				return gate.Entry{}, err
			}
			details := activity.Details{
				Target: activity.TargetOf("invoice", row.InvoiceID, in.Number), Changes: []activity.Change{
					{Field: "amount", New: row.amount().String()}, {Field: "attempt", New: fmt.Sprint(row.Attempt)},
				},
			}
			switch to { //nolint:exhaustive // these are the ends
			case void:
				details.Outcome, details.Reason = activity.Failed, "What was announced no longer fits."
			case failed:
				details.Outcome, details.Reason = activity.Failed, "The bank did not pay: "+reason
				err = d.mailOver(tx, g, row, Failed{
					Account: row.AccountID, Invoice: row.InvoiceID, Number: in.Number, Amount: row.amount(), Reason: reason,
					Again: retried(reason) && row.Failures+1 < tries,
				})
			}
			return g.Entry(activity.DebitEnded, details), err
		}))
}

// mailOver leaves the mail about a collection that did not pay.
func (d *Debits) mailOver(tx *db.Tx, g gate.Grant, row *collectionRow, m Failed) error {
	mandate, found, err := db.One[mandateRow](g.On(tx.DB).Where("id = ?", row.MandateID))
	if err != nil {
		return fmt.Errorf("direct debit: %w", err)
	}
	if found {
		known, err := d.open(&mandate)
		if err != nil {
			return err
		}
		m.Last4 = known.Last4
		m.Again = m.Again && mandate.RemovedAt.IsZero() && mandate.State == billing.MandateActive
	}
	key := row.ID.String()
	if m.Back {
		key += "-back"
	}
	return d.outbox.Enqueue(tx, outbox.Message{Kind: MailOver, Key: key, Payload: m})
}

var errTooEarly = errors.New("debits: a payment under way is said to go back")

// claimed takes money back that the payer claimed at the bank. It may come before we know that it had been paid.
func (d *Debits) claimed(ctx context.Context, row *collectionRow, gateway string, e, told billing.Event) error {
	if told.Outcome == billing.OutcomeProcessing { // it cannot go back before it came: the gateway tells us again
		return fault.Unavailable("direct debit", errTooEarly)
	}
	if told.Outcome == billing.OutcomePaid && row.State != Paid && row.State != returned {
		if err := d.became(ctx, row, gateway, told); err != nil {
			return err
		}
		row.State = Paid
	}
	e.Reference = told.Reference
	return d.takeBack(ctx, row, gateway, e)
}

// takeBack reverses the payment of a collection in the books, and writes that down here, in one change. What does not
// fit is refused and written down, and changes nothing else (P4).
func (d *Debits) takeBack(ctx context.Context, row *collectionRow, gateway string, e billing.Event) error {
	var refused error
	reason := e.Reason
	if reason == "" {
		reason = "claimed at the bank"
	}
	err := d.gate.Change(ctx, system(), verb.InvoicesPay, id.AccountScope(row.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			refused = nil
			entry, back, over, err := d.billing.TakeBackWithin(tx, g, gateway, e, reason)
			switch {
			case err != nil:
				return gate.Entry{}, err
			case over:
				return gate.Entry{}, errDone
			case back.Refused != "":
				refused = fault.Conflict(back.Refused)
				return entry, nil
			}
			if err := d.move(tx, g, row, returned, reason); err != nil {
				return gate.Entry{}, err
			}
			return entry, d.mailOver(tx, g, row, Failed{
				Account: row.AccountID, Invoice: row.InvoiceID, Number: back.Number, Amount: back.Amount, Reason: reason,
				Back: true,
			})
		})
	if err = done(err); err != nil {
		return err
	}
	d.outbox.Wake()
	return refused
}
