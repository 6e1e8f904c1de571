package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// mailRule tells the people of an account how they must sign in from a day on: everybody when the rule is set, and
// shortly before that day those who cannot yet.
func (a *App) mailRule(ctx context.Context, d outbox.Delivery) error {
	var m accounts.RuleMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	name, told, err := a.Accounts.ToldOfRule(ctx, actor.NewSystem(d.Kind), m)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	people, ready := make([]accounts.Recipient, 0, len(told)), map[id.Person]bool{}
	for _, one := range told {
		people, ready[one.Person] = append(people, one.Recipient), one.Ready
	}
	return a.toEach(ctx, d, m.Account, people, func(to accounts.Recipient) mail.Message {
		return mail.Notice(a.mailBrand(), a.ruleNotice(name, to, m, ready[to.Person], a.mailReader(ctx, to.TimeZone)))
	})
}

func (a *App) ruleNotice(
	account string, to accounts.Recipient, m accounts.RuleMail, ready bool, r ui.Reader,
) mail.NoticeMail {
	what, add := "a second step at sign-in", "Add a second step"
	if m.Rule.Level == actor.PhishingProof {
		what, add = "a security key or a passkey at sign-in", "Add a security key"
	}
	when := "From " + r.Date(m.Rule.From) + ", " + r.Clock(m.Rule.From) + ", "
	if !m.Rule.From.After(r.Now) {
		when = "From now on, "
	}
	out := mail.NoticeMail{
		To: to.Name, Subject: account + " asks everybody for " + what,
		Paragraphs: []string{when + account + " asks everybody for " + what + "."},
		Why:        "You get this because you have access to " + account + ". It cannot be switched off.",
	}
	if ready {
		out.Paragraphs = append(out.Paragraphs, "You have one already. Use it when you sign in, and nothing changes for you.")
		return out
	}
	if m.Reminder {
		out.Subject = "A reminder: " + out.Subject
	}
	out.Paragraphs = append(out.Paragraphs, "You have none yet. Without one you are not let into this account then. "+
		"Your sign-in and your other accounts stay as they are.")
	out.Link = ui.Link{Text: add, URL: a.link("/me/security")}
	return out
}
