package mail

import (
	"time"

	"gatehouse/templates/ui"
)

// AccountAlertMail tells somebody of an entry in an account's log. What the entry says stands there only: mailboxes are
// read by others.
type AccountAlertMail struct {
	To, Account, What string // "Somebody becomes an owner"
	At                time.Time
	URL, ChoicesURL   string // of the entry, and of the page where alerts are chosen
	Fixed             bool   // it cannot be switched off
	Reader            ui.Reader
}

func (m AccountAlertMail) why() string {
	if m.Fixed {
		return "Owners always get this. It cannot be switched off."
	}
	return "You chose to be told of this. Change that here: " + m.ChoicesURL
}

// AccountAlert leads to the entry.
func AccountAlert(b Brand, m AccountAlertMail) Message {
	return b.message(letter{
		subject: m.Account + ": " + m.What, to: m.To,
		paragraphs: []string{"Something happened in " + m.Account + " that you want to know of."},
		facts: []ui.Pair{
			{Name: "What", Value: m.What},
			{Name: "When", Value: m.Reader.Date(m.At) + ", " + m.Reader.Clock(m.At)},
		},
		link: ui.Link{Text: "See the entry", URL: m.URL},
		after: []string{
			"It says who did it and from where. If it was done as you and was not you, say so there: “This wasn’t me”.",
		},
		why: m.why(),
	})
}

// DailyAlertsMail tells somebody of all that a day brought in an account's log.
type DailyAlertsMail struct {
	To, Account, LogURL, ChoicesURL string
	Lines                           []DailyLine
	Reader                          ui.Reader
}

// DailyLine is one thing of that day.
type DailyLine struct {
	What, URL string
	At        time.Time
}

// DailyAlerts leads to the log.
func DailyAlerts(b Brand, m DailyAlertsMail) Message {
	l := letter{
		subject: m.Account + ": " + ui.Count(len(m.Lines), "alert", "alerts") + " of the last day", to: m.To,
		paragraphs: []string{"This happened in " + m.Account + " since the last mail."},
		link:       ui.Link{Text: "Open the log", URL: m.LogURL},
		why:        "You chose to be told of this once a day. Change that here: " + m.ChoicesURL,
	}
	for _, line := range m.Lines {
		l.facts = append(l.facts, ui.Pair{
			Name: line.What, Value: m.Reader.Date(line.At) + ", " + m.Reader.Clock(line.At) + " · " + line.URL,
		})
	}
	return b.message(l)
}
