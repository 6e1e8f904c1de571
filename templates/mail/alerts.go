package mail

import (
	"cmp"
	"time"

	"gatehouse/templates/ui"
)

// AlertMail tells somebody at once of something that touches how they sign in. Kind is that of the alert.
type AlertMail struct {
	Kind, To, URL string
	ChoicesURL    string // of where to choose otherwise; empty: it cannot be switched off
	About         string // the factor, the old address, the number of failed tries
	ByOther       bool   // the provider did it
	Device        ui.Device
	Factor        string // "password and code"
	At            time.Time
	Reader        ui.Reader
}

// nothing calms whoever did it themselves.
const nothing = "If that was you, there is nothing to do."

// alertWords are what an alert says: what happened, and when there is nothing to do.
type alertWords struct {
	subject, happened, calm string
}

// words are those of an alert's kind; false where there is none.
func (m AlertMail) words(b Brand) (alertWords, bool) {
	did := func(what string) string {
		if m.ByOther {
			return b.Name + " " + what + "."
		}
		return "You " + what + "."
	}
	factor := cmp.Or(m.About, "a second factor")
	switch m.Kind {
	case "new-device":
		return alertWords{
			"New sign-in: " + m.Device.Name, "You signed in on a device that we had not seen before.", nothing,
		}, true
	case "factor-added":
		return alertWords{"Second factor added: " + factor, did("added “" + factor + "” to your sign-in"), nothing}, true
	case "factor-removed":
		return alertWords{
			"Second factor removed: " + factor, did("removed “" + factor + "” from your sign-in"), nothing,
		}, true
	case "password-changed":
		return alertWords{"Your password was changed", did("changed the password of your sign-in"), nothing}, true
	case "email-changed":
		return alertWords{
			"Your e-mail address was changed", did("changed the e-mail address of your sign-in. The old one was " + m.About),
			nothing + " Both addresses get this mail.",
		}, true
	case "email-asked":
		return alertWords{
			"Somebody asked to change your e-mail address",
			did("asked to be known as " + m.About + " from now on. It takes hold once the link mailed to that address is used"),
			nothing,
		}, true
	case "recovery-started":
		return alertWords{
			"Somebody asked to recover your sign-in",
			"Somebody with your mailbox says that all your second factors are lost, and asked to sign in without them.",
			"If that was you, there is nothing to do but wait. Signing in as usual stops it.",
		}, true
	case "many-failures":
		return alertWords{
			"Many failed tries to sign in as you",
			"Somebody tried to sign in as you and failed " + m.About + " times in a row. Nobody got in by that.",
			"If that was you, there is nothing to do: each further failure only makes the wait longer.",
		}, true
	case "key-cloned":
		return alertWords{
			"A security key may have been copied",
			"“" + factor + "” was used, and its counter had gone back. That happens when a key was copied.",
			"If you restored the key or its phone yourself, there is nothing to do.",
		}, true
	case "codes-regenerated":
		return alertWords{"New recovery codes", did("made new recovery codes. The old ones no longer work"), nothing}, true
	case "new-country":
		seen := "You signed in from " + m.About + ". We had not seen you there in 90 days."
		return alertWords{"Sign-in from a new country", seen, nothing}, true
	case "recovery-code-used":
		used := "You signed in with one of your recovery codes. It is used up."
		return alertWords{"A recovery code was used", used, nothing}, true
	}
	return m.strange()
}

// strange are the words of what was found in the log afterwards.
func (m AlertMail) strange() (alertWords, bool) {
	switch m.Kind {
	case "travelled":
		return alertWords{
			"Sign-in from a place too far away",
			"You signed in from " + cmp.Or(m.About, "another place") + ", and nobody gets there so quickly from where you " +
				"signed in before.",
			nothing + " A VPN looks like that, too.",
		}, true
	case "failed-then-in":
		return alertWords{
			"Sign-in after several failed tries",
			"Somebody failed to sign in as you five times or more within an hour, and then got in.", nothing,
		}, true
	case "unusual-hour":
		return alertWords{
			"Sign-in at an unusual hour", "You signed in at an hour at which you did not in the last 90 days.", nothing,
		}, true
	case "log-taken":
		return alertWords{"Your log was exported", "You exported the log of your own sign-in.", nothing}, true
	}
	return alertWords{}, false
}

// AlertName is what an alert of a kind is called, by itself; false where there is none.
func AlertName(kind string) (string, bool) {
	name, ok := map[string]string{
		"new-device": "a sign-in on a new device", "factor-added": "a second factor was added",
		"factor-removed": "a second factor was removed", "password-changed": "the password was changed",
		"email-changed": "the e-mail address was changed", "email-asked": "a change of the e-mail address",
		"recovery-started": "a recovery was asked for", "many-failures": "many failed tries to sign in",
		"key-cloned": "a security key may have been copied", "codes-regenerated": "new recovery codes were made",
		"recovery-code-used": "a recovery code was used", "new-country": "a sign-in from a new country",
		"travelled": "a sign-in from too far away", "failed-then-in": "a sign-in after several failed tries",
		"unusual-hour": "a sign-in at an unusual hour", "log-taken": "an export of the log",
	}[kind]
	return name, ok
}

// LockedMail tells somebody who said “this wasn’t me” what to do now.
type LockedMail struct {
	To, ResetURL, CaseURL string
	At                    time.Time
	Reader                ui.Reader
}

// Locked leads to a new password.
func Locked(b Brand, m LockedMail) Message {
	return b.message(letter{
		subject: "Your sign-in is locked: what to do now", to: m.To,
		paragraphs: []string{
			"You told us that something was not you. Since " + m.Reader.Date(m.At) + ", " + m.Reader.Clock(m.At) +
				" nobody is signed in as you, and nobody can open a hosting panel as you.",
			"First set a new password. Then sign in with your second factor, and say of each of your factors whether it is " +
				"yours. After that everything works as before.",
		},
		link: ui.Link{Text: "Set a new password", URL: m.ResetURL},
		after: []string{
			"We have opened a case and look at it first. Once you are signed in, follow it here: " + m.CaseURL,
		},
		why: "You get this because “this wasn’t me” was chosen for your sign-in. It cannot be switched off.",
	})
}

// CaseReplyMail tells somebody that there is something new in their case.
type CaseReplyMail struct {
	To, URL string
	Closed  bool
}

// CaseReply leads to the case. What was written stands there only.
func CaseReply(b Brand, m CaseReplyMail) Message {
	l := letter{
		subject: "We wrote in your case", to: m.To, paragraphs: []string{"There is a reply in your case at " + b.Name + "."},
		link: ui.Link{Text: "Read and answer", URL: m.URL}, why: "You get this because the case is yours.",
	}
	if m.Closed {
		l.subject, l.paragraphs = "Your case is closed", []string{
			"We have closed your case at " + b.Name + ". Answer in it if something is left.",
		}
	}
	return b.message(l)
}

// Alert leads to the page on which the reader says that it was not them. Opening that page alone does nothing. It is
// false for a kind that nobody has found words for.
func Alert(b Brand, m AlertMail) (Message, bool) {
	words, ok := m.words(b)
	if !ok {
		return Message{}, false
	}
	facts := []ui.Pair{{Name: "When", Value: m.Reader.Date(m.At) + ", " + m.Reader.Clock(m.At)}}
	for _, f := range []ui.Pair{
		{Name: "Device", Value: m.Device.Name},
		{Name: "Where", Value: m.Device.Place},
		{Name: "Address", Value: m.Device.Address},
		{Name: "With", Value: m.Factor},
	} {
		if f.Value != "" && !m.ByOther {
			facts = append(facts, f)
		}
	}
	return b.message(letter{
		subject: words.subject, to: m.To, paragraphs: []string{words.happened + " " + words.calm}, facts: facts,
		link: ui.Link{Text: "This wasn’t me", URL: m.URL},
		after: []string{
			"The link works for a week. It opens a page that says what happens next; nothing happens until you confirm there.",
		},
		why: m.why(),
	}), true
}

// why says whether the mail can be done without.
func (m AlertMail) why() string {
	if m.ChoicesURL != "" {
		return "You are told of this about your own sign-in. Change that here: " + m.ChoicesURL
	}
	return "You get this because it concerns how you sign in. It cannot be switched off."
}
