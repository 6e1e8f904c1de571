// Package watch tells people of what is in a log: it goes along the logs behind the changes, holds each entry against
// a few rules, and leaves a mail for whoever wants to know, at once or once a day. What the mails say, and who may read
// a log, is decided elsewhere.
package watch

import (
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// Rule is what somebody can be told of. It is kept, so the words never change.
type Rule string

// The rules.
const (
	OwnerAdded  Rule = "owner-added"
	RoleRaised  Rule = "role-raised"
	StaffAccess Rule = "staff-access"
	LogTaken    Rule = "log-taken"   // exported, or sent to another system
	NewCountry  Rule = "new-country" // a sign-in from where this person did not come from of late
)

// Rules are those of an account, in the order in which they are shown.
func Rules() []Rule { return []Rule{OwnerAdded, RoleRaised, StaffAccess, LogTaken, NewCountry} }

// Security says whether owners are always told of it at once.
func (r Rule) Security() bool { return r == OwnerAdded || r == LogTaken }

// usual is how owners are told who said nothing else; others are told only what they asked for.
func (r Rule) usual() Delivery {
	if r == StaffAccess {
		return Daily
	}
	return AtOnce
}

// Delivery is when somebody is told.
type Delivery string

// The deliveries.
const (
	AtOnce Delivery = "once"
	Daily  Delivery = "daily"
	Never  Delivery = "never"
)

const (
	tableHits    = "alert_hits"
	tableCursors = "alert_cursors"
	tableChoices = "alert_choices"

	// MailHit is the kind of message that tells one person of one entry.
	MailHit = "alerts.hit"
	// MailDaily is the kind of message that tells one person of all of a day.
	MailDaily = "alerts.daily"

	// mailHour is at which hour of their day people get the daily mail.
	mailHour = 7
)

// Hit is an entry that a rule applies to, for one person.
type Hit struct {
	Account id.Account `json:"account"`
	Name    string     `json:"name"` // of the account
	Person  id.Person  `json:"person"`
	To      string     `json:"to"`
	Greet   string     `json:"greet"`
	Zone    string     `json:"zone,omitempty"`
	Rule    Rule       `json:"rule"`
	Seq     int64      `json:"seq"`
	At      time.Time  `json:"at"`
}

// Day is the daily mail of one person about one account.
type Day struct {
	Account id.Account `json:"account"`
	Person  id.Person  `json:"person"`
	Hits    []DayHit   `json:"hits"`
}

// DayHit is a line of it.
type DayHit struct {
	Rule Rule      `json:"rule"`
	Seq  int64     `json:"seq"`
	At   time.Time `json:"at"`
}

// Watch is the room. It is safe for concurrent use.
type Watch struct {
	gate     *gate.Gate
	reader   *db.Reader
	access   *access.Access
	people   *identity.People
	accounts *accounts.Accounts
	out      *outbox.Box
	zone     *time.Location // of whoever chose none
}

// New makes the room.
func New(
	g *gate.Gate, reader *db.Reader, a *access.Access, people *identity.People, rooms *accounts.Accounts,
	out *outbox.Box, zone *time.Location,
) *Watch {
	if zone == nil {
		zone = time.UTC
	}
	return &Watch{gate: g, reader: reader, access: a, people: people, accounts: rooms, out: out, zone: zone}
}

type choiceRow struct {
	AccountID id.Account `gorm:"primaryKey"`
	PersonID  id.Person  `gorm:"primaryKey"`
	Rule      Rule       `gorm:"primaryKey"`
	Delivery  Delivery
}

// TableName names the table.
func (choiceRow) TableName() string { return tableChoices }

type hitRow struct {
	Chain     db.Blob   `gorm:"primaryKey"`
	Seq       int64     `gorm:"primaryKey"`
	Rule      Rule      `gorm:"primaryKey"`
	PersonID  id.Person `gorm:"primaryKey"`
	AccountID id.Account
	HitAt     db.Time
	DueAt     db.Time // of the daily mail; NULL once it is left, and where there is none
}

// TableName names the table.
func (hitRow) TableName() string { return tableHits }

func target(e *activity.Entry, r Rule) activity.Target {
	return activity.Target{Kind: "alert", Label: r.Label() + ", entry " + number(e.Seq)}
}
