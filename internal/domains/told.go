package domains

import (
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// The kinds of messages that this room leaves.
const (
	Carry      = "domain.change"        // carries an Ordered: a registrar is asked
	Mail       = "mail.domain"          // carries a Told
	MailRemind = "mail.domain_reminder" // carries a Reminder
)

// Ordered names a change that a registrar is to be asked for.
type Ordered struct {
	Account id.Account      `json:"account"`
	Domain  id.Domain       `json:"domain"`
	Change  id.DomainChange `json:"change"`
}

// Event is what happened to a domain.
type Event string

// The events.
const (
	Wanted   Event = "wanted"   // somebody asked for a change
	Stuck    Event = "stuck"    // a change failed
	Outside  Event = "outside"  // something was changed that nobody asked for here
	Lapsed   Event = "lapsed"   // it ran out
	Returned Event = "returned" // it stands again
)

// Told says what happened to a domain: those who run the account's domains are told.
type Told struct {
	Account id.Account `json:"account"`
	Domain  id.Domain  `json:"domain"`
	Service id.Service `json:"service,omitzero"`
	Name    string     `json:"name"`
	Event   Event      `json:"event"`
	Kind    Kind       `json:"kind,omitempty"`
	Was     string     `json:"was,omitempty"`
	Wants   string     `json:"wants,omitempty"`
	By      string     `json:"by,omitempty"`
	Why     string     `json:"why,omitempty"`
	State   State      `json:"state,omitempty"`
	At      time.Time  `json:"at"`
}

// Reminder says that a domain runs out.
type Reminder struct {
	Account   id.Account `json:"account"`
	Domain    id.Domain  `json:"domain"`
	Service   id.Service `json:"service,omitzero"`
	Name      string     `json:"name"`
	Expires   time.Time  `json:"expires"`
	AutoRenew bool       `json:"auto_renew"`
}

// send leaves word of what happened. One key is one mail of that event.
func (d *Domains) send(tx *db.Tx, key string, t Told) error {
	key += "-" + string(t.Event) + "-" + string(t.Kind)
	return d.post.Enqueue(tx, outbox.Message{Kind: Mail, Key: key, Payload: t})
}
