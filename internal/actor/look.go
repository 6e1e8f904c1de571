package actor

import (
	"slices"
	"strings"
	"time"

	"gatehouse/internal/id"
)

// LookTime is for how long staff may look at a client after they have said why (our own figure).
const LookTime = 30 * time.Minute

// Look is why somebody of the staff looks at a client, and until when that holds. It is given in one session and holds
// in no other.
type Look struct {
	ID      id.Look
	Account id.Account
	Code    string // of the reason
	Words   string // the reason as the client reads it
	Ends    time.Time
	Client  string // what the client is called
	// Opened is the department whose reading permissions the look opens in an emergency; empty: an ordinary look.
	Opened string
}

// InEmergency says whether the look opens what another department sees.
func (l Look) InEmergency() bool { return l.Opened != "" }

// LookAt is why the actor may look at a client at a time; false where they have not said so, or too long ago.
func (d Details) LookAt(account id.Account, now time.Time) (Look, bool) {
	for _, l := range d.Looks {
		if l.Account == account && !l.InEmergency() && now.Before(l.Ends) {
			return l, true
		}
	}
	return Look{}, false
}

// EmergenciesAt are the looks that open other departments' data of a client at a time, the newest first.
func (d Details) EmergenciesAt(account id.Account, now time.Time) []Look {
	return slices.DeleteFunc(slices.Clone(d.Looks), func(l Look) bool {
		return l.Account != account || !l.InEmergency() || !now.Before(l.Ends)
	})
}

// Unopened is the actor without what they opened in an emergency: for changes, which that never lets anybody make.
func (a Actor) Unopened() Actor {
	if !slices.ContainsFunc(a.Looks, Look.InEmergency) {
		return a
	}
	a.Looks = slices.DeleteFunc(slices.Clone(a.Looks), Look.InEmergency)
	return a
}

// In is the actor as a log has them: staff with the reason that they gave for looking at that client (whoever acts on
// behalf of a contact gave one for that), and under the name that the provider lets its clients see.
func (a Actor) In(chain id.Scope) Actor {
	if a.Kind != Staff || chain.Kind() == id.ScopeProvider || chain == id.PersonScope(a.Person) {
		return a
	}
	if a.Alias != "" {
		a.Name = a.Alias
	}
	account, ok := chain.Account()
	if !ok || a.Assisting() || a.Reason != "" {
		return a
	}
	if look, said := a.LookAt(account, a.Now); said {
		a.Reason = look.Code
	}
	return a
}

// AliasOf is what clients call somebody of the staff whose name the provider keeps from them. It stays the same, so
// that a client can say whom they mean.
func AliasOf(person id.Person) string {
	const enough = 4
	text := strings.ToUpper(person.String())
	return "Colleague " + text[max(0, len(text)-enough):]
}
