package demo

import (
	"context"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/id"
	"gatehouse/internal/staffing"
)

// staffComeIn has everybody of the staff sign in, as they do all the time: whoever does not for 90 days is disabled.
func (p *past) staffComeIn(ctx context.Context) error {
	for _, email := range staffOf() {
		if _, err := p.later(ctx, email); err != nil {
			return err
		}
	}
	return nil
}

// colleagueIsInvited leaves an invitation to the staff that is still to be accepted.
func (p *past) colleagueIsInvited(ctx context.Context) error {
	p.to(2, 16, 40)
	who, err := p.as(ctx, cast.Root, id.Account{}, firefoxOnLinux())
	if err != nil {
		return err
	}
	_, err = p.Staffing.Ask(ctx, who, staffing.Wish{
		Kind: staffing.Invite, Email: "nia@harbour.example", Department: "support", Reason: "She starts on the first.",
	})
	if err != nil {
		return fmt.Errorf("invite a colleague: %w", err)
	}
	return p.post(ctx)
}

// staffIsReviewed leaves the record of a review of the staff.
func (p *past) staffIsReviewed(ctx context.Context) error {
	p.to(6, 17, 5)
	who, review, err := p.reviewsStaff(ctx, func(int) bool { return true })
	if err != nil {
		return err
	}
	if err := p.Staffing.FinishReview(ctx, who, review); err != nil {
		return fmt.Errorf("review the staff: %w", err)
	}
	return p.post(ctx)
}

// staffReviewBegins leaves another one that is not finished.
func (p *past) staffReviewBegins(ctx context.Context) error {
	p.hoursAgo(19)
	if _, _, err := p.reviewsStaff(ctx, func(n int) bool { return n < 2 }); err != nil {
		return err
	}
	return p.post(ctx)
}

// reviewsStaff has the administrator start a review and keep whom they decide about.
func (p *past) reviewsStaff(ctx context.Context, decides func(n int) bool) (actor.Actor, id.StaffReview, error) {
	review := id.New[id.StaffReviewKind]()
	who, err := p.as(ctx, cast.Root, id.Account{}, firefoxOnLinux())
	if err != nil {
		return who, review, err
	}
	if err := p.Staffing.StartReview(ctx, who, review); err != nil {
		return who, review, fmt.Errorf("review the staff: %w", err)
	}
	_, seats, err := p.Staffing.Review(ctx, who, review)
	if err != nil {
		return who, review, fmt.Errorf("review the staff: %w", err)
	}
	for n, seat := range seats {
		if seat.Person == who.Person || !decides(n) {
			continue
		}
		err := p.Staffing.AnswerSeat(ctx, who, review, seat.Person, staffing.SeatAnswer{
			Answer: staffing.KeepSeat, Seat: seat.Key, Version: seat.Version,
		})
		if err != nil {
			return who, review, fmt.Errorf("review the staff: %w", err)
		}
	}
	return who, review, nil
}
