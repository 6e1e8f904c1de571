// Package status is what the status page looks like, and the pages on which staff say what goes on.
package status

import (
	"strconv"
	"strings"
	"time"

	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

// PublicPage is the status page.
type PublicPage struct {
	Mails    string // where mails are asked for; empty: nowhere
	Shell    layout.Shell
	Tone     ui.Tone
	Headline string // "Everything is running"
	Rest     string // what else there is to say, in a sentence
	Going    []Event
	Parts    []Part
	Ahead    []Event
	Past     []Event
	Calendar string // the address of the calendar file
	Feed     string
	JSON     string
}

// Event is an incident or planned work.
type Event struct {
	Title, URL string
	Planned    bool
	State      ui.State
	When       string // "9 Dec 2026, 02:00 to 02:20"
	Who, Todo  string
	Parts      []string
	Steps      []ui.Step
}

func (e Event) icon() string {
	if e.Planned {
		return "calendar"
	}
	return "broadcast"
}

func (e Event) touches() string { return strings.Join(e.Parts, ", ") }

// Part is one part with its bars.
type Part struct {
	ID, Name, About string
	State           ui.State
	Days            []Bar // none: it is not measured
	Uptime          string
	Text            string // the bars in words
	Below           string // "Answers in 41 ms"
}

// Bar is one day.
type Bar int

// The bars, from nothing known to worst.
const (
	NoBar Bar = iota
	Good
	Meagre
	Bad
)

// bars draws the days of one kind as a single path, so that a page with two hundred servers stays small.
func (p Part) bars(kind Bar) string {
	shape := map[Bar]string{NoBar: "16v18", Good: "0v34", Meagre: "12v22", Bad: "22v12"}[kind]
	top, height, _ := strings.Cut(shape, "v")
	var out strings.Builder
	for n, b := range p.Days {
		if b == kind {
			out.WriteString("M" + strconv.Itoa(n*10) + " " + top + "h8v" + height + "h-8z")
		}
	}
	return out.String()
}

// Span reads "38 minutes", "2 hours 41 minutes", "3 days 4 hours".
func Span(d time.Duration) string {
	minutes := int(max(d, 0).Round(time.Minute) / time.Minute)
	days, hours := minutes/1440, minutes/60%24
	text := func(a int, one, many string, b int, less, more string) string {
		if b == 0 {
			return ui.Count(a, one, many)
		}
		return ui.Count(a, one, many) + " " + ui.Count(b, less, more)
	}
	switch {
	case minutes < 1:
		return "less than a minute"
	case days > 0:
		return text(days, "day", "days", hours, "hour", "hours")
	case hours > 0:
		return text(hours, "hour", "hours", minutes%60, "minute", "minutes")
	}
	return ui.Count(minutes, "minute", "minutes")
}
