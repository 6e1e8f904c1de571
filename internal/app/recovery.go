package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/outbox"
	"gatehouse/internal/recovery"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// bindRecovery says what becomes of the messages about lost second factors.
func (a *App) bindRecovery() {
	a.Recovery.Bind()
	a.Outbox.Handle(recovery.MailProve, func(ctx context.Context, d outbox.Delivery) error {
		return a.mailRecoveryLink(ctx, d, "/recovery/", mail.RecoveryProve)
	})
	a.Outbox.Handle(recovery.MailReady, func(ctx context.Context, d outbox.Delivery) error {
		return a.mailRecoveryLink(ctx, d, "/recovery-link/", mail.RecoveryReady)
	})
	a.Outbox.Handle(recovery.MailOwner, a.mailRecoveryOwner)
	a.Outbox.Handle(recovery.MailEnded, a.mailRecoveryEnded)
}

func (a *App) mailRecoveryLink(
	ctx context.Context, d outbox.Delivery, path string, words func(mail.Brand, mail.LinkMail) mail.Message,
) error {
	var m recovery.LinkMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toPerson(ctx, d, m.Person, m.To, m.Name, words(a.mailBrand(), mail.LinkMail{
		To: m.Name, URL: a.link(path + m.Token), Expires: m.Expires, Reader: a.mailReader(ctx, m.TimeZone),
		Device: ui.Device{Name: m.Device, Address: m.Address},
	}))
}

func (a *App) mailRecoveryOwner(ctx context.Context, d outbox.Delivery) error {
	var m recovery.OwnerMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	l, err := newLetter(ctx, m.Account, accounts.Recipient{Email: m.To, Name: m.Name},
		mail.RecoveryOwner(a.mailBrand(), mail.RecoveryOwnerMail{
			To: m.Name, About: m.About, Account: m.AccountName, State: string(m.State), Held: m.Held,
			URL:        a.link("/accounts/" + m.Account.String() + "/recoveries/" + m.Recovery.String()),
			WaitsUntil: m.WaitsUntil, Reader: a.mailReader(ctx, m.TimeZone),
		}))
	if err != nil {
		return err
	}
	return a.post(ctx, d, l)
}

func (a *App) mailRecoveryEnded(ctx context.Context, d outbox.Delivery) error {
	var m recovery.EndedMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toPerson(ctx, d, m.Person, m.To, m.Name, mail.RecoveryEnded(a.mailBrand(), mail.RecoveryEndedMail{
		To: m.Name, SignInURL: a.link("/sign-in"), State: string(m.State), Open: m.Open, Held: m.Held,
	}))
}
