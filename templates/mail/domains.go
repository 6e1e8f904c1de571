package mail

import (
	"time"

	"gatehouse/templates/ui"
)

// DomainMail tells what happened to a domain. Event: "wanted", "stuck", "outside", "lapsed" or "returned"; Kind, of the
// first three: "nameservers", "renewal" or "lock".
type DomainMail struct {
	To, Account, Name, Event, Kind string
	Was, Wants                     string // hosts with commas, or on and off
	By, Failure                    string // who asked; why it failed
	URL                            string
	At                             time.Time
	Reader                         ui.Reader
	ChoicesURL                     string // where it can be switched off; empty: it cannot
}

// Domain says it, with what it was before and what to do where nobody wanted it.
func Domain(b Brand, m DomainMail) Message {
	what := map[string]string{"renewal": "automatic renewal", "lock": "lock"}[m.Kind]
	if what == "" {
		what = "name servers"
	}
	n := NoticeMail{
		To: m.To, Link: ui.Link{Text: "See the domain", URL: m.URL}, ChoicesURL: m.ChoicesURL,
		Why: "You get this because you run the domains of " + m.Account + ". Nobody can turn it off.",
	}
	const stop = "If nobody of you wanted this, change it back now, and tell us at once."
	switch m.Event {
	case "stuck":
		n.Subject = "Not changed: the " + what + " of " + m.Name
		n.Paragraphs = []string{
			"What was asked for was not done. " + m.Failure, "You can try it again on the page of the domain.",
		}
	case "outside":
		n.Subject = "Changed at the registrar: the " + what + " of " + m.Name
		n.Paragraphs = []string{"Somebody changed it at the registrar, and nobody asked for that here.", stop}
	case "lapsed":
		n.Subject = m.Name + " has run out"
		n.Paragraphs = []string{
			m.Name + " of " + m.Account + " has run out. Its site and its mail may have stopped.",
			"It can still be renewed. Ask us to do that now: it gets dearer soon, and then others can have it.",
		}
	case "returned":
		n.Subject = m.Name + " is registered again"
		n.Paragraphs = []string{m.Name + " of " + m.Account + " is registered again."}
	default:
		n.Subject = "The " + what + " of " + m.Name + " will change"
		n.Paragraphs = []string{m.By + " asked for this. We pass it on to the registrar now.", stop}
	}
	if m.Event == "lapsed" || m.Event == "returned" {
		n.Why = "You get this because you see the domains of " + m.Account + "."
	} else {
		n.Facts = append(n.Facts, ui.Pair{Name: "Domain", Value: m.Name}, ui.Pair{Name: "Before", Value: orNone(m.Was)},
			ui.Pair{Name: "New", Value: orNone(m.Wants)})
	}
	n.Facts = append(n.Facts, ui.Pair{Name: "When", Value: m.Reader.Date(m.At) + ", " + m.Reader.Clock(m.At)})
	return Notice(b, n)
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// DomainReminderMail reminds of a domain that runs out.
type DomainReminderMail struct {
	To, Account, Name, URL string
	Expires                time.Time
	Renews                 bool // by itself
	Reader                 ui.Reader
	ChoicesURL             string
}

// DomainReminder says whether something has to be done.
func DomainReminder(b Brand, m DomainReminderMail) Message {
	day := m.Reader.Date(m.Expires)
	n := NoticeMail{
		To: m.To, Subject: m.Name + " runs out on " + day, ChoicesURL: m.ChoicesURL, Paragraphs: []string{
			m.Name + " of " + m.Account + " runs out on " + day + ", and nobody renews it by itself.",
			"Its site and its mail stop then. Turn automatic renewal on to keep it, or let it run out.",
		},
		Facts: []ui.Pair{
			{Name: "Domain", Value: m.Name}, {Name: "Runs until", Value: day}, {Name: "Automatic renewal", Value: "off"},
		},
		Link: ui.Link{Text: "See the domain", URL: m.URL},
		Why:  "You get this because you see the domains of " + m.Account + ".",
	}
	if m.Renews {
		n.Subject = m.Name + " is renewed before " + day
		n.Paragraphs = []string{
			"The registrar renews " + m.Name + " of " + m.Account + " by itself before it runs out on " + day + ".",
			"There is nothing to do. If you no longer need it, turn automatic renewal off before then.",
		}
		n.Facts[2].Value = "on"
	}
	return Notice(b, n)
}
