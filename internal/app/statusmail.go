package app

import (
	"context"
	"fmt"
	"strings"

	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/mailer"
	"gatehouse/internal/status"
	"gatehouse/templates/mail"
)

// tellOfSubscriber is the message that one address is to be mailed about an incident.
const tellOfSubscriber = "status.subscriber"

type subscriberStatus struct {
	Subscriber id.Subscriber `json:"subscriber"`
	Told       status.Told   `json:"told"`
}

// mailsPath is where mails of the status page are asked for, confirmed and stopped.
const mailsPath = "/status/mails"

// tellSubscribers leaves a message for each address that asked for mails. Doing it again leaves no second one.
func (a *App) tellSubscribers(ctx context.Context, d outbox.Delivery, m status.Told) error {
	var after id.Subscriber
	for {
		list, err := a.Subscribers.Page(ctx, after, accountsAtOnce)
		if err != nil || len(list) == 0 {
			return err // subscribers says what it did
		}
		err = a.Writer.Do(ctx, func(tx *db.Tx) error {
			for _, one := range list {
				err := a.Outbox.Enqueue(tx, outbox.Message{
					Kind: tellOfSubscriber, Key: m.Update.String() + "-" + one.String(), Payload: subscriberStatus{one, m},
				})
				if err != nil {
					return err // the outbox says what it did
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", d.Kind, err)
		}
		after = list[len(list)-1]
	}
}

// mailSubscriber mails one address about an incident, if it still wants to hear of it.
func (a *App) mailSubscriber(ctx context.Context, d outbox.Delivery) error {
	var m subscriberStatus
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	to, send, err := a.Subscribers.Recipient(ctx, m.Subscriber, m.Told.Components, d.Attempt == 1)
	if err != nil || !send {
		return err // subscribers says what it did
	}
	t, stop := m.Told, a.link(mailsPath+"/stop/"+to.StopToken)
	return a.postStranger(ctx, d, to.To, stop, mail.Status(a.mailBrand(), mail.StatusMail{
		Title: t.Title, Text: t.Text, Who: t.Who, Todo: t.Todo, Parts: t.Parts, Planned: t.Sort == status.Maintenance,
		Over: t.Phase == status.Over, Dropped: t.Phase == status.Dropped, Starts: t.Starts, Ends: t.Ends,
		URL: a.link("/status/incidents/" + t.Incident.String()), Reader: a.mailReader(ctx, ""), StopURL: stop,
	}))
}

// mailAsked answers an address that asked for mails of the status page.
func (a *App) mailAsked(ctx context.Context, d outbox.Delivery) error {
	r, send, err := a.Subscribers.Reply(ctx, d)
	if err != nil || !send {
		return err // subscribers says what it did
	}
	m := mail.SubscribeMail{
		URL: a.link(mailsPath + "/confirm/" + r.Token), Expires: r.Expires, Reader: a.mailReader(ctx, ""),
	}
	stop := ""
	if r.Known {
		stop = a.link(mailsPath + "/stop/" + r.Token)
		m.URL, m.StopURL = "", stop
	}
	return a.postStranger(ctx, d, r.To, stop, mail.Subscribe(a.mailBrand(), m))
}

// postStranger mails an address that is in no account. No log has it: it belongs to nobody here, and is to be forgotten
// when it stops. stop is where one click ends such mails; empty: there is nothing to end yet.
func (a *App) postStranger(ctx context.Context, d outbox.Delivery, to, stop string, m mail.Message) error {
	var html strings.Builder
	if err := m.HTML.Render(ctx, &html); err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	err := a.sender.Send(ctx, mailer.Mail{
		To: to, Subject: m.Subject, Text: m.Text, HTML: html.String(), Unsubscribe: stop, Key: d.ID.String(),
	})
	switch {
	case mailer.IsPermanent(err):
		return fmt.Errorf("%s: %w: %w", d.Kind, outbox.ErrNeverWorks, err)
	case err != nil:
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return nil
}
