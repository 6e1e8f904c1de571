package recovery

import (
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// The kinds of messages that this room leaves.
const (
	MailProve = "recovery.prove" // a link that proves the mailbox
	MailReady = "recovery.ready" // a link to set up a new second factor
	MailOwner = "recovery.owner" // word to an owner of an account
	MailEnded = "recovery.ended" // word to the person of how it ended

	ripe      = "recovery.ripe"       // the waiting time is over
	calledOff = "recovery.called_off" // a sign-in ended it: others are to be told
)

// LinkMail is a link on its way to the person.
type LinkMail struct {
	Person   id.Person `json:"person"`
	To       string    `json:"to"`
	Name     string    `json:"name"`
	TimeZone string    `json:"time_zone,omitempty"`
	Token    string    `json:"token"`
	Expires  time.Time `json:"expires"`
	Device   string    `json:"device,omitempty"` // that asked
	Address  string    `json:"address,omitempty"`
}

// OwnerMail is word to an owner of an account about one of its contacts.
type OwnerMail struct {
	Account     id.Account  `json:"account"`
	AccountName string      `json:"account_name"`
	Recovery    id.Recovery `json:"recovery"`
	About       string      `json:"about"` // the contact's name
	To          string      `json:"to"`
	Name        string      `json:"name"`
	TimeZone    string      `json:"time_zone,omitempty"`
	State       State       `json:"state"`
	Held        bool        `json:"held,omitempty"` // done, and the contact's access to this account waits
	WaitsUntil  time.Time   `json:"waits_until,omitzero"`
}

// EndedMail tells the person how their recovery ended.
type EndedMail struct {
	Person   id.Person `json:"person"`
	To       string    `json:"to"`
	Name     string    `json:"name"`
	TimeZone string    `json:"time_zone,omitempty"`
	State    State     `json:"state"`
	Open     []string  `json:"open,omitempty"` // names of accounts
	Held     []string  `json:"held,omitempty"`
}

// job is a message of this room to itself.
type job struct {
	Recovery id.Recovery `json:"recovery"`
	Person   id.Person   `json:"person"`
}

func (r *Recovery) enqueue(tx *db.Tx, kind, key string, payload any, after time.Duration) error {
	return r.out.Enqueue(tx, outbox.Message{Kind: kind, Key: key, Payload: payload, After: after})
}

func (r *Recovery) mailLink(
	tx *db.Tx, kind string, rec row, l persons.Lost, token string, expires time.Time,
) error {
	m := LinkMail{
		Person: l.Person, To: l.Email, Name: l.Name, TimeZone: l.TimeZone, Token: token, Expires: expires,
	}
	var err error
	if m.Device, err = r.box.Open(rec.Device, rec.place("device")); err != nil {
		return err
	}
	if m.Address, err = r.box.Open(rec.Address, rec.place("address")); err != nil {
		return err
	}
	return r.enqueue(tx, kind, rec.ID.String(), m, 0)
}

// tellOwners writes to every owner of every account in which the person has access, but to the person.
func (r *Recovery) tellOwners(
	tx *db.Tx, rec row, l persons.Lost, places []accounts.Standing, state State, held map[id.Account]bool,
) error {
	for _, p := range places {
		owners, err := r.accounts.Owners(tx.DB, p.Account, l.Person)
		if err != nil {
			return err
		}
		for _, o := range owners {
			m := OwnerMail{
				Account: p.Account, AccountName: p.Name, Recovery: rec.ID, About: l.Name, To: o.Email, Name: o.Name,
				TimeZone: o.TimeZone, State: state, Held: held[p.Account], WaitsUntil: rec.WaitsUntil.Time,
			}
			key := rec.ID.String() + "-" + string(state) + "-" + p.Account.String() + "-" + o.Person.String()
			if err := r.enqueue(tx, MailOwner, key, m, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Recovery) tellPerson(tx *db.Tx, rec row, l persons.Lost, state State, open, held []string) error {
	return r.enqueue(tx, MailEnded, rec.ID.String()+"-"+string(state), EndedMail{
		Person: l.Person, To: l.Email, Name: l.Name, TimeZone: l.TimeZone, State: state, Open: open, Held: held,
	}, 0)
}
