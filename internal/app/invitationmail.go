package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
)

// chooseInvoices switches off, for somebody who was invited to receive the invoices and pay them, what other mails can
// be done without. Somebody who has left meanwhile has nothing to choose.
func (a *App) chooseInvoices(ctx context.Context, d outbox.Delivery) error {
	var m accounts.BillingCopy
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	err := a.Notices.ChooseFor(ctx, actor.NewSystem("invitation"), m.Account, m.Contact,
		[]notices.Kind{notices.Invoices})
	return unlessMissing(err)
}
