// Package activity keeps the log: what was done, by whom, from where, with what result. Entries stand in one hash chain
// per scope, are only ever added, and commit to what they say of people by salted digests, so that erasing a person
// breaks nothing. Deciding and changing do not enter: gate calls in here, in the same transaction as the change.
package activity

import (
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// schemaVersion is the version of the entries written today.
const schemaVersion = 1

// Outcome is how it went.
type Outcome string

// The outcomes.
const (
	Success       Outcome = "success"
	RefusedResult Outcome = "refused" // not allowed
	Failed        Outcome = "failed"  // allowed, but it did not work
)

// Category groups actions for reading and filtering.
type Category string

// The categories.
const (
	CategorySignIn  Category = "sign-in"
	CategoryFactor  Category = "factors"
	CategoryAccess  Category = "access"
	CategoryAccount Category = "account"
	CategoryBilling Category = "billing"
	CategoryHosting Category = "hosting"
	CategoryRead    Category = "reading"
	CategorySupport Category = "support"
	CategoryMail    Category = "mail"
	CategorySystem  Category = "system"
)

// Severity says how much an entry matters to somebody who looks for trouble.
type Severity string

// The severities.
const (
	Info    Severity = "info"
	Notice  Severity = "notice"
	Warning Severity = "warning"
)

// Retention says for how long an entry is kept.
type Retention string

// The retention classes.
const (
	Standard Retention = "standard" // twelve months or as the provider sets (SECURITY.md L6)
	Money    Retention = "money"    // as long as accounts must be kept by law
	Lasting  Retention = "lasting"  // as long as the log: what proves that nothing vanished
)

// Target is the thing that something was done to. The label is personal data.
type Target struct {
	Kind  string // "invoice", "service", "contact", …
	ID    string // text form
	Label string // as a person knows it: "2026-0412"
}

// TargetOf names a thing by its id and what people call it.
func TargetOf[K id.Kind](kind string, thing id.ID[K], label string) Target {
	return Target{Kind: kind, ID: thing.String(), Label: label}
}

// FieldAdded is under which field an entry of a changed role says what whoever has it may besides.
const FieldAdded = "added"

// Change is one field before and after. Redacted values are not kept at all: only that they changed.
type Change struct {
	Field    string `json:"field"`
	Old      string `json:"old,omitempty"`
	New      string `json:"new,omitempty"`
	Redacted bool   `json:"redacted,omitempty"`
}

// Details are what the one who makes a change says of it; the rest of an entry is known already.
type Details struct {
	Target  Target
	Service id.Service
	Changes []Change
	Outcome Outcome // empty: success
	Reason  string  // why it was refused or failed, a sentence
	Factor  string  // how they proved who they are, where it is not yet in the actor
	Count   int     // how often, for entries that stand for several; 0 and 1 are once
	Since   time.Time
	ByOther string // the name of the one who is spoken of as the actor, where the actor only carries it in (a webhook)
}

// Entry is one line of the log, read or about to be written.
type Entry struct {
	Schema   int
	Chain    id.Scope
	Seq      int64
	Occurred time.Time
	Recorded time.Time

	Action    Action
	Category  Category
	Writes    bool
	Severity  Severity
	Retention Retention

	ActorKind  actor.Kind
	ActorID    id.Person
	ActorRole  string // role or department, for people
	OnBehalfOf id.Person
	Session    id.Session
	Factor     string
	RequestID  string

	Service    id.Service
	TargetKind string
	TargetID   string

	Outcome     Outcome
	Verb        verb.Verb
	GrantedBy   string // key of the role or department that allowed it
	Count       int    // how often, at least once
	Since       time.Time
	StaffReason string // code of the reason that staff gave

	// What it says of people; empty once erased.
	Who    Who
	What   What
	Erased bool // some or all of that

	PrevHash [32]byte
	Hash     [32]byte
}

// Who is what an entry says of the one who acted.
type Who struct {
	Name     string `json:"name,omitempty"`
	Role     string `json:"role,omitempty"` // the account's own role, whose name is its people's
	OnBehalf string `json:"on_behalf,omitempty"`
	Address  string `json:"address,omitempty"`
	Country  string `json:"country,omitempty"`
	Device   string `json:"device,omitempty"`
}

// What is what an entry says of the thing and of what changed.
type What struct {
	Label   string   `json:"label,omitempty"`
	Reason  string   `json:"reason,omitempty"`
	Changes []Change `json:"changes,omitempty"`
}

// Draft makes the entry of an action by an actor in a chain, at a time. The catalogue must know the action.
func Draft(chain id.Scope, at time.Time, who actor.Actor, a Action, d Details) (Entry, bool) {
	m, ok := a.Meaning()
	if !ok || chain.IsZero() || !who.Valid() {
		return Entry{}, false
	}
	e := Entry{
		Schema: schemaVersion, Chain: chain, Occurred: at, Recorded: at,
		Action: a, Category: m.Category, Writes: m.Writes, Severity: m.Severity, Retention: m.Retention,
		ActorKind: who.Kind, ActorID: who.Person, ActorRole: actorRole(who), OnBehalfOf: who.OnBehalfOf,
		Session: who.Session, Factor: who.Factor, RequestID: who.RequestID,
		Service: d.Service, TargetKind: d.Target.Kind, TargetID: d.Target.ID,
		Outcome: d.Outcome, Count: max(d.Count, 1), Since: d.Since,
		Who:  Who{Name: who.Name, Role: ownRole(who), Country: who.Place, Device: who.Device},
		What: What{Label: d.Target.Label, Reason: d.Reason, Changes: redact(d.Changes)},
	}
	if who.Kind == actor.System || who.Kind == actor.Shell || who.Kind == actor.Staff {
		e.StaffReason = who.Reason
	}
	if who.Address.IsValid() {
		e.Who.Address = who.Address.String()
	}
	e.Who.OnBehalf = who.OnBehalfName
	if d.ByOther != "" {
		e.Who.OnBehalf = d.ByOther
	}
	if d.Factor != "" {
		e.Factor = d.Factor
	}
	if e.Outcome == "" {
		e.Outcome = Success
	}
	return e, true
}

func actorRole(who actor.Actor) string {
	if who.Kind == actor.Staff {
		return who.Seat.Department
	}
	if ownRole(who) != "" {
		return ""
	}
	return who.Membership.RoleName
}

// ownRole is the name of a role that the account made for itself: sealed with what is personal.
func ownRole(who actor.Actor) string {
	if who.Kind == actor.Staff || who.Membership.CustomRole.IsZero() {
		return ""
	}
	return who.Membership.RoleName
}

// redact drops the values of fields that must not be kept.
func redact(changes []Change) []Change {
	out := make([]Change, 0, len(changes))
	for _, c := range changes {
		if c.Redacted {
			c.Old, c.New = "", ""
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
