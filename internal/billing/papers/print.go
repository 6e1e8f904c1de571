package papers

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/billing/pdf"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/paper"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const tablePrints = "billing_prints"

// Letterhead is under whose name papers are drawn, and where their links lead.
type Letterhead struct {
	Seller    func() pdf.Seller // as it is by now: what was drawn stays as it was
	PublicURL string
}

type printRow struct {
	DocumentID db.Blob `gorm:"primaryKey"`
	Edition    int     `gorm:"primaryKey;autoIncrement:false"`
	AccountID  id.Account
	Kind       ledger.Kind
	Content    secretbox.Sealed
	MadeAt     db.Time
}

// TableName names the table.
func (printRow) TableName() string { return tablePrints }

// printPlace binds a sealed paper to its document and edition.
func printPlace(document []byte, edition int) secretbox.Place {
	row := binary.BigEndian.AppendUint32(append([]byte{}, document...), uint32(edition)) //nolint:gosec // counted from 0
	return secretbox.Place{Table: tablePrints, Column: "content", Row: row}
}

// Invoice is an invoice on paper, as it was drawn once after its issue. In the seconds before the job was there it is
// drawn as the job will draw it. Whether the asker may have it is decided here.
func (p *Papers) Invoice(
	ctx context.Context, who actor.Actor, account id.Account, invoice id.Invoice,
) (in billing.Invoice, drawn []byte, err error) {
	if in, err = p.billing.Invoice(ctx, who, account, invoice); err != nil {
		return in, nil, err
	}
	drawn, err = p.print(ctx, who, account, in.ID.Bytes(), in.Edition, func() ([]byte, error) {
		return p.drawInvoice(account, in)
	})
	return in, drawn, err
}

// CreditNote is a credit note on paper, as Invoice is for an invoice.
func (p *Papers) CreditNote(
	ctx context.Context, who actor.Actor, account id.Account, note id.CreditNote,
) (n billing.CreditNote, drawn []byte, err error) {
	if n, err = p.billing.CreditNote(ctx, who, account, note); err != nil {
		return n, nil, err
	}
	drawn, err = p.print(ctx, who, account, n.ID.Bytes(), 0, func() ([]byte, error) { return p.drawNote(n) })
	return n, drawn, err
}

func (p *Papers) print(
	ctx context.Context, who actor.Actor, account id.Account, document []byte, edition int,
	draw func() ([]byte, error),
) ([]byte, error) {
	v := verb.InvoicesView
	if who.Kind == actor.Staff {
		v = verb.BillingView
	}
	g, err := p.gate.View(ctx, who, v, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	kept, found, err := p.kept(ctx, g, document, edition)
	if err != nil {
		return nil, err
	}
	if found {
		return kept, nil
	}
	return draw()
}

func (p *Papers) kept(ctx context.Context, g gate.Grant, document []byte, edition int) ([]byte, bool, error) {
	one, found, err := db.One[printRow](g.On(p.reader.With(ctx)).
		Where("document_id = ? AND edition = ?", document, edition))
	if err != nil {
		return nil, false, fmt.Errorf("read a paper: %w", err)
	}
	if !found {
		return nil, false, nil
	}
	text, err := p.box.Open(one.Content, printPlace(document, edition))
	if err != nil {
		return nil, false, fmt.Errorf("read a paper: %w", err)
	}
	return []byte(text), true, nil
}

// drawInvoice draws an invoice as it was issued: what was paid or credited since then stands in the portal, and on
// papers of its own. It is the same for every reader, so its days are those of the provider.
func (p *Papers) drawInvoice(account id.Account, in billing.Invoice) ([]byte, error) {
	d := pdf.Document{
		Seller: p.letterhead.Seller(), Number: in.Number, About: in.About, Issued: in.Issued.In(p.zone), Due: in.Due.UTC(),
		PO: in.PO, Ref: in.Ref, BilledTo: in.BilledTo.Address(), TaxID: in.BilledTo.TaxID, Net: in.Net, Total: in.Total,
		Paid: money.New(0, in.Total.Currency()), Credited: money.New(0, in.Total.Currency()), Left: in.Total,
		Link: strings.TrimSuffix(p.letterhead.PublicURL, "/") + "/accounts/" + account.String() + "/invoices/" +
			in.ID.String(),
	}
	for _, l := range in.Lines {
		detail := l.Detail
		if span := p.period(l.From, l.To); span != "" {
			detail = strings.TrimPrefix(detail+" · "+span, " · ")
		}
		d.Lines = append(d.Lines, pdf.Line{
			Text: l.Text, Detail: detail, Quantity: l.Quantity.String(), Price: l.Price, Rate: l.RateText(), Net: l.Net,
		})
	}
	for _, v := range in.VAT {
		if why := v.Why(); why != "" {
			d.Why = append(d.Why, why)
		}
		d.VAT = append(d.VAT, pdf.VAT{Rate: v.RateText(), On: v.On, Tax: v.Tax})
	}
	return pdf.Render(d) // pdf says what it did
}

const dateForm = "2 Jan 2006"

// day is the provider's day of a time; midnight in UTC stands for a date, which is the same everywhere.
func (p *Papers) day(t time.Time) time.Time {
	if u := t.UTC(); u.Equal(u.Truncate(24 * time.Hour)) {
		return u
	}
	return t.In(p.zone)
}

// period reads "1 to 31 Dec 2026"; nothing where there is none.
func (p *Papers) period(from, to time.Time) string {
	a, b := p.day(from), p.day(to)
	first := dateForm
	switch {
	case from.IsZero() || to.IsZero():
		return ""
	case a.Year() != b.Year():
	case a.Month() != b.Month():
		first = "2 Jan"
	default:
		first = "2"
	}
	return a.Format(first) + " to " + b.Format(dateForm)
}

// drawNote draws a credit note.
func (p *Papers) drawNote(n billing.CreditNote) ([]byte, error) {
	l := p.letterhead.Seller()
	address := n.BilledTo.Address()
	d := paper.Report{
		About: paper.About{
			Author: l.LegalName, At: n.Issued, Brand: l.Name, Accent: l.Accent, Foot: l.Line(), Mail: l.Mail,
		},
		Title: "Credit note " + n.Number, Sub: "For invoice " + n.OfNumber,
		Facts: [][2]string{{"Issued", p.day(n.Issued).Format(dateForm)}, {"Credited to", address[0]}},
		Columns: []paper.Column{
			{Label: "What", Wide: 92}, {Label: "VAT", Wide: 38}, {Label: "Net", Wide: 38},
		},
		Notes: [][2]string{{"Why", n.Why}, {"Issued by", l.Line()}},
	}
	for _, line := range address[1:] {
		d.Facts = append(d.Facts, [2]string{"", line})
	}
	if n.BilledTo.TaxID != "" {
		d.Facts = append(d.Facts, [2]string{"VAT number", n.BilledTo.TaxID})
	}
	for _, c := range n.Lines {
		d.Rows = append(d.Rows, [][2]string{{c.Line.Text, c.Line.Detail}, {c.Line.RateText(), ""}, {c.Net.String(), ""}})
	}
	d.Rows = append(d.Rows, [][2]string{{"Net", ""}, {"", ""}, {n.Net.String(), ""}})
	for _, v := range n.VAT {
		d.Rows = append(d.Rows, [][2]string{
			{"VAT " + v.RateText(), "on " + v.On.String()}, {"", ""}, {v.Tax.String(), v.Why()},
		})
	}
	d.Rows = append(d.Rows, [][2]string{{"Credited in all", ""}, {"", ""}, {n.Total.String(), ""}})
	if !n.Kept.IsZero() {
		d.Notes = append(d.Notes, [2]string{"Credit", n.Kept.String() + " had been paid, and was kept as credit."})
	}
	return d.Draw() // paper says what it did
}
