package pdf

import (
	"time"

	"gatehouse/internal/money"
)

const dateForm = "2 January 2006"

func date(t time.Time) string { return t.Format(dateForm) }

// head is the upper part of the first page: who sends this, and what it is.
func (p *paper) head() {
	const headWide = 108.0
	p.fill(p.accent, 0, 0, 210, 3)
	name := strong(17)
	name.colour = p.accent
	end := p.paragraph(margin, 16, headWide, name, p.doc.Seller.Name, 2)
	s := p.doc.Seller
	for _, part := range []struct {
		text string
		most int // lines
	}{{s.LegalName, 2}, {s.Address, 4}, {s.Registration, 2}, {s.vat(), 1}, {s.Mail, 1}} {
		if part.text != "" && part.text != s.Name {
			end = p.paragraph(margin, end+0.3, headWide, quiet(small), part.text, part.most)
		}
	}
	p.writeEnd(right, 14.5, 60, strong(huge), "Invoice")
	p.writeEnd(right, 26, 60, quiet(large), p.doc.Number)
	p.y = max(end, 35) + 11
}

// parties is who is billed, and beside it the facts of the invoice.
func (p *paper) parties() {
	const factsAt, factAt, bothWide = 122.0, 147.0, 88.0
	p.write(margin, p.y, quiet(small), "Billed to")
	left := p.y + quiet(small).height() + 0.8
	for i, line := range p.doc.BilledTo {
		f := plain(body)
		f.bold = i == 0
		left = p.paragraph(margin, left, bothWide, f, line, 3)
	}
	if p.doc.TaxID != "" {
		left = p.paragraph(margin, left, bothWide, plain(body), "VAT number "+p.doc.TaxID, 3)
	}
	facts := p.y
	for _, fact := range [][2]string{
		{"Invoice", p.doc.Number},
		{"Issued", date(p.doc.Issued)},
		{"Due", date(p.doc.Due)},
		{"Your PO", p.doc.PO},
	} {
		if fact[1] != "" {
			p.write(factsAt, facts, quiet(body), fact[0])
			facts = p.paragraph(factAt, facts, right-factAt, plain(body), fact[1], 3) + 0.6
		}
	}
	p.y = max(left, facts) + 9
	p.y = p.paragraph(margin, p.y, width, strong(large), p.doc.About, 2) + 2.5
}

// Right edges of the columns of figures, and how wide each may be.
const (
	textWide    = 80.0
	quantityEnd = 118.0
	quantityMax = 16.0
	priceEnd    = 146.0
	priceMax    = 26.0
	rateEnd     = 161.0
	rateMax     = 13.0
	netMax      = 27.0
)

// lines is the table. Its head is repeated on each page.
func (p *paper) lines() {
	p.tableHead()
	for _, l := range p.doc.Lines {
		p.row(l)
	}
}

func (p *paper) tableHead() {
	const high = 7.5
	p.fill(tint(), margin, p.y, width, high)
	f := strong(small)
	f.colour = muted()
	at := p.y + (high-f.height())/2
	p.write(margin+2, at, f, "What")
	p.writeEnd(quantityEnd, at, quantityMax, f, "Quantity")
	p.writeEnd(priceEnd, at, priceMax, f, "Price")
	p.writeEnd(rateEnd, at, rateMax, f, "VAT")
	p.writeEnd(right-2, at, netMax, f, "Net")
	p.y += high
	p.line(p.accent, 0.4, p.y)
	p.y += 0.4
}

type piece struct {
	face face
	text string
}

// row is one line of the invoice. It stays on one page, unless it would fill most of one.
func (p *paper) row(l Line) {
	const pad, most = 2.2, 120.0
	var pieces []piece
	high := 2 * pad
	for _, part := range []piece{{strong(body), l.Text}, {quiet(small), l.Detail}} {
		for _, text := range p.wrap(part.face, part.text, textWide) {
			pieces = append(pieces, piece{part.face, text})
			high += part.face.height()
		}
	}
	if p.y+min(high, most) > bottom {
		p.turn()
		p.tableHead()
	}
	p.y += pad
	f := plain(body)
	p.writeEnd(quantityEnd, p.y, quantityMax, f, l.Quantity)
	p.writeEnd(priceEnd, p.y, priceMax, f, l.Price.String())
	p.writeEnd(rateEnd, p.y, rateMax, f, l.Rate)
	p.writeEnd(right-2, p.y, netMax, f, l.Net.String())
	if len(pieces) == 0 {
		p.y += f.height()
	}
	for _, piece := range pieces {
		if p.y+piece.face.height()+pad > bottom {
			p.turn()
			p.tableHead()
			p.y += pad
		}
		p.write(margin+2, p.y, piece.face, piece.text)
		p.y += piece.face.height()
	}
	p.y += pad
	p.line(rule(), 0.2, p.y)
	p.y += 0.2
}

type sum struct {
	name   string
	amount money.Amount
	heavy  bool
}

func (d *Document) sums() []sum {
	all := []sum{{"Net", d.Net, false}}
	for _, v := range d.VAT {
		all = append(all, sum{"VAT " + v.Rate + " on " + v.On.String(), v.Tax, false})
	}
	if d.Paid.IsZero() {
		return append(all, sum{"Total", d.Total, true})
	}
	return append(all, sum{"Total", d.Total, false}, sum{"Paid", d.Paid, false}, sum{"To pay", d.Left, true})
}

// totals stand below the table, all on one page.
func (p *paper) totals() {
	const high, heavyHigh, from = 6.2, 10.0, 112.0
	all := p.doc.sums()
	if p.y+4+high*float64(len(all)-1)+heavyHigh > bottom {
		p.turn()
	}
	p.y += 4
	for _, s := range all {
		name, amount, step := quiet(body), plain(body), high
		if s.heavy {
			p.fill(p.accent, from, p.y+0.8, right-from, 0.4)
			p.y += 2.2
			name, amount, step = strong(large), strong(large), heavyHigh-2.2
		}
		p.use(name)
		most := right - 2 - from - p.pdf.GetStringWidth(clean(s.name)) - 3
		p.write(from, p.y, name, s.name)
		p.writeEnd(right-2, p.y, most, amount, s.amount.String())
		p.y += step
	}
}
