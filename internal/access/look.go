package access

import (
	"time"

	"gatehouse/internal/actor"
)

// explained asks of staff what they may do at a client: that they have said why, in this session and within the last
// half hour. It is the last thing asked, so that nobody says why who may not look anyway.
func explained(d Decision, who actor.Actor, now time.Time) Decision {
	account, ok := d.Scope.Account()
	if !d.Allowed || !ok || !d.Emergency.IsZero() { // who opened something in an emergency said why twice
		return d
	}
	if _, said := who.LookAt(account, now); !said {
		return d.refuse(ReasonUnsaid)
	}
	return d
}
