package billing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// mayBeDated says whether the asker may say on which day the invoice was issued.
func (d Draft) mayBeDated(who actor.Actor) error {
	if !d.Issued.IsZero() && who.Kind != actor.System && who.Kind != actor.Shell {
		return fault.InvalidField("issued", "An invoice is issued on the day it is written.")
	}
	return nil
}

// SaveDraft keeps an invoice that is not issued yet: a new one, or another text of one that is there. Nobody of the
// account sees it.
func (b *Billing) SaveDraft(ctx context.Context, who actor.Actor, account id.Account, d Draft) error {
	if d.Key.IsZero() {
		return fault.InvalidField("key", "Open the form again, and fill it in once more.")
	}
	if err := d.mayBeDated(who); err != nil {
		return err
	}
	err := b.gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			before, err := b.before(tx, g, d.Key)
			if err != nil {
				return gate.Entry{}, err
			}
			action := activity.InvoiceDrafted
			if before != nil {
				action = activity.InvoiceDraftChanged
				if before.State == StateDraft && d.Version == 0 { // a second click of the first form
					return gate.Entry{}, errDone
				}
			}
			f, err := b.write(tx, g, d, before)
			if err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(action, activity.Details{
				Target: activity.TargetOf("invoice", f.row.ID, f.draft.About), Changes: []activity.Change{
					{Field: "total", New: f.row.money(f.row.TotalMinor).String()},
				},
			}), nil
		})
	return done(err)
}

// DiscardDraft throws a draft away.
func (b *Billing) DiscardDraft(ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice) error {
	return b.gate.Change(ctx, who, verb.BillingManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, err := b.before(tx, g, invoice)
			if err != nil {
				return gate.Entry{}, err
			}
			if row == nil {
				return gate.Entry{}, fault.NotFound("discard a draft")
			}
			if row.State != StateDraft {
				return gate.Entry{}, fault.Conflict("This invoice is issued. It can be credited, and not thrown away.")
			}
			about, err := b.open(tableInvoices, "about", row.ID.Bytes(), row.About)
			if err != nil {
				return gate.Entry{}, err
			}
			err = g.On(tx.DB).Where("invoice_id = ?", row.ID).Delete(&lineRow{}).Error
			if err == nil {
				err = g.On(tx.DB).Where("id = ?", row.ID).Delete(&invoiceRow{}).Error
			}
			if err != nil {
				return gate.Entry{}, fmt.Errorf("discard a draft: %w", err)
			}
			return g.Entry(activity.InvoiceDraftDiscarded, activity.Details{
				Target: activity.TargetOf("invoice", row.ID, about),
			}), nil
		})
}

// write makes the rows of a draft, in the place of those that it had before.
func (b *Billing) write(tx *db.Tx, g gate.Grant, d Draft, before *invoiceRow) (finished, error) {
	f := finished{draft: d}
	if err := b.prepare(tx, g, &f); err != nil {
		return finished{}, err
	}
	f.row = invoiceRow{
		ID: d.Key, AccountID: g.Account(), State: StateDraft, Currency: f.client.Currency,
		NetMinor: f.sums.net.Minor(), VatMinor: f.sums.vat.Minor(), TotalMinor: f.sums.total.Minor(),
		DueAt: db.At(f.draft.Due), Version: 1, Rounding: roundingOf(b.country()),
	}
	if err := b.sealInvoice(&f.row, f.draft, f.client); err != nil {
		return finished{}, err
	}
	if before != nil {
		if err := b.replace(tx, g, &f, before); err != nil {
			return finished{}, err
		}
	} else if err := g.On(tx.DB).Omit("series", "ordinal", "issued_at").Create(&f.row).Error; err != nil {
		if db.IsDuplicate(err) { // the key is the id of somebody else's invoice
			return finished{}, fault.NotFound("write an invoice")
		}
		return finished{}, fmt.Errorf("write an invoice: %w", err)
	}
	return f, b.writeLines(tx, g, f.row.ID, f.draft.Lines)
}

// prepare checks the draft against the account.
func (b *Billing) prepare(tx *db.Tx, g gate.Grant, f *finished) error {
	now, err := tx.Now()
	if err != nil {
		return fmt.Errorf("write an invoice: %w", err)
	}
	if f.draft.Issued.IsZero() {
		f.draft.Issued = now
	} else if f.draft.Issued.After(now) {
		return fault.InvalidField("issued", "An invoice cannot be issued in the future.")
	}
	if f.client, err = b.accounts.ByGrant(tx.DB, g); err != nil {
		return err // accounts says what it did
	}
	if f.client.Closed {
		return fault.Conflict("This account is closed. Nothing more can be billed to it.")
	}
	noReverse := ""
	if slices.ContainsFunc(f.draft.Lines, func(l Line) bool { return l.Treatment == ReverseCharge }) {
		if noReverse, err = b.ReverseCharge(tx.DB, g, f.client); err != nil {
			return err
		}
	}
	f.draft, f.sums, err = b.check(f.draft, f.draft.Issued, f.client, noReverse)
	return err
}

// replace puts a draft in the place of what it was.
func (b *Billing) replace(tx *db.Tx, g gate.Grant, f *finished, before *invoiceRow) error {
	if before.State != StateDraft {
		return fault.Conflict("This invoice is issued, and can no longer be changed.")
	}
	if f.draft.Version != before.Version {
		return fault.Conflict("Somebody changed this draft in the meantime. Open it again to see how it stands.")
	}
	f.row.Version = before.Version + 1
	moved := g.On(tx.Model(&invoiceRow{})).Where("id = ? AND version = ?", before.ID, before.Version).
		Updates(map[string]any{
			"currency": f.row.Currency, "net_minor": f.row.NetMinor, "vat_minor": f.row.VatMinor,
			"total_minor": f.row.TotalMinor, "due_at": f.row.DueAt, "about": f.row.About, "po_number": f.row.PoNumber,
			"billing_reference": f.row.BillingReference, "billed_to": f.row.BilledTo, "rounding": f.row.Rounding,
			"version": f.row.Version,
		})
	if moved.Error != nil {
		return fmt.Errorf("change a draft: %w", moved.Error)
	}
	if moved.RowsAffected != 1 {
		return fault.Conflict("Somebody changed this draft in the meantime. Open it again to see how it stands.")
	}
	if err := g.On(tx.DB).Where("invoice_id = ?", before.ID).Delete(&lineRow{}).Error; err != nil {
		return fmt.Errorf("change a draft: %w", err)
	}
	return nil
}

// stored reads a draft back as it was written.
func (b *Billing) stored(tx *db.Tx, g gate.Grant, row *invoiceRow) (Draft, error) {
	d := Draft{Key: row.ID, Due: row.DueAt.Time, Version: row.Version}
	key := row.ID.Bytes()
	var err error
	if d.About, err = b.open(tableInvoices, "about", key, row.About); err != nil {
		return Draft{}, err
	}
	if d.PO, err = b.open(tableInvoices, "po_number", key, row.PoNumber); err != nil {
		return Draft{}, err
	}
	if d.Ref, err = b.open(tableInvoices, "billing_reference", key, row.BillingReference); err != nil {
		return Draft{}, err
	}
	var rows []lineRow
	if err := g.On(tx.DB).Where("invoice_id = ?", row.ID).Order("position").Find(&rows).Error; err != nil {
		return Draft{}, fmt.Errorf("read a draft: %w", err)
	}
	for i := range rows {
		l, err := b.line(&rows[i], row)
		if err != nil {
			return Draft{}, err
		}
		d.Lines = append(d.Lines, l)
	}
	return d, nil
}

func (b *Billing) sealInvoice(row *invoiceRow, d Draft, client accounts.Account) error {
	party, err := json.Marshal(partyOf(client))
	if err != nil {
		return fmt.Errorf("write an invoice: %w", err)
	}
	key := row.ID.Bytes()
	if row.About, err = b.seal(tableInvoices, "about", key, d.About); err != nil {
		return err
	}
	if row.PoNumber, err = b.seal(tableInvoices, "po_number", key, d.PO); err != nil {
		return err
	}
	if row.BillingReference, err = b.seal(tableInvoices, "billing_reference", key, d.Ref); err != nil {
		return err
	}
	row.BilledTo, err = b.seal(tableInvoices, "billed_to", key, string(party))
	return err
}

func (b *Billing) writeLines(tx *db.Tx, g gate.Grant, invoice id.Invoice, lines []Line) error {
	rows := make([]lineRow, len(lines))
	for i, l := range lines {
		if l.ID.IsZero() {
			l.ID = id.New[id.LineKind]()
		}
		row := lineRow{
			ID: l.ID, AccountID: g.Account(), InvoiceID: invoice, Position: i + 1, ServiceID: l.Service,
			FromAt: db.At(l.From), ToAt: db.At(l.To), QuantityMilli: l.Quantity.Shift(quantityDecimals).IntPart(),
			UnitMinor: l.Price.Minor(), RateBp: l.Rate, Treatment: l.Treatment, NetMinor: l.Net.Minor(),
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
		return fmt.Errorf("write an invoice: %w", err)
	}
	return nil
}

// line opens one line.
func (b *Billing) line(r *lineRow, of *invoiceRow) (Line, error) {
	text, err := b.open(tableLines, "text", r.ID.Bytes(), r.Text)
	if err != nil {
		return Line{}, err
	}
	detail, err := b.open(tableLines, "detail", r.ID.Bytes(), r.Detail)
	if err != nil {
		return Line{}, err
	}
	return Line{
		ID: r.ID, Text: text, Detail: detail, Service: r.ServiceID, From: r.FromAt.Time, To: r.ToAt.Time,
		Quantity: decimal.New(r.QuantityMilli, -quantityDecimals), Price: of.money(r.UnitMinor), Rate: r.RateBp,
		Treatment: r.Treatment, Net: of.money(r.NetMinor),
	}, nil
}
