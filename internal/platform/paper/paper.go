// Package paper draws on A4 pages: text in one typeface, rules and tints, and what stands at the head and the foot of
// each page. It makes bytes of typed values and reads no file and no network, whatever stands in a text
// (SECURITY.md F4); the same input gives the same bytes. What is drawn is the matter of others.
package paper

import (
	"bytes"
	"embed"
	"fmt"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Measures in millimetres.
const (
	Margin = 20.0
	Right  = 190.0 // where the text ends: A4 is 210 wide
	Width  = Right - Margin
	Bottom = 272.0 // below it is the foot

	family  = "inter"
	whole   = 210.0
	footAt  = 284.0
	leading = 1.42      // of the font size
	point   = 25.4 / 72 // in mm
)

// Sizes of text in points.
const (
	Tiny  = 7.5
	Small = 8.5
	Body  = 9.5
	Large = 13.0
	Huge  = 22.0
)

//go:embed fonts/*.ttf
var fonts embed.FS

// Colour is one of the few that are drawn with.
type Colour struct{ R, G, B int }

// Ink is the colour of text.
func Ink() Colour { return Colour{0x1a, 0x22, 0x33} }

// Muted is the colour of what is said quietly.
func Muted() Colour { return Colour{0x5a, 0x64, 0x77} }

// Rule is the colour of lines.
func Rule() Colour { return Colour{0xdc, 0xe0, 0xe7} }

// Tint is the ground of a table's head.
func Tint() Colour { return Colour{0xf4, 0xf6, 0xf9} }

// accentOf reads "#0b5cad".
func accentOf(text string) Colour {
	if len(text) != len("#rrggbb") || text[0] != '#' {
		return Ink()
	}
	n, err := strconv.ParseUint(text[1:], 16, 24)
	if err != nil {
		return Ink()
	}
	return Colour{int(n >> 16), int(n >> 8 & 0xff), int(n & 0xff)}
}

// Face is how a text looks.
type Face struct {
	Size   float64
	Bold   bool
	Colour Colour
}

// Plain is text as most of it is.
func Plain(size float64) Face { return Face{Size: size, Colour: Ink()} }

// Strong is text that stands out.
func Strong(size float64) Face { return Face{Size: size, Bold: true, Colour: Ink()} }

// Quiet is text that stands back.
func Quiet(size float64) Face { return Face{Size: size, Colour: Muted()} }

// Height is that of a line.
func (f Face) Height() float64 { return f.Size * point * leading }

// base is where the letters stand in a line whose upper edge is y.
func (f Face) base(y float64) float64 { return y + f.Size*point*(leading+0.73)/2 }

// About is what the file says of itself, and what each page repeats.
type About struct {
	Title, Author, Subject string
	At                     time.Time // when it was made, as the file says
	Brand                  string    // at the head of the pages after the first
	Continued              string    // beside it: "Invoice 2026-0412, continued"
	Accent                 string    // "#0b5cad"; anything else means the text's own colour
	Foot, Mail             string    // at the foot of each page: who sends it, and where people can ask
}

// Sheet is a document being drawn. Y is where the next thing goes.
type Sheet struct {
	PDF    *fpdf.Fpdf
	Accent Colour
	Y      float64
	about  About
	pages  int
}

// New makes a sheet without a page. pages is how many there will be, for the foot; 0: not known yet.
func New(a About, pages int) (*Sheet, error) {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	f.SetCreationDate(a.At.UTC())
	f.SetModificationDate(a.At.UTC())
	f.SetTitle(Clean(a.Title), true)
	f.SetAuthor(Clean(a.Author), true)
	f.SetSubject(Clean(a.Subject), true)
	f.SetProducer("Gatehouse", true)
	f.SetLang("en-GB")
	f.SetMargins(Margin, Margin, Margin)
	f.SetCellMargin(0)
	f.SetAutoPageBreak(false, 0)
	for _, font := range [][2]string{{"", "fonts/inter-regular.ttf"}, {"B", "fonts/inter-semibold.ttf"}} {
		content, err := fonts.ReadFile(font[1])
		if err != nil {
			return nil, fmt.Errorf("draw: %w", err)
		}
		f.AddUTF8FontFromBytes(family, font[0], content)
	}
	s := &Sheet{PDF: f, about: a, pages: pages, Accent: accentOf(a.Accent)}
	f.SetFooterFunc(s.foot)
	return s, nil
}

// Draw lays a document out twice, as the foot of each page says how many there are, and returns the file.
func Draw(a About, layOut func(s *Sheet) error) ([]byte, error) {
	pages := 0
	for {
		s, err := New(a, pages)
		if err != nil {
			return nil, err
		}
		if err := layOut(s); err != nil {
			return nil, err
		}
		if pages == 0 {
			if err := s.PDF.Error(); err != nil {
				return nil, fmt.Errorf("draw: %w", err)
			}
			pages = s.PDF.PageCount()
			continue
		}
		var out bytes.Buffer
		if err := s.PDF.Output(&out); err != nil {
			return nil, fmt.Errorf("draw: %w", err)
		}
		return out.Bytes(), nil
	}
}

// Use takes a face for what is measured or written next.
func (s *Sheet) Use(f Face) {
	style := ""
	if f.Bold {
		style = "B"
	}
	s.PDF.SetFont(family, style, f.Size)
	s.PDF.SetTextColor(f.Colour.R, f.Colour.G, f.Colour.B)
}

// Write puts one line of text with its left edge at x.
func (s *Sheet) Write(x, y float64, f Face, text string) {
	s.Use(f)
	s.PDF.Text(x, f.base(y), Clean(text))
}

// WriteEnd puts one line of text with its right edge at x, smaller where it would be wider than most.
func (s *Sheet) WriteEnd(x, y, most float64, f Face, text string) {
	text = Clean(text)
	upright := f.base(y)
	s.Use(f)
	wide := s.PDF.GetStringWidth(text)
	if wide > most {
		f.Size *= most / wide
		s.Use(f)
		wide = s.PDF.GetStringWidth(text)
	}
	s.PDF.Text(x-wide, upright, text)
}

// Wrap breaks a text into lines, in the middle of a word only where it is wider than a line.
func (s *Sheet) Wrap(f Face, text string, wide float64) []string {
	s.Use(f)
	return s.PDF.SplitText(Clean(text), wide)
}

// Paragraph writes a text over at most so many lines, and returns where it ends.
func (s *Sheet) Paragraph(x, y, wide float64, f Face, text string, most int) float64 {
	lines := s.Wrap(f, text, wide)
	if len(lines) > most {
		lines = lines[:most]
		last := []rune(lines[most-1])
		lines[most-1] = string(last[:max(0, len(last)-2)]) + "…"
	}
	for _, line := range lines {
		s.Write(x, y, f, line)
		y += f.Height()
	}
	return y
}

// Fill draws a filled rectangle.
func (s *Sheet) Fill(c Colour, x, y, w, h float64) {
	s.PDF.SetFillColor(c.R, c.G, c.B)
	s.PDF.Rect(x, y, w, h, "F")
}

// Line draws a rule from edge to edge.
func (s *Sheet) Line(c Colour, thick, y float64) { s.Fill(c, Margin, y, Width, thick) }

// Band draws the band of the accent above a page.
func (s *Sheet) Band() { s.Fill(s.Accent, 0, 0, whole, 3) }

// Turn begins a page with a short head.
func (s *Sheet) Turn() {
	s.PDF.AddPage()
	s.Band()
	s.Write(Margin, 13, Strong(Body), s.about.Brand)
	s.WriteEnd(Right, 13, Width/2, Quiet(Body), s.about.Continued)
	s.Y = 26
}

// foot is called by the library at the end of each page.
func (s *Sheet) foot() {
	s.Line(Rule(), 0.2, footAt-3)
	end := s.Paragraph(Margin, footAt-0.5, Width-30, Quiet(Tiny), s.about.Foot, 1)
	if s.about.Mail != "" {
		s.Paragraph(Margin, end, Width-30, Quiet(Tiny), "Questions: "+s.about.Mail, 1)
	}
	page := "Page " + strconv.Itoa(s.PDF.PageNo()) + " of " + strconv.Itoa(s.pages)
	s.WriteEnd(Right, footAt-0.5, 28, Quiet(Tiny), page)
}
