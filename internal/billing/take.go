package billing

import (
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// take puts money that came in into the books: the payment, the invoice, the ledger, the receipt. What the invoice no
// longer asks for becomes credit of the account (P6).
func (b *Billing) take(tx *db.Tx, g gate.Grant, n *notice) (gate.Entry, error) {
	came, applied := n.checkout.AmountMinor, int64(0)
	if n.invoice.State.payable() {
		applied = min(came, n.invoice.left())
	}
	payment := paymentRow{
		ID: id.New[id.PaymentKind](), AccountID: g.Account(), InvoiceID: n.invoice.ID, CheckoutID: n.checkout.ID,
		Gateway: n.gateway, Reference: n.event.Reference, AmountMinor: came, SurplusMinor: came - applied,
		Currency: n.invoice.Currency, ReceivedAt: n.at,
	}
	var err error
	if payment.PaidBy, err = b.seal(tablePayments, "paid_by", payment.ID.Bytes(), n.payer.Name); err != nil {
		return gate.Entry{}, err
	}
	if err := g.On(tx.DB).Create(&payment).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("take a payment: %w", err)
	}
	if err := n.close(tx, g); err != nil {
		return gate.Entry{}, err
	}
	before := n.invoice
	if err := n.apply(tx, g, applied); err != nil {
		return gate.Entry{}, err
	}
	err = post(tx, g, posting{
		document: payment.ID.Bytes(), invoice: n.invoice.ID, currency: payment.Currency, lines: []postingLine{
			{bookCash, came}, {bookReceivable, -applied}, {bookCredit, applied - came},
		},
	})
	if err != nil {
		return gate.Entry{}, err
	}
	if err := b.receipt(tx, n, &payment); err != nil {
		return gate.Entry{}, err
	}
	return n.entries(g, &before, applied, came-applied), nil
}

// close marks the checkout as paid.
func (n *notice) close(tx *db.Tx, g gate.Grant) error {
	closed := g.On(tx.Model(&checkoutRow{})).Where("id = ? AND state <> ?", n.checkout.ID, CheckoutPaid).
		Updates(map[string]any{"state": CheckoutPaid, "settled_at": n.at})
	if closed.Error != nil {
		return fmt.Errorf("take a payment: %w", closed.Error)
	}
	if closed.RowsAffected != 1 {
		return errDone
	}
	return nil
}

// apply counts money towards the invoice.
func (n *notice) apply(tx *db.Tx, g gate.Grant, amount int64) error {
	if amount == 0 {
		return nil
	}
	row := &n.invoice
	version := row.Version
	row.PaidMinor += amount
	row.Version++
	row.State = StatePartPaid
	if row.left() == 0 {
		row.State = StatePaid
	}
	moved := g.On(tx.Model(&invoiceRow{})).Where("id = ? AND version = ?", row.ID, version).
		Updates(map[string]any{"paid_minor": row.PaidMinor, "state": row.State, "version": gorm.Expr("version + 1")})
	if moved.Error != nil {
		return fmt.Errorf("take a payment: %w", moved.Error)
	}
	if moved.RowsAffected != 1 {
		return fmt.Errorf("take a payment: invoice %s changed in the meantime", row.number())
	}
	return nil
}

func (b *Billing) receipt(tx *db.Tx, n *notice, payment *paymentRow) error {
	left := n.invoice.money(0)
	if n.invoice.State.payable() {
		left = n.invoice.money(n.invoice.left())
	}
	return b.outbox.Enqueue(tx, outbox.Message{Kind: MailReceipt, Key: payment.ID.String(), Payload: PaymentTaken{
		Account: payment.AccountID, Invoice: payment.InvoiceID, Payment: payment.ID, Payer: n.payer.Person,
		Number: n.invoice.number(), Gateway: n.gateway, Paid: n.checkout.amount(), Left: left,
		Surplus: n.invoice.money(payment.SurplusMinor), At: payment.ReceivedAt.Time,
	}})
}

// entries say what the money did: paid the invoice, a part of it, or became credit.
func (n *notice) entries(g gate.Grant, before *invoiceRow, applied, surplus int64) gate.Entry {
	after := &n.invoice
	credit := func() gate.Entry {
		return g.Entry(activity.CreditAdded, activity.Details{
			Target: n.target(), Changes: []activity.Change{{Field: "credit", New: "+" + after.money(surplus).String()}},
		})
	}
	if applied == 0 {
		return credit()
	}
	action := activity.PaymentReceived
	if after.State == StatePaid {
		action = activity.InvoicePaid
	}
	entry := g.Entry(action, activity.Details{Target: n.target(), Changes: []activity.Change{
		n.amount(),
		{Field: "paid", Old: before.money(before.PaidMinor).String(), New: after.money(after.PaidMinor).String()},
		{Field: "state", Old: string(before.State), New: string(after.State)},
		{Field: "gateway", New: n.gateway},
	}})
	if surplus == 0 {
		return entry
	}
	return entry.And(credit())
}
