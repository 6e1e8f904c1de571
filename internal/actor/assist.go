package actor

import (
	"time"

	"gatehouse/internal/id"
)

// Assist is on whose behalf somebody of the staff acts for a while: one contact of one account (N8). The zero value
// means that they act as themselves.
type Assist struct {
	ID      id.Assist
	Account id.Account
	Ends    time.Time // when it is over at the latest
}

// Assisting says whether the actor acts on behalf of a client's contact. The actor is still the one of the staff; only
// the place in the account is the contact's.
func (d Details) Assisting() bool { return !d.Assist.ID.IsZero() }

// Unassisted is the actor as themselves again: for what ends it.
func (a Actor) Unassisted() Actor {
	if !a.Assisting() {
		return a
	}
	a.Assist, a.Membership, a.Preview = Assist{}, Membership{}, Preview{}
	a.OnBehalfOf, a.OnBehalfName, a.Reason = id.Person{}, "", ""
	return a
}
