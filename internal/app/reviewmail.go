package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/internal/reviews"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// mailReview tells those who can finish an access review of it: that it began, that it is due, what happens if nobody
// finishes it, and how it ended.
func (a *App) mailReview(ctx context.Context, d outbox.Delivery) error {
	var m reviews.MailWord
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	asked := func() (string, []accounts.Recipient, error) {
		return a.Notices.Recipients(ctx, actor.NewSystem(d.Kind), m.Account, notices.Reviews)
	}
	loses := m.Word == reviews.WordLast || m.Word == reviews.WordLapsed
	if loses { // somebody loses access: that is told whatever they chose
		asked = func() (string, []accounts.Recipient, error) {
			return a.Accounts.Holders(ctx, actor.NewSystem(d.Kind), m.Account, notices.Reviews.Needs())
		}
	}
	name, people, err := asked()
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return a.toEach(ctx, d, m.Account, people, func(to accounts.Recipient) mail.Message {
		notice := a.reviewNotice(name, to, m, a.mailReader(ctx, to.TimeZone))
		if !loses {
			notice.ChoicesURL = a.link(choicesPath)
		}
		return mail.Notice(a.mailBrand(), notice)
	})
}

func (a *App) reviewNotice(account string, to accounts.Recipient, m reviews.MailWord, r ui.Reader) mail.NoticeMail {
	out := mail.NoticeMail{
		To: to.Name, Why: "You get this because you can review who has access to " + account + ".",
		Link: ui.Link{
			Text: "Go to the review", URL: a.link("/accounts/" + m.Account.String() + "/reviews/" + m.Review.String()),
		},
		Facts: []ui.Pair{{Name: "Due", Value: r.Date(m.Due)}, {Name: "Closes by itself", Value: r.Date(m.Closes)}},
	}
	suspends := "If nobody finishes it by " + r.Date(m.Closes) + ", " + r.Clock(m.Closes) +
		", everybody without a “keep” is suspended until you decide. The last owner never is."
	switch m.Word {
	case reviews.WordStarted:
		out.Subject = "Review who has access to " + account
		out.Paragraphs = []string{
			"A review of everybody who has access to " + account + " has started. Say for each who keeps it, who gets less " +
				"and who goes.", suspends,
		}
	case reviews.WordSoon:
		out.Subject = "The access review of " + account + " is due in a week"
		out.Paragraphs = []string{"It is still open.", suspends}
	case reviews.WordDue:
		out.Subject = "The access review of " + account + " is due today"
		out.Paragraphs = []string{"It is still open.", suspends}
	case reviews.WordLast:
		out.Subject = "People lose their access to " + account + " " + r.Relative(m.Closes)
		out.Paragraphs = []string{"The access review is still open.", suspends}
	case reviews.WordLapsed:
		out.Subject = "The access review of " + account + " closed by itself"
		out.Paragraphs = []string{
			"Nobody finished it in time. Everybody without a “keep” is suspended now; you can give access back on their " +
				"page under Contacts. The signed record says who.",
		}
		out.Link.Text, out.Facts = "See the record", nil
	case reviews.WordEnded:
		out.Subject = "The access review of " + account + " is finished"
		out.Paragraphs = []string{"What was decided has happened, and the signed record is kept with the account."}
		out.Link.Text, out.Facts = "See the record", nil
	}
	return out
}
