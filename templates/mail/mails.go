// Package mail is what the portal writes to people: one purpose each, as text and as HTML from the same words, with no
// tracking and no picture. Links lead to the configured site only, and the page they lead to does what is to be done.
package mail

import (
	"slices"
	"time"

	"gatehouse/internal/money"
	"gatehouse/templates/ui"
)

// InvitationMail asks somebody to take a place in an account.
type InvitationMail struct {
	Account, Role, Inviter, URL string
	Message                     string // in the inviter's words; may be empty
	Expires                     time.Time
	Reader                      ui.Reader
}

// Invitation leads to the page that accepts; opening it alone does nothing.
func Invitation(b Brand, m InvitationMail) Message {
	paragraphs := []string{
		m.Inviter + " invited you to " + m.Account + " at " + b.Name + ", with the role " + m.Role + ".",
	}
	if m.Message != "" {
		paragraphs = append(paragraphs, m.Inviter+" writes: “"+m.Message+"”")
	}
	return b.message(letter{
		subject: m.Inviter + " invited you to " + m.Account, paragraphs: paragraphs,
		link: ui.Link{Text: "See the invitation", URL: m.URL},
		after: []string{
			"It works once and ends " + m.Reader.Due(m.Expires) + ".",
			"You did not expect it? Then leave it. Nobody gets in without you accepting.",
		},
		why: "You get this because somebody typed your address into an invitation.",
	})
}

// InvoiceMail tells whoever pays that there is an invoice.
type InvoiceMail struct {
	To, Account, Number, About, URL string
	Total                           money.Amount
	Due                             time.Time
	Reader                          ui.Reader
	Payable                         bool   // online, where the link leads
	PayURL                          string // pays this invoice without a sign-in; empty: there is none
	ChoicesURL                      string
}

// InvoiceIssued leads to the invoice.
func InvoiceIssued(b Brand, m InvoiceMail) Message {
	leads := "See the invoice"
	if m.Payable {
		leads = "See and pay the invoice"
	}
	return b.message(letter{
		subject: "Invoice " + m.Number + ": " + m.Total.String() + ", due " + m.Reader.Date(m.Due),
		to:      m.To,
		paragraphs: []string{b.words(b.Words.Invoice, "There is a new invoice for {account}.",
			"{account}", m.Account, "{number}", m.Number, "{amount}", m.Total.String(), "{due}", m.Reader.Date(m.Due))},
		facts: []ui.Pair{
			{Name: "Invoice", Value: m.Number},
			{Name: "For", Value: m.About},
			{Name: "Amount", Value: m.Total.String()},
			{Name: "Due", Value: m.Reader.Date(m.Due)},
		},
		link:  ui.Link{Text: leads, URL: m.URL},
		after: append(unsigned(m.PayURL), unwanted(m.ChoicesURL)...),
		why:   "You get this because you pay the invoices of " + m.Account + ".",
	})
}

// unsigned says where an invoice is paid without a sign-in; nothing where it cannot be.
func unsigned(payURL string) []string {
	if payURL == "" {
		return nil
	}
	return []string{
		"Pay without signing in: " + payURL,
		"Whoever has that link can see this invoice and pay it, and nothing else.",
	}
}

// ReceiptMail confirms a payment.
type ReceiptMail struct {
	To, Account, Number, Method, URL string
	Together                         []ui.Pair // what each of several invoices got; none: Number alone was paid
	Paid, Left                       money.Amount
	At                               time.Time
	Reader                           ui.Reader
	ChoicesURL                       string
}

// Receipt says what was paid, and what is left if that was a part.
func Receipt(b Brand, m ReceiptMail) Message {
	facts := []ui.Pair{
		{Name: "Invoice", Value: m.Number},
		{Name: "Paid", Value: m.Paid.String()},
		{Name: "On", Value: m.Reader.Date(m.At) + ", " + m.Reader.Clock(m.At)},
	}
	if m.Method != "" {
		facts = append(facts, ui.Pair{Name: "With", Value: m.Method})
	}
	rest, subject, see := "The invoice is paid in full.", "invoice "+m.Number, "See the invoice"
	if n := len(m.Together); n > 0 {
		rest, subject, see = "The invoices are paid in full.", ui.Count(n, "invoice", "invoices"), "See the invoices"
		facts = append(slices.Clone(m.Together), facts[1:]...)
	}
	if !m.Left.IsZero() {
		rest = m.Left.String() + " is left to pay."
	}
	return b.message(letter{
		subject: "Receipt: " + m.Paid.String() + " for " + subject,
		to:      m.To,
		paragraphs: []string{b.words(b.Words.Receipt, "Thank you. We received your payment for {account}.",
			"{account}", m.Account, "{number}", m.Number, "{amount}", m.Paid.String()) + " " + rest},
		facts: facts,
		link:  ui.Link{Text: see, URL: m.URL},
		after: unwanted(m.ChoicesURL),
		why:   "You get this because you pay the invoices of " + m.Account + ".",
	})
}

// NoticeMail is any other message with one purpose.
type NoticeMail struct {
	To, Subject string
	Paragraphs  []string
	Facts       []ui.Pair
	Link        ui.Link
	After       []string
	Why         string
	ChoicesURL  string // where it can be switched off; empty: it cannot
}

// Notice writes it in the frame of all mails.
func Notice(b Brand, m NoticeMail) Message {
	return b.message(letter{
		subject: m.Subject, to: m.To, paragraphs: m.Paragraphs, facts: m.Facts, link: m.Link, why: m.Why,
		after: append(slices.Clone(m.After), unwanted(m.ChoicesURL)...),
	})
}

// unwanted says where mails of this kind are switched off; nothing where they cannot be.
func unwanted(choicesURL string) []string {
	if choicesURL == "" {
		return nil
	}
	return []string{"You don’t want mails like this? Choose which you get: " + choicesURL}
}
