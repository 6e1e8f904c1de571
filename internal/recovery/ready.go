package recovery

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

func decisionPlace(d decisionRow) secretbox.Place {
	return secretbox.Place{Table: "recovery_decisions", Column: "name", Row: d.ID.Bytes()}
}

// opening is what the approvals of a recovery open.
type opening struct {
	places []accounts.Standing
	all    bool // two members of staff approved: everything that no owner declined
}

func (o opening) anything() bool { return o.all || len(o.places) > 0 }

func (o opening) accounts() []id.Account {
	list := make([]id.Account, 0, len(o.places))
	for _, p := range o.places {
		list = append(list, p.Account)
	}
	return list
}

// opened counts the approvals, each of somebody who could still give it: who lost their right since does not count.
func (r *Recovery) opened(tx *db.Tx, rec row, places []accounts.Standing) (opening, error) {
	decisions, err := decisionsOf(tx, rec)
	if err != nil {
		return opening{}, err
	}
	able, _, err := r.able(tx, rec.PersonID)
	if err != nil {
		return opening{}, err
	}
	word, all := weigh(decisions, able)
	o := opening{all: all}
	for _, p := range places {
		d, said := word[p.Account]
		open := o.all && (!said || d.Approved)
		if said && d.Approved && !open {
			if open, err = r.stillOwner(tx, p.Account, d.DecidedBy, rec.PersonID); err != nil {
				return opening{}, err
			}
		}
		if open {
			o.places = append(o.places, p)
		}
	}
	return o, nil
}

// weigh says what the owner of each account decided, and whether what staff and the operator approved is enough by
// itself. able are the staff who could approve now.
func weigh(decisions []decisionRow, able []id.Person) (owners map[id.Account]decisionRow, enough bool) {
	staff, operator := 0, 0
	owners = map[id.Account]decisionRow{}
	for _, d := range decisions {
		switch {
		case d.DecidedAs == asOwner:
			owners[d.AccountID] = d
		case d.DecidedAs == asOperator && d.Approved:
			operator++
		case d.Approved && slices.Contains(able, d.DecidedBy):
			staff++
		}
	}
	return owners, staff >= needed || operator > 0 && staff+operator >= min(needed, len(able)+1)
}

func (r *Recovery) stillOwner(tx *db.Tx, account id.Account, owner, besides id.Person) (bool, error) {
	owners, err := r.accounts.Owners(tx.DB, account, besides)
	return slices.ContainsFunc(owners, func(o accounts.Recipient) bool { return o.Person == owner }), err
}

func decisionsOf(tx *db.Tx, rec row) ([]decisionRow, error) {
	var list []decisionRow
	if err := of(tx.DB, rec.PersonID).Where("recovery_id = ?", rec.ID).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read decisions: %w", err)
	}
	return list, nil
}

// perhapsReady mails the link to set up new factors once the time is over and somebody has approved.
func (r *Recovery) perhapsReady(
	_ context.Context, tx *db.Tx, g gate.Grant, rec row, lost persons.Lost, places []accounts.Standing,
) (gate.Entry, error) {
	if rec.at(g.Now()) != Waiting || g.Now().Before(rec.WaitsUntil.Time) {
		return gate.Entry{}, nil
	}
	o, err := r.opened(tx, rec, places)
	if err != nil || !o.anything() {
		return gate.Entry{}, err
	}
	token, hash := newToken()
	until := g.Now().Add(linkLife)
	set := map[string]any{"link_hash": hash, "link_until": db.At(until)}
	if err := move(tx, rec, g.Now(), Ready, set, Waiting); err != nil {
		return gate.Entry{}, err
	}
	err = r.mailLink(tx, MailReady, rec, lost, token, until)
	return g.EntryIn(id.PersonScope(lost.Person), activity.RecoveryReady, about(lost)), err
}

var errNotYet = errors.New("recovery: nobody has approved yet")

// ripen is called when the waiting time of a recovery is over.
func (r *Recovery) ripen(ctx context.Context, d outbox.Delivery) error {
	rec, lost, err := r.fromMessage(ctx, d)
	if err != nil || rec.State != Waiting {
		return err
	}
	err = r.withPlaces(ctx, actor.NewSystem("recovery"), verb.SelfManage, id.PersonScope(lost.Person), lost.Person,
		func(tx *db.Tx, g gate.Grant, places []accounts.Standing) (gate.Entry, error) {
			rec, err := again(tx, rec)
			if err != nil {
				return gate.Entry{}, err
			}
			entry, err := r.perhapsReady(ctx, tx, g, rec, lost, places)
			if err == nil && entry.IsZero() {
				err = errNotYet
			}
			return entry, err
		})
	if errors.Is(err, errNotYet) {
		return nil
	}
	return err
}
