package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/ownership"
	"gatehouse/internal/verb"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// bindOwnership says what becomes of the messages about who owns an account.
func (a *App) bindOwnership() {
	a.Outbox.Handle(ownership.MailOffer, a.mailOffer)
	a.Outbox.Handle(ownership.MailDecision, a.mailDecision)
}

// ownersOf are the owners of an account and what it is called.
func (a *App) ownersOf(ctx context.Context, job string, account id.Account) (string, []accounts.Recipient, error) {
	g, err := a.Gate.View(ctx, actor.NewSystem(job), verb.AccountView, id.AccountScope(account))
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", job, err)
	}
	of, err := a.Accounts.ByGrant(a.Reader.With(ctx), g)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", job, err)
	}
	owners, err := a.Accounts.Owners(a.Reader.With(ctx), account, id.Person{})
	return of.Name, owners, err
}

// mailOffer tells the owners what became of an offer of ownership, and the one who is offered it.
func (a *App) mailOffer(ctx context.Context, d outbox.Delivery) error {
	var m ownership.OfferMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	name, people, err := a.ownersOf(ctx, d.Kind, m.Account)
	if err != nil {
		return err
	}
	for _, side := range []id.Person{m.To.Person, m.By.Person} { // the one who stepped down is told as well
		if people, err = a.alsoTo(ctx, d.Kind, m.Account, people, side); err != nil {
			return err
		}
	}
	return a.toEach(ctx, d, m.Account, people, func(to accounts.Recipient) mail.Message {
		return mail.Notice(a.mailBrand(), a.offerNotice(name, to, m, a.mailReader(ctx, to.TimeZone)))
	})
}

// unlessMissing is an error, unless it says that something is not there any more.
func unlessMissing(err error) error {
	if fault.KindOf(err) == fault.KindNotFound {
		return nil
	}
	return err
}

// alsoTo adds a contact to those who are written to, where they are still one and not among them.
func (a *App) alsoTo(
	ctx context.Context, job string, account id.Account, people []accounts.Recipient, person id.Person,
) ([]accounts.Recipient, error) {
	for _, one := range people {
		if one.Person == person {
			return people, nil
		}
	}
	g, err := a.Gate.View(ctx, actor.NewSystem(job), verb.AccountView, id.AccountScope(account))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", job, err)
	}
	h, err := a.Accounts.MemberBy(a.Reader.With(ctx), g, person)
	if err != nil || !h.Active { // gone since: their access is over, and so is what it was about
		return people, unlessMissing(err)
	}
	return append(people, h.Recipient), nil
}

func (a *App) offerNotice(account string, to accounts.Recipient, m ownership.OfferMail, r ui.Reader) mail.NoticeMail {
	out := mail.NoticeMail{
		To: to.Name, Link: ui.Link{
			Text: "See who owns " + account, URL: a.link("/accounts/" + m.Account.String() + "/settings/ownership"),
		},
		Why: "You get this because it is about who owns " + account + ". It cannot be switched off.",
	}
	mine := to.Person == m.To.Person
	switch m.What {
	case ownership.Offered:
		out.Subject = m.By.Name + " offers the ownership of " + account + " to " + m.To.Name
		out.Paragraphs = []string{"Nothing changes until " + m.To.Name + " accepts. That is possible until " +
			r.Date(m.Expires) + ", " + r.Clock(m.Expires) + "."}
		if mine {
			out.Subject = m.By.Name + " offers you the ownership of " + account
			out.Paragraphs = []string{"As an owner you could do everything in " + account + ". Sign in to accept or decline, " +
				"until " + r.Date(m.Expires) + ", " + r.Clock(m.Expires) + "."}
			out.Link.Text = "Look at the offer"
		} else {
			out.After = []string{"Is that wrong? An owner can withdraw the offer until it is accepted."}
		}
	case ownership.Accepted:
		out.Subject = m.To.Name + " is an owner of " + account + " now"
		out.Paragraphs = []string{m.By.Name + " offered the ownership of " + account + ", and " + m.To.Name + " accepted."}
		if m.Then != "" {
			out.Paragraphs = append(out.Paragraphs, m.By.Name+" is "+m.Then+" from now on.")
		}
	case ownership.Declined:
		out.Subject = m.To.Name + " declined the ownership of " + account
		out.Paragraphs = []string{"Nothing has changed."}
	case ownership.Withdrawn:
		out.Subject = "The offer of the ownership of " + account + " is withdrawn"
		out.Paragraphs = []string{"It was offered to " + m.To.Name + ", who had not accepted. Nothing has changed."}
	}
	return out
}

// mailDecision tells the owners what the provider decided about what they asked for.
func (a *App) mailDecision(ctx context.Context, d outbox.Delivery) error {
	var m ownership.DecisionMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	name, people, err := a.ownersOf(ctx, d.Kind, m.Account)
	if err != nil {
		return err
	}
	return a.toEach(ctx, d, m.Account, people, func(to accounts.Recipient) mail.Message {
		out := mail.NoticeMail{
			To: to.Name, Subject: "The " + m.What + " stays as it is",
			Paragraphs: []string{"You asked us to change the " + m.What + " to “" + m.New + "”. We have not changed it."},
			Link: ui.Link{
				Text: "See your requests", URL: a.link("/accounts/" + m.Account.String() + "/settings/ownership"),
			},
			Why: "You get this because you own " + name + ". It cannot be switched off.",
		}
		if m.Approved {
			out.Subject = "The " + m.What + " is changed"
			out.Paragraphs = []string{"As you asked, the " + m.What + " is “" + m.New + "” now."}
		}
		if m.Answer != "" {
			out.Paragraphs = append(out.Paragraphs, "Our answer: "+m.Answer)
		}
		return mail.Notice(a.mailBrand(), out)
	})
}
