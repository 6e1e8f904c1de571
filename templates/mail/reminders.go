package mail

import (
	"time"

	"gatehouse/internal/money"
	"gatehouse/templates/ui"
)

// ReminderMail asks whoever pays for what an invoice still asks for. Tone: "ahead", "today", "friendly", "firm", "last"
// or "stopping".
type ReminderMail struct {
	To, Account, Number, Tone, URL string
	Left                           money.Amount
	Due                            time.Time
	Stops                          time.Time // when its services stop; zero: nobody said so yet
	Reader                         ui.Reader
	ChoicesURL                     string
}

// Reminder gets firmer from one tone to the next, and never impolite.
func Reminder(b Brand, m ReminderMail) Message {
	due := m.Reader.Date(m.Due)
	subject := "Invoice " + m.Number + " is overdue: " + m.Left.String()
	var text []string
	switch m.Tone {
	case "ahead":
		subject = "Invoice " + m.Number + " is due on " + due + ": " + m.Left.String()
		text = []string{"This is a reminder ahead of time: an invoice of " + m.Account + " is due soon."}
	case "today":
		subject = "Invoice " + m.Number + " is due today: " + m.Left.String()
		text = []string{"An invoice of " + m.Account + " is due today."}
	case "friendly":
		text = []string{
			"An invoice of " + m.Account + " was due on " + due + ". It may simply have been overlooked.",
			"If you have just paid it, there is nothing left to do.",
		}
	case "firm":
		text = []string{
			"An invoice of " + m.Account + " was due on " + due + ", and we have written about it before.",
			"Pay it now, or tell us when you will. We can agree on a day.",
		}
	case "last":
		subject = "Last reminder of invoice " + m.Number + ": " + m.Left.String()
		text = []string{
			"This is our last reminder. An invoice of " + m.Account + " was due on " + due + ".",
			"Pay it now, or tell us today when you will.",
		}
	default:
		subject = "Services stop on " + m.Reader.Date(m.Stops) + " unless invoice " + m.Number + " is paid"
		text = []string{
			"An invoice of " + m.Account + " was due on " + due + ". The services on it stop on " + m.Reader.Date(m.Stops) + ".",
			"They run again by themselves as soon as it is paid. Nothing is deleted.",
		}
	}
	return Notice(b, NoticeMail{
		To: m.To, Subject: subject, Paragraphs: text, ChoicesURL: m.ChoicesURL,
		Facts: []ui.Pair{
			{Name: "Invoice", Value: m.Number}, {Name: "Still to pay", Value: m.Left.String()}, {Name: "Due", Value: due},
		},
		Link: ui.Link{Text: "See the invoice", URL: m.URL},
		Why:  "You get this because you pay the invoices of " + m.Account + ".",
	})
}
