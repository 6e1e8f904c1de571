package pdf

import (
	"fmt"

	"github.com/boombuler/barcode/qr"
)

const (
	slipHigh = 53.0
	codeSize = 38.0
)

// slip is the last thing on the last page: what to pay, with which reference, and where. It stands at the lower end, or
// at the upper one of a page that it has to itself.
func (p *paper) slip() error {
	top := bottom + 4 - slipHigh
	if p.y+6 > top {
		p.turn()
		top = p.y
	}
	p.cut(top)
	codeAt := right - codeSize
	if err := p.code(codeAt, top+8, codeSize); err != nil {
		return err
	}
	p.pdf.LinkString(codeAt, top+8, codeSize, codeSize, p.doc.Link)
	facts := [][2]string{{"Reference", p.doc.Number}}
	title, hint := "Payment slip", "Scan to see and pay"
	if p.doc.Left.Minor() > 0 {
		facts = append(facts, [2]string{"To pay", p.doc.Left.String()}, [2]string{"Due", date(p.doc.Due)},
			[2]string{"Pay to", p.doc.Seller.LegalName})
	} else {
		title, hint = "Nothing to pay", "Scan to see this invoice"
		facts = append(facts, [2]string{"Total", p.doc.Total.String()}, [2]string{"State", p.doc.Settled})
	}
	p.write(margin, top+7, strong(large), title)
	p.facts(top+16, facts)
	p.paragraph(codeAt, top+9+codeSize, codeSize, quiet(tiny), hint, 1)
	return nil
}

// facts of the slip, and the address of the invoice's page to click or to type.
func (p *paper) facts(y float64, facts [][2]string) {
	const valueAt, wide = margin + 26, 96.0
	for _, fact := range facts {
		p.write(margin, y, quiet(body), fact[0])
		f := plain(body)
		f.bold = fact[0] == "To pay" || fact[0] == "Reference"
		y = p.paragraph(valueAt, y, wide, f, fact[1], 2) + 0.6
	}
	p.write(margin, y, quiet(body), "Online")
	f := plain(small)
	f.colour = p.accent
	end := p.paragraph(valueAt, y+0.2, wide, f, p.doc.Link, 3)
	p.pdf.LinkString(valueAt, y, wide, end-y, p.doc.Link)
}

// cut is the dashed line above the slip.
func (p *paper) cut(y float64) {
	c := muted()
	p.pdf.SetDrawColor(c.r, c.g, c.b)
	p.pdf.SetLineWidth(0.2)
	p.pdf.SetDashPattern([]float64{1.2, 1.2}, 0)
	p.pdf.Line(margin, y, right, y)
	p.pdf.SetDashPattern(nil, 0)
}

// code draws the QR code of the link as rectangles, one for each run of dark squares in a row.
func (p *paper) code(x, y, size float64) error {
	code, err := qr.Encode(p.doc.Link, qr.M, qr.Auto)
	if err != nil {
		return fmt.Errorf("draw invoice %s: code: %w", p.doc.Number, err)
	}
	n := code.Bounds().Dx()
	step := size / float64(n)
	p.pdf.SetFillColor(0, 0, 0)
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
				p.pdf.Rect(x+float64(column-run)*step, y+float64(row)*step, float64(run)*step, step, "F")
				run = 0
			}
		}
	}
	return nil
}
