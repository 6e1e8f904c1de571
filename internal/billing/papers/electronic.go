package papers

import (
	"strings"

	"github.com/shopspring/decimal"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ubl"
)

// seller is who issues by now.
func (p *Papers) seller() ubl.Party {
	s := p.letterhead.Seller()
	return sellerOf(s.LegalName, s.Name, s.Address, s.Registration, s.TaxID, s.Mail)
}

func (p *Papers) ofInvoice(in billing.Invoice) ubl.Document {
	d := ubl.Document{
		Number: in.Number, Issued: in.Issued.In(p.zone), Due: in.Due, Note: in.About, PO: in.PO, Ref: in.Ref,
		Seller: p.seller(),
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
		Note: n.Why, Seller: p.seller(),
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
	case billing.Outside:
		return ubl.Outside
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

// sellerOf is who issues invoices, from the lines that the provider is known by. The country is that of the VAT number.
func sellerOf(name, trading, address, register, vatNumber, mail string) ubl.Party {
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
