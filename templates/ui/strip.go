package ui

import (
	"strconv"
	"strings"
	"time"
)

const (
	stripMiddle = 12
	stripAbove  = 7  // where one day holds two marks
	stripBelow  = 18 // the second of them
	markLength  = 64 // of a mark as text
)

func (r Reader) stripStart() time.Time { return r.today().AddDate(0, 0, 1-stripDays) }

// heldOn is what a day held of one person.
type heldOn struct{ strong, weak, failed, staff bool }

// marks draws somebody's days; where something failed on a day that also held a sign-in, the cross stands below.
func (s SignIns) marks(r Reader) string {
	var held [stripDays]heldOn
	first := dayNumber(r.stripStart())
	for _, d := range s.Days {
		n := dayNumber(d.Day) - first
		if n < 0 || n >= stripDays || d.Many == 0 {
			continue
		}
		switch d.Kind {
		case SignInStrong:
			held[n].strong = true
		case SignInWeak:
			held[n].weak = true
		case SignInFailed:
			held[n].failed = true
		case SignInStaff:
			held[n].staff = true
		}
	}
	out := make([]byte, 0, len(s.Days)*markLength)
	for n, h := range held {
		in := h.strongest()
		switch {
		case in != "" && h.failed:
			out = appendMark(appendMark(out, n, stripAbove, in), n, stripBelow, SignInFailed)
		case in != "":
			out = appendMark(out, n, stripMiddle, in)
		case h.failed:
			out = appendMark(out, n, stripMiddle, SignInFailed)
		}
	}
	return string(out)
}

// appendMark draws one sign of the strip. A circle has its place itself; the others stand in a frame that has it.
func appendMark(out []byte, day, y int, kind SignInKind) []byte {
	open, middle, end := `<svg x="`, `" overflow="visible">`, `</svg>`
	switch kind {
	case SignInStrong:
		open, middle, end = `<circle class="gh-s-strong" r="3.6" cx="`, `"></circle>`, ""
	case SignInWeak:
		open, middle, end = `<circle class="gh-s-pass" r="3.1" cx="`, `"></circle>`, ""
	case SignInFailed, SignInStaff:
	}
	round := end == ""
	out = appendPercent(append(out, open...), float64(day)+0.5)
	if round {
		out = append(out, `" cy="`...)
	} else {
		out = append(out, `" y="`...)
	}
	out = append(strconv.AppendInt(out, int64(y), 10), middle...)
	if !round {
		out = append(append(out, shape(kind)...), end...)
	}
	return out
}

// shape draws a mark around the origin.
func shape(kind SignInKind) string {
	switch kind {
	case SignInWeak:
		return `<circle class="gh-s-pass" r="3.1"></circle>`
	case SignInFailed:
		return `<path class="gh-s-bad" d="M-3-3L3 3M3-3L-3 3"></path>`
	case SignInStaff:
		return `<rect class="gh-s-staff" x="-3.5" y="-3.5" width="7" height="7" rx="1"></rect>`
	case SignInStrong:
	}
	return `<circle class="gh-s-strong" r="3.6"></circle>`
}

// strongest is the mark of a day: a password alone is what one should see, so it goes before a second factor.
func (h heldOn) strongest() SignInKind {
	switch {
	case h.staff:
		return SignInStaff
	case h.weak:
		return SignInWeak
	case h.strong:
		return SignInStrong
	}
	return ""
}

// weekends draws where Saturdays and Sundays stand on the strip.
func (r Reader) weekends() string {
	out, first := "", r.stripStart().Weekday()
	for n := range stripDays {
		width := 0
		switch day := (first + time.Weekday(n)) % week; {
		case day == time.Saturday && n < stripDays-1:
			width = 2
		case day == time.Saturday, day == time.Sunday && n == 0:
			width = 1
		}
		if width > 0 {
			out += `<rect class="gh-wkend" x="` + percent(float64(n)) + `" y="0" width="` + percent(float64(width)) +
				`" height="24"></rect>`
		}
	}
	return out
}

// stripCount is somebody's month in numbers: days with a sign-in, and attempts that failed.
type stripCount struct{ strong, weak, failed, staff int }

func (s SignIns) count(r Reader) stripCount {
	var c stripCount
	first := dayNumber(r.stripStart())
	for _, d := range s.Days {
		if n := dayNumber(d.Day) - first; n < 0 || n >= stripDays || d.Many == 0 {
			continue
		}
		switch d.Kind {
		case SignInStrong:
			c.strong++
		case SignInWeak:
			c.weak++
		case SignInStaff:
			c.staff++
		case SignInFailed:
			c.failed += d.Many
		}
	}
	return c
}

// sentence says what the strip of one person shows.
func (s SignIns) sentence(r Reader) string {
	c := s.count(r)
	var parts []string
	switch {
	case c.strong > 0 && c.weak == 0:
		parts = append(parts, Count(c.strong, "day", "days")+", always with a second factor")
	case c.strong > 0:
		parts = append(parts, Count(c.strong, "day", "days")+" with a second factor")
	}
	if c.weak > 0 {
		parts = append(parts, Count(c.weak, "day", "days")+" with a password only")
	}
	if c.failed > 0 {
		parts = append(parts, Count(c.failed, "failed attempt", "failed attempts"))
	}
	if c.staff > 0 {
		parts = append(parts, "looked at the account on "+Count(c.staff, "day", "days"))
	}
	if len(parts) == 0 {
		return s.Person.Name + ": no sign-in in the last 30 days"
	}
	return s.Person.Name + ": " + strings.Join(parts, "; ")
}

// shortNames are first names, with the second name's letter where two people share the first.
func (p PulseProps) shortNames() []string {
	seen := map[string]int{}
	for _, s := range p.People {
		seen[firstWord(s.Person.Name)]++
	}
	out := make([]string, 0, len(p.People))
	for _, s := range p.People {
		name := firstWord(s.Person.Name)
		words := strings.Fields(s.Person.Name)
		if seen[name] > 1 && len(words) > 1 {
			name += " " + firstLetter(words[len(words)-1])
		}
		out = append(out, name)
	}
	return out
}

func firstWord(name string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	return word
}

// days is a cell of the strip's table.
func days(n int) string {
	if n == 0 {
		return "–"
	}
	return Count(n, "day", "days")
}

// some is a number, or a dash for none.
func some(n int) string {
	if n == 0 {
		return "–"
	}
	return Number(n)
}
