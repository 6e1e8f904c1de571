package access

import (
	"slices"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// decidePreview decides for somebody who looks at an account through a contact's eyes. The contact is answered by the
// very function that answers them otherwise; of that, only looking is left, and only as far as the one who looks may do
// the same as themselves: a preview is a way to understand, never a way to reach further (A3).
func (a *Access) decidePreview(d Decision, kind class, who actor.Actor, now time.Time) Decision {
	own := a.decidePerson(d, kind, who.AsThemselves(), now)
	account, ok := d.Scope.Account()
	if kind != classPortal || !ok || account != who.Preview.Membership.Account {
		if !own.Allowed {
			return own
		}
		return own.refuse(ReasonPreview) // only the account is looked at: nobody's personal pages, no other account
	}
	seen := a.decideMember(d, a.throughEyes(who, now), account, now)
	switch {
	case own.Reason == ReasonNoMembership:
		return own
	case !seen.Allowed:
		return seen
	case !d.Verb.Reads():
		return seen.refuse(ReasonPreview)
	case !own.Allowed:
		return own
	case own.Own || !a.mayPreview(who.Membership, who.Preview.Membership):
		return seen.refuse(ReasonHigherRole)
	}
	return seen.within(own)
}

// throughEyes is the contact as if they had signed in this moment, with the best that they have.
func (a *Access) throughEyes(who actor.Actor, now time.Time) actor.Actor {
	p := who.Preview
	return Subject{Person: p.Person, Membership: p.Membership, Level: p.Level, Now: now}.actor(id.Scope{})
}

// mayPreview says whether the one place may look through the eyes of the other: who may change what somebody does here.
func (a *Access) mayPreview(mine, other actor.Membership) bool {
	if mine.ID == other.ID {
		return false
	}
	granter, _ := a.RoleOf(mine)
	target, _ := a.RoleOf(other)
	return MayGrant(granter, verb.ContactsManage, target)
}

// within is a decision narrowed to what another one reaches too.
func (d Decision) within(other Decision) Decision {
	d.Billing = d.Billing || other.Billing
	d.NotOwners = d.NotOwners || other.NotOwners
	switch {
	case !other.Limited:
	case !d.Limited:
		d.Limited, d.Services = true, other.Services
	default:
		d.Services = slices.DeleteFunc(slices.Clone(d.Services), func(s id.Service) bool {
			return !slices.Contains(other.Services, s)
		})
	}
	return d
}
