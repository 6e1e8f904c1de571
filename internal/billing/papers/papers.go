// Package papers makes the electronic form of each invoice and credit note once, after the issue and outside its
// transaction, and keeps it: what was made is never made anew, whatever changes later. How it is written stands in ubl.
package papers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/billing/ubl"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	table = "billing_papers"
	batch = 100
)

// Papers is the room. It is safe for concurrent use.
type Papers struct {
	gate    *gate.Gate
	reader  *db.Reader
	box     *secretbox.Box
	billing *billing.Billing
	seller  ubl.Party
	zone    *time.Location
}

// New makes the room. seller is who issues the invoices, in whose zone their days are.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, b *billing.Billing, seller ubl.Party, zone *time.Location,
) *Papers {
	return &Papers{gate: g, reader: reader, box: box, billing: b, seller: seller, zone: zone}
}

type row struct {
	DocumentID db.Blob `gorm:"primaryKey"`
	AccountID  id.Account
	Kind       ledger.Kind
	Content    secretbox.Sealed
	MadeAt     db.Time
}

// TableName names the table.
func (row) TableName() string { return table }

// The states of an e-invoice that is asked for.
var (
	// ErrNotYet says that it is still to be made.
	ErrNotYet = errors.New("papers: not made yet")
	// ErrNone says that the document lacks what an e-invoice must have.
	ErrNone = errors.New("papers: there is none")
)

// missingSQL finds documents whose electronic form is still to be made.
const missingSQL = `SELECT i.id AS document_id, i.account_id, 'invoice' AS kind FROM invoices i
 WHERE i.state <> 'draft' AND NOT EXISTS (SELECT 1 FROM billing_papers p WHERE p.document_id = i.id)
 UNION ALL SELECT n.id, n.account_id, 'credit-note' FROM credit_notes n
 WHERE NOT EXISTS (SELECT 1 FROM billing_papers p WHERE p.document_id = n.id) LIMIT ?`

type missing struct {
	DocumentID db.Blob
	AccountID  id.Account
	Kind       ledger.Kind
}

// Make makes what is missing. A job calls it; on two nodes or twice, each document is made once.
func (p *Papers) Make(ctx context.Context) error {
	for {
		var rows []missing
		all := db.Across(p.reader.With(ctx), "what is missing is looked for in all accounts")
		if err := all.Raw(missingSQL, batch).Scan(&rows).Error; err != nil {
			return fmt.Errorf("make e-invoices: %w", err)
		}
		for _, m := range rows {
			if err := p.make(ctx, m); err != nil {
				return fmt.Errorf("make e-invoices: %w", err)
			}
		}
		if len(rows) < batch {
			return nil
		}
	}
}

func (p *Papers) make(ctx context.Context, m missing) error {
	who := actor.NewSystem("e-invoices")
	d, target, err := p.document(ctx, who, m)
	if err != nil {
		return err
	}
	text, err := ubl.Render(d)
	if errors.Is(err, ubl.ErrIncomplete) {
		text, err = nil, nil // it is written down that there is none; the entry says so
	}
	if err != nil {
		return err
	}
	one := row{DocumentID: m.DocumentID, AccountID: m.AccountID, Kind: m.Kind}
	if text != nil {
		if one.Content, err = p.box.Seal(string(text), place(m.DocumentID)); err != nil {
			return fmt.Errorf("seal: %w", err)
		}
	}
	err = p.gate.Change(ctx, who, verb.BillingManage, id.AccountScope(m.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			one.MadeAt = db.At(g.Now())
			if err := g.On(tx.DB).Create(&one).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("keep: %w", err)
			}
			details := activity.Details{Target: target}
			if text == nil {
				details.Outcome, details.Reason = activity.Failed, "It lacks what an e-invoice must have."
			}
			return g.Entry(activity.PaperMade, details), nil
		})
	if db.IsDuplicate(err) {
		return nil // another node was quicker, and what it made stays
	}
	return err
}

func place(document []byte) secretbox.Place {
	return secretbox.Place{Table: table, Column: "content", Row: document}
}

// Get is the electronic form of an invoice or a credit note, as it was made.
func (p *Papers) Get(ctx context.Context, who actor.Actor, account id.Account, document []byte) ([]byte, error) {
	v := verb.InvoicesView
	if who.Kind == actor.Staff {
		v = verb.BillingView
	}
	g, err := p.gate.View(ctx, who, v, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	one, found, err := db.One[row](g.On(p.reader.With(ctx)).Where("document_id = ?", document))
	if err != nil {
		return nil, fmt.Errorf("read an e-invoice: %w", err)
	}
	switch {
	case !found:
		return nil, ErrNotYet
	case one.Content.IsZero():
		return nil, ErrNone
	}
	text, err := p.box.Open(one.Content, place(document))
	if err != nil {
		return nil, fmt.Errorf("read an e-invoice: %w", err)
	}
	return []byte(text), nil
}

// document reads what is to be written.
func (p *Papers) document(ctx context.Context, who actor.Actor, m missing) (ubl.Document, activity.Target, error) {
	if m.Kind == ledger.CreditNote {
		note, err := id.FromBytes[id.CreditNoteKind](m.DocumentID)
		if err != nil {
			return ubl.Document{}, activity.Target{}, fault.NotFound("e-invoice")
		}
		n, err := p.billing.CreditNote(ctx, who, m.AccountID, note)
		if err != nil {
			return ubl.Document{}, activity.Target{}, err
		}
		return p.ofNote(n), activity.TargetOf("invoice", n.Invoice, n.Number), nil
	}
	invoice, err := id.FromBytes[id.InvoiceKind](m.DocumentID)
	if err != nil {
		return ubl.Document{}, activity.Target{}, fault.NotFound("e-invoice")
	}
	in, err := p.billing.Invoice(ctx, who, m.AccountID, invoice)
	if err != nil {
		return ubl.Document{}, activity.Target{}, err
	}
	return p.ofInvoice(in), activity.TargetOf("invoice", in.ID, in.Number), nil
}

func (p *Papers) ofInvoice(in billing.Invoice) ubl.Document {
	d := ubl.Document{
		Number: in.Number, Issued: in.Issued.In(p.zone), Due: in.Due, Note: in.About, PO: in.PO, Ref: in.Ref,
		Seller: p.seller,
		Buyer:  buyer(in.BilledTo), Net: in.Net, Total: in.Total, VAT: taxes(in.VAT),
	}
	d.Tax, _ = in.Total.Sub(in.Net) // both were added up from it
	for _, l := range in.Lines {
		d.Lines = append(d.Lines, lineOf(l))
	}
	return d
}

func (p *Papers) ofNote(n billing.CreditNote) ubl.Document {
	d := ubl.Document{
		Number: n.Number, CreditNote: true, Of: n.OfNumber, OfDate: n.Of.In(p.zone), Issued: n.Issued.In(p.zone),
		Note: n.Why, Seller: p.seller,
		Buyer: buyer(n.BilledTo), Net: n.Net, Total: n.Total, VAT: taxes(n.VAT),
	}
	d.Tax, _ = n.Total.Sub(n.Net)
	for _, c := range n.Lines {
		l := lineOf(c.Line)
		if c.Net != c.Line.Net { // a part of the line: once its sum
			l.Quantity, l.Price = decimal.NewFromInt(1), c.Net
		}
		l.Net = c.Net
		d.Lines = append(d.Lines, l)
	}
	return d
}

func lineOf(l billing.Line) ubl.Line {
	return ubl.Line{
		Text: l.Text, Detail: l.Detail, From: l.From, To: l.To, Quantity: l.Quantity, Price: l.Price, Net: l.Net,
		Category: category(l.Treatment), Rate: l.Rate,
	}
}

func taxes(list []billing.VAT) []ubl.VAT {
	out := make([]ubl.VAT, 0, len(list))
	for _, v := range list {
		out = append(out, ubl.VAT{
			Category: category(v.Treatment), Rate: v.Rate, On: v.On, Tax: v.Tax, Why: v.Why(),
		})
	}
	return out
}

// category is a reason as EN 16931 writes it: a reduced rate is a standard one with another number.
func category(t billing.Treatment) ubl.Category {
	switch t {
	case billing.ZeroRated:
		return ubl.Zero
	case billing.ReverseCharge:
		return ubl.ReverseCharge
	case billing.Exempt:
		return ubl.Exempt
	case billing.Standard, billing.Reduced:
	}
	return ubl.Standard
}

func buyer(b billing.Party) ubl.Party {
	p := ubl.Party{Name: b.Name, City: b.City, Postcode: b.Postcode, Country: b.Country, TaxID: b.TaxID}
	for _, line := range []string{b.Line1, b.Line2} {
		if line != "" {
			p.Lines = append(p.Lines, line)
		}
	}
	return p
}

// Seller is who issues invoices, from the lines that the provider is known by. The country is that of the VAT number.
func Seller(name, trading, address, register, vatNumber, mail string) ubl.Party {
	p := ubl.Party{Name: name, Trading: trading, Register: register, TaxID: vatNumber, Mail: mail}
	if address != "" {
		p.Lines = []string{address}
	}
	if country, _, ok := strings.Cut(vatNumber+" ", " "); ok && len(country) >= len("GB") {
		p.Country = country[:len("GB")]
	}
	if p.Country == "EL" { // Greek VAT numbers write the country otherwise
		p.Country = "GR"
	}
	return p
}
