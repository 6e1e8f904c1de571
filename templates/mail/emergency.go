package mail

import (
	"time"

	"gatehouse/templates/ui"
)

// EmergencyMail tells of staff who opened what another department sees of a client.
type EmergencyMail struct {
	To, Staff, Client, Opened, Which, Why, URL string
	At                                         time.Time
	Reminder                                   bool
	Reader                                     ui.Reader
}

// Emergency is the alarm to those who judge it, or a reminder.
func Emergency(m EmergencyMail) NoticeMail {
	out := NoticeMail{
		To: m.To, Subject: "Emergency access: " + m.Staff + " opened data of " + m.Client,
		Paragraphs: []string{
			m.Staff + " opened what " + m.Opened + " may see of this client, for half an hour. The client reads it too.",
			"Look at it and say what you found. Closing it ends whatever still runs.",
		},
		Facts: []ui.Pair{
			{Name: "Emergency", Value: m.Which}, {Name: "In words", Value: m.Why}, {Name: "When", Value: m.Reader.When(m.At)},
		},
		Link: ui.Link{Text: "See it and judge it", URL: m.URL},
		Why:  "You get this because you judge emergency access. It cannot be switched off.",
	}
	if m.Reminder {
		out.Subject = "Nobody has judged it yet: emergency access to " + m.Client
	}
	return out
}
