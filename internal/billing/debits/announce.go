package debits

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/workdays"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Announced is the advance notice of a collection: how much is collected, on which day, and how the payer's bank calls
// it.
type Announced struct {
	Account   id.Account   `json:"account"`
	Invoice   id.Invoice   `json:"invoice"`
	Number    string       `json:"number"`
	Amount    money.Amount `json:"amount"`
	On        time.Time    `json:"on"`
	Last4     string       `json:"last4"`
	Reference string       `json:"reference"`
}

// Work does what is due: it announces, sends on the announced day, and asks about what is under way. It may run as
// often as it likes, late, and on several nodes.
func (d *Debits) Work(ctx context.Context) error {
	now, err := d.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("direct debit: %w", err)
	}
	defer d.outbox.Wake()
	return errors.Join(d.announce(ctx, now), d.sendDue(ctx, now), d.follow(ctx, now))
}

// dueSQL finds invoices that a mandate pays by itself, whose day of collection is near enough to be announced. An
// invoice whose last collection is not over, or was the last one, is left alone.
const dueSQL = `SELECT i.id AS invoice_id, i.account_id, m.id AS mandate_id FROM invoices i
 JOIN mandates m ON m.default_for = i.account_id AND m.state = 'active'
 WHERE i.state IN ('due', 'part-paid') AND i.currency = 'GBP' AND i.due_at <= ?
 AND NOT EXISTS (SELECT 1 FROM debit_collections c WHERE c.invoice_id = i.id AND (c.done_at IS NULL OR c.again = 0))
 AND NOT EXISTS (SELECT 1 FROM card_charges h WHERE h.invoice_id = i.id AND h.state = 'waiting')
 AND NOT EXISTS (SELECT 1 FROM checkout_shares s JOIN card_payments p ON p.id = s.checkout_id
 WHERE s.account_id = i.account_id AND s.invoice_id = i.id AND p.state = 'waiting')
 ORDER BY i.due_at, i.id LIMIT ?`

// askedSQL counts the cards on file that a bank is being asked for an invoice: by the schedule, or for somebody who
// pays now.
const askedSQL = `SELECT (SELECT COUNT(*) FROM card_charges h WHERE h.account_id = ? AND h.invoice_id = ?
 AND h.state = 'waiting') + (SELECT COUNT(*) FROM checkout_shares s JOIN card_payments p ON p.id = s.checkout_id
 WHERE s.account_id = ? AND s.invoice_id = ? AND p.state = 'waiting') AS n`

// notAsked is errDone where a card is being asked for the invoice: that may have begun since the invoice was found.
func notAsked(tx *db.Tx, g gate.Grant, invoice id.Invoice) error {
	var n int64
	err := g.On(tx.DB).Raw(askedSQL, g.Account(), invoice, g.Account(), invoice).Scan(&n).Error
	if err != nil {
		return fmt.Errorf("announce: %w", err)
	}
	if n > 0 {
		return errDone
	}
	return nil
}

type dueRow struct {
	InvoiceID id.Invoice
	AccountID id.Account
	MandateID id.Mandate
}

func (d *Debits) announce(ctx context.Context, now time.Time) error {
	earliest := workdays.After(d.today(now), d.rules.Notice)
	for {
		var rows []dueRow
		err := d.across(ctx).Raw(dueSQL, db.At(earliest.Add(untilNoon)), batch).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("announce: %w", err)
		}
		for _, r := range rows {
			if err := d.announceOne(ctx, r); err != nil {
				return err
			}
		}
		if len(rows) < batch {
			return nil
		}
	}
}

func (d *Debits) announceOne(ctx context.Context, r dueRow) error {
	err := d.gate.Change(ctx, system(), verb.InvoicesPay, id.AccountScope(r.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			m, known, err := d.mandate(tx, g, r.MandateID)
			if fault.KindOf(err) == fault.KindNotFound {
				return gate.Entry{}, errDone // it was removed meanwhile
			}
			if err != nil {
				return gate.Entry{}, err
			}
			in, err := d.billing.OpenWithin(tx, g, r.InvoiceID)
			if err != nil {
				return gate.Entry{}, err
			}
			if in.Left.Minor() <= 0 || in.Left.Currency() != Currency || m.State != billing.MandateActive {
				return gate.Entry{}, errDone
			}
			if err := notAsked(tx, g, r.InvoiceID); err != nil {
				return gate.Entry{}, err
			}
			row, err := d.turnOf(tx, g, r)
			if err != nil {
				return gate.Entry{}, err
			}
			return d.write(tx, g, row, in, known)
		})
	if err = done(err); err != nil && !db.IsDuplicate(err) {
		return fmt.Errorf("announce: %w", err)
	}
	return nil
}

func system() actor.Actor { return actor.NewSystem("Direct Debit") }

// turnOf is the next collection of an invoice, if one may follow the last.
func (d *Debits) turnOf(tx *db.Tx, g gate.Grant, r dueRow) (collectionRow, error) {
	last, found, err := db.One[collectionRow](g.On(tx.DB).Where("invoice_id = ?", r.InvoiceID).Order("attempt DESC"))
	if err != nil {
		return collectionRow{}, fmt.Errorf("announce: %w", err)
	}
	if found && (last.DoneAt.IsZero() || !last.Again) {
		return collectionRow{}, errDone
	}
	failures := last.Failures
	if last.State == failed {
		failures++
	}
	return collectionRow{
		ID: id.New[id.CheckoutKind](), AccountID: g.Account(), InvoiceID: r.InvoiceID, MandateID: r.MandateID,
		Attempt: last.Attempt + 1, Failures: failures, State: Waiting, AnnouncedAt: db.At(g.Now()),
	}, nil
}

// write writes a collection down, and leaves its advance notice: never fewer working days ahead than was agreed.
func (d *Debits) write(
	tx *db.Tx, g gate.Grant, row collectionRow, in billing.Open, known detail,
) (gate.Entry, error) {
	on := workdays.After(d.today(g.Now()), d.rules.Notice)
	if due := workdays.OnOrAfter(in.Due); due.After(on) {
		on = due
	}
	row.AmountMinor, row.Currency, row.CollectOn = in.Left.Minor(), in.Left.Currency(), db.At(on)
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("announce: %w", err)
	}
	err := d.outbox.Enqueue(tx, outbox.Message{Kind: MailSoon, Key: row.ID.String(), Payload: Announced{
		Account: row.AccountID, Invoice: row.InvoiceID, Number: in.Number, Amount: row.amount(), On: on,
		Last4: known.Last4, Reference: known.Reference,
	}})
	return g.Entry(activity.DebitAnnounced, activity.Details{
		Target: activity.TargetOf("invoice", row.InvoiceID, in.Number), Changes: []activity.Change{
			{Field: "amount", New: row.amount().String()},
			{Field: "day", New: on.Format(time.DateOnly)},
			{Field: "attempt", New: fmt.Sprint(row.Attempt)},
		},
	}), err
}
