package staff

import (
	"slices"
	"strings"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/money"
	"gatehouse/internal/web"
	"gatehouse/templates/mail"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

// sample is a mail with data that is made up. The key stands in its address.
type sample struct {
	key, name, when string
	mail            mail.Message
}

func (a *area) samples(c *web.Context) []sample {
	brand := mail.Brand{
		Name: c.Provider(), Seller: a.seller(),
		SiteURL: strings.TrimSuffix(a.web.PublicURL.String(), "/"),
	}
	const account, number, to = "Example Bakery Ltd", "2026-0001", "Alex Example"
	now, r, cur := c.Now(), c.Reader(), money.Currency(a.Currency)
	invoiceURL := brand.SiteURL + "/accounts/example/invoices/example"
	list := []sample{
		{"invitation", "Invitation", "Somebody is invited to an account.", mail.Invitation(brand, mail.InvitationMail{
			Account: account, Role: "Billing", Inviter: to, URL: brand.SiteURL + "/invitations/example",
			Expires: now.Add(7 * 24 * time.Hour), Reader: r,
		})},
		{"invoice", "Invoice", "An invoice is issued, to everybody who pays.", mail.InvoiceIssued(brand, mail.InvoiceMail{
			To: to, Account: account, Number: number, About: "Hosting for a month", URL: invoiceURL,
			Total: money.New(14880, cur), Due: now.AddDate(0, 0, usualTerm), Reader: r,
			Payable: a.Billing.TakesPayments(), PayURL: a.PayLink,
		})},
		{"receipt", "Receipt", "A payment has come in.", mail.Receipt(brand, mail.ReceiptMail{
			To: to, Account: account, Number: number, Method: "card", URL: invoiceURL,
			Paid: money.New(10000, cur), Left: money.New(4880, cur), At: now, Reader: r,
		})},
		{"receipts", "Receipt of several", "One payment has paid several invoices.", mail.Receipt(brand, mail.ReceiptMail{
			To: to, Account: account, Number: number, Method: "card", URL: brand.SiteURL + "/accounts/example/invoices",
			Together: []ui.Pair{
				{Name: "Invoice " + number, Value: money.New(14880, cur).String()},
				{Name: "Invoice 2026-0002", Value: money.New(2400, cur).String()},
			},
			Paid: money.New(17280, cur), Left: money.New(0, cur), At: now, Reader: r,
		})},
	}
	list = append(list, sample{
		"card", "Card on file", "A card on file did not pay an invoice.", mail.CardFailed(brand, mail.CardMail{
			To: to, Account: account, Number: number, Card: "Visa ending in 4242", Amount: money.New(14880, cur),
			Next: now.AddDate(0, 0, 3), Reader: r, URL: invoiceURL, CardsURL: brand.SiteURL + "/accounts/example",
		}),
	})
	list = append(list, sample{
		"status", "Incident", "Staff publish an incident or planned work, or its news.", mail.Status(brand, mail.StatusMail{
			To: to, Account: account, Title: "Mail on dunlin arrives late", Text: "We are looking into late mail on dunlin.",
			Who: "Customers with mailboxes on dunlin.", Todo: "Nothing. Late mail arrives by itself.", Parts: []string{"dunlin"},
			Starts: now, URL: brand.SiteURL + "/status/incidents/example", Reader: r,
		}),
	})
	list = append(list, subscriberSamples(brand, now, r)...)
	list = append(list, debitSamples(brand, to, account, invoiceURL, now, r)...)
	list = append(list, reminderSamples(brand, to, account, invoiceURL, cur, now, r)...)
	list = append(list, domainSamples(brand, to, account, now, r)...)
	list = append(list, waysBackSamples(brand, now, r)...)
	list = append(list,
		sample{"locked", "Sign-in locked", "Somebody says “this wasn’t me”.", mail.Locked(brand, mail.LockedMail{
			To: to, At: now, Reader: r, ResetURL: brand.SiteURL + "/forgot-password",
			CaseURL: brand.SiteURL + "/me/cases/example",
		})},
		sample{"case-reply", "Reply in a case", "Staff write in a case.", mail.CaseReply(brand, mail.CaseReplyMail{
			To: to, URL: brand.SiteURL + "/me/cases/example",
		})},
	)
	list = append(list, logSamples(brand, to, account, now, r)...)
	list = append(list, staffingSamples(brand, now, r)...)
	return append(list, alertSamples(brand, to, now, r)...)
}

const alertWhen = "At once, to the person themselves. Nobody can switch it off."

// alertSamples are the mails that warn people of what happened to their own sign-in.
func alertSamples(brand mail.Brand, to string, now time.Time, r ui.Reader) []sample {
	var list []sample
	for _, kind := range alerts.Kinds() {
		about := map[alerts.Kind]string{
			alerts.ManyFailures: "10", alerts.EmailChanged: "alex.old@example.com",
			alerts.EmailAsked: "alex.new@example.com",
		}[kind]
		if about == "" {
			about = "Code app"
		}
		m, ok := mail.Alert(brand, mail.AlertMail{
			Kind: string(kind), To: to, About: about, URL: brand.SiteURL + "/not-me/example", Factor: "password and code",
			At: now, Reader: r, Device: ui.Device{Name: "Safari on Mac", Address: "192.0.2.24"},
		})
		if ok {
			list = append(list, sample{"alert-" + string(kind), "Alert: " + m.Subject, alertWhen, m})
		}
	}
	return list
}

// mails shows what people get from us.
func (a *area) mails(c *web.Context) error {
	p := staff.MailsPage{Shell: c.Shell("Mails")}
	for _, s := range a.samples(c) {
		p.Mails = append(p.Mails, staff.MailSample{
			Name: s.name, When: s.when, Subject: s.mail.Subject, Text: s.mail.Text, URL: mailsPath + "/" + s.key,
		})
	}
	return c.Page(staff.Mails(p))
}

// mail shows one mail alone, as its HTML arrives. Its style stands in the mail itself, as mails need it, so the page
// has a policy of its own: a sandbox in which nothing runs, loads or is sent.
func (a *area) mail(c *web.Context) error {
	all := a.samples(c)
	i := slices.IndexFunc(all, func(s sample) bool { return s.key == c.Param("mail") })
	if i < 0 {
		return fault.NotFound("mail")
	}
	c.Sandbox()
	return c.Page(all[i].mail.HTML)
}

// seller is who issues and writes by now, in one line.
func (a *area) seller() string {
	if a.Seller == nil {
		return ""
	}
	return a.Seller()
}
