package paper

// Column is one column of a report's table.
type Column struct {
	Label string
	Wide  float64 // in millimetres
}

// Report is a document with facts, a table, and notes below it. A cell is a strong line and a quiet one, each as long
// as it has to be.
type Report struct {
	About
	Title, Sub string
	Facts      [][2]string // name, value
	Columns    []Column
	Rows       [][][2]string
	Notes      [][2]string // title, text
}

const (
	cellPad  = 2.0
	headHigh = 7.5
	gutter   = 3.0
	// mostLines bounds one text of a cell.
	mostLines = 12
)

// Draw makes the file.
func (r Report) Draw() ([]byte, error) {
	about := r.About
	about.Title, about.Subject, about.Continued = r.Title+", "+r.Sub, r.Title, r.Title+", continued"
	return Draw(about, func(s *Sheet) error {
		s.PDF.AddPage()
		r.head(s)
		r.facts(s)
		r.table(s)
		r.notes(s)
		return nil
	})
}

func (r Report) head(s *Sheet) {
	s.Band()
	brand := Strong(Large)
	brand.Colour = s.Accent
	s.Y = s.Paragraph(Margin, 14, Width, brand, r.Brand, 1) + 3
	s.Y = s.Paragraph(Margin, s.Y, Width, Strong(Huge), r.Title, 1) + 1
	s.Y = s.Paragraph(Margin, s.Y, Width, Quiet(Large), r.Sub, 2) + 4
}

func (r Report) facts(s *Sheet) {
	const valueAt = Margin + 32
	for _, fact := range r.Facts {
		s.Write(Margin, s.Y, Quiet(Body), fact[0])
		s.Y = s.Paragraph(valueAt, s.Y, Right-valueAt, Plain(Body), fact[1], 3) + 0.4
	}
	s.Y += 5
}

func (r Report) tableHead(s *Sheet) {
	s.Fill(Tint(), Margin, s.Y, Width, headHigh)
	f := Strong(Small)
	f.Colour = Muted()
	x := Margin + cellPad
	for _, c := range r.Columns {
		s.Write(x, s.Y+(headHigh-f.Height())/2, f, c.Label)
		x += c.Wide
	}
	s.Y += headHigh
	s.Line(s.Accent, 0.4, s.Y)
	s.Y += 0.4
}

func (r Report) table(s *Sheet) {
	r.tableHead(s)
	for _, row := range r.Rows {
		high := 0.0
		for i, cell := range row {
			wide := r.Columns[i].Wide - gutter
			lines := min(len(s.Wrap(Strong(Small), cell[0], wide)), mostLines)
			quiet := min(len(s.Wrap(Quiet(Tiny), cell[1], wide)), mostLines)
			high = max(high, float64(lines)*Strong(Small).Height()+float64(quiet)*Quiet(Tiny).Height())
		}
		if s.Y+high+2*cellPad > Bottom {
			s.Turn()
			r.tableHead(s)
		}
		x := Margin + cellPad
		for i, cell := range row {
			wide := r.Columns[i].Wide - gutter
			end := s.Paragraph(x, s.Y+cellPad, wide, Strong(Small), cell[0], mostLines)
			s.Paragraph(x, end, wide, Quiet(Tiny), cell[1], mostLines)
			x += r.Columns[i].Wide
		}
		s.Y += high + 2*cellPad
		s.Line(Rule(), 0.2, s.Y)
		s.Y += 0.2
	}
	s.Y += 6
}

func (r Report) notes(s *Sheet) {
	for _, n := range r.Notes {
		lines := s.Wrap(Plain(Small), n[1], Width)
		if s.Y+Strong(Body).Height()+float64(len(lines))*Plain(Small).Height() > Bottom {
			s.Turn()
		}
		s.Write(Margin, s.Y, Strong(Body), n[0])
		s.Y += Strong(Body).Height()
		s.Y = s.Paragraph(Margin, s.Y, Width, Plain(Small), n[1], len(lines)) + 3
	}
}
