package cards

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Answer is how far a bank is that was asked for a card on file.
type Answer string

// The answers.
const (
	Asking   Answer = waiting  // it has not said anything yet
	Paid     Answer = paid     // the money moved
	Declined Answer = declined // it refused; nothing moved
	Confirm  Answer = action   // it wants its customer to confirm; nothing moved
	Void     Answer = void     // it was not asked at all: there was no need any more
)

// Tried is the last time that a card on file was to pay an invoice.
type Tried struct {
	Card   id.Card
	Answer Answer
	Amount money.Amount // of all invoices that it was to pay
	At     time.Time
}

// triedSQL finds the last attempt at some invoices; one that is under way comes first.
const triedSQL = `SELECT t.card_id, t.state, t.created_at, c.amount_minor, c.currency FROM (
 SELECT p.id, p.card_id, p.state, p.created_at FROM checkout_shares s JOIN card_payments p ON p.id = s.checkout_id
 WHERE s.account_id = ? AND s.invoice_id IN ?
 UNION ALL SELECT h.id, h.card_id, h.state, h.created_at FROM card_charges h
 WHERE h.account_id = ? AND h.invoice_id IN ?
 ) t JOIN checkouts c ON c.id = t.id AND c.account_id = ?
 ORDER BY CASE WHEN t.state = 'waiting' THEN 0 ELSE 1 END, t.created_at DESC, t.id DESC LIMIT 1`

// LastTried reads what came of the last attempt of a card on file at some invoices; false: there was none. Whoever may
// pay them may know it, and so does not pay what a bank is being asked for.
func (c *Cards) LastTried(
	ctx context.Context, who actor.Actor, account id.Account, invoices []id.Invoice,
) (t Tried, found bool, err error) {
	g, err := c.gate.View(ctx, who, verb.InvoicesPay, id.AccountScope(account))
	if err != nil || len(invoices) == 0 {
		return t, false, err
	}
	var rows []struct {
		CardID      id.Card
		State       string
		CreatedAt   db.Time
		AmountMinor int64
		Currency    money.Currency
	}
	err = g.On(c.reader.With(ctx)).
		Raw(triedSQL, g.Account(), invoices, g.Account(), invoices, g.Account()).Scan(&rows).Error
	if err != nil {
		return t, false, fmt.Errorf("read what a bank said: %w", err)
	}
	if len(rows) == 0 {
		return t, false, nil
	}
	r := rows[0]
	return Tried{
		Card: r.CardID, Answer: Answer(r.State), Amount: money.New(r.AmountMinor, r.Currency), At: r.CreatedAt.Time,
	}, true, nil
}
