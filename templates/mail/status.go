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
	StopURL     string // of a subscriber of the status page, who is in no account
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
	l := letter{
		subject: m.subject(), to: m.To, facts: facts, link: ui.Link{Text: "See how it goes on", URL: m.URL},
		paragraphs: strings.Split(m.Text, "\n"), after: stop(m.StopURL),
		why: "You get this because you asked for mails of our status page.",
	}
	if m.Account != "" {
		l.paragraphs = append([]string{m.Account + " has services on what this is about."}, l.paragraphs...)
		l.after = unwanted(m.ChoicesURL)
		l.why = "You get this because you may see the services of " + m.Account + "."
	}
	return b.message(l)
}

// stop says where mails of the status page end.
func stop(url string) []string { return []string{"No more mails like this: " + url} }

// SubscribeMail answers an address that asked for mails of the status page.
type SubscribeMail struct {
	URL     string // confirms
	Expires time.Time
	StopURL string // of one that gets them already; empty: it has to confirm
	Reader  ui.Reader
}

// Subscribe says it.
func Subscribe(b Brand, m SubscribeMail) Message {
	if m.StopURL != "" {
		return b.message(letter{
			subject: "You get mails of our status page already",
			paragraphs: []string{
				"Somebody entered this address on our status page. It gets our mails already: nothing changes.",
				"To choose other servers, stop these mails first, and ask for them again.",
			},
			link: ui.Link{Text: "Stop these mails", URL: m.StopURL},
			why:  "You get this because this address was entered on our status page.",
		})
	}
	return b.message(letter{
		subject: "Confirm that you want mails of our status page",
		paragraphs: []string{
			"Somebody entered this address on our status page. We mail it about incidents and planned work once you confirm.",
			"It was not you? Do nothing: the address is forgotten.",
		},
		facts: []ui.Pair{{Name: "The link works until", Value: m.Reader.Date(m.Expires) + ", " + m.Reader.Clock(m.Expires)}},
		link:  ui.Link{Text: "Confirm this address", URL: m.URL},
		why:   "You get this because this address was entered on our status page.",
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
