package app

import (
	"context"
	"fmt"
	"strings"

	"gatehouse/internal/accounts"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// mailAsk tells the owners who want it that somebody who was refused asks for what they lack.
func (a *App) mailAsk(ctx context.Context, d outbox.Delivery) error {
	var m accounts.AskMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toWhoWants(ctx, d, m.Account, notices.Asks, func(to accounts.Recipient, account string) mail.Message {
		return mail.Notice(a.mailBrand(), a.askNotice(m, to, account))
	})
}

func (a *App) askNotice(m accounts.AskMail, to accounts.Recipient, account string) mail.NoticeMail {
	first, _, _ := strings.Cut(m.Name, " ")
	out := mail.NoticeMail{
		To: to.Name, Subject: m.Name + " asks you for access in " + account,
		Paragraphs: []string{m.Name + " was refused something in " + account + " and asks you for it. Nothing has changed."},
		Facts: []ui.Pair{
			{Name: "Who", Value: m.Name}, {Name: "Their role", Value: m.Role}, {Name: "Asks for", Value: m.Needs.Sentence()},
		},
		Link: ui.Link{
			Text: "Look at the access of " + first,
			URL:  a.link("/accounts/" + m.Account.String() + "/contacts/" + m.Contact.String()),
		},
		After: []string{"You can change their role there, or leave it as it is."},
		Why:   "You get this because you own " + account + ".", ChoicesURL: a.link(choicesPath),
	}
	if caution := m.Needs.Caution(); caution != "" {
		out.Paragraphs = append(out.Paragraphs, "Think of this first: "+caution)
	}
	return out
}
