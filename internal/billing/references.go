package billing

import (
	"context"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// References are what the client wants to find an invoice by.
type References struct {
	PO  string
	Ref string
}

// Refer sets the client's own references on an invoice, as long as it is to be paid. version is that of the invoice
// which the asker saw.
func (b *Billing) Refer(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice, r References, version int64,
) error {
	err := b.gate.Change(ctx, who, verb.InvoicesPay, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, err := b.before(tx, g, invoice)
			if err != nil {
				return gate.Entry{}, err
			}
			if row == nil || row.State == StateDraft {
				return gate.Entry{}, fault.NotFound("set references")
			}
			if !row.State.payable() {
				return gate.Entry{}, fault.Conflict("This invoice is closed. Its references can no longer be changed.")
			}
			if row.Version != version {
				return gate.Entry{}, fault.Conflict("This invoice changed in the meantime. Open it again to see how it stands.")
			}
			return b.refer(tx, g, row, r)
		})
	return done(err)
}

func (b *Billing) refer(tx *db.Tx, g gate.Grant, row *invoiceRow, r References) (gate.Entry, error) {
	var p problems
	r.PO = p.text("po", r.PO, "", longestPO)
	r.Ref = p.text("reference", r.Ref, "", longestPO)
	if err := p.fault(); err != nil {
		return gate.Entry{}, err
	}
	before, err := b.references(row)
	if err != nil {
		return gate.Entry{}, err
	}
	if before == r {
		return gate.Entry{}, errDone
	}
	po, err := b.seal(tableInvoices, "po_number", row.ID.Bytes(), r.PO)
	if err != nil {
		return gate.Entry{}, err
	}
	ref, err := b.seal(tableInvoices, "billing_reference", row.ID.Bytes(), r.Ref)
	if err != nil {
		return gate.Entry{}, err
	}
	moved := g.On(tx.Model(&invoiceRow{})).Where("id = ? AND version = ?", row.ID, row.Version).
		Updates(map[string]any{
			"po_number": po, "billing_reference": ref, "version": row.Version + 1,
			"edition": row.Edition + 1,
		})
	if moved.Error != nil {
		return gate.Entry{}, fmt.Errorf("set references: %w", moved.Error)
	}
	if moved.RowsAffected != 1 {
		return gate.Entry{}, fault.Conflict("This invoice changed in the meantime. Open it again to see how it stands.")
	}
	var changes []activity.Change
	for _, c := range []activity.Change{
		{Field: "purchase order", Old: before.PO, New: r.PO}, {Field: "billing reference", Old: before.Ref, New: r.Ref},
	} {
		if c.Old != c.New {
			changes = append(changes, c)
		}
	}
	return g.Entry(activity.InvoiceReferred, activity.Details{Target: row.target(), Changes: changes}), nil
}

// references opens what the client wants to find the invoice by.
func (b *Billing) references(row *invoiceRow) (r References, err error) {
	if r.PO, err = b.open(tableInvoices, "po_number", row.ID.Bytes(), row.PoNumber); err != nil {
		return References{}, err
	}
	r.Ref, err = b.open(tableInvoices, "billing_reference", row.ID.Bytes(), row.BillingReference)
	return r, err
}
