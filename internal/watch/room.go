// Package watch tells people of what is in a log: it goes along the logs behind the changes, holds each entry against
// a few rules, and leaves a mail for whoever wants to know, at once or once a day. What the mails say, and who may read
// a log, is decided elsewhere.
package watch

import (
	"bytes"
	"net/netip"
	"strconv"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/geo"
)

// Rule is what somebody can be told of. It is kept, so the words never change.
type Rule string

// The rules.
const (
	OwnerAdded    Rule = "owner-added"
	RoleRaised    Rule = "role-raised"
	StaffAccess   Rule = "staff-access"
	LogTaken      Rule = "log-taken"      // exported, or sent to another system
	MethodChanged Rule = "method-changed" // a card that pays was added, chosen or removed
	FactorRemoved Rule = "factor-removed" // of somebody with access
	FailedThenIn  Rule = "failed-then-in" // a sign-in that follows five failures
	Travelled     Rule = "travelled"      // a sign-in from where nobody gets that quickly from the last one
	NewDevice     Rule = "new-device"     // one that this person did not use of late
	NewCountry    Rule = "new-country"    // one from which this person did not come of late
	UnusualHour   Rule = "unusual-hour"   // one at which this person never comes
)

// Rules are those of an account, in the order in which they are shown.
func Rules() []Rule {
	return []Rule{
		OwnerAdded, RoleRaised, StaffAccess, LogTaken, MethodChanged, FactorRemoved, FailedThenIn, Travelled, NewDevice,
		NewCountry, UnusualHour,
	}
}

// OwnRules are those of somebody's own sign-in. Of new devices and of changed factors people are told in the change
// itself.
func OwnRules() []Rule { return []Rule{FailedThenIn, Travelled, LogTaken, NewCountry, UnusualHour} }

// Security says whether owners are always told of it at once.
func (r Rule) Security() bool { return r == OwnerAdded || r == LogTaken || r == FactorRemoved }

// OwnSecurity says whether people are always told of it at once where it is about their own sign-in.
func (r Rule) OwnSecurity() bool { return r == FailedThenIn || r == Travelled || r == LogTaken }

// usual is how owners are told who said nothing else, and everybody of their own sign-in; others are told only what
// they asked for.
func (r Rule) usual() Delivery {
	if r == StaffAccess || r == NewDevice || r == UnusualHour {
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
	tableOwn     = "own_alert_choices"

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
	About   id.Person  `json:"about,omitzero"` // whose log has the entry, where it is not the account's
	Own     bool       `json:"own,omitempty"`  // it was done in the name of whoever is told
	At      time.Time  `json:"at"`
}

// Day is the daily mail of one person: of their accounts, and of their own sign-in.
type Day struct {
	Person id.Person `json:"person"`
	Hits   []DayHit  `json:"hits"`
	More   int       `json:"more,omitempty"` // so many others have no line
}

// DayHit is a line of it.
type DayHit struct {
	Account id.Account `json:"account,omitzero"` // none: their own sign-in
	Rule    Rule       `json:"rule"`
	Seq     int64      `json:"seq"`
	About   id.Person  `json:"about,omitzero"` // as in Hit
	At      time.Time  `json:"at"`
}

// Atlas knows where on the earth an address is.
type Atlas interface {
	Spot(address netip.Addr) (geo.Spot, bool)
}

// Watch is the room. It is safe for concurrent use.
type Watch struct {
	gate     *gate.Gate
	reader   *db.Reader
	access   *access.Access
	people   *identity.People
	accounts *accounts.Accounts
	out      *outbox.Box
	atlas    Atlas
	zone     *time.Location // of whoever chose none
}

// New makes the room. Without a zone it is UTC.
func New(
	g *gate.Gate, reader *db.Reader, a *access.Access, people *identity.People, rooms *accounts.Accounts,
	out *outbox.Box, atlas Atlas, zone *time.Location,
) *Watch {
	if zone == nil {
		zone = time.UTC
	}
	return &Watch{gate: g, reader: reader, access: a, people: people, accounts: rooms, out: out, atlas: atlas, zone: zone}
}

type choiceRow struct {
	AccountID id.Account `gorm:"primaryKey"`
	PersonID  id.Person  `gorm:"primaryKey"`
	Rule      Rule       `gorm:"primaryKey"`
	Delivery  Delivery
}

// TableName names the table.
func (choiceRow) TableName() string { return tableChoices }

type ownRow struct {
	PersonID id.Person `gorm:"primaryKey"`
	Rule     Rule      `gorm:"primaryKey"`
	Delivery Delivery
}

// TableName names the table.
func (ownRow) TableName() string { return tableOwn }

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

// about says whose log has the entry of a hit, where it is not that of the account.
func (r hitRow) about() id.Person {
	if r.AccountID.IsZero() || bytes.Equal(r.Chain, id.AccountScope(r.AccountID).Bytes()) {
		return id.Person{}
	}
	person, _ := id.FromBytes[id.PersonKind](r.Chain) // the chain is of an account or of a person
	return person
}

// targetIn names an entry for the log of an account, where it may be that of a person.
func targetIn(here id.Scope, e *activity.Entry, r Rule) activity.Target {
	if e.Chain == here {
		return target(e, r)
	}
	person, _ := e.Chain.Person()
	return activity.Target{Kind: "person", ID: person.String(), Label: r.Label() + ": " + e.Who.Name}
}

func target(e *activity.Entry, r Rule) activity.Target {
	return activity.Target{Kind: "alert", Label: r.Label() + " (entry " + strconv.FormatInt(e.Seq, 10) + ")"}
}
