package billing

import (
	"fmt"
	"strconv"

	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// takeShares puts a payment of several invoices into the books: each share is a payment of its own invoice. The gateway
// knows one reference, which the first of them has, together with the checkout; the others count on from it. So the
// whole is taken once, or not at all.
func (b *Billing) takeShares(tx *db.Tx, g gate.Grant, n *notice, shares []Share) (gate.Entry, error) {
	list := make([]id.Invoice, 0, len(shares))
	var sum int64
	for _, s := range shares {
		list = append(list, s.Invoice)
		sum += s.Amount.Minor()
	}
	if sum != n.checkout.AmountMinor {
		return gate.Entry{}, fmt.Errorf("take a payment: the shares of checkout %s do not add up", n.checkout.ID)
	}
	var rows []invoiceRow
	if err := g.On(tx.DB).Where("id IN ?", list).Find(&rows).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("take a payment: %w", err)
	}
	found := make(map[id.Invoice]*invoiceRow, len(rows))
	for i := range rows {
		found[rows[i].ID] = &rows[i]
	}
	said := &together{notice: n}
	for i, share := range shares {
		row, ok := found[share.Invoice]
		if !ok {
			return gate.Entry{}, fault.NotFound("take a payment")
		}
		if err := said.take(b, tx, g, row, share, i); err != nil {
			return gate.Entry{}, err
		}
	}
	return said.entry, b.outbox.Enqueue(tx, said.receipt(shares))
}

// together is what comes of a payment of several invoices, share by share.
type together struct {
	*notice

	entry   gate.Entry
	first   *paymentRow
	left    int64
	surplus int64
}

// take books one share.
func (t *together) take(b *Billing, tx *db.Tx, g gate.Grant, row *invoiceRow, share Share, i int) error {
	one := *t.notice
	one.invoice, one.checkout.AmountMinor = *row, share.Amount.Minor()
	if i > 0 {
		one.checkout.ID = id.Checkout{}
		one.event.Reference += "/" + strconv.Itoa(i+1)
	}
	entry, payment, err := b.takeOne(tx, g, &one)
	if err != nil {
		return err
	}
	if t.first == nil {
		t.first = payment
	}
	t.entry = t.entry.And(entry)
	t.surplus += payment.SurplusMinor
	if one.invoice.State.payable() {
		t.left += one.invoice.left()
	}
	return nil
}

// receipt is one for the whole payment.
func (t *together) receipt(shares []Share) outbox.Message {
	return outbox.Message{Kind: MailReceipt, Key: t.first.ID.String(), Payload: PaymentTaken{
		Account: t.first.AccountID, Invoice: t.first.InvoiceID, Payment: t.first.ID, Payer: t.payer.Person,
		Number: shares[0].Number, Together: shares, Gateway: t.gateway, Paid: t.checkout.amount(),
		Left: t.invoice.money(t.left), Surplus: t.invoice.money(t.surplus), At: t.at.Time,
	}}
}
