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
	NotMeURL          string // where it was done in the reader's name
	Fixed             bool   // it cannot be switched off
	Reader            ui.Reader
}

func (m AccountAlertMail) why() string {
	if m.Fixed {
		return "You get this because you are an owner. It cannot be switched off."
	}
	return "You get this because you chose to be told of it. Change that here: " + m.ChoicesURL
}

// AccountAlert leads to the entry.
func AccountAlert(b Brand, m AccountAlertMail) Message {
	after := "It says who did it and from where."
	if m.NotMeURL != "" {
		after += " It was done as you. If it was not you, say so here: " + m.NotMeURL
	}
	return b.message(letter{
		subject: m.Account + ": " + m.What, to: m.To,
		paragraphs: []string{"Something happened in " + m.Account + " that you want to know of."},
		facts: []ui.Pair{
			{Name: "What", Value: m.What},
			{Name: "When", Value: m.Reader.Date(m.At) + ", " + m.Reader.Clock(m.At)},
		},
		link:  ui.Link{Text: "See the entry", URL: m.URL},
		after: []string{after},
		why:   m.why(),
	})
}

// DailyAlertsMail tells somebody of all that a day brought, in their accounts and of their own sign-in.
type DailyAlertsMail struct {
	To, AlertsURL string
	Lines         []DailyLine
	More          int // so many others have no line
	Reader        ui.Reader
}

// DailyLine is one thing of that day.
type DailyLine struct {
	Account, What, URL string
	NotMeURL           string // where it was done in the reader's name
	At                 time.Time
}

// DailyAlerts leads to the page of all alerts.
func DailyAlerts(b Brand, m DailyAlertsMail) Message {
	l := letter{
		subject: ui.Count(len(m.Lines)+m.More, "alert", "alerts") + " of the last day", to: m.To,
		paragraphs: []string{"This happened since the last mail."},
		link:       ui.Link{Text: "See all alerts", URL: m.AlertsURL},
		why:        "You get this once a day because you chose so. Change that on the page of your alerts.",
	}
	for _, line := range m.Lines {
		value := line.What + ": " + m.Reader.Date(line.At) + ", " + m.Reader.Clock(line.At) + " · " + line.URL
		if line.NotMeURL != "" {
			value += " · If it was not you: " + line.NotMeURL
		}
		l.facts = append(l.facts, ui.Pair{Name: line.Account, Value: value})
	}
	if m.More > 0 {
		l.after = []string{"And " + ui.Number(m.More) + " more, which that page lists."}
	}
	return b.message(l)
}
