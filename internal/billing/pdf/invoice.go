package pdf

import (
	"time"

	"gatehouse/internal/money"
	"gatehouse/internal/platform/paper"
)

const dateForm = "2 January 2006"

func date(t time.Time) string { return t.Format(dateForm) }

// head is the upper part of the first page: who sends this, and what it is.
func (p *drawing) head() {
	const headWide = 108.0
	p.Band()
	name := paper.Strong(17)
	name.Colour = p.Accent
	end := p.Paragraph(paper.Margin, 16, headWide, name, p.doc.Seller.Name, 2)
	s := p.doc.Seller
	for _, part := range []struct {
		text string
		most int // lines
	}{{s.LegalName, 2}, {s.Address, 4}, {s.Registration, 2}, {s.vat(), 1}, {s.Mail, 1}} {
		if part.text != "" && part.text != s.Name {
			end = p.Paragraph(paper.Margin, end+0.3, headWide, paper.Quiet(paper.Small), part.text, part.most)
		}
	}
	p.WriteEnd(paper.Right, 14.5, 60, paper.Strong(paper.Huge), "Invoice")
	p.WriteEnd(paper.Right, 26, 60, paper.Quiet(paper.Large), p.doc.Number)
	p.Y = max(end, 35) + 11
}

// parties is who is billed, and beside it the facts of the invoice.
func (p *drawing) parties() {
	const factsAt, factAt, bothWide = 122.0, 147.0, 88.0
	p.Write(paper.Margin, p.Y, paper.Quiet(paper.Small), "Billed to")
	left := p.Y + paper.Quiet(paper.Small).Height() + 0.8
	for i, line := range p.doc.BilledTo {
		f := paper.Plain(paper.Body)
		f.Bold = i == 0
		left = p.Paragraph(paper.Margin, left, bothWide, f, line, 3)
	}
	if p.doc.TaxID != "" {
		left = p.Paragraph(paper.Margin, left, bothWide, paper.Plain(paper.Body), "VAT number "+p.doc.TaxID, 3)
	}
	facts := p.Y
	for _, fact := range [][2]string{
		{"Invoice", p.doc.Number},
		{"Issued", date(p.doc.Issued)},
		{"Due", date(p.doc.Due)},
		{"Your PO", p.doc.PO},
		{"Your ref.", p.doc.Ref},
	} {
		if fact[1] != "" {
			p.Write(factsAt, facts, paper.Quiet(paper.Body), fact[0])
			facts = p.Paragraph(factAt, facts, paper.Right-factAt, paper.Plain(paper.Body), fact[1], 3) + 0.6
		}
	}
	p.Y = max(left, facts) + 9
	p.Y = p.Paragraph(paper.Margin, p.Y, paper.Width, paper.Strong(paper.Large), p.doc.About, 2) + 2.5
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
func (p *drawing) lines() {
	p.tableHead()
	for _, l := range p.doc.Lines {
		p.row(l)
	}
}

func (p *drawing) tableHead() {
	const high = 7.5
	p.Fill(paper.Tint(), paper.Margin, p.Y, paper.Width, high)
	f := paper.Strong(paper.Small)
	f.Colour = paper.Muted()
	at := p.Y + (high-f.Height())/2
	p.Write(paper.Margin+2, at, f, "What")
	p.WriteEnd(quantityEnd, at, quantityMax, f, "Quantity")
	p.WriteEnd(priceEnd, at, priceMax, f, "Price")
	p.WriteEnd(rateEnd, at, rateMax, f, "VAT")
	p.WriteEnd(paper.Right-2, at, netMax, f, "Net")
	p.Y += high
	p.Line(p.Accent, 0.4, p.Y)
	p.Y += 0.4
}

type piece struct {
	face paper.Face
	text string
}

// row is one line of the invoice. It stays on one page, unless it would fill most of one.
func (p *drawing) row(l Line) {
	const pad, most = 2.2, 120.0
	var pieces []piece
	high := 2 * pad
	for _, part := range []piece{{paper.Strong(paper.Body), l.Text}, {paper.Quiet(paper.Small), l.Detail}} {
		for _, text := range p.Wrap(part.face, part.text, textWide) {
			pieces = append(pieces, piece{part.face, text})
			high += part.face.Height()
		}
	}
	if p.Y+min(high, most) > paper.Bottom {
		p.Turn()
		p.tableHead()
	}
	p.Y += pad
	f := paper.Plain(paper.Body)
	p.WriteEnd(quantityEnd, p.Y, quantityMax, f, l.Quantity)
	p.WriteEnd(priceEnd, p.Y, priceMax, f, l.Price.String())
	p.WriteEnd(rateEnd, p.Y, rateMax, f, l.Rate)
	p.WriteEnd(paper.Right-2, p.Y, netMax, f, l.Net.String())
	if len(pieces) == 0 {
		p.Y += f.Height()
	}
	for _, piece := range pieces {
		if p.Y+piece.face.Height()+pad > paper.Bottom {
			p.Turn()
			p.tableHead()
			p.Y += pad
		}
		p.Write(paper.Margin+2, p.Y, piece.face, piece.text)
		p.Y += piece.face.Height()
	}
	p.Y += pad
	p.Line(paper.Rule(), 0.2, p.Y)
	p.Y += 0.2
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
	if d.Paid.IsZero() && d.Credited.IsZero() {
		return append(all, sum{"Total", d.Total, true})
	}
	all = append(all, sum{"Total", d.Total, false})
	if !d.Credited.IsZero() {
		all = append(all, sum{"Credited", d.Credited, false})
	}
	if !d.Paid.IsZero() {
		all = append(all, sum{"Paid", d.Paid, false})
	}
	return append(all, sum{"To pay", d.Left, true})
}

// totals stand below the table, all on one page.
func (p *drawing) totals() {
	const high, heavyHigh, from = 6.2, 10.0, 112.0
	all := p.doc.sums()
	if p.Y+4+high*float64(len(all)-1)+heavyHigh > paper.Bottom {
		p.Turn()
	}
	p.Y += 4
	for _, s := range all {
		name, amount, step := paper.Quiet(paper.Body), paper.Plain(paper.Body), high
		if s.heavy {
			p.Fill(p.Accent, from, p.Y+0.8, paper.Right-from, 0.4)
			p.Y += 2.2
			name, amount, step = paper.Strong(paper.Large), paper.Strong(paper.Large), heavyHigh-2.2
		}
		p.Use(name)
		most := paper.Right - 2 - from - p.PDF.GetStringWidth(paper.Clean(s.name)) - 3
		p.Write(from, p.Y, name, s.name)
		p.WriteEnd(paper.Right-2, p.Y, most, amount, s.amount.String())
		p.Y += step
	}
	for _, why := range p.doc.Why {
		if p.Y+2*paper.Quiet(paper.Small).Height() > paper.Bottom {
			p.Turn()
		}
		p.Y = p.Paragraph(paper.Margin, p.Y, paper.Width, paper.Quiet(paper.Small), why, 2) + 1
	}
}
