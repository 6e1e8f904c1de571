package billing

import (
	"cmp"

	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// tellOfRefund leaves a message to those who pay: when the gateway takes a refund, and when one that it had taken does
// not arrive. One that it never took changes nothing for them: their credit is what it was. A refund goes through each
// state once, and so does what is told of it.
func (b *Billing) tellOfRefund(tx *db.Tx, row *refundRow, in *invoiceRow, to RefundState, place string) error {
	begins, fails := row.State == RefundAsked, to == RefundFailed
	if begins == fails {
		return nil // neither: it arrives, or was never taken
	}
	known, err := b.open(tableRefunds, "destination", row.ID.Bytes(), row.Destination)
	if err != nil {
		return err
	}
	return b.outbox.Enqueue(tx, outbox.Message{
		Kind: MailRefund, Key: row.ID.String() + "-" + string(to), Payload: RefundNews{
			Account: row.AccountID, Invoice: row.InvoiceID, Number: in.number(), Amount: row.amount(),
			To: cmp.Or(place, known, TheWayItWasPaid), Failed: fails,
		},
	})
}
