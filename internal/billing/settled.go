package billing

import (
	"strconv"

	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// Settled is the kind of message that says that an invoice asks for nothing more: it was paid or credited. It carries
// an InvoiceSettled.
const Settled = "invoice.settled"

// InvoiceSettled names the invoice.
type InvoiceSettled struct {
	Account id.Account `json:"account"`
	Invoice id.Invoice `json:"invoice"`
}

// settledNow leaves word of an invoice that was paid or credited just now.
func (b *Billing) settledNow(tx *db.Tx, row *invoiceRow) error {
	if row.State != StatePaid && row.State != StateCredited {
		return nil
	}
	return b.outbox.Enqueue(tx, outbox.Message{
		Kind: Settled, Key: row.ID.String() + "-" + strconv.FormatInt(row.Version, 10),
		Payload: InvoiceSettled{Account: row.AccountID, Invoice: row.ID},
	})
}
