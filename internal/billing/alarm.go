package billing

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// PaymentRefused warns the provider's people of a signed notice that did not fit what was begun (P4), or of a form that
// came back altered (P2): somebody altered something on the way, or two gateways were mixed up. Nothing was booked.
type PaymentRefused struct {
	Account id.Account   `json:"account"`
	Invoice id.Invoice   `json:"invoice"`
	Number  string       `json:"number"`
	Gateway string       `json:"gateway"`
	Why     string       `json:"why"`
	Said    money.Amount `json:"said"`
	Form    bool         `json:"form,omitempty"` // a browser sent it; without an Invoice where it named another client’s
}

// alarm leaves the warning in the same change that writes the refusal down, once for each event.
func (b *Billing) alarm(tx *db.Tx, in *invoiceRow, gateway string, e Event, why string) error {
	return b.outbox.Enqueue(tx, outbox.Message{Kind: MailRefused, Key: gateway + "-" + e.ID, Payload: PaymentRefused{
		Account: in.AccountID, Invoice: in.ID, Number: in.number(), Gateway: gateway, Why: why, Said: e.Amount,
	}})
}

// NoticesRefused warns the provider's people that notices are refused which belong to no payment that was begun here:
// altered on the way, forged, or of a gateway whose settings do not fit (P3, P4).
type NoticesRefused struct {
	Gateway string `json:"gateway"`
	Why     string `json:"why"`
}

// warn tells of a reason once a day, however many such notices strangers send.
func (b *Billing) warn(ctx context.Context, gateway, why string) error {
	return b.gate.Bookkeep(ctx, "outbox", func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return fmt.Errorf("warn of notices: %w", err)
		}
		return b.outbox.Enqueue(tx, outbox.Message{
			Kind: MailNotices, Key: gateway + "-" + why + "-" + now.Format(time.DateOnly),
			Payload: NoticesRefused{Gateway: gateway, Why: why},
		})
	})
}
