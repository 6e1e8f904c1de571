package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/watch"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
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
	letter := mail.AccountAlertMail{
		To: m.Greet, Account: m.Name, What: m.Rule.Label(), At: m.At, Fixed: m.Rule.Security(),
		URL: a.link(alertPath(m.Account, m.Seq, m.About)), ChoicesURL: a.link(logPath(m.Account) + "/alerts"),
		Reader: a.mailReader(ctx, m.Zone),
	}
	if m.Own {
		letter.NotMeURL = a.link(entryPath(m.Account, m.Seq) + "/not-me")
	}
	message := mail.AccountAlert(a.mailBrand(), letter)
	l, err := newLetter(ctx, m.Account, accounts.Recipient{Person: m.Person, Email: m.To, Name: m.Greet}, message)
	if err != nil {
		return err
	}
	return a.post(ctx, d, l)
}

// alertPath leads to an entry, or, where that stands in somebody's own log, to what they did in the account.
func alertPath(account id.Account, seq int64, about id.Person) string {
	switch {
	case account.IsZero():
		return "/me/activity"
	case about.IsZero():
		return entryPath(account, seq)
	}
	return logPath(account) + "?person=" + about.String()
}

// mailDaily mails what a day brought: of somebody's own sign-in, and of the accounts whose logs they may still read.
func (a *App) mailDaily(ctx context.Context, d outbox.Delivery) error {
	var m watch.Day
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	names := map[id.Account]string{}
	var lines []mail.DailyLine
	for _, h := range m.Hits {
		name, known := names[h.Account]
		if !known {
			var err error
			if name, err = a.readsLog(ctx, d, h.Account, m.Person); err != nil {
				return err
			}
			names[h.Account] = name
		}
		line := mail.DailyLine{
			Account: name, What: h.Rule.Label(), At: h.At, URL: a.link(alertPath(h.Account, h.Seq, h.About)),
		}
		if h.Account.IsZero() {
			line.Account, line.What = "Your sign-in", h.Rule.OwnLabel()
			line.NotMeURL = a.link("/me/activity/" + strconv.FormatInt(h.Seq, 10) + "/not-me")
		}
		if line.Account != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return nil // they may not read any of it any more
	}
	return a.writeTo(ctx, d, m.Person, func(name string, r ui.Reader) mail.Message {
		return mail.DailyAlerts(a.mailBrand(), mail.DailyAlertsMail{
			To: name, Lines: lines, More: m.More, AlertsURL: a.link("/me/alerts"), Reader: r,
		})
	})
}

// readsLog is what an account is called, for somebody who may read all of its log; empty for everybody else.
func (a *App) readsLog(ctx context.Context, d outbox.Delivery, account id.Account, person id.Person) (string, error) {
	if account.IsZero() {
		return "", nil
	}
	name, owners, others, err := a.Accounts.Readers(ctx, actor.NewSystem(d.Kind), account)
	if fault.KindOf(err) == fault.KindNotFound {
		return "", nil // the account is gone
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", d.Kind, err)
	}
	if slices.ContainsFunc(append(owners, others...), func(r accounts.Recipient) bool { return r.Person == person }) {
		return name, nil
	}
	return "", nil
}
