package status

import (
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/status"
	pages "gatehouse/templates/status"
	"gatehouse/templates/ui"
)

// stateWords is how a part is, for people.
func stateWords(s status.State) ui.State {
	switch s {
	case status.Up:
		return ui.State{Tone: ui.OK, Icon: "check", Word: "Running"}
	case status.Slow:
		return ui.State{Tone: ui.Warn, Icon: "alert-triangle", Word: "Slow"}
	case status.Down:
		return ui.State{Tone: ui.Bad, Icon: "alert-circle", Word: "Down"}
	case status.Working:
		return ui.State{Tone: ui.Info, Icon: "tool", Word: "Planned work"}
	case status.Unknown:
	}
	return ui.State{Tone: ui.Neutral, Icon: "circle-dashed", Word: "Not measured yet"}
}

func tone(s status.State) ui.Tone { return stateWords(s).Tone }

// overall is how everything is, in a few words.
func overall(b *status.Board) (ui.Tone, string) {
	worst := b.Worst()
	if going := b.Going(); len(going) == 1 && (worst == going[0].Impact || going[0].Sort == status.Maintenance &&
		worst == status.Working) {
		return tone(worst), going[0].Title
	}
	var names []string
	for _, p := range b.Parts {
		if p.State == worst {
			names = append(names, p.Name)
		}
	}
	which := strings.Join(names, " and ")
	are := "is"
	if len(names) > 1 {
		are = "are"
	}
	if len(names) > 2 {
		which = fmt.Sprintf("%d of %d parts", len(names), len(b.Parts))
	}
	switch worst {
	case status.Up:
		return ui.OK, "Everything is running"
	case status.Slow:
		return ui.Warn, which + " " + are + " slow"
	case status.Down:
		return ui.Bad, which + " " + are + " down"
	case status.Working:
		return ui.Info, "Planned work goes on"
	case status.Unknown:
	}
	if len(b.Parts) == 0 {
		return ui.Neutral, "Nothing is measured yet"
	}
	return ui.Neutral, "The first measurements are on their way"
}

// rest is what else there is to say.
func rest(r ui.Reader, b *status.Board) string {
	if b.Stale {
		return "This is from " + r.Then(b.At) + ". Newer figures cannot be had at the moment."
	}
	well, latest := 0, time.Time{}
	for _, p := range b.Parts {
		if p.State == status.Up {
			well++
		}
		if p.Checked.After(latest) {
			latest = p.Checked
		}
	}
	var out []string
	switch bad := len(b.Parts) - well; {
	case bad > 0 && well > 0:
		out = append(out, ui.Count(well, "other part is", "other parts are")+" running.")
	case bad == 0 && well > 1:
		out = append(out, "All "+ui.Count(well, "part", "parts")+".")
	}
	if !latest.IsZero() {
		out = append(out, "Measured "+strings.ToLower(ago(b.At.Sub(latest)))+".")
	}
	return strings.Join(out, " ")
}

func ago(d time.Duration) string {
	const minute = time.Minute
	if d < minute {
		return ui.Count(max(1, int(d.Seconds())), "second", "seconds") + " ago"
	}
	return pages.Span(d) + " ago"
}

func partOf(r ui.Reader, p status.Part) pages.Part {
	out := pages.Part{ID: p.ID.String(), Name: p.Name, About: p.About, State: stateWords(p.State)}
	if p.Kind == status.None {
		out.Below = "Not measured. We say here when something is wrong."
		return out
	}
	var troubles []string
	for _, d := range p.Days {
		out.Days = append(out.Days, barOf(d.State()))
		switch d.State() {
		case status.Down:
			troubles = append(troubles, "down for "+pages.Span(d.Down)+" on "+r.Date(d.Date))
		case status.Slow:
			troubles = append(troubles, "slow for "+pages.Span(d.Slow)+" on "+r.Date(d.Date))
		case status.Unknown, status.Up, status.Working:
		}
	}
	out.Uptime = uptime(p.Uptime())
	out.Text = p.Name + ": " + out.Uptime + " in the last 90 days"
	if len(troubles) > 0 {
		out.Text += "; " + strings.Join(troubles, ", ")
	}
	if p.Latency > 0 && p.State != status.Down {
		out.Below = "Answers in " + ui.Number(int(p.Latency.Milliseconds())) + " ms"
	}
	const shown = 3
	for n := len(troubles) - 1; n >= max(0, len(troubles)-shown); n-- {
		out.Below = joined(out.Below, troubles[n])
	}
	if more := len(troubles) - shown; more > 0 {
		out.Below = joined(out.Below, ui.Count(more, "more day", "more days")+" with trouble")
	}
	out.Below = ui.Capital(out.Below)
	return out
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + " · " + b
}

func barOf(s status.State) pages.Bar {
	switch s {
	case status.Up, status.Working:
		return pages.Good
	case status.Slow:
		return pages.Meagre
	case status.Down:
		return pages.Bad
	case status.Unknown:
	}
	return pages.NoBar
}

// uptime reads "99.97% up". It never rounds up to all of it.
func uptime(share float64) string {
	switch {
	case share < 0:
		return "not measured yet"
	case share == 1:
		return "100% up"
	}
	const whole, parts = 10_000, 100
	hundredths := int(share * whole)
	return fmt.Sprintf("%d.%02d%% up", hundredths/parts, hundredths%parts)
}

// phaseWords says how far an incident or planned work is.
func phaseWords(p status.Phase) string {
	switch p {
	case status.Looking:
		return "We are looking into it"
	case status.Found:
		return "The reason is found"
	case status.Watching:
		return "Mended, and watched"
	case status.Over:
		return "Over"
	case status.Planned:
		return "Planned"
	case status.Dropped:
		return "Does not happen"
	}
	return string(p)
}

func eventState(i status.Incident, at time.Time) ui.State {
	switch {
	case i.Dropped:
		return ui.State{Tone: ui.Neutral, Icon: "x", Word: "Does not happen"}
	case i.Goes(at) && i.Sort == status.Maintenance:
		return ui.State{Tone: ui.Info, Icon: "tool", Word: "Going on"}
	case i.Goes(at):
		return ui.State{Tone: tone(i.Impact), Icon: "tool", Word: phaseWords(i.Phase)}
	case i.Ahead(at):
		return ui.State{Tone: ui.Info, Icon: "calendar", Word: "Planned"}
	}
	return ui.State{Tone: ui.OK, Icon: "check", Word: "Over"}
}

// eventWhen says when it was, or will be.
func eventWhen(r ui.Reader, i status.Incident, at time.Time) string {
	end := i.Until()
	switch {
	case i.Sort == status.Fault && end.IsZero():
		since := r.Clock(i.Starts)
		if !r.SameDay(i.Starts, at) {
			since = r.Date(i.Starts) + ", " + since
		}
		return "since " + since + ", " + pages.Span(at.Sub(i.Starts))
	case i.Sort == status.Maintenance && i.Ends.After(i.Starts) && (end.Before(i.Starts) || i.Dropped):
		end = i.Ends
	}
	from := r.Date(i.Starts) + ", " + r.Clock(i.Starts)
	if r.SameDay(i.Starts, end) {
		return from + " to " + r.Clock(end)
	}
	return from + " to " + r.Date(end) + ", " + r.Clock(end)
}

// event is an incident as a page shows it. base is below what its own page stands; empty: it is that page.
func event(r ui.Reader, i status.Incident, at time.Time, base string) pages.Event {
	e := pages.Event{
		Title: i.Title, Planned: i.Sort == status.Maintenance, State: eventState(i, at), When: eventWhen(r, i, at),
		Who: i.Who, Todo: i.Todo,
	}
	if base != "" {
		e.URL = base + "/" + i.ID.String()
	}
	for _, t := range i.Touched {
		e.Parts = append(e.Parts, t.Name)
	}
	for _, u := range i.Updates {
		step := ui.Step{Text: u.Text, At: u.At, Note: phaseWords(u.Phase), Look: ui.Done}
		if u.Phase == status.Over {
			step.Look = ui.DoneWell
		}
		e.Steps = append(e.Steps, step)
	}
	return e
}
