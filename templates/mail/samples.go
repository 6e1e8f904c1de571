package mail

import (
	"time"

	"gatehouse/internal/money"
	"gatehouse/templates/ui"
)

// Sample is a mail with made-up names and amounts.
type Sample struct {
	Key, Name string
	Message   Message
}

// Samples are the mails in which the provider's own words stand.
func Samples(b Brand, now time.Time, r ui.Reader) []Sample {
	const account, number, to = "Example Bakery Ltd", "2026-0001", "Alex Example"
	url := b.SiteURL + "/accounts/example/invoices/example"
	return []Sample{
		{"invoice", "Invoice", InvoiceIssued(b, InvoiceMail{
			To: to, Account: account, Number: number, About: "Hosting for a month", URL: url,
			Total: money.New(14880, "GBP"), Due: now.AddDate(0, 0, 14), Reader: r, Payable: true,
		})},
		{"receipt", "Receipt", Receipt(b, ReceiptMail{
			To: to, Account: account, Number: number, Method: "card", URL: url,
			Paid: money.New(10000, "GBP"), Left: money.New(4880, "GBP"), At: now, Reader: r,
		})},
	}
}

// Test says of a sample that it is one, and why it comes.
func Test(m Message) Message {
	m.Subject = "Test: " + m.Subject
	m.Text = "You get this because you asked for a test mail. The names and amounts are made up.\n\n" + m.Text
	return m
}
