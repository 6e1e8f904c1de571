package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/hosting"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/verb"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// mailService tells the people of an account who see a service, and want to be told, that it is in another state.
func (a *App) mailService(ctx context.Context, d outbox.Delivery) error {
	var m hosting.ServiceMoved
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	if err := a.chargeMoved(ctx, m); err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	name, people, err := a.Notices.RecipientsAbout(ctx, actor.NewSystem(d.Kind), m.Account, notices.Services, m.Service)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	subject, paragraphs := serviceWords(m, name)
	return a.toEach(ctx, d, m.Account, people, func(to accounts.Recipient) mail.Message {
		return mail.Notice(a.mailBrand(), mail.NoticeMail{
			To: to.Name, Subject: subject, Paragraphs: paragraphs, ChoicesURL: a.link(choicesPath),
			Link: ui.Link{
				Text: "See the service", URL: a.link("/accounts/" + m.Account.String() + "/services/" + m.Service.String()),
			},
			Why: "You get this because you see the services of " + name + ".",
		})
	})
}

// serviceWords say what happened to a service.
func serviceWords(m hosting.ServiceMoved, account string) (subject string, paragraphs []string) {
	m.Name = hostname.In(m.Name)
	about := m.Name + " of " + account
	switch {
	case m.To == hosting.Suspended:
		subject, paragraphs = m.Name+" is stopped", []string{about + " does not run at the moment."}
		if m.Why != "" {
			paragraphs = append(paragraphs, "The reason: "+m.Why)
		}
	case m.To == hosting.Cancelled:
		subject, paragraphs = m.Name+" has ended", []string{about + " has ended. What it was can still be read."}
	case m.From == hosting.Suspended:
		subject, paragraphs = m.Name+" runs again", []string{about + " runs again."}
	default:
		subject, paragraphs = m.Name+" is ready", []string{about + " is set up and runs."}
	}
	return subject, paragraphs
}

// mailBreach tells those who run a service, whatever mails they chose, that somebody broke into it and what to do.
func (a *App) mailBreach(ctx context.Context, d outbox.Delivery) error {
	var m hosting.BreachFound
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	m.Name = hostname.In(m.Name)
	name, people, err := a.Accounts.HoldersOver(ctx, actor.NewSystem(d.Kind), m.Account, verb.ServicesManage, m.Service)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return a.toEach(ctx, d, m.Account, people, func(to accounts.Recipient) mail.Message {
		return mail.Notice(a.mailBrand(), mail.NoticeMail{
			To: to.Name, Subject: m.Name + " was broken into, and is stopped", Paragraphs: []string{
				"Somebody broke into " + m.Name + " of " + name + ". We stopped it, so that it harms nobody.",
				"What to do now: " + m.Todo, "What we found: " + m.Found,
			},
			Link: ui.Link{
				Text: "See the service", URL: a.link("/accounts/" + m.Account.String() + "/services/" + m.Service.String()),
			},
			Why: "You get this because you run the services of " + name + ". Nobody can turn it off.",
		})
	})
}
