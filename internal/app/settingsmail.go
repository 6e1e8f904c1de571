package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/settings"
	"gatehouse/templates/mail"
)

// mailTest sends somebody of the staff a sample of our mails, as it would arrive.
func (a *App) mailTest(ctx context.Context, d outbox.Delivery) error {
	var m settings.TestMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	box, err := a.People.Mailbox(ctx, actor.NewSystem(d.Kind), m.To)
	if err != nil {
		return unlessMissing(err)
	}
	now, err := a.Reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	for _, s := range mail.Samples(a.mailBrand(), now, a.mailReader(ctx, box.TimeZone)) {
		if s.Key != m.Mail {
			continue
		}
		l, err := newLetter(ctx, id.Account{}, accounts.Recipient{Email: box.Email, Name: box.Name}, mail.Test(s.Message))
		if err != nil {
			return err
		}
		l.Person = m.To
		return a.post(ctx, d, l)
	}
	return fmt.Errorf("%w: there is no such sample", outbox.ErrNeverWorks)
}
