package debits

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/workdays"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// lateness is within how many working days of the announced day money may be collected.
const lateness = 3

// sendDue sends the collections whose day has come.
func (d *Debits) sendDue(ctx context.Context, now time.Time) error {
	for {
		var rows []collectionRow
		err := d.across(ctx).Where("state = ? AND collect_on <= ?", Waiting, db.At(d.today(now).Add(untilNoon))).
			Order("collect_on, id").Limit(batch).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("send collections: %w", err)
		}
		for i := range rows {
			if err := d.sendOne(ctx, &rows[i]); err != nil {
				return err
			}
		}
		if len(rows) < batch {
			return nil
		}
	}
}

// sendOne begins the payment of a collection, and leaves word for the gateway, in one change. What no longer is as it
// was announced is not collected: it is announced again.
func (d *Debits) sendOne(ctx context.Context, row *collectionRow) error {
	err := d.gate.Change(ctx, system(), verb.InvoicesPay, id.AccountScope(row.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			in, err := d.billing.OpenWithin(tx, g, row.InvoiceID)
			if err != nil {
				return gate.Entry{}, err
			}
			m, _, err := d.mandate(tx, g, row.MandateID)
			if err != nil && fault.KindOf(err) != fault.KindNotFound {
				return gate.Entry{}, err
			}
			latest := workdays.After(row.CollectOn.Time, lateness)
			fits := err == nil && m.State == billing.MandateActive && in.Left == row.amount() &&
				!d.today(g.Now()).After(latest)
			to := sent
			if !fits {
				to = void
			}
			if err := d.move(tx, g, row, to, ""); err != nil {
				return gate.Entry{}, err
			}
			if !fits {
				return d.entry(g, row, in.Number, activity.Failed, "What was announced no longer fits."), nil
			}
			err = d.billing.BeginWithin(tx, g, row.InvoiceID, billing.Order{
				Key: row.ID, Gateway: m.Gateway, Amount: row.amount(),
			})
			if err != nil {
				return gate.Entry{}, err
			}
			err = d.outbox.Enqueue(tx, outbox.Message{Kind: Send, Key: row.ID.String(), Payload: row.ID})
			return d.entry(g, row, in.Number, activity.Success, ""), err
		})
	if err = done(err); err != nil {
		return fmt.Errorf("send collections: %w", err)
	}
	return nil
}

func (*Debits) entry(
	g gate.Grant, row *collectionRow, number string, outcome activity.Outcome, why string,
) gate.Entry {
	return g.Entry(activity.DebitSent, activity.Details{
		Target: activity.TargetOf("invoice", row.InvoiceID, number), Outcome: outcome, Reason: why,
		Changes: []activity.Change{
			{Field: "amount", New: row.amount().String()}, {Field: "attempt", New: fmt.Sprint(row.Attempt)},
		},
	})
}

// from are the states that a collection can leave for another.
func from(to State) []State {
	switch to { //nolint:exhaustive // the others end what is open
	case sent:
		return []State{Waiting}
	case Processing:
		return []State{sent}
	case returned:
		return []State{Waiting, sent, Processing, Paid}
	}
	return open()
}

// move writes a collection's new state once; whoever was quicker wins.
func (d *Debits) move(tx *db.Tx, g gate.Grant, row *collectionRow, to State, reason string) error {
	set := map[string]any{"state": to, "reason": reason}
	switch to { //nolint:exhaustive // the others are on the way
	case Paid, failed, void, returned:
		set["done_at"] = db.At(g.Now())
		set["again"] = to == void || to == failed && retried(reason) && row.Failures+1 < tries
	case Processing:
		set["expect_on"] = db.At(workdays.After(d.today(g.Now()), clearing))
		set["reference"] = row.Reference
	}
	res := g.On(tx.Model(&collectionRow{})).Where("id = ? AND state IN ?", row.ID, from(to)).Updates(set)
	if res.Error != nil {
		return fmt.Errorf("move a collection: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return errDone
	}
	return nil
}

// retried says whether an invoice is collected once more after a failure: only where there was too little money.
func retried(reason string) bool {
	return reason == "insufficient_funds" || reason == "refer_to_customer"
}

// SendDebit has the gateway collect: it handles the message Send. Asked again after a failure, it goes on where the
// last time ended.
func (d *Debits) SendDebit(ctx context.Context, m outbox.Delivery) error {
	var collection id.Checkout
	if err := m.Decode(&collection); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	row, found, err := db.One[collectionRow](d.across(ctx).Where("id = ?", collection))
	if err != nil {
		return fmt.Errorf("collect: %w", err)
	}
	if !found || row.State != sent {
		return nil
	}
	mandate, found, err := db.One[mandateRow](d.across(ctx).Where("id = ?", row.MandateID))
	if err != nil {
		return fmt.Errorf("collect: %w", err)
	}
	debiter, ok := d.billing.DebiterOf(mandate.Gateway)
	if !found || !ok {
		return fmt.Errorf("%w: nobody keeps the mandate", outbox.ErrNeverWorks)
	}
	again := m.Attempt > 1
	// What was never asked for need not be: the invoice was paid, or the mandate removed.
	if !again {
		if stop, err := d.pointless(ctx, &row, &mandate); stop || err != nil {
			return err
		}
	}
	checkout, err := d.billing.Checkout(ctx, row.ID)
	if err != nil {
		return err
	}
	said, err := debiter.Debit(ctx, billing.Debit{
		Checkout: checkout, Again: again,
		Mandate: billing.Mandate{Customer: mandate.CustomerRef, Method: mandate.MethodRef, Name: mandate.MandateRef},
	})
	if err != nil {
		return err // it is not known what became of it: asked again, with the same id
	}
	return d.became(ctx, &row, mandate.Gateway, said)
}

// pointless ends a collection that has become so.
func (d *Debits) pointless(ctx context.Context, row *collectionRow, mandate *mandateRow) (bool, error) {
	in, err := d.billing.PayersInvoice(ctx, system(), row.AccountID, row.InvoiceID)
	if err != nil {
		return false, err
	}
	if mandate.RemovedAt.IsZero() && mandate.State == billing.MandateActive && in.Left == row.amount() {
		return false, nil
	}
	return true, d.end(ctx, row, void, "")
}
