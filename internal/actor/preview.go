package actor

import (
	"time"

	"gatehouse/internal/id"
)

// Preview is through whose eyes somebody looks at an account: those of one of its contacts. The zero value means their
// own.
type Preview struct {
	Person     id.Person // the contact
	Name       string
	Membership Membership // the contact's place in the account
	Level      Level      // of the best factor that the contact has
	Ends       time.Time  // when it is over at the latest
}

// Previewing says whether the actor looks through somebody else's eyes.
func (d Details) Previewing() bool { return !d.Preview.Membership.ID.IsZero() }

// Seen is the place in the account whose pages the actor sees: their own, or in a preview the contact's.
func (d Details) Seen() Membership {
	if d.Previewing() {
		return d.Preview.Membership
	}
	return d.Membership
}

// SeenName is the name of whose pages the actor sees.
func (d Details) SeenName() string {
	if d.Previewing() {
		return d.Preview.Name
	}
	return d.Name
}

// AsThemselves is the actor without a preview: for what ends it.
func (a Actor) AsThemselves() Actor {
	a.Preview = Preview{}
	return a
}
