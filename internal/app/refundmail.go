package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/templates/mail"
)

// bindRefunds says what becomes of the messages about refunds.
func (a *App) bindRefunds() {
	a.Outbox.Handle(billing.SendRefund, a.Billing.SendRefund)
	a.Outbox.Handle(billing.MailRefund, a.mailRefund)
	a.Outbox.Handle(billing.MailUnasked, a.mailUnasked)
	a.Outbox.Handle(billing.MailRefundFailed, a.mailRefundFailed)
}

// mailRefund tells whoever pays what becomes of money that goes back to them.
func (a *App) mailRefund(ctx context.Context, d outbox.Delivery) error {
	var m billing.RefundNews
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toWhoWants(ctx, d, m.Account, notices.Payments, func(to accounts.Recipient, account string) mail.Message {
		return mail.Refund(a.mailBrand(), mail.RefundMail{
			To: to.Name, Account: account, Number: m.Number, Amount: m.Amount, Into: m.To, Failed: m.Failed,
			URL: a.link(invoicePath(m.Account, m.Invoice)), ChoicesURL: a.link(choicesPath),
		})
	})
}

// mailRefundFailed tells the billing department and the administrators of a refund whose money is credit again.
func (a *App) mailRefundFailed(ctx context.Context, d outbox.Delivery) error {
	var m billing.RefundReturned
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toBillers(ctx, d, m.Account, func(to accounts.Recipient, client string) mail.Message {
		return mail.RefundFailed(a.mailBrand(), mail.RefundFailedMail{
			To: to.Name, Account: client, Number: m.Number, Gateway: m.Gateway, Reason: m.Reason, Amount: m.Amount,
			URL: a.link("/staff/clients/" + m.Account.String() + "/refund"),
		})
	})
}

// mailUnasked tells the billing department and the administrators of money that left unasked.
func (a *App) mailUnasked(ctx context.Context, d outbox.Delivery) error {
	var m billing.Unasked
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toBillers(ctx, d, m.Account, func(to accounts.Recipient, client string) mail.Message {
		return mail.Unasked(a.mailBrand(), mail.UnaskedMail{
			To: to.Name, Account: client, Number: m.Number, Gateway: m.Gateway, Reason: m.Reason, Amount: m.Amount,
			Claimed: m.Claimed, Kept: m.Kept, Lost: m.Lost,
			URL: a.link("/staff/clients/" + m.Account.String() + "/invoices/" + m.Invoice.String()),
		})
	})
}
