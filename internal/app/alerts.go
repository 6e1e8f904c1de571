package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/outbox"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// mailAlert mails somebody at once what touches how they sign in.
func (a *App) mailAlert(ctx context.Context, d outbox.Delivery) error {
	var m alerts.Mail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	choices := ""
	if m.Kind == alerts.NewCountry || m.Kind == alerts.UnusualHour {
		choices = a.link("/me/alerts")
	}
	message, ok := mail.Alert(a.mailBrand(), mail.AlertMail{
		ChoicesURL: choices,
		Kind:       string(m.Kind), To: m.Name, About: m.About, ByOther: m.ByOther, URL: a.link("/not-me/" + m.Token),
		Device: ui.Device{Name: m.Device, Place: m.Place, Address: m.Address}, Factor: m.Factor, At: m.At,
		Reader: a.mailReader(ctx, m.TimeZone),
	})
	if !ok {
		return fmt.Errorf("%w: no words for the alert %s", outbox.ErrNeverWorks, m.Kind)
	}
	l, err := newLetter(ctx, id.Account{}, accounts.Recipient{Email: m.To, Name: m.Name}, message)
	if err != nil {
		return err
	}
	l.Person = m.Person
	return a.post(ctx, d, l)
}

// tellOfFailures leads to an alert where the failures concern somebody.
func (a *App) tellOfFailures(ctx context.Context, d outbox.Delivery) error {
	var m tries.FailuresMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	if err := a.People.TellOfFailures(ctx, m); err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return nil
}
