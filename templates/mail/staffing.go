package mail

import (
	"time"

	"gatehouse/templates/ui"
)

// StaffInvitationMail asks somebody to take a seat among the staff.
type StaffInvitationMail struct {
	Department, Inviter, URL string
	Expires                  time.Time
	Reader                   ui.Reader
}

// StaffInvitation leads to the page that accepts; opening it alone does nothing.
func StaffInvitation(b Brand, m StaffInvitationMail) Message {
	return b.message(letter{
		subject: "Join the staff of " + b.Name,
		paragraphs: []string{
			m.Inviter + " invited you to the staff of " + b.Name + ", in the department " + m.Department + ".",
			"Have a security key or a passkey at hand: you add it before anything opens.",
		},
		link: ui.Link{Text: "See the invitation", URL: m.URL},
		after: []string{
			"It works once, for this address alone, and ends " + m.Reader.Due(m.Expires) + ".",
			"You did not expect it? Then leave it. Nobody gets in without you accepting.",
		},
		why: "You get this because an administrator typed your address into an invitation.",
	})
}

// StaffWaits tells an administrator that another one asks for something.
func StaffWaits(to, asker, about, what, why, url string) NoticeMail {
	return NoticeMail{
		To: to, Subject: asker + " asks for staff rights for " + about,
		Paragraphs: []string{"It waits until you, or another administrator, approve or decline it."},
		Facts:      []ui.Pair{{Name: "For", Value: about}, {Name: "Gives", Value: what}, {Name: "Why", Value: why}},
		Link:       ui.Link{Text: "See the request", URL: url},
		Why:        "You get this because you manage the staff. It cannot be switched off.",
	}
}

// StaffDecided tells whoever asked how it was decided.
func StaffDecided(to, by, about, what, answer string, approved bool, url string) NoticeMail {
	m := NoticeMail{
		To: to, Subject: by + " declined staff rights for " + about,
		Paragraphs: []string{"Nothing was given."},
		Facts:      []ui.Pair{{Name: "For", Value: about}, {Name: "Asked for", Value: what}},
		Link:       ui.Link{Text: "See the request", URL: url},
		Why:        "You get this because you asked for it.",
	}
	if approved {
		m.Subject, m.Paragraphs = by+" approved staff rights for "+about, []string{"It holds now."}
	}
	if answer != "" {
		m.Facts = append(m.Facts, ui.Pair{Name: "Answer", Value: answer})
	}
	return m
}

// StaffIdle warns one of the staff whose sign-in nobody uses, or says that it is disabled.
func StaffIdle(to string, at time.Time, off bool, url string, r ui.Reader) NoticeMail {
	m := NoticeMail{
		To: to, Subject: "Your sign-in is disabled " + r.Relative(at) + " unless you use it",
		Paragraphs: []string{
			"You have not signed in for a while. Staff who do not for 90 days are disabled, so that nobody else uses what " +
				"they left behind.", "Sign in once, and it stays.",
		},
		Facts: []ui.Pair{{Name: "Disabled on", Value: r.Date(at)}}, Link: ui.Link{Text: "Sign in", URL: url},
		Why: "You get this because you are on the staff. It cannot be switched off.",
	}
	if off {
		m.Subject, m.Link, m.Facts = "Your sign-in is disabled", ui.Link{}, nil
		m.Paragraphs = []string{
			"You have not signed in for 90 days. To get it back, ask an administrator; a second one approves it.",
		}
	}
	return m
}

// TrainingEnds reminds one of the staff of a training that is to be had again.
func TrainingEnds(to, training string, ends time.Time, url string, r ui.Reader) NoticeMail {
	return NoticeMail{
		To: to, Subject: "Your training ends " + r.Relative(ends) + ": " + training,
		Paragraphs: []string{"It has to be had again by then. Ask an administrator for a place."},
		Facts:      []ui.Pair{{Name: "Training", Value: training}, {Name: "Ends", Value: r.Date(ends)}},
		Link:       ui.Link{Text: "Our policies", URL: url},
		Why:        "You get this because you are on the staff. It cannot be switched off.",
	}
}

// StaffReview tells an administrator of a review of the staff that is open, or that is due.
func StaffReview(to, by string, due time.Time, late bool, url string, r ui.Reader) NoticeMail {
	m := NoticeMail{
		To: to, Subject: by + " started a review of the staff",
		Paragraphs: []string{
			"Does each colleague still need the seat that they have? Look at how it is used, then decide.",
		},
		Facts: []ui.Pair{{Name: "Due", Value: r.Date(due)}}, Link: ui.Link{Text: "Open the review", URL: url},
		Why: "You get this because you manage the staff. It cannot be switched off.",
	}
	switch {
	case late:
		m.Subject = "The review of the staff is due"
		m.Paragraphs = []string{"Nobody has finished it yet. Every seat stays as it is until somebody does."}
	case by == "":
		m.Subject = "It is time to review the staff"
	}
	return m
}
