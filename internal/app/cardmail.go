package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
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
		reader := a.mailReader(ctx, to.TimeZone)
		return mail.Notice(a.mailBrand(), mail.NoticeMail{
			To: to.Name, Subject: cardSubject(m), Paragraphs: cardSays(m, account, reader), Facts: []ui.Pair{
				{Name: "Invoice", Value: m.Number}, {Name: "Amount", Value: m.Amount.String()}, {Name: "Card", Value: m.Card},
			},
			Link:       ui.Link{Text: "Pay " + m.Amount.String(), URL: a.link(invoicePath(m.Account, m.Invoice) + "/pay")},
			After:      []string{"Cards on file: " + a.link("/accounts/"+m.Account.String()+"/payment-methods")},
			Why:        "You get this because you pay the invoices of " + account + ".",
			ChoicesURL: a.link(choicesPath),
		})
	})
}

func cardSubject(m cards.Failed) string {
	if m.Action {
		return "Your bank asks you to confirm: invoice " + m.Number
	}
	return "Your card was declined: invoice " + m.Number
}

func cardSays(m cards.Failed, account string, r ui.Reader) []string {
	switch {
	case m.Action:
		return []string{
			"The bank of the card on file for " + account + " wants its owner to confirm this payment, so it was not made.",
			"Open the page below, and pay there: your bank asks you on the way.",
		}
	case m.Next.IsZero():
		return []string{
			"The card on file for " + account + " did not pay this invoice. We do not try it again.",
			"Pay it with another card below.",
		}
	}
	return []string{
		"The card on file for " + account + " did not pay this invoice. We try it again on " + r.Date(m.Next) + ".",
		"You can pay it with another card at once, below.",
	}
}
