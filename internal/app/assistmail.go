package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/assist"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

func (a *App) staffHelpLink(account id.Account, text string) ui.Link {
	return ui.Link{Text: text, URL: a.link("/accounts/" + account.String() + "/settings/staff")}
}

// mailAssistRule tells the owners of an account that staff may act for its people from now on, or may not any more.
func (a *App) mailAssistRule(ctx context.Context, d outbox.Delivery) error {
	var m assist.RuleMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	name, people, err := a.ownersOf(ctx, d.Kind, m.Account)
	if err != nil {
		return err
	}
	provider := a.provider().Name
	return a.toEach(ctx, d, m.Account, people, func(to accounts.Recipient) mail.Message {
		out := mail.NoticeMail{
			To: to.Name, Subject: "Staff do not act for people of " + name + " any more",
			Paragraphs: []string{m.By + " set that the staff of " + provider + " act for nobody in " + name +
				", unless an owner allows it once. What went on has ended."},
			Link: a.staffHelpLink(m.Account, "See when staff acted"),
			Why:  "You get this because you own " + name + ". It cannot be switched off.",
		}
		if m.Allowed {
			out.Subject = "Staff may act for people of " + name
			out.Paragraphs = []string{m.By + " set that the staff of " + provider + " may act for people of " + name +
				", for 30 minutes and with a reason each time. Everything they do stands in your log."}
		}
		return mail.Notice(a.mailBrand(), out)
	})
}

// mailAssistAsked tells the owners of an account that somebody of the staff asks to act for one of its people once.
func (a *App) mailAssistAsked(ctx context.Context, d outbox.Delivery) error {
	var m assist.AskedMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	name, people, err := a.ownersOf(ctx, d.Kind, m.Account)
	if err != nil {
		return err
	}
	return a.toEach(ctx, d, m.Account, people, func(to accounts.Recipient) mail.Message {
		r := a.mailReader(ctx, to.TimeZone)
		return mail.Notice(a.mailBrand(), mail.NoticeMail{
			To: to.Name, Subject: m.Staff + " of " + a.provider().Name + " asks to act for " + m.For + " once",
			Paragraphs: []string{
				"The reason given: " + m.Why,
				"Sign in to allow it once or to decline, until " + r.Date(m.Until) + ", " + r.Clock(m.Until) +
					". If you do nothing, nobody acts for anybody.",
			},
			Link: a.staffHelpLink(m.Account, "Allow or decline"),
			Why:  "You get this because you own " + name + ". It cannot be switched off.",
		})
	})
}
