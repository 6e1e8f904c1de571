package ownership

import (
	"context"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Accept makes the one who asks an owner, as they were offered, and gives the one who offered the role that they chose
// for themselves. It takes a proof of the last ten minutes, as offering did. The right of the one who offered is asked
// for again (A7), and an account that would be left without an owner refuses it (A4).
func (o *Ownership) Accept(ctx context.Context, who actor.Actor, account id.Account, offer id.Offer) error {
	return o.answer(ctx, who, account, offer, func(
		tx *db.Tx, g gate.Grant, row offerRow, to accounts.Member,
	) (gate.Entry, error) {
		if !access.JustProved(g.Who(), g.Now()) {
			return gate.Entry{}, fault.StepUp(verb.AccountTransfer)
		}
		if err := settle(tx, g, offer, stateAccepted); err != nil {
			return gate.Entry{}, err
		}
		owns, err := o.stillOwns(ctx, tx, g, row.OfferedBy)
		if err != nil {
			return gate.Entry{}, err
		}
		if !owns {
			return gate.Entry{}, fault.Conflict("The person who offered this is no owner any more. " +
				"Ask an owner for a new offer.")
		}
		return o.handOver(tx, g, row, to)
	})
}

// handOver makes the one who accepted an owner, and gives the one who offered what they chose for themselves.
func (o *Ownership) handOver(tx *db.Tx, g gate.Grant, row offerRow, to accounts.Member) (gate.Entry, error) {
	entry, err := o.say(tx, g, row, Accepted, to)
	if err != nil {
		return gate.Entry{}, err
	}
	made, err := o.accounts.MakeOwner(tx, g, to)
	if err != nil {
		return gate.Entry{}, err
	}
	if entry = entry.And(made); row.then() == "" {
		return entry, nil
	}
	by, err := o.accounts.MemberBy(tx.DB, g, row.OfferedBy)
	if err != nil {
		return gate.Entry{}, err
	}
	if _, err := o.accounts.StepDownRole(tx.DB, g, row.thenTerms()); fault.KindOf(err) == fault.KindInvalid {
		return gate.Entry{}, fault.Conflict("The role that " + by.Name + " wanted to have from then on is gone. " +
			"Ask for a new offer.")
	}
	stepped, err := o.accounts.StepDown(tx, g, by, row.thenTerms())
	return entry.And(stepped), err
}

// Decline says no to an offer. Nothing changes, and the owners are told.
func (o *Ownership) Decline(ctx context.Context, who actor.Actor, account id.Account, offer id.Offer) error {
	return o.answer(ctx, who, account, offer, func(
		tx *db.Tx, g gate.Grant, row offerRow, to accounts.Member,
	) (gate.Entry, error) {
		if err := settle(tx, g, offer, stateDeclined); err != nil {
			return gate.Entry{}, err
		}
		return o.say(tx, g, row, Declined, to)
	})
}

// answer is for the one who was offered it, by the place that they had then: to everybody else there is no such offer.
func (o *Ownership) answer(
	ctx context.Context, who actor.Actor, account id.Account, offer id.Offer,
	do func(tx *db.Tx, g gate.Grant, row offerRow, to accounts.Member) (gate.Entry, error),
) error {
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, to, err := o.open(tx, g, offer)
		if err != nil {
			return gate.Entry{}, err
		}
		if row.OfferedTo != g.Who().Person {
			return gate.Entry{}, fault.NotFound("answer an offer")
		}
		if now, err := o.accounts.MemberBy(tx.DB, g, row.OfferedTo); err != nil || now.Contact != row.ContactID {
			return gate.Entry{}, over()
		}
		return do(tx, g, row, to)
	}
	others := []id.Scope{id.PersonScope(who.Person)}
	return o.woken(o.gate.ChangeWith(ctx, who, verb.AccountView, id.AccountScope(account), others, work))
}
