package billing

import (
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// The kinds of messages about refunds.
const (
	SendRefund = "refund.send" // carries the id of a refund that the gateway is to be asked for
	// MailRefund carries a [RefundNews], for those who pay the client's invoices.
	MailRefund = "mail.refund"
	// MailRefundFailed carries a [RefundReturned], for the provider's people.
	MailRefundFailed = "mail.refundfailed"
)

// RefundState is how a refund through a gateway stands.
type RefundState string

// The states of a refund. They are passed in this order alone: one that arrived may fail after all, and one that failed
// stays so.
const (
	RefundAsked   RefundState = "asked"   // the gateway was not asked yet, or has not answered
	RefundPending RefundState = "pending" // the gateway has it
	RefundArrived RefundState = "arrived"
	RefundFailed  RefundState = "failed" // the money is credit of the account again
)

// rank is where a state stands in that order.
func (s RefundState) rank() int {
	for i, one := range []RefundState{RefundAsked, RefundPending, RefundArrived, RefundFailed} {
		if s == one {
			return i
		}
	}
	return -1
}

const tableRefunds = "refunds"

// refundRow is credit that goes back through a gateway. Its posting is that of the adjustment with the same id.
type refundRow struct {
	ID          id.Adjustment `gorm:"primaryKey"`
	AccountID   id.Account
	PaymentID   id.Payment
	InvoiceID   id.Invoice // that the payment was for
	CheckoutID  id.Checkout
	Gateway     string
	Merchant    string
	PaidRef     string // the gateway's reference of the whole payment
	AmountMinor int64
	Currency    money.Currency
	State       RefundState
	RefundRef   string
	Reason      string // the gateway's word for why it failed
	Destination secretbox.Sealed
	AskedAt     db.Time
	DoneAt      db.Time
	ReturnID    id.Adjustment // of the posting that took it back
}

// TableName names the table.
func (*refundRow) TableName() string { return tableRefunds }

func (r *refundRow) amount() money.Amount { return money.New(r.AmountMinor, r.Currency) }

// weighBack checks that credit can go back to where a payment came from, and how much of it.
func (b *Billing) weighBack(tx *db.Tx, g gate.Grant, w *weighed) error {
	pay, found, err := db.One[paymentRow](g.On(tx.DB).Where("id = ?", w.Payment))
	if err != nil {
		return fmt.Errorf("refund: %w", err)
	}
	if !found {
		return fault.NotFound("refund")
	}
	began, ok, err := b.begunAs(tx.DB, g, &pay)
	if err != nil {
		return err
	}
	if !ok {
		return fault.InvalidField("method", "This payment cannot go back through its payment provider.")
	}
	left, err := refundable(tx.DB, g, &pay)
	switch {
	case err != nil:
		return err
	case w.Amount.Currency() != pay.Currency:
		return fault.InvalidField("amount", "This payment goes back in "+string(pay.Currency)+".")
	case w.Amount.Minor() > left:
		return fault.InvalidField("amount", "Of this payment "+money.New(max(left, 0), pay.Currency).String()+
			" can go back. No more can.")
	}
	w.Method = TheWayItWasPaid
	w.back = &refundRow{
		ID: recast[id.AdjustmentKind](w.Key), AccountID: g.Account(), PaymentID: pay.ID, InvoiceID: pay.InvoiceID,
		CheckoutID: began.ID, Gateway: pay.Gateway, Merchant: began.Merchant, PaidRef: wholePayment(pay.Reference),
		AmountMinor: w.Amount.Minor(), Currency: pay.Currency, State: RefundAsked, AskedAt: db.At(w.at),
	}
	return nil
}

// begunAs is the checkout of a payment that can go back through its gateway: one that was taken by it, for the account
// that we still have there. Of a payment of several invoices the first share alone names the checkout.
func (b *Billing) begunAs(q *gorm.DB, g gate.Grant, pay *paymentRow) (checkoutRow, bool, error) {
	refunder, ok := b.refunderOf(pay.Gateway)
	if !ok {
		return checkoutRow{}, false, nil
	}
	first, found, err := db.One[paymentRow](g.On(q).
		Where("gateway = ? AND reference = ?", pay.Gateway, wholePayment(pay.Reference)))
	if err != nil || !found {
		return checkoutRow{}, false, err
	}
	began, found, err := db.One[checkoutRow](g.On(q).Where("id = ?", first.CheckoutID))
	if err != nil {
		return checkoutRow{}, false, fmt.Errorf("refund: %w", err)
	}
	return began, found && began.Merchant == refunder.Merchant(), nil
}

// refundable is how much of a payment neither went back nor is on its way.
func refundable(q *gorm.DB, g gate.Grant, pay *paymentRow) (int64, error) {
	left := pay.AmountMinor
	for _, gone := range []*gorm.DB{
		g.On(q.Model(&refundRow{})).Where("payment_id = ? AND state <> ?", pay.ID, RefundFailed),
		g.On(q.Model(&returnRow{})).Where("payment_id = ?", pay.ID),
		g.On(q.Model(&departureRow{})).Where("payment_id = ? AND kept = ?", pay.ID, false),
	} {
		var minor int64
		if err := gone.Select("COALESCE(SUM(amount_minor), 0)").Scan(&minor).Error; err != nil {
			return 0, fmt.Errorf("refund: %w", err)
		}
		left -= minor
	}
	return left, nil
}

// sendBack has the gateway asked for a refund, after the change that decides it and never within.
func (b *Billing) sendBack(tx *db.Tx, g gate.Grant, row *refundRow) error {
	if err := g.On(tx.DB).Create(row).Error; err != nil {
		return fmt.Errorf("refund: %w", err)
	}
	return b.outbox.Enqueue(tx, outbox.Message{Kind: SendRefund, Key: row.ID.String(), Payload: row.ID})
}
