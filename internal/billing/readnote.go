package billing

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// CreditNote is a credit note with all that is on it.
type CreditNote struct {
	Note
	Invoice  id.Invoice
	OfNumber string // of the invoice that it credits
	Of       time.Time
	BilledTo Party
	Net      money.Amount
	VAT      []VAT // by rate, highest first
	Lines    []CreditedLine
}

// CreditedLine is how much of an invoice's line a credit note takes back, without VAT.
type CreditedLine struct {
	Line Line
	Net  money.Amount
}

// CreditNote reads one credit note: for a person of the account, or for the provider's people.
func (b *Billing) CreditNote(
	ctx context.Context, who actor.Actor, account id.Account, note id.CreditNote,
) (CreditNote, error) {
	v := verb.InvoicesView
	if who.Kind == actor.Staff {
		v = verb.BillingView
	}
	g, err := b.gate.View(ctx, who, v, id.AccountScope(account))
	if err != nil {
		return CreditNote{}, err
	}
	row, found, err := db.One[noteRow](g.On(b.reader.With(ctx)).Where("id = ?", note))
	if err != nil {
		return CreditNote{}, fmt.Errorf("read a credit note: %w", err)
	}
	if !found {
		return CreditNote{}, fault.NotFound("read a credit note")
	}
	of, found, err := db.One[invoiceRow](g.On(b.reader.With(ctx)).Where("id = ?", row.InvoiceID))
	if err != nil {
		return CreditNote{}, fmt.Errorf("read a credit note: %w", err)
	}
	if !found {
		return CreditNote{}, fault.NotFound("read a credit note")
	}
	out := CreditNote{
		Note: Note{
			ID: row.ID, Number: number(row.Series, row.Ordinal), Total: of.money(row.TotalMinor),
			Kept: of.money(row.TotalMinor - row.SettledMinor), Issued: row.IssuedAt.Time,
		},
		Invoice: row.InvoiceID, OfNumber: of.number(), Of: of.IssuedAt.Time, Net: of.money(row.NetMinor),
	}
	if out.Why, err = b.open(tableNotes, "reason", row.ID.Bytes(), row.Reason); err != nil {
		return CreditNote{}, err
	}
	party, err := b.open(tableInvoices, "billed_to", of.ID.Bytes(), of.BilledTo)
	if err != nil {
		return CreditNote{}, err
	}
	if err := json.Unmarshal([]byte(party), &out.BilledTo); err != nil {
		return CreditNote{}, fmt.Errorf("read a credit note: whom it is for: %w", err)
	}
	return out, b.fillNote(ctx, g, &of, &out)
}

// fillNote adds the lines and the tax of a credit note.
func (b *Billing) fillNote(ctx context.Context, g gate.Grant, of *invoiceRow, out *CreditNote) error {
	var rows []struct {
		Of  lineRow `gorm:"embedded"`
		Net int64
	}
	err := g.On(b.reader.With(ctx).Table(tableLines)).Select("invoice_lines.*, c.net_minor AS net").
		Joins("JOIN credit_note_lines c ON c.line_id = invoice_lines.id AND c.account_id = invoice_lines.account_id").
		Where("c.note_id = ?", out.ID).Order("invoice_lines.position").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("read a credit note: %w", err)
	}
	for i := range rows {
		line, err := b.line(&rows[i].Of, of)
		if err != nil {
			return err
		}
		out.Lines = append(out.Lines, CreditedLine{Line: line, Net: of.money(rows[i].Net)})
	}
	var taxes []vatRow
	if err := g.On(b.reader.With(ctx)).Where("document_id = ?", out.ID.Bytes()).Find(&taxes).Error; err != nil {
		return fmt.Errorf("read a credit note: %w", err)
	}
	for _, t := range taxes {
		out.VAT = append(out.VAT, VAT{
			Rate: t.RateBp, Treatment: t.Treatment, On: of.money(-t.NetMinor), Tax: of.money(-t.VatMinor),
		})
	}
	order(out.VAT)
	return nil
}
