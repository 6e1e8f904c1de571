// Package support is where the provider's staff and their customers talk about what is wrong: cases, with what was said
// and done and the entries of the log that they are about. What is decided in a case happens elsewhere.
package support

import (
	"time"

	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

const (
	tableCases    = "cases"
	tableMessages = "case_messages"
	tableEntries  = "case_entries"
)

// mostRead is how far back from the newest entry of a case the others are looked for.
const mostRead = 200

// Kind is what a case is about.
type Kind string

// The kinds of cases.
const (
	Security Kind = "security"
	Billing  Kind = "billing"
	General  Kind = "general" // whatever came back from billing
)

// Desk is whose a case is: billing staff see what concerns billing alone, all others who see cases see every one.
type Desk string

// The desks.
const (
	BillingDesk Desk = "billing"
	SupportDesk Desk = "support"
)

// Desk is where a case of this kind is worked on.
func (k Kind) Desk() Desk {
	if k == Billing {
		return BillingDesk
	}
	return SupportDesk
}

// Other is the desk to which a case can be handed over.
func (d Desk) Other() Desk {
	if d == BillingDesk {
		return SupportDesk
	}
	return BillingDesk
}

func (d Desk) kind() Kind {
	if d == BillingDesk {
		return Billing
	}
	return General
}

// Severity says how soon somebody has to look.
type Severity string

// The severities.
const (
	Normal Severity = "normal"
	Urgent Severity = "urgent"
)

// State says who has to do something.
type State string

// The states.
const (
	Open    State = "open"    // staff have to
	Waiting State = "waiting" // the customer has to
	Closed  State = "closed"  // nobody has to
)

// States are all of them.
func States() []State { return []State{Open, Waiting, Closed} }

// MessageKind says what a line of a case's history is.
type MessageKind string

// The kinds of messages.
const (
	Opened  MessageKind = "opened"
	Replied MessageKind = "replied"
	Taken   MessageKind = "taken"
	Ended   MessageKind = "closed"
	Handed  MessageKind = "handed-over"
)

// MailReply is the kind of message that tells somebody of a reply to their case.
const MailReply = "support.reply"

// ReplyMail is word of a reply, on its way to the person. The reply itself is not in it: a case may be about a mailbox
// that others read.
type ReplyMail struct {
	Case   id.Case   `json:"case"`
	Person id.Person `json:"person"`
	Closed bool      `json:"closed,omitempty"`
}

// Support is the room. It is safe for concurrent use.
type Support struct {
	gate   *gate.Gate
	reader *db.Reader
	box    *secretbox.Box
	people *identity.People
	out    *outbox.Box
}

// New makes the room.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box, people *identity.People, out *outbox.Box) *Support {
	return &Support{gate: g, reader: reader, box: box, people: people, out: out}
}

// Case is one case as a list shows it.
type Case struct {
	ID       id.Case
	Person   id.Person
	Account  id.Account
	Kind     Kind
	Severity Severity
	State    State
	Owner    id.Person // zero: nobody has taken it
	Subject  string
	For      string // the person's name
	OwnedBy  string // the name of the owner
	Created  time.Time
	Changed  time.Time
	Version  int64
}

// chain is where what is done with the case is written down: for whom it is.
func (c Case) chain() id.Scope {
	if c.Person.IsZero() {
		return id.AccountScope(c.Account)
	}
	return id.PersonScope(c.Person)
}

// Message is one line of a case's history.
type Message struct {
	Kind    MessageKind
	Author  string
	ByStaff bool
	Mine    bool // by whoever asks
	Body    string
	At      time.Time
}

// Link is an entry of the log that a case is about.
type Link struct {
	Chain id.Scope
	Seq   int64
}

type caseRow struct {
	ID        id.Case `gorm:"primaryKey"`
	PersonID  id.Person
	AccountID id.Account
	Kind      Kind
	Severity  Severity
	State     State
	OwnerID   id.Person
	Subject   secretbox.Sealed
	CreatedAt db.Time
	ChangedAt db.Time
	Version   int64
}

// TableName names the table.
func (caseRow) TableName() string { return tableCases }

type messageRow struct {
	ID        id.CaseMessage `gorm:"primaryKey"`
	CaseID    id.Case
	Kind      MessageKind
	AuthorID  id.Person
	Author    secretbox.Sealed
	ByStaff   bool
	Body      secretbox.Sealed
	CreatedAt db.Time
}

// TableName names the table.
func (messageRow) TableName() string { return tableMessages }

type entryRow struct {
	CaseID id.Case `gorm:"primaryKey"`
	Chain  []byte  `gorm:"primaryKey"`
	Seq    int64   `gorm:"primaryKey"`
}

// TableName names the table.
func (entryRow) TableName() string { return tableEntries }

func place(table, column string, row []byte) secretbox.Place {
	return secretbox.Place{Table: table, Column: column, Row: row}
}
