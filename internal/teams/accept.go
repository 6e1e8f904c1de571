package teams

import (
	"context"
	"fmt"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Accept takes for a team what a client offers it. Whoever offered it is asked for their right again (A7); from then on
// the client sees who is in the team.
func (t *Teams) Accept(ctx context.Context, who actor.Actor, agency id.Account, which id.TeamAccess) error {
	row, err := t.offered(ctx, agency, which)
	if err != nil {
		return err
	}
	guest := who.Details // the offer lets them into the client's account for this, as an invitation does
	guest.Kind, guest.Invited = actor.Person, row.AccountID
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if err := t.mayAccept(ctx, tx, g, who, agency); err != nil {
			return gate.Entry{}, err
		}
		x, err := t.given(tx.DB, g, which)
		if err != nil {
			return gate.Entry{}, over(err)
		}
		if err := accept(tx, g, row.AccountID, which); err != nil {
			return gate.Entry{}, err
		}
		good, err := t.accounts.StillGives(ctx, tx, g, x.OfferedBy, x.Given)
		if err != nil {
			return gate.Entry{}, err
		}
		if !good {
			return gate.Entry{}, fault.Conflict("Whoever offered this can no longer give it. Ask your client for a new offer.")
		}
		client, err := t.accounts.ByGrant(tx.DB, g)
		if err != nil {
			return gate.Entry{}, err
		}
		err = t.post.Enqueue(tx, outbox.Message{Kind: Said, Key: which.String() + "-accepted", Payload: Word{
			Account: row.AccountID, Team: x.TeamID, Name: x.name, Action: activity.TeamAccepted,
		}})
		if err != nil {
			return gate.Entry{}, fmt.Errorf("accept access: %w", err)
		}
		details := activity.Details{Target: target(x.TeamID, x.name), Changes: x.Changes(noTerms())}
		mine := details
		mine.Changes = append([]activity.Change{{Field: "client", New: client.Name}}, details.Changes...)
		return g.Entry(activity.TeamAccepted, details).
			And(g.EntryIn(id.AccountScope(agency), activity.TeamAccepted, mine)), nil
	}
	return t.woken(t.gate.ChangeWith(ctx, actor.Enter(guest), verb.SignedIn, id.AccountScope(row.AccountID),
		[]id.Scope{id.AccountScope(agency)}, work))
}

// mayAccept asks whether somebody may say yes for all teams of their agency, as this transaction sees it.
func (t *Teams) mayAccept(ctx context.Context, tx *db.Tx, g gate.Grant, who actor.Actor, agency id.Account) error {
	d, err := t.access.Decide(ctx, tx.DB, g.Now(), who, verb.TeamsManage, id.AccountScope(agency))
	if err != nil {
		return fmt.Errorf("accept access: %w", err)
	}
	if d.Own {
		d = d.Refused("role-lacks")
	}
	return d.Fault("accept access")
}

// accept makes of an offer, once and in time, the access that it is.
func accept(tx *db.Tx, g gate.Grant, client id.Account, which id.TeamAccess) error {
	done := g.On(tx.Model(&accessRow{})).
		Where("id = ? AND state = ? AND expires_at > ?", which, stateOffered, db.At(g.Now())).
		Updates(map[string]any{"state": stateActive, "created_at": db.At(g.Now())})
	if done.Error != nil {
		return fmt.Errorf("accept access: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return over(fault.NotFound("accept access"))
	}
	return keepAccess(tx, client, which)
}

// Decline refuses for a team what a client offers it. The client is told, and not by whom.
func (t *Teams) Decline(ctx context.Context, who actor.Actor, agency id.Account, which id.TeamAccess) error {
	row, err := t.offered(ctx, agency, which)
	if err != nil {
		return err
	}
	return t.woken(t.accounts.Change(ctx, who, verb.TeamsManage, agency,
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := all(g); err != nil {
				return gate.Entry{}, err
			}
			_, name, err := t.hold(tx, g, row.TeamID)
			if err != nil {
				return gate.Entry{}, err
			}
			done := db.WithScope(tx.DB, "account_id", row.AccountID.Bytes()).
				Where("id = ? AND state = ?", which, stateOffered).Delete(&accessRow{})
			if done.Error != nil {
				return gate.Entry{}, fmt.Errorf("decline access: %w", done.Error)
			}
			if done.RowsAffected == 0 {
				return gate.Entry{}, over(fault.NotFound("decline access"))
			}
			w := Word{Account: row.AccountID, Team: row.TeamID, Name: name, Action: activity.TeamDeclined}
			err = t.post.Enqueue(tx, outbox.Message{Kind: Said, Key: which.String() + "-declined", Payload: w})
			if err != nil {
				return gate.Entry{}, fmt.Errorf("decline access: %w", err)
			}
			return g.Entry(activity.TeamDeclined, activity.Details{Target: target(row.TeamID, name)}), nil
		}))
}

// offered finds what is offered, or given, to a team of an agency.
func (t *Teams) offered(ctx context.Context, agency id.Account, which id.TeamAccess) (accessRow, error) {
	q := t.reader.With(ctx)
	row, found, err := db.One[accessRow](db.Across(q, "what a client offers to the agency’s team").Where("id = ?", which))
	if err != nil {
		return accessRow{}, fmt.Errorf("read offer: %w", err)
	}
	_, mine, err := db.One[teamRow](db.WithScope(q, "account_id", agency.Bytes()).
		Where("id = ? AND dissolved_at IS NULL", row.TeamID))
	if err != nil {
		return accessRow{}, fmt.Errorf("read offer: %w", err)
	}
	if !found || !mine {
		return accessRow{}, fault.NotFound("read offer")
	}
	return row, nil
}

// over is what somebody is told whose offer is not there any more.
func over(err error) error {
	if fault.KindOf(err) != fault.KindNotFound {
		return err
	}
	return fault.Conflict("This offer was taken, declined or withdrawn, or is older than seven days.")
}
