package mail

import (
	"time"

	"gatehouse/internal/money"
	"gatehouse/templates/ui"
)

// DebitMail tells whoever pays of a collection by Direct Debit.
type DebitMail struct {
	To, Account, Number string
	Amount              money.Amount
	On                  time.Time // the day of the collection
	Last4               string    // of the bank account
	Reference           string    // as it stands on the bank statement
	Reader              ui.Reader
	URL, MethodsURL     string
}

// DebitSoon is the advance notice that the scheme asks for: what is collected, when, and under which reference.
func DebitSoon(b Brand, m DebitMail) Message {
	return b.message(letter{
		subject: "Direct Debit on " + m.Reader.Date(m.On) + ": " + m.Amount.String() + " for invoice " + m.Number, to: m.To,
		paragraphs: []string{
			"We will collect " + m.Amount.String() + " for invoice " + m.Number + " of " + m.Account +
				" from the bank account ending in " + m.Last4 + " on " + m.Reader.Date(m.On) + ".",
			"Please see that enough money is in it by then. There is nothing else to do.",
		},
		facts: m.facts(ui.Pair{Name: "Collected on", Value: m.Reader.Date(m.On)}),
		link:  ui.Link{Text: "Look at the invoice", URL: m.URL},
		after: []string{
			"The Direct Debit Guarantee protects you: if anything about this is wrong, your bank pays it back at once.",
			"Your payment methods: " + m.MethodsURL,
		},
		why: "You get this because you pay the invoices of " + m.Account +
			". The Direct Debit scheme asks for it, so it cannot be switched off.",
	})
}

func (m DebitMail) facts(more ...ui.Pair) []ui.Pair {
	return append([]ui.Pair{
		{Name: "Invoice", Value: m.Number},
		{Name: "Amount", Value: m.Amount.String()},
		{Name: "Bank account", Value: "ending in " + m.Last4},
		{Name: "Reference", Value: m.Reference},
	}, more...)
}

// DebitOverMail tells whoever pays that a Direct Debit did not pay, or was taken back.
type DebitOverMail struct {
	To, Account, Number string
	Amount              money.Amount
	Last4               string
	Reason              string // the bank's word: "insufficient_funds"
	Back                bool   // it had paid
	Again               bool   // it is collected once more
	URL, MethodsURL     string
}

// DebitOver says what happened, and what to do.
func DebitOver(b Brand, m DebitOverMail) Message {
	subject := "Your Direct Debit was not paid: invoice " + m.Number
	says := []string{"Your bank did not pay the Direct Debit for invoice " + m.Number + ": " + m.why() + "."}
	switch {
	case m.Back:
		subject = "Your bank took a payment back: invoice " + m.Number
		says = []string{
			"The Direct Debit for invoice " + m.Number + " had been paid, and your bank took the money back. " +
				"The invoice is open again. We do not collect it again by ourselves.",
			"If you asked your bank for that, and the invoice is wrong, answer this mail. Otherwise pay it below.",
		}
	case m.Again:
		says = append(says,
			"We collect it once more, and write to you before that with the new date. You can also pay it at once, below.")
	default:
		says = append(says, "We do not collect it again. Pay it below, by card or by bank transfer.")
	}
	return b.message(letter{
		subject: subject, to: m.To, paragraphs: says, facts: []ui.Pair{
			{Name: "Invoice", Value: m.Number},
			{Name: "Amount", Value: m.Amount.String()},
			{Name: "Bank account", Value: "ending in " + m.Last4},
		},
		link:  ui.Link{Text: "Pay the invoice", URL: m.URL},
		after: []string{"Your payment methods: " + m.MethodsURL},
		why:   "You get this because you pay the invoices of " + m.Account + ".",
	})
}

// why is the bank's word, as people say it.
func (m DebitOverMail) why() string {
	switch m.Reason {
	case "insufficient_funds", "refer_to_customer":
		return "there was too little money in the account"
	case "account_closed", "no_account":
		return "the account is closed, or not there"
	case "debit_not_authorized", "payment_intent_mandate_invalid":
		return "it does not, or no longer, let us collect"
	}
	return "it gave no reason that we can repeat"
}

// MandateMail tells whoever pays that their bank ended a mandate.
type MandateMail struct {
	To, Account, Last4, Reference string
	Paid                          bool // invoices were paid by it
	MethodsURL                    string
}

// MandateGone says that nothing is collected any more, and what to do.
func MandateGone(b Brand, m MandateMail) Message {
	says := []string{
		"Your bank told us that the Direct Debit from the account ending in " + m.Last4 + " is cancelled or was refused. " +
			"Nothing is collected by it any more.",
	}
	if m.Paid {
		says = append(says, "No invoice of "+m.Account+
			" is paid by itself now: pay each by hand, or choose another way on the page below.")
	}
	return b.message(letter{
		subject: "Your Direct Debit is cancelled", to: m.To, paragraphs: says, facts: []ui.Pair{
			{Name: "Bank account", Value: "ending in " + m.Last4}, {Name: "Reference", Value: m.Reference},
		},
		link: ui.Link{Text: "Payment methods", URL: m.MethodsURL},
		why:  "You get this because you pay the invoices of " + m.Account + ".",
	})
}
