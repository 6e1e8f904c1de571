package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/templates/mail"
)

// bindCards says what becomes of the messages about cards on file.
func (a *App) bindCards() {
	a.Outbox.Handle(cards.Charge, a.Cards.ChargeCard)
	a.Outbox.Handle(cards.ChargeNow, a.Cards.ChargeCardNow)
	a.Outbox.Handle(cards.Forget, a.Cards.ForgetCard)
	a.Outbox.Handle(cards.MailFailed, a.mailCardFailed)
	a.Outbox.Handle(cards.MailEnding, a.mailCardEnding)
	a.Outbox.Handle(billing.MailRefused, a.mailRefused)
	a.Outbox.Handle(billing.MailNotices, a.mailNotices)
}

// mailCardFailed tells whoever pays that a card on file did not, and what to do.
func (a *App) mailCardFailed(ctx context.Context, d outbox.Delivery) error {
	var m cards.Failed
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toWhoWants(ctx, d, m.Account, notices.Payments, func(to accounts.Recipient, account string) mail.Message {
		return mail.CardFailed(a.mailBrand(), mail.CardMail{
			To: to.Name, Account: account, Number: m.Number, Card: m.Card, Amount: m.Amount, Action: m.Action, Next: m.Next,
			Reader: a.mailReader(ctx, to.TimeZone), URL: a.link(invoicePath(m.Account, m.Invoice) + "/pay"),
			CardsURL: a.link("/accounts/" + m.Account.String() + "/payment-methods"), ChoicesURL: a.link(choicesPath),
		})
	})
}

// mailCardEnding tells whoever pays that the card that does by itself ends soon.
func (a *App) mailCardEnding(ctx context.Context, d outbox.Delivery) error {
	var m cards.Ending
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toWhoWants(ctx, d, m.Account, notices.Payments, func(to accounts.Recipient, account string) mail.Message {
		return mail.CardEnding(a.mailBrand(), mail.EndingMail{
			To: to.Name, Account: account, Card: m.Card, Last: m.Last, Days: m.Days, Reader: a.mailReader(ctx, to.TimeZone),
			CardsURL: a.methodsLink(m.Account), ChoicesURL: a.link(choicesPath),
		})
	})
}

// The departments that are told where a payment does not fit.
const (
	billingDepartment = "billing"
	administrators    = "administrator"
)

// mailRefused warns the billing department and the administrators of a payment that did not fit what was begun (P4).
// What is left of it is in the log as well; nobody can switch the mail off.
func (a *App) mailRefused(ctx context.Context, d outbox.Delivery) error {
	var m billing.PaymentRefused
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	at := "/staff/clients/" + m.Account.String() + "/invoices"
	if !m.Invoice.IsZero() {
		at += "/" + m.Invoice.String()
	}
	return a.toBillers(ctx, d, m.Account, func(to accounts.Recipient, client string) mail.Message {
		return mail.PaymentRefused(a.mailBrand(), mail.RefusedMail{
			To: to.Name, Account: client, Number: m.Number, Gateway: m.Gateway, Why: m.Why, Said: m.Said, Form: m.Form,
			URL: a.link(at),
		})
	})
}

// mailNotices warns the same people of notices that belong to no payment (P3, P4).
func (a *App) mailNotices(ctx context.Context, d outbox.Delivery) error {
	var m billing.NoticesRefused
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toBillingDepartment(ctx, d, func(to accounts.Recipient) mail.Message {
		return mail.NoticesRefused(a.mailBrand(), to.Name, m.Gateway, m.Why)
	})
}

// toBillers writes to everybody of the billing department and to the administrators about a client.
func (a *App) toBillers(
	ctx context.Context, d outbox.Delivery, account id.Account,
	write func(to accounts.Recipient, client string) mail.Message,
) error {
	client, err := a.Accounts.Client(ctx, actor.NewSystem(d.Kind), account)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return a.toBillingDepartment(ctx, d, func(to accounts.Recipient) mail.Message { return write(to, client.Name) })
}

// toBillingDepartment writes to everybody of the billing department and to the administrators.
func (a *App) toBillingDepartment(
	ctx context.Context, d outbox.Delivery, write func(to accounts.Recipient) mail.Message,
) error {
	system := actor.NewSystem(d.Kind)
	staff, err := a.Accounts.ActiveStaff(a.Reader.With(ctx), id.New[id.PersonKind]()) // nobody is left out
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	var letters []outbox.Message
	for person, department := range staff {
		if department != billingDepartment && department != administrators {
			continue
		}
		mailbox, err := a.People.Mailbox(ctx, system, person)
		if fault.KindOf(err) == fault.KindNotFound {
			continue // erased meanwhile
		}
		if err != nil {
			return fmt.Errorf("%s: %w", d.Kind, err)
		}
		to := accounts.Recipient{Email: mailbox.Email, Name: mailbox.Name}
		l, err := newLetter(ctx, id.Account{}, to, write(to))
		if err != nil {
			return fmt.Errorf("%s: %w", d.Kind, err)
		}
		l.Person = person
		letters = append(letters, outbox.Message{
			Kind: mailLetter, Key: d.ID.String() + "-" + person.String(), Payload: l,
		})
	}
	return a.postAll(ctx, d, letters)
}

// postAll hands letters to the outbox: all of them, or none.
func (a *App) postAll(ctx context.Context, d outbox.Delivery, letters []outbox.Message) error {
	err := a.Writer.Do(ctx, func(tx *db.Tx) error {
		for _, one := range letters {
			if err := a.Outbox.Enqueue(tx, one); err != nil {
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
