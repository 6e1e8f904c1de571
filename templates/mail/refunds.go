package mail

import (
	"gatehouse/internal/money"
	"gatehouse/templates/ui"
)

// RefundMail tells whoever pays what becomes of money that goes back to them.
type RefundMail struct {
	To, Account, Number string
	Amount              money.Amount
	Into                string // "Visa ending 4242", or "the way it was paid"
	Failed              bool   // it was on its way, and did not arrive
	URL, ChoicesURL     string
}

// Refund says where the money goes and how long that takes, or that it is credit again.
func Refund(b Brand, m RefundMail) Message {
	subject := m.Amount.String() + " is on its way back to you"
	says := []string{
		"We have sent " + m.Amount.String() + " back that " + m.Account + " had paid. Nothing is asked of you.",
		"Banks take five to ten working days until it stands on your statement.",
	}
	if m.Failed {
		subject = "Your refund of " + m.Amount.String() + " did not arrive"
		says = []string{
			"We had sent " + m.Amount.String() + " back to " + m.Account + ", and it could not be paid out to you.",
			"Nothing is lost: the money is credit of the account again. We have been told too, and look for another way. " +
				"You can also use it for the next invoice.",
		}
	}
	return b.message(letter{
		subject: subject, to: m.To, paragraphs: says, facts: []ui.Pair{
			{Name: "Invoice", Value: m.Number},
			{Name: "Amount", Value: m.Amount.String()},
			{Name: "Sent to", Value: ui.Capital(m.Into)},
		},
		link: ui.Link{Text: "Show the invoice", URL: m.URL}, after: unwanted(m.ChoicesURL),
		why: "You get this because you pay the invoices of " + m.Account + ".",
	})
}

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

// UnaskedMail tells the provider's people of money that left without having been asked for here.
type UnaskedMail struct {
	To, Account, Number, Gateway, Reason string
	Amount                               money.Amount
	Claimed                              bool // by the payer's bank; otherwise paid back at the payment provider
	Kept, Lost                           bool // how it ended; neither: it has just begun
	URL                                  string
}

// Unasked says what happened, and how the books come to agree with it.
func Unasked(b Brand, m UnaskedMail) Message {
	about, says := m.story()
	subject := about + ": " + m.Account + ", " + m.Amount.String()
	facts := []ui.Pair{
		{Name: "Client", Value: m.Account},
		{Name: "Invoice", Value: m.Number},
		{Name: "Amount", Value: m.Amount.String()},
		{Name: "Payment provider", Value: m.Gateway},
	}
	if m.Reason != "" {
		facts = append(facts, ui.Pair{Name: "The bank’s word for why", Value: m.Reason})
	}
	return b.message(letter{
		subject: subject, to: m.To, paragraphs: says, facts: facts, link: ui.Link{Text: "Look at the invoice", URL: m.URL},
		why: "You get this because you are responsible for billing.",
	})
}

// story is what happened, in a few words and in full.
func (m UnaskedMail) story() (about string, says []string) {
	amount := m.Amount.String()
	switch {
	case m.Kept && m.Claimed:
		return "Claim turned down", []string{
			"The claim of a payer’s bank for " + amount + " that was paid for " + m.Account + " was turned down. The money " +
				"stays, and the invoice still counts as paid.",
			"Nothing is to be done, unless somebody wrote a credit note for the invoice meanwhile: then the client has credit.",
		}
	case m.Kept:
		return "Paid back elsewhere, and failed", []string{
			amount + " that somebody sent back to " + m.Account + " in the payment provider’s own console did not arrive. The " +
				"money stays at the payment provider.",
			"Where a credit note and a refund by hand were recorded for it, refund the client in another way. Otherwise the " +
				"invoice still counts as paid, and it can be refunded here.",
		}
	case m.Lost:
		return "Claim lost", []string{
			"The payer’s bank was given the " + amount + " that it claimed back, which had been paid for " + m.Account + ".",
			"Write a credit note for the invoice and record the refund as paid by hand, where that was not done. What the " +
				"client still owes is asked for on another invoice.",
		}
	case m.Claimed:
		return "Claimed back by the bank", []string{
			"A payer’s bank claims " + amount + " back that was paid for " + m.Account + ". The payment provider " +
				"keeps the money until that is decided. Nothing was booked here: the invoice still counts as paid.",
			"Answer the claim at the payment provider, which says until when. If it is lost, write a credit note for the " +
				"invoice and record the refund as paid by hand.",
		}
	}
	return "Paid back elsewhere", []string{
		"Somebody sent " + amount + " back to " + m.Account + " in the payment provider’s own console. " +
			"Nothing was booked here: the invoice still counts as paid.",
		"Write a credit note for the invoice, and record the refund as paid by hand. Next time refund it here.",
	}
}
