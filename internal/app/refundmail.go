package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing"
	"gatehouse/internal/outbox"
	"gatehouse/templates/mail"
)

// bindRefunds says what becomes of the messages about refunds.
func (a *App) bindRefunds() {
	a.Outbox.Handle(billing.SendRefund, a.Billing.SendRefund)
	a.Outbox.Handle(billing.MailRefundFailed, a.mailRefundFailed)
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
