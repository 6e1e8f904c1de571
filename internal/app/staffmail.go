package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/assist"
	"gatehouse/internal/conduct"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/staffing"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// bindStaffing says what becomes of the messages about the provider's own people.
func (a *App) bindStaffing() {
	a.Outbox.Handle(staffing.MailInvited, a.mailStaffInvited)
	a.Outbox.Handle(staffing.MailWaits, a.mailStaffWaits)
	a.Outbox.Handle(staffing.MailDecided, a.mailStaffDecided)
	a.Outbox.Handle(staffing.MailIdle, a.mailStaffIdle)
	a.Outbox.Handle(staffing.MailReview, a.mailStaffReview)
	a.Outbox.Handle(conduct.MailTraining, a.mailTraining)
	a.Outbox.Handle(assist.MailEmergency, a.mailEmergency)
}

func (a *App) mailEmergency(ctx context.Context, d outbox.Delivery) error {
	var m assist.EmergencyMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toColleague(ctx, d, m.To, func(name string, r ui.Reader) mail.NoticeMail {
		return mail.Emergency(mail.EmergencyMail{
			To: name, Staff: m.Staff, Client: m.Client, Opened: m.Opened, Which: activity.EmergencyInWords(m.Code),
			Why: m.Why, At: m.At, Reminder: m.Reminder, URL: a.link("/staff/emergencies/" + m.Which.String()), Reader: r,
		})
	})
}

func (a *App) mailTraining(ctx context.Context, d outbox.Delivery) error {
	var m conduct.TrainingMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toColleague(ctx, d, m.To, func(name string, r ui.Reader) mail.NoticeMail {
		return mail.TrainingEnds(name, m.Name, m.Ends, a.link("/me/policies"), r)
	})
}

func (a *App) mailStaffInvited(ctx context.Context, d outbox.Delivery) error {
	var m staffing.InvitedMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	l, err := newLetter(ctx, id.Account{}, accounts.Recipient{Email: m.To}, mail.StaffInvitation(a.mailBrand(),
		mail.StaffInvitationMail{
			Department: m.Department, Inviter: m.Inviter, URL: a.link("/staff-invitations/" + m.Token), Expires: m.Expires,
			Reader: a.mailReader(ctx, ""),
		}))
	if err != nil {
		return err
	}
	l.Provider = true
	return a.post(ctx, d, l)
}

// toColleague sends one of the staff a mail about their work here, which stands in their own log.
func (a *App) toColleague(
	ctx context.Context, d outbox.Delivery, to id.Person, write func(name string, r ui.Reader) mail.NoticeMail,
) error {
	box, err := a.People.Mailbox(ctx, actor.NewSystem(d.Kind), to)
	if err != nil {
		return unlessMissing(err)
	}
	l, err := newLetter(ctx, id.Account{}, accounts.Recipient{Email: box.Email, Name: box.Name},
		mail.Notice(a.mailBrand(), write(box.Name, a.mailReader(ctx, box.TimeZone))))
	if err != nil {
		return err
	}
	l.Person = to
	return a.post(ctx, d, l)
}

func (a *App) mailStaffWaits(ctx context.Context, d outbox.Delivery) error {
	var m staffing.WaitsMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toColleague(ctx, d, m.To, func(name string, _ ui.Reader) mail.NoticeMail {
		return mail.StaffWaits(name, m.Asker, m.About, m.What, m.Why, a.link("/staff/people/requests/"+m.Request.String()))
	})
}

func (a *App) mailStaffDecided(ctx context.Context, d outbox.Delivery) error {
	var m staffing.DecidedMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toColleague(ctx, d, m.To, func(name string, _ ui.Reader) mail.NoticeMail {
		return mail.StaffDecided(name, m.By, m.About, m.What, m.Answer, m.Approved,
			a.link("/staff/people/requests/"+m.Request.String()))
	})
}

func (a *App) mailStaffIdle(ctx context.Context, d outbox.Delivery) error {
	var m staffing.IdleMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toColleague(ctx, d, m.To, func(name string, r ui.Reader) mail.NoticeMail {
		return mail.StaffIdle(name, m.At, m.Off, a.link("/sign-in"), r)
	})
}

func (a *App) mailStaffReview(ctx context.Context, d outbox.Delivery) error {
	var m staffing.ReviewMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.toColleague(ctx, d, m.To, func(name string, r ui.Reader) mail.NoticeMail {
		return mail.StaffReview(name, m.By, m.Due, m.Late, a.link("/staff/people/reviews/"+m.Review.String()), r)
	})
}
