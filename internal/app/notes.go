package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/httpclient"
	"gatehouse/internal/platform/mailer"
	"gatehouse/internal/verb"
)

// The kinds of messages that carry a signed note to whoever else keeps it. Against somebody who holds the database and
// this machine, only the copies elsewhere are worth something.
const (
	noteWebhook = "note.webhook"
	noteMail    = "note.mail"
)

// signedNote is a note on its way.
type signedNote struct {
	Number int64  `json:"number"`
	Text   string `json:"text"`
}

// noteCopies leave a message for each place that the operator named.
func (a *App) noteCopies() []gate.NoteCopy {
	list := []gate.NoteCopy{}
	to := func(kind string) gate.NoteCopy {
		return func(tx *db.Tx, n activity.Note) error {
			return a.Outbox.Enqueue(tx, outbox.Message{ // the outbox says what it did
				Kind: kind, Key: n.Hash, Payload: signedNote{Number: n.Number, Text: n.Signed},
			})
		}
	}
	if a.Config.Notes.Webhook != nil {
		list = append(list, to(noteWebhook))
	}
	if a.Config.Notes.MailTo != "" {
		list = append(list, to(noteMail))
	}
	return list
}

// postNote hands a note to the operator's own keeper of notes. The note carries its signature; the call needs none.
func (a *App) postNote(ctx context.Context, d outbox.Delivery) (err error) {
	var n signedNote
	if err := d.Decode(&n); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	to := a.Config.Notes.Webhook
	if to == nil {
		return nil // the operator has changed their mind
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), strings.NewReader(n.Text))
	if err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	roots, err := certificates("notes.ca_file", a.Config.Notes.CAFile)
	if err != nil {
		return err
	}
	client := httpclient.New(httpclient.Options{
		Hosts: []string{to.Hostname()}, Networks: a.Config.Notes.Networks, Roots: roots,
	})
	defer client.CloseIdleConnections()
	res, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("post a note: %w", withoutAddress(err))
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return fmt.Errorf("post a note: %w", err)
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("post a note: the keeper answers %d", res.StatusCode)
	}
	return nil
}

// withoutAddress is an error of a call without the address that was called, which may hold a secret: errors go into the
// server's log and stay with the message.
func withoutAddress(err error) error {
	if called, ok := errors.AsType[*url.Error](err); ok {
		return called.Err
	}
	return err
}

// mailNote mails a note to whom the operator named.
func (a *App) mailNote(ctx context.Context, d outbox.Delivery) error {
	var n signedNote
	if err := d.Decode(&n); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	if a.Config.Notes.MailTo == "" {
		return nil // the operator has changed their mind
	}
	err := a.sender.Send(ctx, mailer.Mail{
		To: a.Config.Notes.MailTo, Subject: fmt.Sprintf("Signed note %d of the activity log", n.Number), Key: d.ID.String(),
		Text: "Keep this mail. With it `gatehouse activity verify --notes` finds out whether the log was changed since." +
			"\n\n" + n.Text,
	})
	if err != nil && mailer.IsPermanent(err) {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	if err != nil {
		return fmt.Errorf("mail a note: %w", err)
	}
	return nil
}

// KeysRotated says in the provider's log that the keys were changed.
func (a *App) KeysRotated(ctx context.Context, who actor.Actor) error {
	err := a.Gate.Change(ctx, who, verb.PoliciesManage, id.ProviderScope(),
		func(_ *db.Tx, g gate.Grant) (gate.Entry, error) {
			return g.Entry(activity.KeysRotated, activity.Details{}), nil
		})
	if err != nil {
		return fmt.Errorf("record the change of keys: %w", err)
	}
	return nil
}
