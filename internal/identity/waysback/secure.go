package waysback

import (
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// Secured is the kind of message that says that somebody locked their sign-in. It is bound to what other rooms do then:
// a case is opened, and the person's accounts are told.
const Secured = "identity.secured"

// Report is what somebody says was not them.
type Report struct {
	Kind   alerts.Kind `json:"kind,omitempty"`   // of the alert that was answered; empty: an entry or a session
	Action string      `json:"action,omitempty"` // of the entry that was pointed at
	Seq    int64       `json:"seq,omitempty"`    // of that entry in the person's chain
	At     time.Time   `json:"at"`               // when it happened
	Note   string      `json:"note,omitempty"`   // what the person adds, in their words

	Account id.Account `json:"account,omitzero"` // whose chain has the entry, where it is not the person's
}

// SecuredMail is word of a sign-in that was locked.
type SecuredMail struct {
	Person id.Person `json:"person"`
	Name   string    `json:"name"`
	At     time.Time `json:"at"`
	Report Report    `json:"report"`
}

// OnSecured has another room told that a sign-in is being locked, in the change that locks it. What it writes down of
// its own it adds to the change by Grant.Also. It is called while the program is put together.
func (p *WaysBack) OnSecured(hook func(tx *db.Tx, g gate.Grant) error) {
	p.onSecured = append(p.onSecured, hook)
}

// secure locks the sign-in of the grant's person after something that was not them. Nobody gets in any more: sessions
// end, the password is gone, devices and links are forgotten, the address is what it was before. Second factors stay,
// since a link in a mail must not be a way around them (S15); those that are younger than the report open nothing until
// their owner has looked at them. What the person must do is in Secured.
func (p *WaysBack) secure(tx *db.Tx, g gate.Grant, r Report) (gate.Entry, error) {
	person, err := persons.ByID(tx.DB, g.Person())
	if err != nil {
		return gate.Entry{}, err
	}
	if person.State != persons.Active {
		return gate.Entry{}, fault.Conflict("This sign-in is disabled already: nobody gets in by it.")
	}
	name, err := p.persons.OpenName(person.ID, person.Name)
	if err != nil {
		return gate.Entry{}, err
	}
	changes := []activity.Change{{Field: "password", Redacted: true}}
	email, restored, err := p.alerts.EmailBefore(tx, g, r.At, person.EmailIndex)
	if err != nil {
		return gate.Entry{}, err
	}
	if restored {
		changes = append(changes, activity.Change{Field: "e-mail address", Redacted: true})
	}
	if err := p.persons.Lock(tx, g, person, email); err != nil {
		return gate.Entry{}, err
	}
	if err := p.cutOff(tx, g, r.At); err != nil {
		return gate.Entry{}, err
	}
	m := SecuredMail{Person: person.ID, Name: name, At: g.Now(), Report: r}
	key := person.ID.String() + "-" + g.Now().Format(time.RFC3339Nano)
	if err := p.out.Enqueue(tx, outbox.Message{Kind: Secured, Key: key, Payload: m}); err != nil {
		return gate.Entry{}, err
	}
	details := activity.Details{Target: persons.About(person.ID, name), Changes: changes}
	return g.Entry(activity.SignInSecured, details), nil
}

// cutOff ends whatever lets somebody in, or would let them back in, that may not be the person's own.
func (p *WaysBack) cutOff(tx *db.Tx, g gate.Grant, since time.Time) error {
	if _, err := sessions.EndAll(tx, g, g.Person(), id.Session{}); err != nil {
		return err
	}
	if err := factors.SuspectSince(tx, g, since); err != nil {
		return err
	}
	if err := sessions.ForgetBrowsers(tx, g); err != nil {
		return err
	}
	if err := endResets(tx, g); err != nil {
		return err
	}
	if _, err := settleEmailChanges(tx, g, changeStopped); err != nil {
		return err
	}
	for _, hook := range p.onSecured {
		if err := hook(tx, g); err != nil {
			return err
		}
	}
	return nil
}
