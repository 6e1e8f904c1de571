package mail

import (
	"time"

	"gatehouse/internal/money"
	"gatehouse/templates/ui"
)

// EndingMail tells whoever pays that the card on file ends soon.
type EndingMail struct {
	To, Account, Card    string
	Last                 time.Time
	Days                 int
	Reader               ui.Reader
	CardsURL, ChoicesURL string
}

// CardEnding leads to where another card is added.
func CardEnding(b Brand, m EndingMail) Message {
	return b.message(letter{
		subject: m.Card + " ends on " + m.Reader.Date(m.Last), to: m.To,
		paragraphs: []string{
			"Invoices of " + m.Account + " are paid with " + m.Card + ". It is good until " + m.Reader.Date(m.Last) + ": " +
				ui.Count(m.Days, "more day", "more days") + ".",
			"Add the new one, and have invoices paid with it. Then nothing is declined.",
		},
		facts: []ui.Pair{{Name: "Card", Value: m.Card}, {Name: "Good until", Value: m.Reader.Date(m.Last)}},
		link:  ui.Link{Text: "Add a card", URL: m.CardsURL}, after: unwanted(m.ChoicesURL),
		why: "You get this because you pay the invoices of " + m.Account + ".",
	})
}

// RefusedMail warns the provider's people of a payment that did not fit what was begun. An altered form has no Gateway,
// and no Number where it named none of the account's invoices.
type RefusedMail struct {
	To, Account, Number, Gateway, Why string
	Said                              money.Amount
	URL                               string
	Form                              bool // a browser sent back what no page had shown
}

// PaymentRefused says what did not fit, and where it is looked at.
func PaymentRefused(b Brand, m RefusedMail) Message {
	subject, look := "A payment was refused", ui.Link{Text: "Look at the invoices", URL: m.URL}
	facts := []ui.Pair{{Name: "Client", Value: m.Account}}
	if m.Number != "" {
		subject, look.Text = subject+": invoice "+m.Number, "Look at the invoice"
		facts = append(facts, ui.Pair{Name: "Invoice", Value: m.Number})
	}
	what := []string{
		"A signed notice of a payment did not fit what was begun, so nothing was booked. " + m.Why,
		"This does not happen by itself: look at the payment at the payment provider before anything else.",
	}
	if m.Form {
		what = []string{
			m.Why + " Nothing was paid, and no payment was begun.",
			"This does not happen by itself: the client’s log says who it was and from where. You hear of it once an hour.",
		}
	} else {
		facts = append(facts, ui.Pair{Name: "Payment provider", Value: m.Gateway})
	}
	if m.Said.Currency() != "" {
		facts = append(facts, ui.Pair{Name: "Said to be paid", Value: m.Said.String()})
	}
	return b.message(letter{
		subject: subject, to: m.To, paragraphs: what, facts: facts, link: look,
		why: "You get this because you are responsible for billing.",
	})
}

// NoticesRefused says why notices of a payment provider are refused that belong to no payment.
func NoticesRefused(b Brand, to, gateway, why string) Message {
	return b.message(letter{
		subject: "Payment notices are refused: " + gateway, to: to, paragraphs: []string{
			"A notice that says it is from the payment provider was refused, and nothing was booked. " + why,
			"It was altered on the way, a stranger made it up, or the payment provider’s settings and ours no longer fit. " +
				"If payments are missing, look at the settings first. Administrators find each in the provider’s log, under " +
				"“Payment notice refused”. You hear of each reason once a day.",
		},
		facts: []ui.Pair{{Name: "Payment provider", Value: gateway}},
		why:   "You get this because you are responsible for billing.",
	})
}
