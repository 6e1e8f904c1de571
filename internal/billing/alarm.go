package billing

import (
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// PaymentRefused warns the provider's people of a signed notice that did not fit what was begun (P4): somebody altered
// something on the way, or two gateways were mixed up. Nothing was booked.
type PaymentRefused struct {
	Account id.Account   `json:"account"`
	Invoice id.Invoice   `json:"invoice"`
	Number  string       `json:"number"`
	Gateway string       `json:"gateway"`
	Why     string       `json:"why"`
	Said    money.Amount `json:"said"`
}

// alarm leaves the warning in the same change that writes the refusal down, once for each event.
func (b *Billing) alarm(tx *db.Tx, in *invoiceRow, gateway string, e Event, why string) error {
	return b.outbox.Enqueue(tx, outbox.Message{Kind: MailRefused, Key: gateway + "-" + e.ID, Payload: PaymentRefused{
		Account: in.AccountID, Invoice: in.ID, Number: in.number(), Gateway: gateway, Why: why, Said: e.Amount,
	}})
}
