package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/hosting/orders"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/hostname"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

func (a *App) bindOrders() {
	a.Outbox.Handle(orders.Begin, a.Orders.Work)
	a.Outbox.Handle(orders.Mail, a.mailOrder)
	a.Outbox.Handle(orders.Charge, a.chargeOrder)
	a.Outbox.Handle(orders.Sell, a.sellProduct)
}

// mailOrder tells the people of an account who want to know of its services how far a request is. What the server does
// has mails of its own.
func (a *App) mailOrder(ctx context.Context, d outbox.Delivery) error {
	var m orders.Told
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	name, people, err := a.Notices.RecipientsAbout(ctx, actor.NewSystem(d.Kind), m.Account, notices.Services, m.Service)
	if m.Service.IsZero() {
		name, people, err = a.Notices.Recipients(ctx, actor.NewSystem(d.Kind), m.Account, notices.Services)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return a.toEach(ctx, d, m.Account, people, func(to accounts.Recipient) mail.Message {
		subject, paragraphs := orderWords(m, a.mailReader(ctx, to.TimeZone))
		return mail.Notice(a.mailBrand(), mail.NoticeMail{
			To: to.Name, Subject: subject, Paragraphs: paragraphs, ChoicesURL: a.link(choicesPath),
			Link: ui.Link{
				Text: "See your requests", URL: a.link("/accounts/" + m.Account.String() + "/services/requests"),
			},
			Why: "You get this because you see the services of " + name + ".",
		})
	})
}

// orderWords say what came of a request.
func orderWords(m orders.Told, r ui.Reader) (subject string, paragraphs []string) {
	m.Name = hostname.In(m.Name)
	switch m.State {
	case orders.Asked:
		subject, paragraphs = "We have your request: "+m.Name, []string{"We look at it and tell you what comes of it."}
	case orders.Working:
		subject, paragraphs = "We are at work on "+m.Name, []string{"Nothing is needed from you."}
	case orders.Planned:
		subject = "Planned: " + m.Name
		paragraphs = []string{"It runs until " + r.Date(m.EndsAt) + ". You can take this back until then."}
	case orders.Declined:
		subject, paragraphs = "We cannot do this: "+m.Name, []string{"Nothing was changed."}
	case orders.Withdrawn:
		subject, paragraphs = "Taken back: "+m.Name, []string{"Nothing was changed."}
	case orders.Done:
		subject, paragraphs = "Done: "+m.Name, []string{"The page of the service shows how it is."}
	}
	if m.Answer != "" {
		paragraphs = append(paragraphs, "We wrote: "+m.Answer)
	}
	return subject, paragraphs
}
