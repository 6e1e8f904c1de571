package pdf

import (
	"fmt"

	"github.com/boombuler/barcode/qr"

	"gatehouse/internal/platform/paper"
)

const (
	slipHigh = 53.0
	codeSize = 38.0
)

// slip is the last thing on the last page: what to pay, with which reference, and where. It stands at the lower end, or
// at the upper one of a page that it has to itself.
func (p *drawing) slip() error {
	top := paper.Bottom + 4 - slipHigh
	if p.Y+6 > top {
		p.Turn()
		top = p.Y
	}
	p.cut(top)
	codeAt := paper.Right - codeSize
	if err := p.code(codeAt, top+8, codeSize); err != nil {
		return err
	}
	p.PDF.LinkString(codeAt, top+8, codeSize, codeSize, p.doc.Link)
	facts := [][2]string{{"Reference", p.doc.Number}}
	title, hint := "Payment slip", "Scan to see and pay"
	if p.doc.Left.Minor() > 0 {
		facts = append(facts, [2]string{"To pay", p.doc.Left.String()}, [2]string{"Due", date(p.doc.Due)},
			[2]string{"Pay to", p.doc.Seller.LegalName})
	} else {
		title, hint = "Nothing to pay", "Scan to see this invoice"
		facts = append(facts, [2]string{"Total", p.doc.Total.String()}, [2]string{"State", p.doc.Settled})
	}
	p.Write(paper.Margin, top+7, paper.Strong(paper.Large), title)
	p.facts(top+16, facts)
	p.Paragraph(codeAt, top+9+codeSize, codeSize, paper.Quiet(paper.Tiny), hint, 1)
	return nil
}

// facts of the slip, and the address of the invoice's page to click or to type.
func (p *drawing) facts(y float64, facts [][2]string) {
	const valueAt, wide = paper.Margin + 26, 96.0
	for _, fact := range facts {
		p.Write(paper.Margin, y, paper.Quiet(paper.Body), fact[0])
		f := paper.Plain(paper.Body)
		f.Bold = fact[0] == "To pay" || fact[0] == "Reference"
		y = p.Paragraph(valueAt, y, wide, f, fact[1], 2) + 0.6
	}
	p.Write(paper.Margin, y, paper.Quiet(paper.Body), "Online")
	f := paper.Plain(paper.Small)
	f.Colour = p.Accent
	end := p.Paragraph(valueAt, y+0.2, wide, f, p.doc.Link, 3)
	p.PDF.LinkString(valueAt, y, wide, end-y, p.doc.Link)
}

// cut is the dashed line above the slip.
func (p *drawing) cut(y float64) {
	c := paper.Muted()
	p.PDF.SetDrawColor(c.R, c.G, c.B)
	p.PDF.SetLineWidth(0.2)
	p.PDF.SetDashPattern([]float64{1.2, 1.2}, 0)
	p.PDF.Line(paper.Margin, y, paper.Right, y)
	p.PDF.SetDashPattern(nil, 0)
}

// code draws the QR code of the link as rectangles, one for each run of dark squares in a row.
func (p *drawing) code(x, y, size float64) error {
	code, err := qr.Encode(p.doc.Link, qr.M, qr.Auto)
	if err != nil {
		return fmt.Errorf("draw invoice %s: code: %w", p.doc.Number, err)
	}
	n := code.Bounds().Dx()
	step := size / float64(n)
	p.PDF.SetFillColor(0, 0, 0)
	for row := range n {
		run := 0
		for column := range n + 1 {
			dark := false
			if column < n {
				r, _, _, _ := code.At(column, row).RGBA()
				dark = r == 0
			}
			switch {
			case dark:
				run++
			case run > 0:
				p.PDF.Rect(x+float64(column-run)*step, y+float64(row)*step, float64(run)*step, step, "F")
				run = 0
			}
		}
	}
	return nil
}
