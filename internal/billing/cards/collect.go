package cards

import (
	"context"
	"fmt"
	"time"

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

// The kinds of messages about automatic payments.
const (
	Charge     = "card.charge" // has the bank asked
	MailFailed = "mail.card"   // carries a Failed
)

const (
	day = 24 * time.Hour
	// untilNoon is how long before the noon that stands for it a day begins.
	untilNoon = 12 * time.Hour
	// spacing is the least time between two attempts, however late the job is.
	spacing = 20 * time.Hour
	batch   = 200
)

// Schedule is on which days after an invoice is due a card is charged, as long as the invoice is open.
func Schedule() []int { return []int{0, 3, 5, 7} }

// Failed tells whoever pays that a card on file did not pay.
type Failed struct {
	Account id.Account   `json:"account"`
	Invoice id.Invoice   `json:"invoice"`
	Number  string       `json:"number"`
	Card    string       `json:"card"`
	Amount  money.Amount `json:"amount"`
	Action  bool         `json:"action"` // the bank wants its customer to confirm
	Next    time.Time    `json:"next"`   // when it is tried again; zero: not at all
}

// chargeRow is one attempt.
type chargeRow struct {
	ID        id.Checkout `gorm:"primaryKey"`
	AccountID id.Account
	InvoiceID id.Invoice
	CardID    id.Card
	Attempt   int
	State     string
	CreatedAt db.Time
	NextAt    db.Time
	DoneAt    db.Time
}

// TableName names the table.
func (*chargeRow) TableName() string { return tableCharges }

// The states of an attempt.
const (
	waiting  = "waiting"
	paid     = "paid"
	declined = "declined"
	action   = "action"
	void     = "void"
)

// dueSQL finds invoices that a card on file can pay now: they are due, the account has a card that pays by itself, and
// no attempt is under way, is the last, or has its turn later.
const dueSQL = `SELECT i.id AS invoice_id, i.account_id, c.id AS card_id FROM invoices i
 JOIN cards c ON c.default_for = i.account_id
 WHERE i.state IN ('due', 'part-paid') AND i.due_at <= ?
 AND NOT EXISTS (SELECT 1 FROM card_charges h WHERE h.invoice_id = i.id AND (h.next_at IS NULL OR h.next_at > ?))
 AND NOT EXISTS (SELECT 1 FROM card_payments p JOIN checkout_shares s ON s.checkout_id = p.id
 WHERE s.invoice_id = i.id AND p.state = 'waiting')
 AND NOT EXISTS (SELECT 1 FROM debit_collections b WHERE b.invoice_id = i.id AND b.done_at IS NULL)
 ORDER BY i.due_at, i.id LIMIT ?`

type dueRow struct {
	InvoiceID id.Invoice
	AccountID id.Account
	CardID    id.Card
}

// Collect begins the automatic payments whose time has come. A job calls it; it can run late, twice and on two nodes:
// each attempt is there once, by its number.
func (c *Cards) Collect(ctx context.Context) error {
	for {
		now, err := c.reader.Now(ctx)
		if err != nil {
			return fmt.Errorf("collect: %w", err)
		}
		var rows []dueRow
		err = c.across(ctx).Raw(dueSQL, db.At(now.Add(untilNoon)), db.At(now), batch).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("collect: %w", err)
		}
		for _, r := range rows {
			if err := c.ask(ctx, r); err != nil {
				return err
			}
		}
		c.outbox.Wake()
		if len(rows) < batch {
			return nil
		}
	}
}

// ask writes an attempt down; the bank is asked after the commit.
func (c *Cards) ask(ctx context.Context, r dueRow) error {
	err := c.gate.Change(ctx, actor.NewSystem("card on file"), verb.InvoicesPay, id.AccountScope(r.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			card, d, err := c.card(tx, g, r.CardID)
			if fault.KindOf(err) == fault.KindNotFound {
				return gate.Entry{}, errDone // it was removed meanwhile
			}
			if err != nil {
				return gate.Entry{}, err
			}
			attempt, err := turn(tx, g, r.InvoiceID)
			if err != nil {
				return gate.Entry{}, err
			}
			if asked, err := busy(tx, g, []id.Invoice{r.InvoiceID}); err != nil || asked {
				return gate.Entry{}, orDone(err) // somebody has a card pay it at this moment
			}
			in, err := c.billing.OpenWithin(tx, g, r.InvoiceID)
			if err != nil {
				return gate.Entry{}, err
			}
			if in.Left.IsZero() {
				return gate.Entry{}, errDone
			}
			return c.attempt(tx, g, &card, d, in, chargeRow{InvoiceID: r.InvoiceID, Attempt: attempt})
		})
	if err = done(err); err != nil && !db.IsDuplicate(err) {
		return fmt.Errorf("collect: %w", err)
	}
	return nil
}

// turn is the number of the attempt whose time has come; errDone where another node was quicker.
func turn(tx *db.Tx, g gate.Grant, invoice id.Invoice) (attempt int, err error) {
	last, found, err := db.One[chargeRow](g.On(tx.DB).Where("invoice_id = ?", invoice).Order("attempt DESC"))
	if err != nil {
		return 0, fmt.Errorf("collect: %w", err)
	}
	if found && (last.NextAt.IsZero() || last.NextAt.After(g.Now())) || last.Attempt >= len(Schedule()) {
		return 0, errDone
	}
	return last.Attempt + 1, nil
}

func (c *Cards) attempt(
	tx *db.Tx, g gate.Grant, card *cardRow, d detail, in billing.Open, row chargeRow,
) (gate.Entry, error) {
	row.ID, row.AccountID, row.CardID = id.New[id.CheckoutKind](), g.Account(), card.ID
	row.State, row.CreatedAt = waiting, db.At(g.Now())
	err := c.billing.BeginWithin(tx, g, row.InvoiceID, billing.Order{Key: row.ID, Gateway: card.Gateway, Amount: in.Left})
	if err != nil {
		return gate.Entry{}, err
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("charge a card: %w", err)
	}
	err = c.outbox.Enqueue(tx, outbox.Message{Kind: Charge, Key: row.ID.String(), Payload: row.ID})
	return g.Entry(activity.CardCharged, activity.Details{
		Target: activity.TargetOf("invoice", row.InvoiceID, in.Number), Changes: []activity.Change{
			{Field: "amount", New: in.Left.String()},
			{Field: "card", New: d.label()},
			{Field: "attempt", New: fmt.Sprint(row.Attempt)},
		},
	}), err
}

// nextTry is when an attempt follows this one; zero where none does.
func (r *chargeRow) nextTry(due, now time.Time) time.Time {
	if r.Attempt >= len(Schedule()) {
		return time.Time{}
	}
	next := due.Add(-untilNoon).Add(time.Duration(Schedule()[r.Attempt]) * day)
	if early := now.Add(spacing); next.Before(early) {
		return early
	}
	return next
}
