// Package actor says who is asking. An Actor is made in one place per entrance (session, token, webhook, job, command
// line) and passed on as `who`; every decision and every entry of the log starts from it. Nothing that decides or
// stores may enter.
package actor

import (
	"net/netip"
	"sync/atomic"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// Kind is the kind of party that asks.
type Kind string

// The kinds of actors.
const (
	Anonymous Kind = "anonymous" // nobody is signed in
	Person    Kind = "person"    // a contact of accounts
	Staff     Kind = "staff"     // somebody of the provider
	System    Kind = "system"    // Gatehouse itself: jobs, outbox
	Token     Kind = "token"     // an API token
	Webhook   Kind = "webhook"   // a payment gateway or another outside service
	Shell     Kind = "shell"     // the operator at the command line
)

// Membership is the actor's place in the account that the request names, as read with the session. The zero value
// means that there is none.
type Membership struct {
	ID          id.Membership
	Account     id.Account
	Role        string      // key of a built-in role; "custom" with CustomRole set
	RoleName    string      // for people
	CustomRole  id.Role     // zero for built-in roles
	RoleVersion int64       // version of the custom role
	Verbs       []verb.Verb // what the custom role holds
	Services    []id.Service
	Limited     bool // to Services, which may then be empty
	EndsAt      time.Time
	Suspended   bool
	Held        bool    // suspended because its holder recovered their sign-in, until that is approved
	Rule        Rule    // of the account
	Closed      bool    // the account was closed
	Team        id.Team // through which they have it; zero: a place of their own
	TeamName    string
	Teams       Teams
}

// Teams says what somebody has to do with teams that their account sends to its clients.
type Teams int

// What people have to do with teams.
const (
	NoTeams  Teams = iota // the account has none, or the place is a team's itself
	HasTeams              // the account has teams
	InTeam                // they are in one
)

// Seat is the actor's place among the provider's staff. The zero value means that there is none.
type Seat struct {
	Department string
	Suspended  bool
	Held       bool // as in Membership
	// PoliciesDue is from when on something holds that they have not read and accepted; zero: they have all of it.
	PoliciesDue time.Time
}

// Unread says whether something holds at a time that the seat's holder has not read and accepted.
func (s Seat) Unread(now time.Time) bool {
	return !s.PoliciesDue.IsZero() && !now.Before(s.PoliciesDue)
}

// Details are what is known of who asks.
type Details struct {
	Kind       Kind
	Person     id.Person
	Name       string
	Session    id.Session
	SignedInAt time.Time
	ProvedAt   time.Time // when any factor, the password included, was last proved in this session
	FactorAt   time.Time // when a second factor was last used; zero: never in this session
	Factor     string    // ByPassword, ByCode, …
	Address    netip.Addr
	Secured    bool   // they locked their sign-in: only their own pages open until they have looked at their factors
	Place      string // of the address, in words: "York, United Kingdom"; empty where it is not known
	Device     string // in words: "Firefox on Linux"
	Browser    []byte // hash of the token that the browser keeps for years; nil: it showed none
	RequestID  string
	Membership Membership
	Seat       Seat
	Preview    Preview
	Invited    id.Account // the account that an invitation, shown and found good, lets the person join; usually none
	Assist     Assist
	Alias      string // what clients see instead of the name of somebody of the staff; empty: the name
	Looks      []Look // at clients, for reasons that staff gave in this session and that still hold, the newest first
	Alarms     int    // emergencies that nobody has judged yet, for those of the staff who judge them
	OnBehalfOf id.Person
	Reason     string    // staff's reason, or the job's name
	Now        time.Time // the database's time when the actor was made

	OnBehalfName string
}

// Actor is who asks, made once per entrance by Enter. The zero Actor is refused everywhere.
type Actor struct {
	Details
	entrance *entrance
}

type entrance struct{ changing atomic.Bool }

// Enter makes the actor of one entrance.
func Enter(d Details) Actor { return Actor{Details: d, entrance: &entrance{}} }

// NewSystem is Gatehouse acting by itself, in the named job.
func NewSystem(job string) Actor {
	return Enter(Details{Kind: System, Name: "Gatehouse", Reason: job})
}

// NewShell is the operator at the command line, under their name on that machine.
func NewShell(user string) Actor {
	return Enter(Details{Kind: Shell, Name: user, Reason: "command line"})
}

// NewWebhook is an outside service that calls back.
func NewWebhook(service string, from netip.Addr) Actor {
	return Enter(Details{Kind: Webhook, Name: service, Address: from})
}

// Valid says whether the actor came through an entrance.
func (a Actor) Valid() bool { return a.entrance != nil && a.Kind != "" }

// BeginChange marks the actor as being inside a change and reports false when it already was: a change within a change
// would wait for itself.
func (a Actor) BeginChange() bool {
	return a.entrance != nil && a.entrance.changing.CompareAndSwap(false, true)
}

// EndChange takes the mark away.
func (a Actor) EndChange() { a.entrance.changing.Store(false) }

// SignedIn says whether a person is behind the actor.
func (a Actor) SignedIn() bool {
	return (a.Kind == Person || a.Kind == Staff || a.Kind == Token) && !a.Person.IsZero()
}
