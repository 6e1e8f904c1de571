package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/billing/debits"
	"gatehouse/internal/id"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/templates/mail"
)

// payers makes the rooms of what pays by itself. Of all that they keep for an account, one pays.
func (a *App) payers() {
	a.Cards = cards.New(a.Gate, a.Reader, a.Box, a.Billing, a.Outbox)
	a.Debits = debits.New(a.Gate, a.Reader, a.Box, a.Billing, a.Outbox, debits.Rules{
		Off: !a.Config.Gateway.Debits, Notice: a.Config.Gateway.DebitNotice, Zone: a.Config.TimeZone,
	})
	a.Cards.Beside(a.Debits)
	a.Debits.Beside(a.Cards)
}

// bindDebits says what becomes of the messages about Direct Debit.
func (a *App) bindDebits() {
	a.Outbox.Handle(debits.Send, a.Debits.SendDebit)
	a.Outbox.Handle(debits.Forget, a.Debits.ForgetMandate)
	a.Outbox.Handle(debits.MailSoon, a.mailDebitSoon)
	a.Outbox.Handle(debits.MailOver, a.mailDebitOver)
	a.Outbox.Handle(debits.MailGone, a.mailMandateGone)
}

func (a *App) methodsLink(account id.Account) string {
	return a.link("/accounts/" + account.String() + "/payment-methods")
}

// mailDebitSoon is the advance notice. Everybody who pays gets it: the scheme asks for it.
func (a *App) mailDebitSoon(ctx context.Context, d outbox.Delivery) error {
	var m debits.Announced
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toWhoWants(ctx, d, m.Account, notices.Debits, func(to accounts.Recipient, account string) mail.Message {
		return mail.DebitSoon(a.mailBrand(), mail.DebitMail{
			To: to.Name, Account: account, Number: m.Number, Amount: m.Amount, On: m.On, Last4: m.Last4,
			Reference: m.Reference, Reader: a.mailReader(ctx, to.TimeZone), URL: a.link(invoicePath(m.Account, m.Invoice)),
			MethodsURL: a.methodsLink(m.Account),
		})
	})
}

// mailDebitOver tells whoever pays that a Direct Debit did not, or that the bank took it back.
func (a *App) mailDebitOver(ctx context.Context, d outbox.Delivery) error {
	var m debits.Failed
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toWhoWants(ctx, d, m.Account, notices.Debits, func(to accounts.Recipient, account string) mail.Message {
		return mail.DebitOver(a.mailBrand(), mail.DebitOverMail{
			To: to.Name, Account: account, Number: m.Number, Amount: m.Amount, Last4: m.Last4, Reason: m.Reason, Back: m.Back,
			Again: m.Again, URL: a.link(invoicePath(m.Account, m.Invoice) + "/pay"), MethodsURL: a.methodsLink(m.Account),
		})
	})
}

// mailMandateGone tells whoever pays that their bank ended a mandate.
func (a *App) mailMandateGone(ctx context.Context, d outbox.Delivery) error {
	var m debits.Gone
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toWhoWants(ctx, d, m.Account, notices.Debits, func(to accounts.Recipient, account string) mail.Message {
		return mail.MandateGone(a.mailBrand(), mail.MandateMail{
			To: to.Name, Account: account, Last4: m.Last4, Reference: m.Reference, Paid: m.Paid,
			MethodsURL: a.methodsLink(m.Account),
		})
	})
}
