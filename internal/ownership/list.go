package ownership

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Open is an offer that can still be taken.
type Open struct {
	ID      id.Offer
	By      Party
	To      Party
	Then    string // what the one who offers becomes, in words; empty: stays an owner
	Since   time.Time
	Expires time.Time
	Mine    bool // the asker is offered it
}

// Current is the offer of ownership that is open in an account, for its owners and for the one who is offered it; false
// where there is none, or none that the asker learns of.
func (o *Ownership) Current(ctx context.Context, who actor.Actor, account id.Account) (Open, bool, error) {
	g, err := o.gate.View(ctx, who, verb.AccountView, id.AccountScope(account))
	if err != nil {
		return Open{}, false, err
	}
	q := o.reader.With(ctx)
	row, found, err := db.One[offerRow](g.On(q).Where("state = ? AND expires_at > ?", stateOpen, db.At(g.Now())))
	if err != nil {
		return Open{}, false, fmt.Errorf("read offer: %w", err)
	}
	mine := row.OfferedTo == who.Person
	if !found || !mine && !o.mayOffer(who, g) {
		return Open{}, false, nil
	}
	out := Open{
		ID: row.ID, By: Party{Person: row.OfferedBy}, To: Party{Person: row.OfferedTo},
		Since: row.CreatedAt.Time, Expires: row.ExpiresAt.Time, Mine: mine,
	}
	if out.Then, err = o.roleName(q, g, row); err != nil {
		return Open{}, false, err
	}
	if out.By.Name, err = o.accounts.NameOf(q, row.OfferedBy); err != nil {
		return Open{}, false, err
	}
	out.To.Name, err = o.accounts.NameOf(q, row.OfferedTo)
	return out, err == nil, err
}

// mayOffer says whether the asker may hand over, however long ago they proved who they are.
func (o *Ownership) mayOffer(who actor.Actor, g gate.Grant) bool {
	d := o.access.Check(who, transfer, g.Scope())
	return d.Allowed || fault.KindOf(d.Fault("offer")) == fault.KindStepUp
}

// Owners are the people who own an account, the longest there first, for everybody in it.
func (o *Ownership) Owners(ctx context.Context, who actor.Actor, account id.Account) ([]accounts.Recipient, error) {
	if _, err := o.gate.View(ctx, who, verb.AccountView, id.AccountScope(account)); err != nil {
		return nil, err
	}
	return o.accounts.Owners(o.reader.With(ctx), account, id.Person{})
}
