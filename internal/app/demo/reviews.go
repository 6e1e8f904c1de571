package demo

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/id"
	"gatehouse/internal/reviews"
	"gatehouse/internal/verb"
)

// firstReview has the bakery's owner go through everybody once, long ago.
func (p *past) firstReview(ctx context.Context) error {
	if err := p.daysPass(ctx, 530); err != nil {
		return err
	}
	p.to(530, 10, 12)
	who, err := p.as(ctx, cast.Olivia, p.account[northwind], safariOnMac())
	if err != nil {
		return err
	}
	review, err := p.review(ctx, who, 2)
	if err != nil {
		return err
	}
	if err := p.Reviews.Finish(ctx, who, p.account[northwind], review); err != nil {
		return fmt.Errorf("finish review: %w", err)
	}
	return nil
}

// nextReview has her start another, decide about one contact, and want one every three months from now on.
func (p *past) nextReview(ctx context.Context) error {
	p.to(1, 8, 40)
	account := p.account[northwind]
	who, err := p.as(ctx, cast.Olivia, account, safariOnMac())
	if err != nil {
		return err
	}
	schedule := reviews.Schedule{Months: reviews.StandardMonths, Grace: reviews.StandardGrace}
	o, err := p.Reviews.Overview(ctx, who, account)
	if err != nil {
		return fmt.Errorf("read reviews: %w", err)
	}
	schedule.Version = o.Schedule.Version
	if err := p.Reviews.SetSchedule(ctx, who, account, schedule); err != nil {
		return fmt.Errorf("schedule reviews: %w", err)
	}
	clerk := accounts.RoleDraft{
		Key: id.New[id.RoleKind](), Name: "Invoices, to read",
		Verbs: verb.WithNeeds([]verb.Verb{verb.InvoicesView, verb.StatementsView}),
	}
	if err := p.Accounts.MakeRole(ctx, who, account, clerk); err != nil {
		return fmt.Errorf("make a role: %w", err)
	}
	_, err = p.review(ctx, who, 1)
	return err
}

// review starts a review of the bakery and has so many contacts kept.
func (p *past) review(ctx context.Context, who actor.Actor, keep int) (id.Review, error) {
	account := p.account[northwind]
	review, err := p.Reviews.Start(ctx, who, account, id.Review{})
	if err != nil {
		return review, fmt.Errorf("start review: %w", err)
	}
	page, err := p.Reviews.Review(ctx, who, account, review, id.Subject{}, id.Subject{})
	if err != nil {
		return review, fmt.Errorf("read review: %w", err)
	}
	for _, row := range page.Open[:keep] {
		err := p.Reviews.Answer(ctx, who, account, review, row.Subject, reviews.Answer{
			Verdict: reviews.Keep, Version: row.Version, Seen: row.Contact.Version,
		})
		if err != nil {
			return review, fmt.Errorf("answer: %w", err)
		}
	}
	return review, p.post(ctx)
}
