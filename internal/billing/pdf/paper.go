package pdf

import (
	"strconv"

	"codeberg.org/go-pdf/fpdf"
)

// Measures in millimetres.
const (
	family  = "inter"
	margin  = 20.0
	right   = 190.0 // where the text ends: A4 is 210 wide
	width   = right - margin
	bottom  = 272.0 // below it is the foot
	footAt  = 284.0
	leading = 1.42      // of the font size
	point   = 25.4 / 72 // in mm
)

// Sizes of text in points.
const (
	tiny  = 7.5
	small = 8.5
	body  = 9.5
	large = 13.0
	huge  = 22.0
)

type colour struct{ r, g, b int }

func ink() colour   { return colour{0x1a, 0x22, 0x33} }
func muted() colour { return colour{0x5a, 0x64, 0x77} }
func rule() colour  { return colour{0xdc, 0xe0, 0xe7} }
func tint() colour  { return colour{0xf4, 0xf6, 0xf9} }

// accentOf reads "#0b5cad".
func accentOf(text string) colour {
	if len(text) != len("#rrggbb") || text[0] != '#' {
		return ink()
	}
	n, err := strconv.ParseUint(text[1:], 16, 24)
	if err != nil {
		return ink()
	}
	return colour{int(n >> 16), int(n >> 8 & 0xff), int(n & 0xff)}
}

// face is how a text looks.
type face struct {
	size   float64
	bold   bool
	colour colour
}

func plain(size float64) face  { return face{size: size, colour: ink()} }
func strong(size float64) face { return face{size: size, bold: true, colour: ink()} }
func quiet(size float64) face  { return face{size: size, colour: muted()} }

func (f face) height() float64 { return f.size * point * leading }

// paper is a document being drawn; y is where the next thing goes.
type paper struct {
	pdf    *fpdf.Fpdf
	doc    Document
	pages  int
	accent colour
	y      float64
}

func (p *paper) use(f face) {
	style := ""
	if f.bold {
		style = "B"
	}
	p.pdf.SetFont(family, style, f.size)
	p.pdf.SetTextColor(f.colour.r, f.colour.g, f.colour.b)
}

// base is where the letters stand in a line whose upper edge is y.
func (f face) base(y float64) float64 { return y + f.size*point*(leading+0.73)/2 }

// write puts one line of text with its left edge at x.
func (p *paper) write(x, y float64, f face, text string) {
	p.use(f)
	p.pdf.Text(x, f.base(y), clean(text))
}

// writeEnd puts one line of text with its right edge at x, smaller where it would be wider than most.
func (p *paper) writeEnd(x, y, most float64, f face, text string) {
	text = clean(text)
	upright := f.base(y)
	p.use(f)
	wide := p.pdf.GetStringWidth(text)
	if wide > most {
		f.size *= most / wide
		p.use(f)
		wide = p.pdf.GetStringWidth(text)
	}
	p.pdf.Text(x-wide, upright, text)
}

// wrap breaks a text into lines, in the middle of a word only where it is wider than a line.
func (p *paper) wrap(f face, text string, wide float64) []string {
	p.use(f)
	return p.pdf.SplitText(clean(text), wide)
}

// paragraph writes a text over at most so many lines, and returns where it ends.
func (p *paper) paragraph(x, y, wide float64, f face, text string, most int) float64 {
	lines := p.wrap(f, text, wide)
	if len(lines) > most {
		lines = lines[:most]
		last := []rune(lines[most-1])
		lines[most-1] = string(last[:max(0, len(last)-2)]) + "…"
	}
	for _, line := range lines {
		p.write(x, y, f, line)
		y += f.height()
	}
	return y
}

func (p *paper) fill(c colour, x, y, w, h float64) {
	p.pdf.SetFillColor(c.r, c.g, c.b)
	p.pdf.Rect(x, y, w, h, "F")
}

func (p *paper) line(c colour, thick, y float64) { p.fill(c, margin, y, width, thick) }

// turn begins a page with a short head.
func (p *paper) turn() {
	p.pdf.AddPage()
	p.fill(p.accent, 0, 0, 210, 3)
	p.write(margin, 13, strong(body), p.doc.Seller.Name)
	p.writeEnd(right, 13, width/2, quiet(body), "Invoice "+p.doc.Number+", continued")
	p.y = 26
}

// foot is called by the library at the end of each page.
func (p *paper) foot() {
	p.line(rule(), 0.2, footAt-3)
	end := p.paragraph(margin, footAt-0.5, width-30, quiet(tiny), p.doc.Seller.LegalName, 1)
	if p.doc.Seller.Mail != "" {
		p.paragraph(margin, end, width-30, quiet(tiny), "Questions: "+p.doc.Seller.Mail, 1)
	}
	page := "Page " + strconv.Itoa(p.pdf.PageNo()) + " of " + strconv.Itoa(p.pages)
	p.writeEnd(right, footAt-0.5, 28, quiet(tiny), page)
}
