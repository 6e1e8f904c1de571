package accounts

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// resendAfter is how long an invitation's mail is left to arrive before another is sent (D2; our own figure).
const resendAfter = 10 * time.Minute

// Resend sends an invitation again that nobody has accepted, with a link of its own for another seven days; the one
// before leads nowhere any more. The asker must be allowed to give what it promises: from then on it is theirs (A3,
// A7).
func (a *Accounts) Resend(ctx context.Context, who actor.Actor, account id.Account, invitation id.Invitation) error {
	secret := newPass()
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, found, err := db.One[invitationRow](g.On(tx.DB).Where("id = ? AND state = ?", invitation, stateOpen))
		if err != nil {
			return gate.Entry{}, fmt.Errorf("resend invitation: %w", err)
		}
		if !found {
			return gate.Entry{}, fault.NotFound("resend invitation")
		}
		o := opener{box: a.box, table: tableInvitations, row: row.ID.Bytes()}
		email := o.open("email", row.Email)
		if o.err != nil {
			return gate.Entry{}, o.err
		}
		if wait := resendAfter - g.Now().Sub(row.CreatedAt.Time); wait > 0 {
			return gate.Entry{}, fault.Limited(wait, "This invitation was sent a moment ago.")
		}
		promised, err := a.mayPromise(tx, g, row, email)
		if err != nil {
			return gate.Entry{}, err
		}
		return a.renewInvitation(tx, g, row, email, promised, secret)
	}
	err := a.change(ctx, who, verb.ContactsInvite, id.AccountScope(account), nil, work)
	if err == nil {
		a.outbox.Wake()
	}
	return err
}

// mayPromise is what an invitation promises, if the grant's holder may promise it.
func (a *Accounts) mayPromise(tx *db.Tx, g gate.Grant, row invitationRow, email string) (standing, error) {
	giver, err := a.granter(tx.DB, g)
	if err != nil {
		return standing{}, err
	}
	services, err := access.UnpackServices(row.Services)
	if err != nil {
		return standing{}, err
	}
	return a.grantable(tx, g, giver, verb.ContactsInvite, Terms{
		Role: row.Role, CustomRole: row.CustomRoleID, Limited: row.ServicesLimited, Services: services,
		EndsAt: row.EndsAt.Time,
	}, activity.TargetOf("invitation", row.ID, email))
}

func (a *Accounts) renewInvitation(
	tx *db.Tx, g gate.Grant, row invitationRow, email string, promised standing, p pass,
) (gate.Entry, error) {
	until := g.Now().Add(invitationLife)
	done := g.On(tx.Model(&invitationRow{})).
		Where("id = ? AND state = ? AND token_hash = ?", row.ID, stateOpen, row.TokenHash).
		Updates(map[string]any{
			"token_hash": p.hash, "created_at": db.At(g.Now()), "expires_at": db.At(until), "invited_by": g.Who().Person,
			"invited_as": asContact,
		})
	if done.Error != nil {
		return gate.Entry{}, fmt.Errorf("resend invitation: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return gate.Entry{}, worthless()
	}
	of, err := a.ByGrant(tx.DB, g)
	if err != nil {
		return gate.Entry{}, err
	}
	said := opener{box: a.box, table: tableInvitations, row: row.ID.Bytes()}
	message := said.open("message", row.Message)
	if said.err != nil {
		return gate.Entry{}, said.err
	}
	err = a.outbox.Enqueue(tx, outbox.Message{
		Kind: MailInvitation, Key: row.ID.String() + "-" + p.invitation.String(), Payload: InvitationMail{
			Account: row.AccountID, To: email, Name: of.Name, Inviter: g.Who().Name, Role: promised.role.Name, Token: p.token,
			Expires: until, Message: message,
		},
	})
	if err != nil {
		return gate.Entry{}, fmt.Errorf("resend invitation: %w", err)
	}
	target := activity.TargetOf("invitation", row.ID, email)
	return g.Entry(activity.InvitationResent, activity.Details{Target: target}), nil
}
