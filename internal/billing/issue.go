package billing

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Issue writes an invoice, gives it the next number of its series and has it mailed to whoever pays for the account. It
// returns the number. Issuing the same key again changes nothing and returns the number of the first time.
func (b *Billing) Issue(ctx context.Context, who actor.Actor, account id.Account, d Draft) (issued string, err error) {
	if d.Key.IsZero() {
		return "", fault.InvalidField("key", "Open the form again, and fill it in once more.")
	}
	if !d.Issued.IsZero() && who.Kind != actor.System && who.Kind != actor.Shell {
		return "", fault.InvalidField("issued", "An invoice is issued on the day it is written.")
	}
	err = b.gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			before, found, err := db.One[invoiceRow](g.On(tx.DB).Where("id = ?", d.Key))
			if err != nil {
				return gate.Entry{}, fmt.Errorf("issue: %w", err)
			}
			if found {
				issued = before.number()
				return gate.Entry{}, errDone
			}
			row, err := b.write(tx, g, d)
			if err != nil {
				return gate.Entry{}, err
			}
			issued = row.number()
			return g.Entry(activity.InvoiceIssued, activity.Details{
				Target: activity.TargetOf("invoice", row.ID, issued), Changes: []activity.Change{
					{Field: "total", New: row.money(row.TotalMinor).String()},
					{Field: "due", New: row.DueAt.Format(time.DateOnly)},
				},
			}), nil
		})
	if err = done(err); err != nil {
		return "", err
	}
	b.outbox.Wake()
	return issued, nil
}

// write makes the rows of an issued invoice, its posting and its mail.
func (b *Billing) write(tx *db.Tx, g gate.Grant, d Draft) (invoiceRow, error) {
	now, err := tx.Now()
	if err != nil {
		return invoiceRow{}, fmt.Errorf("issue: %w", err)
	}
	if d.Issued.IsZero() {
		d.Issued = now
	} else if d.Issued.After(now) {
		return invoiceRow{}, fault.InvalidField("issued", "An invoice cannot be issued in the future.")
	}
	client, err := b.accounts.ByGrant(tx.DB, g)
	if err != nil {
		return invoiceRow{}, err
	}
	if client.Closed {
		return invoiceRow{}, fault.Conflict("This account is closed. Nothing more can be billed to it.")
	}
	d, sums, err := d.check(d.Issued, client.Currency)
	if err != nil {
		return invoiceRow{}, err
	}
	series := seriesOf(d.Issued)
	ordinal, err := nextNumber(tx, series)
	if err != nil {
		return invoiceRow{}, err
	}
	row := invoiceRow{
		ID: d.Key, AccountID: g.Account(), Series: series, Ordinal: ordinal, State: StateDue, Currency: client.Currency,
		NetMinor: sums.net.Minor(), VatMinor: sums.vat.Minor(), TotalMinor: sums.total.Minor(),
		IssuedAt: db.At(d.Issued), DueAt: db.At(d.Due), Version: 1,
	}
	if err := b.sealInvoice(&row, d, client); err != nil {
		return invoiceRow{}, err
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		if db.IsDuplicate(err) { // the key is the id of somebody else's invoice
			return invoiceRow{}, fault.NotFound("issue")
		}
		return invoiceRow{}, fmt.Errorf("issue: %w", err)
	}
	if err := b.writeLines(tx, g, row.ID, d.Lines); err != nil {
		return invoiceRow{}, err
	}
	return row, b.follow(tx, g, &row, d)
}

// follow posts the invoice and has it mailed.
func (b *Billing) follow(tx *db.Tx, g gate.Grant, row *invoiceRow, d Draft) error {
	err := post(tx, g, posting{
		document: row.ID.Bytes(), invoice: row.ID, currency: row.Currency, lines: []postingLine{
			{bookReceivable, row.TotalMinor}, {bookSales, -row.NetMinor}, {bookVAT, -row.VatMinor},
		},
	})
	if err != nil {
		return err
	}
	return b.outbox.Enqueue(tx, outbox.Message{Kind: MailInvoice, Key: row.ID.String(), Payload: InvoiceIssued{
		Account: row.AccountID, Invoice: row.ID, Number: row.number(), About: d.About, Total: row.money(row.TotalMinor),
		Due: row.DueAt.Time,
	}})
}

func (b *Billing) sealInvoice(row *invoiceRow, d Draft, client accounts.Account) error {
	party, err := json.Marshal(partyOf(client))
	if err != nil {
		return fmt.Errorf("issue: %w", err)
	}
	key := row.ID.Bytes()
	if row.About, err = b.seal(tableInvoices, "about", key, d.About); err != nil {
		return err
	}
	if row.PoNumber, err = b.seal(tableInvoices, "po_number", key, d.PO); err != nil {
		return err
	}
	row.BilledTo, err = b.seal(tableInvoices, "billed_to", key, string(party))
	return err
}

func (b *Billing) writeLines(tx *db.Tx, g gate.Grant, invoice id.Invoice, lines []Line) error {
	rows := make([]lineRow, len(lines))
	for i, l := range lines {
		row := lineRow{
			ID: id.New[id.LineKind](), AccountID: g.Account(), InvoiceID: invoice, Position: i + 1, ServiceID: l.Service,
			FromAt: db.At(l.From), ToAt: db.At(l.To), QuantityMilli: l.Quantity.Shift(quantityDecimals).IntPart(),
			UnitMinor: l.Price.Minor(), RateBp: l.Rate, NetMinor: l.Net.Minor(),
		}
		var err error
		if row.Text, err = b.seal(tableLines, "text", row.ID.Bytes(), l.Text); err != nil {
			return err
		}
		if row.Detail, err = b.seal(tableLines, "detail", row.ID.Bytes(), l.Detail); err != nil {
			return err
		}
		rows[i] = row
	}
	if err := g.On(tx.DB).Create(&rows).Error; err != nil {
		return fmt.Errorf("issue: %w", err)
	}
	return nil
}
