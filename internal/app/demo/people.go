package demo

import (
	"context"
	"fmt"

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
