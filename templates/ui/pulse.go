package ui

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// DayCount is what the log holds of one day. Day is a date of the reader's, as midnight UTC.
type DayCount struct {
	Day                               time.Time
	Entries, Refused, Failed, ByStaff int // Failed: failed sign-ins; ByStaff: looks by the provider's people
}

// SignInKind is how somebody came in, or did not.
type SignInKind string

// The kinds of marks on the strip of sign-ins, told apart by shape as well as by colour.
const (
	SignInStrong SignInKind = "strong" // with a second factor: filled
	SignInWeak   SignInKind = "pass"   // password only: hollow
	SignInFailed SignInKind = "bad"    // a cross
	SignInStaff  SignInKind = "staff"  // the provider looked: a square
)

// SignIn is how often something of one kind happened on one day.
type SignIn struct {
	Day  time.Time
	Kind SignInKind
	Many int
}

// SignIns are somebody's last 30 days.
type SignIns struct {
	Person Person
	Days   []SignIn
}

// PulseProps is the top of a log: what happened on which day, and who signed in. Days that are missing held nothing.
type PulseProps struct {
	Days   []DayCount
	People []SignIns
	Total  int // entries since the log began; 0 where that is not known
}

const (
	heatWeeks = 26
	heatStep  = 14 // from one square to the next
	heatTop   = 15 // below the names of the months
	// squareLength is how long a square is as text.
	squareLength = 48
	stripDays    = 30
	week         = 7
)

// monday counts the days since the last Monday.
func monday(t time.Time) int { return (int(t.Weekday()) + week - 1) % week }

// today is the reader's date as a midnight UTC.
func (r Reader) today() time.Time { return time.Unix(int64(dayNumber(r.in(r.Now)))*86400, 0).UTC() }

// heatStart is the first day of the map: a Monday, so that weeks are columns.
func (r Reader) heatStart() time.Time {
	now := r.today()
	return now.AddDate(0, 0, -monday(now)-(heatWeeks-1)*week)
}

// within are the days of the map, the oldest first.
func (p PulseProps) within(r Reader) []DayCount {
	start := r.heatStart()
	first, last := dayNumber(start), dayNumber(r.today())
	out := make([]DayCount, last-first+1)
	for i := range out {
		out[i].Day = start.AddDate(0, 0, i)
	}
	for _, d := range p.Days {
		if n := dayNumber(d.Day) - first; n >= 0 && n < len(out) {
			d.Day = out[n].Day
			out[n] = d
		}
	}
	return out
}

func busiest(days []DayCount) DayCount {
	var top DayCount
	for _, d := range days {
		if d.Entries > top.Entries {
			top = d
		}
	}
	return top
}

// squares draws the days. The steps follow the square root, so that one very busy day leaves the others visible. There
// are many, all of numbers, and every look at a log has them: they are put together by hand.
func squares(days []DayCount) string {
	most := busiest(days).Entries
	out := make([]byte, 0, len(days)*squareLength)
	for i, d := range days {
		x, y, level := i/week*heatStep, heatTop+i%week*heatStep, 0
		if d.Entries > 0 {
			level = int(math.Ceil(4 * math.Sqrt(float64(d.Entries)/float64(most))))
		}
		out = appendSquare(out, heatClass(level), x, y, `"></rect>`)
		if d.Failed > 0 {
			out = appendSquare(out, "gh-hbad", x, y, `.5"></rect>`)
		}
		if i == len(days)-1 { // today
			out = appendSquare(out, "gh-hsel", x-2, y-2, `.5"></rect>`)
		}
	}
	return string(out)
}

// heatClass is how dark a square is.
func heatClass(level int) string {
	return [...]string{"gh-h0", "gh-h1", "gh-h2", "gh-h3", "gh-h4"}[level]
}

// appendSquare draws a square with a corner, whose half is that of the rest. How large it is says the style sheet.
func appendSquare(out []byte, class string, x, y int, rest string) []byte {
	out = append(append(append(out, `<rect class="`...), class...), `" x="`...)
	out = strconv.AppendInt(out, int64(x), 10)
	if rest[0] == '.' {
		out = append(out, ".5"...)
	}
	out = append(out, `" y="`...)
	return append(strconv.AppendInt(out, int64(y), 10), rest...)
}

// tick is a word below or above a diagram.
type tick struct {
	x    int
	text string
}

// months name the columns in which a month begins. The first is left out where the next would stand on it.
func (r Reader) months() []tick {
	var out []tick
	for w := range heatWeeks {
		day := r.heatStart().AddDate(0, 0, w*week)
		begins := w == 0 || day.AddDate(0, 0, -week).Month() != day.Month()
		if begins {
			out = append(out, tick{w * heatStep, day.Format("Jan")})
		}
	}
	if len(out) > 1 && out[1].x-out[0].x < 2*heatStep {
		out = out[1:]
	}
	return out
}

func total(days []DayCount) DayCount {
	var sum DayCount
	for _, d := range days {
		sum.Entries, sum.Refused = sum.Entries+d.Entries, sum.Refused+d.Refused
		sum.Failed, sum.ByStaff = sum.Failed+d.Failed, sum.ByStaff+d.ByStaff
	}
	return sum
}

// heatSentence says what the map shows.
func (r Reader) heatSentence(days []DayCount) string {
	sum, top := total(days), busiest(days)
	entries := Count(sum.Entries, "entry", "entries")
	text := "Entries per day, " + r.Period(r.heatStart(), r.today()) + ": " + entries + " in all."
	if top.Entries > 0 {
		text += " The busiest day was " + r.Date(top.Day) + ", with " + Number(top.Entries) + "."
	}
	var failed []string
	for _, d := range days {
		if d.Failed > 0 {
			failed = append(failed, r.Date(d.Day))
		}
	}
	const few = 4
	switch {
	case len(failed) > few:
		text += " Sign-ins failed on " + Number(len(failed)) + " days."
	case len(failed) > 0:
		text += " Sign-ins failed on " + listed(failed) + "."
	}
	return text
}

// thisWeek is the line below the map: strong, then quiet.
func (p PulseProps) thisWeek(r Reader, days []DayCount) (strong, quiet string) {
	if p.Total == 0 && total(days).Entries == 0 {
		return "Nothing yet.", "Each day fills as things happen."
	}
	sum := total(days[len(days)-1-monday(r.today()):])
	var parts []string
	say := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, Count(n, one, many))
		}
	}
	say(sum.Refused, "refused", "refused")
	say(sum.Failed, "failed sign-in", "failed sign-ins")
	say(sum.ByStaff, "look by staff", "looks by staff")
	if len(parts) > 0 {
		quiet = strings.Join(parts, ", ") + ". "
	}
	strong = "This week: " + Count(sum.Entries, "entry", "entries") + "."
	if p.Total > 0 {
		quiet += Count(p.Total, "entry", "entries") + " in all."
	}
	return strong, quiet
}

// monthCount is a row of the map as a table.
type monthCount struct {
	name string
	sum  DayCount
}

// byMonth is the map as a table, the newest month first.
func byMonth(days []DayCount) []monthCount {
	var out []monthCount
	for i, d := range slices.Backward(days) {
		if len(out) == 0 || days[i+1].Day.Month() != d.Day.Month() {
			out = append(out, monthCount{name: d.Day.Format("Jan 2006")})
		}
		last := &out[len(out)-1]
		last.sum = total([]DayCount{last.sum, d})
	}
	return out
}

// listed reads "one", "one and two", "one, two and three".
func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// percent is a place on an axis of so many days, as SVG takes it.
func percent(days float64) string { return string(appendPercent(nil, days)) }

func appendPercent(out []byte, days float64) []byte {
	return append(strconv.AppendFloat(out, days*100/stripDays, 'f', 2, 64), '%')
}
