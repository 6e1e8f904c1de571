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

// RefusedMail warns the provider's people of a payment that did not fit what was begun.
type RefusedMail struct {
	To, Account, Number, Gateway, Why string
	Said                              money.Amount
	URL                               string
}

// PaymentRefused says what did not fit, and where it is looked at.
func PaymentRefused(b Brand, m RefusedMail) Message {
	facts := []ui.Pair{
		{Name: "Client", Value: m.Account}, {Name: "Invoice", Value: m.Number}, {Name: "Payment provider", Value: m.Gateway},
	}
	if m.Said.Currency() != "" {
		facts = append(facts, ui.Pair{Name: "Said to be paid", Value: m.Said.String()})
	}
	return b.message(letter{
		subject: "A payment was refused: invoice " + m.Number, to: m.To, paragraphs: []string{
			"A signed notice of a payment did not fit what was begun, so nothing was booked. " + m.Why,
			"This does not happen by itself: look at the payment at the payment provider before anything else.",
		},
		facts: facts, link: ui.Link{Text: "Look at the invoice", URL: m.URL},
		why: "You get this because you are responsible for billing.",
	})
}
