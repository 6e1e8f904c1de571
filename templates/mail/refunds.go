package mail

import (
	"gatehouse/internal/money"
	"gatehouse/templates/ui"
)

// RefundFailedMail tells the provider's people of a refund that did not arrive.
type RefundFailedMail struct {
	To, Account, Number, Gateway, Reason string
	Amount                               money.Amount
	URL                                  string
}

// RefundFailed says that the money is credit again, and what can be done.
func RefundFailed(b Brand, m RefundFailedMail) Message {
	facts := []ui.Pair{
		{Name: "Client", Value: m.Account},
		{Name: "Invoice", Value: m.Number},
		{Name: "Amount", Value: m.Amount.String()},
		{Name: "Payment provider", Value: m.Gateway},
	}
	if m.Reason != "" {
		facts = append(facts, ui.Pair{Name: "Its word for why", Value: m.Reason})
	}
	return b.message(letter{
		subject: "A refund failed: " + m.Account + ", " + m.Amount.String(), to: m.To, paragraphs: []string{
			"The payment provider did not send " + m.Amount.String() + " back to " + m.Account +
				". The money is credit of the account again.",
			"Ask for the refund once more, pay it back by bank transfer, or leave it as credit.",
		},
		facts: facts, link: ui.Link{Text: "Pay credit back", URL: m.URL},
		why: "You get this because you are responsible for billing.",
	})
}
