package billing

import (
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// take puts money that came in into the books: the payment, the invoice, the ledger, the receipt. What the invoice no
// longer asks for becomes credit of the account (P6). A payment of several invoices is taken share by share.
func (b *Billing) take(tx *db.Tx, g gate.Grant, n *notice) (gate.Entry, error) {
	shares, err := b.shares(g.On(tx.DB), &n.checkout)
	if err != nil {
		return gate.Entry{}, err
	}
	if err := n.close(tx, g); err != nil {
		return gate.Entry{}, err
	}
	if len(shares) > 0 {
		return b.takeShares(tx, g, n, shares)
	}
	entry, payment, err := b.takeOne(tx, g, n)
	if err != nil {
		return gate.Entry{}, err
	}
	return entry, b.receipt(tx, &n.invoice, payment, n.payer.Person)
}

// takeOne puts money for one invoice into the books, all but its receipt.
func (b *Billing) takeOne(tx *db.Tx, g gate.Grant, n *notice) (gate.Entry, *paymentRow, error) {
	payment := &paymentRow{
		ID: id.New[id.PaymentKind](), AccountID: g.Account(), InvoiceID: n.invoice.ID, CheckoutID: n.checkout.ID,
		Gateway: n.gateway, Reference: n.event.Reference, AmountMinor: n.checkout.AmountMinor,
		Currency: n.invoice.Currency, ReceivedAt: n.at,
	}
	var err error
	if payment.PaidBy, err = b.seal(tablePayments, "paid_by", payment.ID.Bytes(), n.payer.Name); err != nil {
		return gate.Entry{}, nil, err
	}
	before := n.invoice
	if err := b.book(tx, g, &n.invoice, payment); err != nil {
		return gate.Entry{}, nil, err
	}
	return n.entries(g, &before, payment.AmountMinor-payment.SurplusMinor, payment.SurplusMinor), payment, nil
}

// receive writes a payment and what follows from it, the receipt too.
func (b *Billing) receive(tx *db.Tx, g gate.Grant, invoice *invoiceRow, payment *paymentRow, payer id.Person) error {
	if err := b.book(tx, g, invoice, payment); err != nil {
		return err
	}
	return b.receipt(tx, invoice, payment, payer)
}

// book writes a payment and its posting, and counts it towards the invoice. The payment's surplus is reckoned here.
func (b *Billing) book(tx *db.Tx, g gate.Grant, invoice *invoiceRow, payment *paymentRow) error {
	applied, err := invoice.settle(tx, g, payment.AmountMinor)
	if err != nil {
		return err
	}
	if applied > 0 {
		if err := b.settledNow(tx, invoice); err != nil {
			return err
		}
	}
	payment.SurplusMinor = payment.AmountMinor - applied
	if err := g.On(tx.DB).Create(payment).Error; err != nil {
		if db.IsDuplicate(err) {
			return fault.Conflict("This payment is in the books already.")
		}
		return fmt.Errorf("take a payment: %w", err)
	}
	return ledger.Post(tx, g, ledger.Posting{
		Kind: ledger.Payment, Document: payment.ID.Bytes(), Invoice: invoice.ID, Currency: payment.Currency,
		At: payment.ReceivedAt.Time, Lines: []ledger.Line{
			{Book: ledger.Cash, Amount: payment.AmountMinor},
			{Book: ledger.Receivable, Amount: -applied},
			{Book: ledger.Credit, Amount: -payment.SurplusMinor},
		},
	})
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

func (b *Billing) receipt(tx *db.Tx, invoice *invoiceRow, payment *paymentRow, payer id.Person) error {
	left := invoice.money(0)
	if invoice.State.payable() {
		left = invoice.money(invoice.left())
	}
	return b.outbox.Enqueue(tx, outbox.Message{Kind: MailReceipt, Key: payment.ID.String(), Payload: PaymentTaken{
		Account: payment.AccountID, Invoice: payment.InvoiceID, Payment: payment.ID, Payer: payer,
		Number: invoice.number(), Gateway: payment.Gateway, Paid: invoice.money(payment.AmountMinor), Left: left,
		Surplus: invoice.money(payment.SurplusMinor), At: payment.ReceivedAt.Time,
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
		{Field: "paid", Old: before.paid().String(), New: after.paid().String()},
		{Field: "state", Old: string(before.State), New: string(after.State)},
		{Field: "gateway", New: n.gateway},
	}})
	if surplus == 0 {
		return entry
	}
	return entry.And(credit())
}
