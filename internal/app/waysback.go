package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/waysback"
	"gatehouse/internal/outbox"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// bindWaysBack says what becomes of the messages about forgotten passwords and new addresses.
func (a *App) bindWaysBack() {
	a.Outbox.Handle(waysback.ResetAsked, a.People.SendReset)
	a.Outbox.Handle(waysback.MailReset, a.mailReset)
	a.Outbox.Handle(waysback.MailNewEmail, a.mailNewEmail)
}

func (a *App) mailReset(ctx context.Context, d outbox.Delivery) error {
	var m waysback.ResetMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toPerson(ctx, d, m.Person, m.To, m.Name, mail.PasswordReset(a.mailBrand(), mail.LinkMail{
		To: m.Name, URL: a.link("/reset-password/" + m.Token), Expires: m.Expires,
		Device: ui.Device{Name: m.Device, Address: m.Address}, Reader: a.mailReader(ctx, m.TimeZone),
	}))
}

// mailNewEmail writes to an address that somebody wants to be known by: a link, or, where somebody has the address,
// that it is theirs already. Only the mailbox learns which.
func (a *App) mailNewEmail(ctx context.Context, d outbox.Delivery) error {
	var m waysback.NewEmailMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	taken, err := a.People.IsTaken(ctx, m.To)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	words, name := mail.NewEmail, m.Name
	if taken {
		words, name = mail.EmailTaken, ""
	}
	return a.toPerson(ctx, d, m.Person, m.To, name, words(a.mailBrand(), mail.LinkMail{
		To: name, URL: a.link("/me/email/confirm/" + m.Token), Expires: m.Expires, Reader: a.mailReader(ctx, m.TimeZone),
	}))
}

// toPerson sends one mail about a person, to an address that is theirs or may become theirs.
func (a *App) toPerson(
	ctx context.Context, d outbox.Delivery, person id.Person, to, name string, m mail.Message,
) error {
	l, err := newLetter(ctx, id.Account{}, accounts.Recipient{Email: to, Name: name}, m)
	if err != nil {
		return err
	}
	l.Person = person
	return a.post(ctx, d, l)
}
