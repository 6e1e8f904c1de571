package staff

import (
	"strings"
	"time"

	"gatehouse/internal/money"
	"gatehouse/internal/web"
	"gatehouse/templates/mail"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

// mails shows what people get from us, with data that is made up.
func (a *area) mails(c *web.Context) error {
	brand := mail.Brand{
		Name: c.Provider(), LegalName: a.web.Brand.LegalName,
		SiteURL: strings.TrimSuffix(a.web.PublicURL.String(), "/"),
	}
	p := staff.MailsPage{Shell: c.Shell("Mails")}
	add := func(name, when string, m mail.Message) {
		p.Mails = append(p.Mails, staff.MailSample{Name: name, When: when, Subject: m.Subject, Text: m.Text})
	}
	const account, number = "Example Bakery Ltd", "2026-0001"
	now, r, cur := c.Now(), c.Reader(), money.Currency(a.Currency)
	invoiceURL := brand.SiteURL + "/accounts/example/invoices/example"
	add("Invitation", "Somebody is invited to an account.", mail.Invitation(brand, mail.InvitationMail{
		Account: account, Role: "Billing", Inviter: "Alex Example", URL: brand.SiteURL + "/invitations/example",
		Expires: now.Add(7 * 24 * time.Hour), Reader: r,
	}))
	add("Invoice", "An invoice is issued, to everybody who pays.", mail.InvoiceIssued(brand, mail.InvoiceMail{
		To: "Alex Example", Account: account, Number: number, About: "Hosting for a month", URL: invoiceURL,
		Total: money.New(14880, cur), Due: now.AddDate(0, 0, usualTerm), Reader: r,
	}))
	add("Receipt", "A payment has come in.", mail.Receipt(brand, mail.ReceiptMail{
		To: "Alex Example", Account: account, Number: number, Method: "card", URL: invoiceURL,
		Paid: money.New(10000, cur), Left: money.New(4880, cur), At: now, Reader: r,
	}))
	add("New device", "Somebody signs in on a device that was not seen before.", mail.NewDevice(brand, mail.NewDeviceMail{
		To: "Alex Example", URL: brand.SiteURL + "/me/sessions", Factor: "password and code", At: now, Reader: r,
		Device: ui.Device{Name: "Safari on Mac", Address: "192.0.2.24"},
	}))
	return c.Page(staff.Mails(p))
}
