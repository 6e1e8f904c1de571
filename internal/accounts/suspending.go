package accounts

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Suspend takes a contact's access away for a while, from their next request on. Role and limits stay as they are.
func (a *Accounts) Suspend(ctx context.Context, who actor.Actor, account id.Account, contact id.Membership) error {
	return a.setSuspended(ctx, who, account, contact, true)
}

// Restore gives a suspended contact their access back. One that waits for a recovery to be approved is not given back
// by this.
func (a *Accounts) Restore(ctx context.Context, who actor.Actor, account id.Account, contact id.Membership) error {
	return a.setSuspended(ctx, who, account, contact, false)
}

func (a *Accounts) setSuspended(
	ctx context.Context, who actor.Actor, account id.Account, contact id.Membership, suspended bool,
) error {
	return a.change(ctx, who, verb.ContactsManage, id.AccountScope(account), nil,
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return a.suspend(tx, g, contact, suspended) })
}

// suspend takes or gives back a contact's access in the caller's change.
func (a *Accounts) suspend(tx *db.Tx, g gate.Grant, contact id.Membership, suspended bool) (gate.Entry, error) {
	h, _, err := a.hold(tx, g, contact)
	if err != nil {
		return gate.Entry{}, err
	}
	if err := h.maySuspend(tx, g, suspended); err != nil {
		return gate.Entry{}, err
	}
	action, was := activity.ContactRestored, "suspended"
	if suspended {
		action, was = activity.ContactSuspended, "active"
	}
	done := g.On(tx.Model(&membershipRow{})).
		Where("id = ? AND suspended = ? AND recovery_id IS NULL", contact, !suspended).
		Updates(map[string]any{"suspended": suspended, "version": gorm.Expr("version + 1")})
	if done.Error != nil {
		return gate.Entry{}, fmt.Errorf("suspend contact: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return gate.Entry{}, fault.Conflict("This access is not " + was + " any more. Look at how it is now.")
	}
	if err := keepHistory(tx, g.Account(), contact); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(action, activity.Details{Target: h.target()}), nil
}

// maySuspend refuses to suspend or restore oneself, the last owner, and access that waits for a recovery.
func (h held) maySuspend(tx *db.Tx, g gate.Grant, suspended bool) error {
	switch {
	case h.PersonID == g.Who().Person:
		return refuse(g, access.ReasonOwnRole, h.target())
	case suspended:
		return h.keepsAnOwner(tx, g)
	case !h.RecoveryID.IsZero(): // S15: only an owner's word about the recovery opens it again
		return fault.Conflict("This access waits for an owner to approve a recovery.")
	}
	return nil
}
