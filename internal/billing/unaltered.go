package billing

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// markPurpose keeps the marks of payment forms apart from everything else that the keys vouch for.
const markPurpose = "payment form"

// alteredInForms is what the log and the billing department read of an altered form.
const alteredInForms = "A browser sent back another amount, currency or invoice than the page had shown."

// formAltered is what whoever sent it reads, above what is left to pay.
func formAltered() error {
	return fault.InvalidField("pick",
		"What came back is not what the page had shown, so nothing was paid. This is what is left.")
}

// Mark vouches for what a form shows and carries where nobody types: the payment that it begins, the invoices and the
// sum. Whoever alters one of them cannot make the mark that belongs to it (P2).
func (b *Billing) Mark(o Together) string {
	return base64.RawURLEncoding.EncodeToString(b.box.MAC(markPurpose, o.parts()...))
}

// parts are what the mark is of; the order in which the invoices are ticked says nothing.
func (o Together) parts() [][]byte {
	picked := make([]string, 0, len(o.Invoices))
	for _, one := range o.Invoices {
		picked = append(picked, one.String())
	}
	slices.Sort(picked)
	return [][]byte{
		[]byte(o.Key.String()), fmt.Appendf(nil, "%d %s", o.Amount.Minor(), o.Amount.Currency()),
		[]byte(strings.Join(slices.Compact(picked), " ")),
	}
}

// vouched says whether the order is what a form of ours showed.
func (b *Billing) vouched(o Together) bool {
	tag, err := base64.RawURLEncoding.DecodeString(o.Mark)
	return err == nil && b.box.VerifyMAC(tag, markPurpose, o.parts()...)
}

// Unaltered refuses an order that is not what a form of ours showed. That does not happen by itself, as it does that
// something is paid meanwhile: it is in the account's log, and the billing department is told, once an hour (P2).
func (b *Billing) Unaltered(ctx context.Context, who actor.Actor, account id.Account, o Together) error {
	if b.vouched(o) {
		return nil
	}
	err := b.gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			in, err := o.altered(tx, g)
			if err != nil {
				return gate.Entry{}, err
			}
			now, err := tx.Now()
			if err != nil {
				return gate.Entry{}, fmt.Errorf("pay: %w", err)
			}
			target := activity.Target{Kind: "invoice", Label: "that is not of this account"}
			if !in.ID.IsZero() {
				target = in.target()
			}
			return g.Entry(activity.PaymentRefused, activity.Details{
					Target: target, Outcome: activity.RefusedResult, Reason: alteredInForms,
					Changes: []activity.Change{{Field: "amount", New: o.Amount.String()}},
				}), b.outbox.Enqueue(tx, outbox.Message{
					Kind: MailRefused, Key: "form-" + account.String() + "-" + now.Truncate(time.Hour).Format(time.RFC3339),
					Payload: PaymentRefused{
						Account: account, Invoice: in.ID, Number: in.number(), Why: alteredInForms, Said: o.Amount, Form: true,
					},
				})
		})
	if err != nil {
		return err
	}
	b.outbox.Wake()
	return formAltered()
}

// altered finds the invoice that an altered order is about; none where it names invoices of others alone.
func (o Together) altered(tx *db.Tx, g gate.Grant) (invoiceRow, error) {
	picked := o.Invoices[:min(len(o.Invoices), MostTogether)]
	in, _, err := db.One[invoiceRow](g.On(tx.DB).Where("id IN ? AND state <> ?", picked, StateDraft).
		Order("due_at, id").Limit(1))
	if err != nil {
		return in, fmt.Errorf("pay: %w", err)
	}
	return in, nil
}
