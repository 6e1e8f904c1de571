package mail

import (
	"strings"
	"time"

	"gatehouse/templates/ui"
)

// RecoveryProve leads to the page that proves the mailbox; opening it alone does nothing.
func RecoveryProve(b Brand, m LinkMail) Message {
	return b.message(letter{
		subject: "You lost your second step: confirm it", to: m.To, facts: m.facts(),
		paragraphs: []string{
			"Somebody with your password says that none of your second factors can be used any more.",
			"Confirm it, and a waiting time begins. Somebody else has to approve as well.",
		},
		link: ui.Link{Text: "Go on", URL: m.URL},
		after: []string{
			"The same link shows later how it stands.",
			"You did not ask? Then somebody knows your password. Leave this link alone, sign in and change it.",
		},
		why: "You get this because somebody signed in with your password and chose “I can’t use any of these”.",
	})
}

// RecoveryReady leads to the page that sets up a new second factor.
func RecoveryReady(b Brand, m LinkMail) Message {
	return b.message(letter{
		subject: "Set up your new second step", to: m.To, facts: m.facts(),
		paragraphs: []string{
			"The waiting time is over and your request is approved. You can set up a code app now. Have your phone at hand.",
		},
		link: ui.Link{Text: "Set up a code app", URL: m.URL},
		after: []string{
			"The link works once, in one browser. Your old second factors stop working when you are through.",
			"You found your phone after all? Then sign in as usual, and this link ends.",
		},
		why: "You get this because you asked to get back in without your second factors.",
	})
}

// RecoveryOwnerMail is word to an owner of an account about one of its contacts.
type RecoveryOwnerMail struct {
	To, About, Account, URL string
	State                   string // "waiting", "cancelled", "declined", "done"
	Held                    bool   // done, and the contact's access to the account waits
	WaitsUntil              time.Time
	Reader                  ui.Reader
}

// RecoveryOwner leads to the page on which the owner decides, where there is something to decide.
func RecoveryOwner(b Brand, m RecoveryOwnerMail) Message {
	l := letter{to: m.To, why: "You get this because you are an owner of " + m.Account + ". It cannot be switched off."}
	decide := ui.Link{Text: "See it and decide", URL: m.URL}
	check := "Ask " + m.About + " in person or by telephone first: not by answering a mail."
	switch {
	case m.State == "waiting":
		l.subject, l.link = m.About+" lost their second step", decide
		l.paragraphs = []string{
			m.About + ", who has access to " + m.Account + ", asks to sign in without any of their second factors.",
			"Approve, and their access to " + m.Account + " stays open. Without you it is suspended.",
		}
		l.facts = []ui.Pair{{
			Name: "Nothing changes before", Value: m.Reader.Date(m.WaitsUntil) + ", " + m.Reader.Clock(m.WaitsUntil),
		}}
		l.after = []string{check}
	case m.Held:
		l.subject, l.link = m.About+" has no access to "+m.Account+" for now", decide
		l.paragraphs = []string{
			m.About + " set up a new second step, and nobody approved it for " + m.Account +
				". Their access to it is suspended until you do.",
		}
		l.after = []string{check}
	case m.State == "done":
		l.subject = m.About + " has a new second step"
		l.paragraphs = []string{m.About + " set up a new second step. Their access to " + m.Account + " stays as it was."}
	default:
		l.subject = m.About + " no longer asks for a new second step"
		l.paragraphs = []string{"The request was declined or withdrawn. Nothing was changed, and there is nothing to decide."}
	}
	return b.message(l)
}

// RecoveryEndedMail tells a person how their request ended.
type RecoveryEndedMail struct {
	To, SignInURL string
	State         string // "cancelled", "declined", "done"
	Open, Held    []string
}

// RecoveryEnded says what they can use now.
func RecoveryEnded(b Brand, m RecoveryEndedMail) Message {
	l := letter{to: m.To, why: "You get this because it concerns how you sign in. It cannot be switched off."}
	switch m.State {
	case "declined":
		l.subject = "Your request was declined"
		l.paragraphs = []string{
			b.Name + " declined your request to sign in without your second factors. Nothing was changed.",
			"If that surprises you, ask the owner of your account, or us.",
		}
	case "done":
		l.subject = "Your new second step is set up"
		l.paragraphs = []string{"All your old second factors stopped working. You were signed out everywhere."}
		if len(m.Open) > 0 {
			l.facts = append(l.facts, ui.Pair{Name: "Open", Value: strings.Join(m.Open, ", ")})
		}
		if len(m.Held) > 0 {
			l.facts = append(l.facts, ui.Pair{Name: "Waits for an owner", Value: strings.Join(m.Held, ", ")})
		}
		l.link = ui.Link{Text: "Sign in", URL: m.SignInURL}
		l.after = []string{"That wasn’t you? Ask us for help at once."}
	default:
		l.subject = "Your request is withdrawn"
		l.paragraphs = []string{
			"You signed in, or withdrew it yourself. Nothing was changed, and your second factors work as before.",
		}
	}
	return b.message(l)
}
