package waysback

import (
	"context"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Review is what somebody has to look at before their sign-in, which they locked, opens more than their own pages.
type Review struct {
	Needed  bool
	Factors []factors.Factor
}

// Review reads it.
func (p *WaysBack) Review(ctx context.Context, who actor.Actor) (Review, error) {
	factors, err := p.factors.Factors(ctx, who)
	return Review{Needed: who.Secured, Factors: factors}, err
}

// FinishReview opens a sign-in again that its owner locked: of each second factor they say whether it stays. Those that
// stay open the sign-in from then on, the others are gone; a key that may have been copied cannot stay (S11). A
// factor must have been used in the last ten minutes (S16); which one that was is up to the person, but it was none
// of those that were in doubt. The session goes on under the token returned.
func (p *WaysBack) FinishReview(
	ctx context.Context, who actor.Actor, keep, remove []id.Factor,
) (string, error) {
	if !who.SignedIn() {
		return "", fault.SignIn()
	}
	var token string
	err := p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := factors.RecentlyProved(tx, g); err != nil {
				return gate.Entry{}, err
			}
			person, err := persons.ByID(tx.DB, who.Person)
			if err != nil {
				return gate.Entry{}, err
			}
			if err := p.factors.SortFactors(tx, g, person, keep, remove); err != nil {
				return gate.Entry{}, err
			}
			if err := persons.Unlock(tx, person); err != nil {
				return gate.Entry{}, err
			}
			if _, err := sessions.EndAll(tx, g, who.Person, who.Session); err != nil {
				return gate.Entry{}, err
			}
			token, err = p.factors.RenewWithout(tx, g)
			return g.Entry(activity.SignInReviewed, activity.Details{Target: persons.About(who.Person, who.Name)}), err
		})
	return token, err
}
