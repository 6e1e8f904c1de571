package teams

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// ChangeTerms gives a team another role, or other limits. It holds from the next request of each of its people.
func (t *Teams) ChangeTerms(
	ctx context.Context, who actor.Actor, account id.Account, which id.TeamAccess, c accounts.RoleChange,
) error {
	return t.act(ctx, who, account, which, func(tx *db.Tx, g gate.Grant, x given) (gate.Entry, error) {
		return t.change(tx, g, x, c)
	})
}

func (t *Teams) mayChange(tx *db.Tx, g gate.Grant, x given, terms accounts.Terms) (accounts.Given, error) {
	if terms.Role == "owner" {
		return accounts.Given{}, fault.InvalidField("role", "A team is never an owner. Choose another role.")
	}
	return t.accounts.Give(tx, g, verb.ContactsManage, terms, target(x.TeamID, x.name))
}

func (t *Teams) change(tx *db.Tx, g gate.Grant, x given, c accounts.RoleChange) (gate.Entry, error) {
	next, err := t.mayChange(tx, g, x, c.Terms)
	if err != nil {
		return gate.Entry{}, err
	}
	set := next.Columns()
	set["version"] = gorm.Expr("version + 1")
	done := g.On(tx.Model(&accessRow{})).Where("id = ? AND version = ?", x.ID, c.Version).Updates(set)
	if err := errors.Join(once(done), keepAccess(tx, x.AccountID, x.ID)); err != nil {
		return gate.Entry{}, err
	}
	return t.tell(tx, g, x.word(activity.TeamRoleChanged), fmt.Sprintf("%s-%d", x.ID, c.Version), next.Changes(x.Given))
}

// Suspend takes a team's access away for a while; Restore gives it back.
func (t *Teams) Suspend(ctx context.Context, who actor.Actor, account id.Account, which id.TeamAccess) error {
	return t.act(ctx, who, account, which, func(tx *db.Tx, g gate.Grant, x given) (gate.Entry, error) {
		return t.setSuspended(tx, g, x, true)
	})
}

// Restore gives a suspended team its access back.
func (t *Teams) Restore(ctx context.Context, who actor.Actor, account id.Account, which id.TeamAccess) error {
	return t.act(ctx, who, account, which, func(tx *db.Tx, g gate.Grant, x given) (gate.Entry, error) {
		return t.setSuspended(tx, g, x, false)
	})
}

func (t *Teams) setSuspended(tx *db.Tx, g gate.Grant, x given, suspended bool) (gate.Entry, error) {
	action := activity.TeamRestored
	if suspended {
		action = activity.TeamSuspended
	}
	done := g.On(tx.Model(&accessRow{})).Where("id = ? AND suspended = ? AND state = ?", x.ID, !suspended, stateActive).
		Updates(map[string]any{"suspended": suspended, "version": gorm.Expr("version + 1")})
	if err := errors.Join(once(done), keepAccess(tx, x.AccountID, x.ID)); err != nil {
		return gate.Entry{}, err
	}
	return t.tell(tx, g, x.word(action), fmt.Sprintf("%s-%d", x.ID, x.Version), nil)
}

// End takes a team's access away for good, or withdraws what was offered.
func (t *Teams) End(ctx context.Context, who actor.Actor, account id.Account, which id.TeamAccess) error {
	return t.act(ctx, who, account, which, t.end)
}

func (t *Teams) end(tx *db.Tx, g gate.Grant, x given) (gate.Entry, error) {
	done := g.On(tx.DB).Where("id = ? AND state = ?", x.ID, x.State).Delete(&accessRow{})
	if err := errors.Join(once(done), keepAccess(tx, x.AccountID, x.ID)); err != nil {
		return gate.Entry{}, err
	}
	action := activity.TeamRemoved
	if x.State == stateOffered {
		action = activity.TeamOfferWithdrawn
	}
	return t.tell(tx, g, x.word(action), x.ID.String(), nil)
}

// What follows acts on teams within a change of another room: a review decides about many at once. Every rule is asked,
// and so is the right to manage contacts, whatever the change was granted for.

// MayDecideIn says whether the one who holds the grant stands high enough to decide about a team.
func (t *Teams) MayDecideIn(tx *db.Tx, g gate.Grant, which id.TeamAccess) error {
	_, err := t.acted(tx, g, which)
	return err
}

// MayEndIn says whether a team's access could be taken away now. It changes nothing.
func (t *Teams) MayEndIn(ctx context.Context, tx *db.Tx, g gate.Grant, which id.TeamAccess) error {
	_, err := t.managed(ctx, tx, g, which)
	return err
}

// MayChangeIn says whether a team could be given other terms now. It changes nothing.
func (t *Teams) MayChangeIn(
	ctx context.Context, tx *db.Tx, g gate.Grant, which id.TeamAccess, terms accounts.Terms,
) error {
	x, err := t.managed(ctx, tx, g, which)
	if err != nil {
		return err
	}
	_, err = t.mayChange(tx, g, x, terms)
	return err
}

// ChangeIn gives a team other terms.
func (t *Teams) ChangeIn(
	ctx context.Context, tx *db.Tx, g gate.Grant, which id.TeamAccess, c accounts.RoleChange,
) (gate.Entry, error) {
	x, err := t.managed(ctx, tx, g, which)
	if err != nil {
		return gate.Entry{}, err
	}
	return t.change(tx, g, x, c)
}

// SuspendIn takes a team's access away for a while.
func (t *Teams) SuspendIn(ctx context.Context, tx *db.Tx, g gate.Grant, which id.TeamAccess) (gate.Entry, error) {
	x, err := t.managed(ctx, tx, g, which)
	if err != nil {
		return gate.Entry{}, err
	}
	return t.setSuspended(tx, g, x, true)
}

// EndIn takes a team's access away for good.
func (t *Teams) EndIn(ctx context.Context, tx *db.Tx, g gate.Grant, which id.TeamAccess) (gate.Entry, error) {
	x, err := t.managed(ctx, tx, g, which)
	if err != nil {
		return gate.Entry{}, err
	}
	return t.end(tx, g, x)
}

func (t *Teams) managed(ctx context.Context, tx *db.Tx, g gate.Grant, which id.TeamAccess) (given, error) {
	if err := t.accounts.ManagingIn(ctx, tx, g); err != nil {
		return given{}, err
	}
	return t.acted(tx, g, which)
}
