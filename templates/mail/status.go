package mail

import (
	"strings"
	"time"

	"gatehouse/templates/ui"
)

// StatusMail tells what is new about an incident or planned work.
type StatusMail struct {
	To, Account string // Account: whose services are on these servers
	Title       string
	Text        string // what was said
	Who, Todo   string
	Parts       []string
	Planned     bool
	Over        bool
	Dropped     bool
	Starts      time.Time
	Ends        time.Time // of planned work
	URL         string
	Reader      ui.Reader
	ChoicesURL  string
}

// Status says it as the status page does.
func Status(b Brand, m StatusMail) Message {
	r := m.Reader
	facts := []ui.Pair{{Name: "Touches", Value: strings.Join(m.Parts, ", ")}}
	if m.Planned {
		facts = append(facts,
			ui.Pair{Name: "From", Value: r.Date(m.Starts) + ", " + r.Clock(m.Starts)},
			ui.Pair{Name: "To", Value: r.Date(m.Ends) + ", " + r.Clock(m.Ends)})
	} else {
		facts = append(facts, ui.Pair{Name: "Since", Value: r.Date(m.Starts) + ", " + r.Clock(m.Starts)})
	}
	if m.Who != "" {
		facts = append(facts, ui.Pair{Name: "Who notices", Value: m.Who})
	}
	if m.Todo != "" {
		facts = append(facts, ui.Pair{Name: "What to do", Value: m.Todo})
	}
	return b.message(letter{
		subject: m.subject(), to: m.To,
		paragraphs: append([]string{m.Account + " has services on what this is about."}, strings.Split(m.Text, "\n")...),
		facts:      facts,
		link:       ui.Link{Text: "See how it goes on", URL: m.URL},
		after:      unwanted(m.ChoicesURL),
		why:        "You get this because you may see the services of " + m.Account + ".",
	})
}

func (m StatusMail) subject() string {
	switch {
	case m.Dropped:
		return "Does not happen: " + m.Title
	case m.Over:
		return "Over: " + m.Title
	case m.Planned:
		return "Planned work: " + m.Title
	}
	return "Incident: " + m.Title
}
