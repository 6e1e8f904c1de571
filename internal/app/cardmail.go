package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/templates/mail"
)

// bindCards says what becomes of the messages about cards on file.
func (a *App) bindCards() {
	a.Outbox.Handle(cards.Charge, a.Cards.ChargeCard)
	a.Outbox.Handle(cards.Forget, a.Cards.ForgetCard)
	a.Outbox.Handle(cards.MailFailed, a.mailCardFailed)
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
