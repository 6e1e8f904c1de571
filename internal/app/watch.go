package app

import (
	"context"
	"fmt"
	"strconv"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/watch"
	"gatehouse/templates/mail"
)

// bindWatch binds the mails about what is in a log.
func (a *App) bindWatch() {
	a.Outbox.Handle(watch.MailHit, a.mailHit)
	a.Outbox.Handle(watch.MailDaily, a.mailDaily)
}

func logPath(account id.Account) string { return "/accounts/" + account.String() + "/activity" }

func entryPath(account id.Account, seq int64) string {
	return logPath(account) + "/" + strconv.FormatInt(seq, 10)
}

func (a *App) mailHit(ctx context.Context, d outbox.Delivery) error {
	var m watch.Hit
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	message := mail.AccountAlert(a.mailBrand(), mail.AccountAlertMail{
		To: m.Greet, Account: m.Name, What: m.Rule.Label(), At: m.At, Fixed: m.Rule.Security(),
		URL: a.link(entryPath(m.Account, m.Seq)), ChoicesURL: a.link(logPath(m.Account) + "/alerts"),
		Reader: a.mailReader(ctx, m.Zone),
	})
	l, err := newLetter(ctx, m.Account, accounts.Recipient{Person: m.Person, Email: m.To, Name: m.Greet}, message)
	if err != nil {
		return err
	}
	return a.post(ctx, d, l)
}

// mailDaily mails what a day brought to whoever may still read that log.
func (a *App) mailDaily(ctx context.Context, d outbox.Delivery) error {
	var m watch.Day
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	name, owners, others, err := a.Accounts.Readers(ctx, actor.NewSystem(d.Kind), m.Account)
	if fault.KindOf(err) == fault.KindNotFound {
		return nil // the account is gone
	}
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	for _, to := range append(owners, others...) {
		if to.Person != m.Person {
			continue
		}
		letter := mail.DailyAlertsMail{
			To: to.Name, Account: name, LogURL: a.link(logPath(m.Account)), Reader: a.mailReader(ctx, to.TimeZone),
			ChoicesURL: a.link(logPath(m.Account) + "/alerts"),
		}
		for _, h := range m.Hits {
			letter.Lines = append(letter.Lines, mail.DailyLine{
				What: h.Rule.Label(), At: h.At, URL: a.link(entryPath(m.Account, h.Seq)),
			})
		}
		l, err := newLetter(ctx, m.Account, to, mail.DailyAlerts(a.mailBrand(), letter))
		if err != nil {
			return err
		}
		return a.post(ctx, d, l)
	}
	return nil // they may not read it any more
}
