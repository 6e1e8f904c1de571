package gate

import (
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
)

// TargetLook is the kind of thing that staff's looks at a client are about in the log: the time in which they may look,
// for the reason that they gave.
const TargetLook = "look"

// seen says whether looking is recorded, and with what: what is marked so, whatever is seen on somebody's behalf, and
// all that staff see of a client, by whichever permission. The latter carries the reason that was given for it, so that
// another reason is another entry.
func seen(who actor.Actor, d access.Decision, now time.Time) (bool, activity.Details) {
	if who.Assisting() || !d.Verb.IsStaff() {
		return d.Verb.Logged() || who.Assisting(), activity.Details{}
	}
	account, ok := d.Scope.Account()
	if !ok {
		return d.Verb.Logged(), activity.Details{}
	}
	look, said := who.LookAt(account, now)
	if !d.Emergency.IsZero() {
		look, said = opener(who, d, now)
	}
	if !said {
		return d.Verb.Logged(), activity.Details{}
	}
	return true, activity.Details{
		Target: activity.Target{Kind: TargetLook, ID: look.ID.String()}, Reason: look.Words,
	}
}

// opener is the look by which somebody opened in an emergency what the decision is about.
func opener(who actor.Actor, d access.Decision, now time.Time) (actor.Look, bool) {
	account, _ := d.Scope.Account()
	for _, l := range who.EmergenciesAt(account, now) {
		if l.ID == d.Emergency {
			return l, true
		}
	}
	return actor.Look{}, false
}
