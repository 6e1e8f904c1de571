package access

import (
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// Reason says why a decision fell as it did.
type Reason string

// The reasons.
const (
	ReasonAllowed      Reason = "allowed"
	ReasonSignedOut    Reason = "signed-out"    // nobody is signed in
	ReasonNoMembership Reason = "no-membership" // no place in that account: to the asker, it does not exist
	ReasonRoleLacks    Reason = "role-lacks"    // the role does not include the permission
	ReasonEnded        Reason = "ended"         // the access had an end date, and that is past
	ReasonSuspended    Reason = "suspended"
	ReasonService      Reason = "service"  // limited to other services
	ReasonNoFactor     Reason = "factor"   // a second factor is needed, and none was used in this session
	ReasonStale        Reason = "recent"   // a factor used in the last ten minutes is needed
	ReasonNotForKind   Reason = "kind"     // this kind of actor never does that
	ReasonUnknownVerb  Reason = "no-verb"  // not in the vocabulary
	ReasonOtherPerson  Reason = "not-self" // somebody else's own affairs
)

// Assurance is how sure we must be of who is asking.
type Assurance string

// The levels of assurance, lowest first.
const (
	AnySession Assurance = "session" // signed in
	TwoFactor  Assurance = "factor"  // a second factor was used in this session
	Recent     Assurance = "recent"  // a factor was used in the last ten minutes (63B 4.2, ASVS V7.5.1)
)

// Decision is the answer to "may they?", with its reason. It carries no authority: only gate turns one into a Grant.
type Decision struct {
	Allowed   bool
	Reason    Reason
	Verb      verb.Verb
	Scope     id.Scope
	Role      string // key of the role or department that answered
	RoleName  string // for people
	Assurance Assurance
	Own       bool         // only what concerns the asker (the log: their own entries)
	Billing   bool         // only what concerns billing (tickets of the billing department)
	Limited   bool         // to Services
	Services  []id.Service // what the access is limited to
}

// Fault is the error that tells the asker of a refusal; nil where the decision allows.
func (d Decision) Fault(op string) error {
	switch d.Reason {
	case ReasonAllowed:
		return nil
	case ReasonSignedOut:
		return fault.SignIn()
	case ReasonNoMembership, ReasonOtherPerson:
		return fault.NotFound(op)
	case ReasonStale:
		return fault.StepUp(d.Verb)
	case ReasonRoleLacks, ReasonEnded, ReasonSuspended, ReasonService, ReasonNoFactor, ReasonNotForKind,
		ReasonUnknownVerb:
	}
	return fault.Denied(op, fault.Denial{Verb: d.Verb, Role: d.RoleName, Reason: d.Sentence()})
}

// Sentence says why, to the person who was refused or to the one who asks on their behalf.
func (d Decision) Sentence() string {
	switch d.Reason {
	case ReasonAllowed:
		return "The role " + d.RoleName + " includes it."
	case ReasonSignedOut:
		return "Nobody is signed in."
	case ReasonNoMembership:
		return "There is no access to this account."
	case ReasonRoleLacks:
		return "The role " + d.RoleName + " does not include it."
	case ReasonEnded:
		return "The access to this account has ended."
	case ReasonSuspended:
		return "The access to this account is suspended."
	case ReasonService:
		return "The access is limited to other services."
	case ReasonNoFactor:
		return "This needs a second step at sign-in."
	case ReasonStale:
		return "This needs a second factor used in the last ten minutes."
	case ReasonNotForKind:
		return "This can only be done by a person of the account."
	case ReasonOtherPerson:
		return "These are somebody else’s own affairs."
	case ReasonUnknownVerb:
	}
	return "Nobody can be given this permission."
}
