package mail

import (
	"time"

	"gatehouse/templates/ui"
)

// LinkMail is a mail whose link proves that its reader reads the mailbox.
type LinkMail struct {
	To, URL string
	Expires time.Time
	Device  ui.Device // that asked; empty: not said
	Reader  ui.Reader
}

func (m LinkMail) until() string { return m.Reader.Date(m.Expires) + ", " + m.Reader.Clock(m.Expires) }

func (m LinkMail) facts() []ui.Pair {
	var facts []ui.Pair
	for _, f := range []ui.Pair{
		{Name: "Asked from", Value: m.Device.Name},
		{Name: "Address", Value: m.Device.Address},
		{Name: "Works until", Value: m.until()},
	} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// PasswordReset leads to the page that sets a new password; opening it alone does nothing.
func PasswordReset(b Brand, m LinkMail) Message {
	return b.message(letter{
		subject: "Set a new password", to: m.To, facts: m.facts(),
		paragraphs: []string{"Somebody asked for a new password for your sign-in at " + b.Name + "."},
		link:       ui.Link{Text: "Set a new password", URL: m.URL},
		after: []string{
			"The link works once. It signs nobody in, and your second step is asked for as before.",
			"You did not ask? Then leave it. Your password stays as it is.",
		},
		why: "You get this because somebody typed your address into “Forgotten your password?”.",
	})
}

// NewEmail leads to the page that makes the reader's address that of a sign-in; opening it alone does nothing.
func NewEmail(b Brand, m LinkMail) Message {
	return b.message(letter{
		subject: "Confirm your new e-mail address", to: m.To, facts: m.facts(),
		paragraphs: []string{"You asked to sign in to " + b.Name + " with this address from now on."},
		link:       ui.Link{Text: "Use this address", URL: m.URL},
		after: []string{
			"The link works once, in the sign-in that asked for it. Until then your old address counts.",
			"You did not ask? Then leave it. Nothing changes.",
		},
		why: "You get this because somebody typed your address as their new one.",
	})
}

// EmailTaken tells somebody who has a sign-in that somebody wanted to use their address. It has no link: there is
// nothing to do.
func EmailTaken(b Brand, m LinkMail) Message {
	return b.message(letter{
		subject: "Your address is in use already", to: "",
		paragraphs: []string{
			"Somebody asked to sign in to " + b.Name + " with this address. You sign in with it already, " +
				"so nothing was changed.",
			"If it was you, with another sign-in of yours: one address belongs to one sign-in. Use another address there.",
		},
		why: "You get this because somebody typed your address as their new one.",
	})
}
