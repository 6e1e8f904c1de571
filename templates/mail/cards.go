package mail

import (
	"time"

	"gatehouse/internal/money"
	"gatehouse/templates/ui"
)

// CardMail tells whoever pays that a card on file did not.
type CardMail struct {
	To, Account, Number, Card string
	Amount                    money.Amount
	Action                    bool      // the bank wants the card's owner to confirm
	Next                      time.Time // when it is tried again; zero: not at all
	Reader                    ui.Reader
	URL, CardsURL, ChoicesURL string
}

// CardFailed leads to where the invoice is paid by hand: there the bank can ask.
func CardFailed(b Brand, m CardMail) Message {
	subject, says := m.declined()
	if m.Action {
		subject = "Your bank asks you to confirm: invoice " + m.Number
		says = []string{
			"The bank of the card on file for " + m.Account + " wants its owner to confirm this payment, so it was not made.",
			"Open the page below, and pay there: your bank asks you on the way.",
		}
	}
	return b.message(letter{
		subject: subject, to: m.To, paragraphs: says, facts: []ui.Pair{
			{Name: "Invoice", Value: m.Number}, {Name: "Amount", Value: m.Amount.String()}, {Name: "Card", Value: m.Card},
		},
		link:  ui.Link{Text: "Pay " + m.Amount.String(), URL: m.URL},
		after: append([]string{"Your cards on file: " + m.CardsURL}, unwanted(m.ChoicesURL)...),
		why:   "You get this because you pay the invoices of " + m.Account + ".",
	})
}

func (m CardMail) declined() (subject string, says []string) {
	subject = "Your card was declined: invoice " + m.Number
	if m.Next.IsZero() {
		return subject, []string{
			"The card on file for " + m.Account + " did not pay this invoice. We do not try it again.",
			"Pay it with another card below.",
		}
	}
	return subject, []string{
		"The card on file for " + m.Account + " did not pay this invoice. We try it again on " + m.Reader.Date(m.Next) + ".",
		"You can pay it with another card at once, below.",
	}
}
