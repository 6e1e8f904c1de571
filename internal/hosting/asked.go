package hosting

import (
	"context"
	"fmt"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
)

// The kinds of outbox messages by which other rooms ask for a service to be stopped, and to run again once the reason
// is gone. Both carry an Asked, may come more than once, and undo nothing that somebody else did.
const (
	SuspendAsked = "hosting.suspend"
	RestoreAsked = "hosting.restore"
)

// Asked says which service, and why, in words for the people of the account, such as "Invoice 2026-0398 is overdue".
type Asked struct {
	Account id.Account `json:"account"`
	Service id.Service `json:"service"`
	Reason  string     `json:"reason"`
}

// OnSuspendAsked suspends a service that runs.
func (h *Hosting) OnSuspendAsked(ctx context.Context, d outbox.Delivery) error {
	return h.onAsked(ctx, d, func(who actor.Actor, m Asked, s Service) error {
		if s.State != Active {
			return nil
		}
		return h.Suspend(ctx, who, m.Account, m.Service, m.Reason)
	})
}

// OnRestoreAsked restores a service that is suspended for that reason and for no other: what staff stopped stays so.
func (h *Hosting) OnRestoreAsked(ctx context.Context, d outbox.Delivery) error {
	return h.onAsked(ctx, d, func(who actor.Actor, m Asked, s Service) error {
		if s.State != Suspended || s.StateReason != m.Reason {
			return nil
		}
		return h.Restore(ctx, who, m.Account, m.Service)
	})
}

func (h *Hosting) onAsked(
	ctx context.Context, d outbox.Delivery, do func(who actor.Actor, m Asked, s Service) error,
) error {
	var m Asked
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	who := actor.NewSystem(d.Kind)
	s, err := h.Service(ctx, who, m.Account, m.Service)
	if fault.KindOf(err) == fault.KindNotFound {
		return nil // it is not there any more
	}
	if err != nil {
		return err
	}
	if err := do(who, m, s); err != nil && fault.KindOf(err) != fault.KindConflict { // somebody was quicker
		return err
	}
	return nil
}
