package ui

import (
	"strings"
	"time"
)

const (
	stripMiddle = 12
	stripAbove  = 7  // where one day holds two marks
	stripBelow  = 18 // the second of them
)

// mark is one sign of the strip.
type mark struct {
	x    string
	y    int
	kind SignInKind
}

func (r Reader) stripStart() time.Time { return r.today().AddDate(0, 0, 1-stripDays) }

// marks lays somebody's days out; where something failed on a day that also held a sign-in, the cross stands below.
func (s SignIns) marks(r Reader) []mark {
	held := map[int]map[SignInKind]bool{}
	first := dayNumber(r.stripStart())
	for _, d := range s.Days {
		n := dayNumber(d.Day) - first
		if n < 0 || n >= stripDays || d.Many == 0 {
			continue
		}
		if held[n] == nil {
			held[n] = map[SignInKind]bool{}
		}
		held[n][d.Kind] = true
	}
	var out []mark
	for n := range stripDays {
		kinds := held[n]
		in := strongest(kinds)
		x := percent(float64(n) + 0.5)
		switch {
		case in != "" && kinds[SignInFailed]:
			out = append(out, mark{x, stripAbove, in}, mark{x, stripBelow, SignInFailed})
		case in != "":
			out = append(out, mark{x, stripMiddle, in})
		case kinds[SignInFailed]:
			out = append(out, mark{x, stripMiddle, SignInFailed})
		}
	}
	return out
}

// strongest is the mark of a day: a password alone is what one should see, so it goes before a second factor.
func strongest(kinds map[SignInKind]bool) SignInKind {
	for _, kind := range []SignInKind{SignInStaff, SignInWeak, SignInStrong} {
		if kinds[kind] {
			return kind
		}
	}
	return ""
}

// weekend is where a Saturday and a Sunday stand on the strip.
type weekend struct{ x, width string }

func (r Reader) weekends() []weekend {
	var out []weekend
	for n := range stripDays {
		switch day := r.stripStart().AddDate(0, 0, n).Weekday(); {
		case day == time.Saturday && n < stripDays-1:
			out = append(out, weekend{percent(float64(n)), percent(2)})
		case day == time.Saturday, day == time.Sunday && n == 0:
			out = append(out, weekend{percent(float64(n)), percent(1)})
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
