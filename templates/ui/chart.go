package ui

import (
	"math"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/money"
)

// Unit is what the numbers of a diagram count: money, bytes, a share in per cent, or things with a name.
type Unit struct {
	Currency  money.Currency
	Bytes     bool
	Share     bool   // per cent: never added up
	Level     bool   // how much there is at a time: never added up either
	One, Many string // "visit", "visits"
}

// Say reads "£148.80", "1.4 GB", "99%" or "12 visits".
func (u Unit) Say(n int64) string {
	switch {
	case u.Currency != "":
		return money.New(n, u.Currency).String()
	case u.Bytes:
		return Bytes(n)
	case u.Share:
		return strconv.FormatInt(n, 10) + "%"
	default:
		return Count(int(n), u.One, u.Many)
	}
}

// sums says whether days add up to something.
func (u Unit) sums() bool { return !u.Share && !u.Level }

// Bytes reads "412 MB", "1.4 GB": as hosts and the limits of plans count, 1,024 to the next, one decimal below ten.
func Bytes(n int64) string {
	const next = 1 << 10
	size, unit := float64(n), 0
	names := []string{"bytes", "kB", "MB", "GB", "TB", "PB"}
	for size >= next && unit < len(names)-1 {
		size, unit = size/next, unit+1
	}
	decimals := 0
	if unit > 0 && size < 10 {
		decimals = 1
	}
	text := strings.TrimSuffix(strconv.FormatFloat(size, 'f', decimals, 64), ".0")
	return text + " " + names[unit]
}

// Point is one day of a diagram, or one month. The tone is for states: a bad day is short as well as red.
type Point struct {
	Day   time.Time // midnight UTC
	Value int64
	Tone  Tone
	Note  string // in the table: "Slow from 09:10 to 09:40"
	// Missing says that nobody knows: the place stays empty, and the value counts for nothing.
	Missing bool
}

// ChartProps is one row of numbers over time, the oldest first.
type ChartProps struct {
	Subject string // "Traffic per day"
	Unit    Unit
	Points  []Point
	Monthly bool
	Weekly  bool // each point is a week, named by its first day
}

// span reads "4 Nov to 3 Dec 2026", or "Jan to Dec 2026".
func (p ChartProps) span(r Reader) string {
	first, last := p.Points[0].Day, p.Points[len(p.Points)-1].Day
	if !p.Monthly {
		return r.Period(first, last)
	}
	if first.Year() == last.Year() {
		return first.Format("Jan") + " to " + last.Format("Jan 2006")
	}
	return first.Format("Jan 2006") + " to " + last.Format("Jan 2006")
}

// name is a point in the table, and at the ends of the axis.
func (p ChartProps) name(r Reader, at Point) string {
	if p.Monthly {
		return at.Day.Format("Jan 2006")
	}
	return r.Date(at.Day)
}

func (p ChartProps) bounds() (least, most, sum int64) {
	least = math.MaxInt64
	for _, point := range p.Points {
		if point.Missing {
			continue
		}
		least, most, sum = min(least, point.Value), max(most, point.Value), sum+point.Value
	}
	return least, most, sum
}

// sentence says what the diagram shows.
func (p ChartProps) sentence(r Reader) string {
	least, most, sum := p.bounds()
	if p.missing() == len(p.Points) {
		return p.Subject + ", " + p.span(r) + ": no numbers yet."
	}
	text := p.Subject + ", " + p.span(r) + ": "
	if least == most {
		text += "always " + p.Unit.Say(most)
	} else {
		text += "between " + p.Unit.Say(least) + " and " + p.Unit.Say(most)
	}
	if p.Unit.sums() {
		text += ", " + p.Unit.Say(sum) + " in all"
	}
	return text + "." + p.gaps(" ")
}

// missing is how many points nobody knows.
func (p ChartProps) missing() int {
	n := 0
	for _, point := range p.Points {
		n += b2i(point.Missing)
	}
	return n
}

// gaps says after a space how much of the diagram nobody knows; nothing where all is known.
func (p ChartProps) gaps(space string) string {
	one, many := "day", "days"
	switch {
	case p.Monthly:
		one, many = "month", "months"
	case p.Weekly:
		one, many = "week", "weeks"
	}
	if n := p.missing(); n > 0 {
		return space + Count(n, one, many) + " without a figure."
	}
	return ""
}

// noted says whether any point has something to say in the table.
func (p ChartProps) noted() bool {
	for _, point := range p.Points {
		if point.Note != "" {
			return true
		}
	}
	return false
}

const (
	chartWide = 300
	chartHigh = 50
	chartHead = 4 // room above the highest point
	barHigh   = 34
	barLeast  = 3 // so that a small value is still seen
)

// line is the path of the sparkline, from the left edge to the right.
func (p ChartProps) line() string {
	_, most, _ := p.bounds()
	most = max(most, 1)
	var out strings.Builder
	for i, point := range p.Points {
		x := float64(chartWide)
		if len(p.Points) > 1 {
			x = chartWide * float64(i) / float64(len(p.Points)-1)
		}
		y := chartHigh - (chartHigh-chartHead)*float64(point.Value)/float64(most)
		out.WriteString([]string{"L", "M"}[b2i(i == 0)] + short(x) + " " + short(y))
	}
	if len(p.Points) == 1 {
		return "M0 " + strings.Fields(out.String())[1] + strings.Replace(out.String(), "M", "L", 1)
	}
	return out.String()
}

func (p ChartProps) area() string {
	return p.line() + "L" + strconv.Itoa(chartWide) + " " + strconv.Itoa(chartHigh) + "L0 " + strconv.Itoa(chartHigh) + "Z"
}

func b2i(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func short(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// bar is one bar, as SVG takes it.
type bar struct{ x, width, y, height, class string }

// bars fill the width, with a fifth of each place left free.
func (p ChartProps) bars() []bar {
	_, most, _ := p.bounds()
	if most = max(most, 1); p.Unit.Share {
		most = 100 // a share is of all, and not of the largest share
	}
	place := 100 / float64(len(p.Points))
	out := make([]bar, 0, len(p.Points))
	for i, point := range p.Points {
		if point.Missing {
			continue
		}
		high := max(barLeast, barHigh*float64(point.Value)/float64(most))
		out = append(out, bar{
			x: short2(place*float64(i)) + "%", width: short2(place*0.8) + "%",
			y: short(barHigh - high), height: short(high), class: "gh-b-" + point.look(),
		})
	}
	return out
}

func short2(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

func (p Point) look() string {
	switch {
	case p.Tone == OK, p.Tone == Warn, p.Tone == Bad:
		return string(p.Tone)
	case p.Value == 0:
		return "none"
	default:
		return "plain"
	}
}
