package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/assist"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/paylinks"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/identity/waysback"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/mailer"
	"gatehouse/internal/reviews"
	"gatehouse/internal/settings"
	"gatehouse/internal/support"
	"gatehouse/internal/verb"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// bindMessages says what becomes of the messages that domains leave in the outbox.
func (a *App) bindMessages() {
	a.Outbox.Handle(accounts.MailInvitation, a.mailInvitation)
	a.Outbox.Handle(accounts.MailRule, a.mailRule)
	a.Outbox.Handle(accounts.MailAsked, a.mailAsk)
	a.Outbox.Handle(reviews.Mail, a.mailReview)
	a.Outbox.Handle(settings.MailTest, a.mailTest)
	a.Outbox.Handle(billing.MailInvoice, a.mailInvoice)
	a.Outbox.Handle(billing.MailReceipt, a.mailReceipt)
	a.bindCards()
	a.bindRefunds()
	a.bindDebits()
	a.Outbox.Handle(alerts.MailAlert, a.mailAlert)
	a.Outbox.Handle(tries.ManyFailures, a.tellOfFailures)
	a.bindWaysBack()
	a.bindWatch()
	a.Outbox.Handle(waysback.Secured, a.onSecured)
	a.Outbox.Handle(identity.Disabled, a.onDisabled)
	a.Outbox.Handle(accountTold, a.tellAccount)
	a.Outbox.Handle(mailSecured, a.mailSecured)
	a.Outbox.Handle(support.MailReply, a.mailReply)
	a.bindRecovery()
	a.bindOwnership()
	a.Outbox.Handle(assist.MailRule, a.mailAssistRule)
	a.Outbox.Handle(assist.MailAsked, a.mailAssistAsked)
	a.bindExports()
	a.bindTeams()
	a.Outbox.Handle(hosting.MailService, a.mailService)
	a.Outbox.Handle(hosting.MailBreach, a.mailBreach)
	a.bindOrders()
	a.bindDomains()
	a.Outbox.Handle(accounts.JoinedForInvoices, a.chooseInvoices)
	a.bindStatus()
	a.bindReminders()
	a.bindStaffing()
	a.Outbox.Handle(accounts.CheckTaxID, a.checkTaxID)
	a.Outbox.Handle(mailLetter, a.postLetter)
	a.Outbox.Handle(noteWebhook, a.postNote)
	a.Outbox.Handle(noteMail, a.mailNote)
}

func (a *App) mailInvitation(ctx context.Context, d outbox.Delivery) error {
	var m accounts.InvitationMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	if m.Inviter == "" {
		m.Inviter = a.provider().Name
	}
	message := mail.Invitation(a.mailBrand(), mail.InvitationMail{
		Account: m.Name, Role: m.Role, Inviter: m.Inviter, URL: a.link("/invitations/" + m.Token), Message: m.Message,
		Expires: m.Expires, Reader: a.mailReader(ctx, ""),
	})
	l, err := newLetter(ctx, m.Account, accounts.Recipient{Email: m.To}, message)
	if err != nil {
		return err
	}
	return a.post(ctx, d, l)
}

func (a *App) mailInvoice(ctx context.Context, d outbox.Delivery) error {
	var m billing.InvoiceIssued
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	payURL, err := a.payLink(ctx, m)
	if err != nil {
		return err
	}
	return a.toWhoWants(ctx, d, m.Account, notices.Invoices, func(to accounts.Recipient, account string) mail.Message {
		return mail.InvoiceIssued(a.mailBrand(), mail.InvoiceMail{
			To: to.Name, Account: account, Number: m.Number, About: m.About, Total: m.Total, Due: m.Due,
			URL: a.link(invoicePath(m.Account, m.Invoice)), Reader: a.mailReader(ctx, to.TimeZone),
			Payable: a.Billing.TakesPayments(), PayURL: payURL, ChoicesURL: a.link(choicesPath),
		})
	})
}

// payLink is the address at which the invoice of a mail is paid without a sign-in; empty where the provider wants none,
// or there is nothing left to pay.
func (a *App) payLink(ctx context.Context, m billing.InvoiceIssued) (string, error) {
	if !a.Config.PayLinkInMails || !a.Billing.TakesPayments() {
		return "", nil
	}
	path, err := a.PayLinks.ForMail(ctx, m.Account, m.Invoice)
	if err != nil || path == "" {
		return "", err // paylinks says what it did
	}
	return a.link(path), nil
}

// samplePayLink is what the preview of an invoice's mail shows in the place of a link that pays.
func (a *App) samplePayLink() string {
	if !a.Config.PayLinkInMails {
		return ""
	}
	return a.link(paylinks.Path + "example")
}

func (a *App) mailReceipt(ctx context.Context, d outbox.Delivery) error {
	var m billing.PaymentTaken
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toWhoWants(ctx, d, m.Account, notices.Payments, func(to accounts.Recipient, account string) mail.Message {
		receipt := mail.ReceiptMail{
			To: to.Name, Account: account, Number: m.Number, Paid: m.Paid, Left: m.Left, At: m.At,
			URL: a.link(invoicePath(m.Account, m.Invoice)), Reader: a.mailReader(ctx, to.TimeZone),
			ChoicesURL: a.link(choicesPath),
		}
		for _, share := range m.Together {
			receipt.Together = append(receipt.Together, ui.Pair{Name: "Invoice " + share.Number, Value: share.Amount.String()})
			receipt.URL = a.link("/accounts/" + m.Account.String() + "/invoices")
		}
		return mail.Receipt(a.mailBrand(), receipt)
	})
}

// choicesPath is where people choose which mails they get.
const choicesPath = "/me/notifications"

func invoicePath(account id.Account, invoice id.Invoice) string {
	return "/accounts/" + account.String() + "/invoices/" + invoice.String()
}

// mailLetter is the kind of message that carries a letter: what is written to several people is a message for each, so
// that the trouble of one is not that of the others.
const mailLetter = "mail.letter"

// letter is a mail to one person about an account, about that person, or about the provider's own affairs.
type letter struct {
	Account id.Account `json:"account,omitzero"`
	Person  id.Person  `json:"person,omitzero"`
	To      string     `json:"to"`
	Name    string     `json:"name,omitempty"`
	Subject string     `json:"subject"`
	Text    string     `json:"text"`
	HTML    string     `json:"html"`

	Provider bool `json:"provider,omitempty"` // about the provider's own affairs
}

func newLetter(ctx context.Context, account id.Account, to accounts.Recipient, m mail.Message) (letter, error) {
	var html strings.Builder
	if err := m.HTML.Render(ctx, &html); err != nil {
		return letter{}, fmt.Errorf("write a mail: %w", err)
	}
	return letter{
		Account: account, To: to.Email, Name: to.Name, Subject: m.Subject, Text: m.Text, HTML: html.String(),
	}, nil
}

// toWhoWants leaves a letter for everybody in an account who gets that kind of mail. Doing it again leaves no second
// one.
func (a *App) toWhoWants(
	ctx context.Context, d outbox.Delivery, account id.Account, kind notices.Kind,
	write func(accounts.Recipient, string) mail.Message,
) error {
	name, people, err := a.Notices.Recipients(ctx, actor.NewSystem(d.Kind), account, kind)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return a.toEach(ctx, d, account, people, func(to accounts.Recipient) mail.Message { return write(to, name) })
}

// toEach leaves a letter for each of several people. Doing it again leaves no second one.
func (a *App) toEach(
	ctx context.Context, d outbox.Delivery, account id.Account, people []accounts.Recipient,
	write func(accounts.Recipient) mail.Message,
) error {
	messages := make([]outbox.Message, 0, len(people))
	for _, to := range people {
		l, err := newLetter(ctx, account, to, write(to))
		if err != nil {
			return fmt.Errorf("%s: %w", d.Kind, err)
		}
		messages = append(messages, outbox.Message{
			Kind: mailLetter, Key: d.ID.String() + "-" + to.Person.String(), Payload: l,
		})
	}
	err := a.Writer.Do(ctx, func(tx *db.Tx) error {
		for _, m := range messages {
			if err := a.Outbox.Enqueue(tx, m); err != nil {
				return err // the outbox says what it did
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return nil
}

func (a *App) postLetter(ctx context.Context, d outbox.Delivery) error {
	var l letter
	if err := d.Decode(&l); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.post(ctx, d, l)
}

// post sends one mail and writes it into the log of the account or the person. The mail has the same key at each try,
// so that a mailbox can tell a second copy; the entry is written once, after the mail was taken.
func (a *App) post(ctx context.Context, d outbox.Delivery, l letter) error {
	sendErr := a.sender.Send(ctx, mailer.Mail{
		To: l.To, ToName: l.Name, Subject: l.Subject, Text: l.Text, HTML: l.HTML, Key: d.ID.String(),
	})
	details := activity.Details{Target: activity.Target{
		Kind: "mail", ID: d.ID.String(), Label: "“" + l.Subject + "” to " + l.To,
	}}
	if sendErr != nil && !mailer.IsPermanent(sendErr) {
		return fmt.Errorf("%s: %w", d.Kind, sendErr)
	}
	action := activity.MailSent
	if sendErr != nil {
		action, details.Outcome, details.Reason = activity.MailFailed, activity.Failed, "The mail server refused it for good."
	}
	v, scope := verb.MessagesView, id.AccountScope(l.Account)
	if !l.Person.IsZero() {
		v, scope = verb.SelfView, id.PersonScope(l.Person)
	}
	if l.Provider {
		v, scope = verb.StaffView, id.ProviderScope()
	}
	err := a.Gate.Change(ctx, actor.NewSystem("mail"), v, scope,
		func(_ *db.Tx, g gate.Grant) (gate.Entry, error) { return g.Entry(action, details), nil })
	if err != nil && fault.KindOf(err) != fault.KindNotFound {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return nil
}

func (a *App) mailBrand() mail.Brand {
	p, get := a.provider(), a.Settings.Get
	return mail.Brand{
		Name: p.Name, Seller: a.sellerLine(), SiteURL: a.Config.PublicURL.String(),
		Words: mail.Words{
			Greeting: get(settings.Greeting), Invoice: get(settings.InvoiceWords), Receipt: get(settings.ReceiptWords),
			SignOff: get(settings.SignOff), Help: p.SupportMail,
		},
		Colour: mail.Colour{Day: p.Accent, Night: get(settings.AccentDark)},
	}
}

// mailReader is how dates read in a mail. It falls back to the provider's zone.
func (a *App) mailReader(ctx context.Context, zone string) ui.Reader {
	r := ui.Reader{Location: a.Config.TimeZone}
	if own, err := time.LoadLocation(zone); err == nil && zone != "" {
		r.Location = own
	}
	if now, err := a.Reader.Now(ctx); err == nil {
		r.Now = now
	}
	return r
}

// link is an address on the configured site: what a request says of its host never gets into a mail (SECURITY.md S14).
func (a *App) link(path string) string {
	return strings.TrimSuffix(a.Config.PublicURL.String(), "/") + path
}
