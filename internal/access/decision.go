package access

import (
	"strconv"
	"time"

	"gatehouse/internal/actor"
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
	ReasonHeld         Reason = "held"     // came back by a recovery that nobody has approved for this account
	ReasonService      Reason = "service"  // limited to other services
	ReasonNoFactor     Reason = "factor"   // a second factor is needed, and none was used in this session
	ReasonNoKey        Reason = "key"      // a security key or a passkey is needed, and none was used in this session
	ReasonRemembered   Reason = "device"   // the second factor was left out on this device, which the account forbids
	ReasonStale        Reason = "recent"   // a factor used in the last ten minutes is needed
	ReasonNotForKind   Reason = "kind"     // this kind of actor never does that
	ReasonUnknownVerb  Reason = "no-verb"  // not in the vocabulary
	ReasonOtherPerson  Reason = "not-self" // somebody else's own affairs
	ReasonNoSeat       Reason = "no-seat"  // only the provider's staff do that
	ReasonScope        Reason = "scope"    // the permission is not held over such a thing
	ReasonOwnRole      Reason = "own-role" // nobody changes what they themselves may do
	ReasonSecured      Reason = "secured"  // the person locked their sign-in and has not looked at it since
	ReasonClosed       Reason = "closed"   // the account was closed, and this would change it
	ReasonPreview      Reason = "preview"  // somebody looks through a contact's eyes, and only looks
	ReasonAssist       Reason = "assist"   // staff who act on behalf of a contact never do that
	ReasonAssistOver   Reason = "over"     // the time in which staff act on behalf of a contact is over
	ReasonUnsaid       Reason = "unsaid"   // staff have not said why they look at this client, or too long ago
	ReasonUnread       Reason = "unread"   // staff have not read and accepted the policies that hold
	ReasonOwnEmergency Reason = "own-case" // nobody judges what they themselves opened in an emergency
	ReasonHigherRole   Reason = "higher"   // what would be given, or who would be acted on, stands above the asker
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
	Own       bool         // only what concerns one person (the log: their own entries)
	Whose     id.Person    // that person, where Own: the asker, or in a preview the contact
	Billing   bool         // only what concerns billing (tickets of the billing department)
	NotOwners bool         // not over owners (contacts)
	Limited   bool         // to Services
	Services  []id.Service // what the access is limited to
	Rule      actor.Rule   // of the account, where one was looked at
	Team      string       // the name of the team that the access goes through; empty: a place of one's own
	Row       string       // the policy row that answered, with its file and line; empty where none did
	Emergency id.Look      // by which another department's permission was opened in an emergency; zero: none was
	Opened    string       // the name of that department
}

// Refused is the decision turned into a refusal, for a rule that is stricter than the policies.
func (d Decision) Refused(why Reason) Decision { return d.refuse(why) }

func (d Decision) refuse(why Reason) Decision { d.Allowed, d.Reason = false, why; return d }

func (d Decision) allow(role, name string) Decision {
	d.Allowed, d.Reason, d.Role, d.RoleName, d.Assurance = true, ReasonAllowed, role, name, AnySession
	return d
}

// open allows what needs no permission, where it fits the scope: an open page is no way into an account.
func (d Decision) open(fits bool) Decision {
	if !fits {
		return d.refuse(ReasonScope)
	}
	return d.allow(roleOpen, "Everybody")
}

// onTerms takes over what the policy row says.
func (d Decision) onTerms(t Term) Decision {
	d.Assurance, d.Row = t.Assurance, t.Row
	d.Own, d.Billing, d.NotOwners = t.Condition == Own, t.Condition == BillingOnly, t.Condition == ExceptOwners
	return d
}

// assure allows where the session is as sure as the policy row and the level ask. A contact who has no second factor
// confirms with the password; whoever left it out on a known device has one.
func (d Decision) assure(who actor.Actor, now time.Time, level actor.Level) Decision {
	switch {
	case level == actor.PhishingProof && who.Level() < level: // S12
		return d.refuse(ReasonNoKey)
	case who.FactorAt.IsZero() && (level > 0 || d.Assurance == TwoFactor):
		return d.refuse(ReasonNoFactor)
	case d.Assurance == Recent && !recent(who, now, level == 0):
		return d.refuse(ReasonStale)
	}
	d.Allowed, d.Reason = true, ReasonAllowed
	return d
}

// JustProved says whether somebody of an account has proved who they are in the last ten minutes, as the policies mean
// it: for what takes such a proof of people whose role does not hold the permission yet.
func JustProved(who actor.Actor, now time.Time) bool { return recent(who, now, true) }

func recent(who actor.Actor, now time.Time, byPassword bool) bool {
	confirmed := who.FactorAt
	if confirmed.IsZero() && who.Factor == actor.ByPassword && byPassword {
		confirmed = who.ProvedAt
	}
	return !confirmed.IsZero() && now.Sub(confirmed) <= recentFor
}

// Offered says whether a page should offer what the decision is about: to whoever may do it, be it after using a factor
// again, which doing it then asks for.
func (d Decision) Offered() bool { return d.Allowed || d.Reason == ReasonStale }

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
	case ReasonUnsaid:
		client, _ := d.Scope.Account()
		return fault.Unsaid(d.Verb, client)
	case ReasonRoleLacks, ReasonEnded, ReasonSuspended, ReasonHeld, ReasonService, ReasonNoFactor, ReasonNoKey,
		ReasonRemembered, ReasonNotForKind, ReasonUnknownVerb, ReasonNoSeat, ReasonScope, ReasonOwnRole,
		ReasonOwnEmergency, ReasonHigherRole,
		ReasonSecured, ReasonClosed, ReasonPreview, ReasonAssist, ReasonAssistOver, ReasonUnread:
	}
	return fault.Denied(op, fault.Denial{
		Verb: d.Verb, Role: d.RoleName, Reason: d.Sentence(), Missing: d.missing(),
	})
}

// missing is what the session would need instead; nothing where the refusal has another reason.
func (d Decision) missing() fault.Proof {
	switch d.Reason { //nolint:exhaustive // the other reasons are not about the session
	case ReasonNoFactor:
		return fault.SecondFactor
	case ReasonNoKey:
		return fault.SecurityKey
	case ReasonRemembered:
		return fault.SecondStep
	case ReasonSecured:
		return fault.Review
	case ReasonUnread:
		return fault.Policies
	}
	return ""
}

// factorSentence names what is missing in the session.
func (d Decision) factorSentence() string {
	ofAccount := d.Rule.Level > 0 || d.Rule.NoRemember
	switch {
	case d.Reason == ReasonRemembered:
		return "This account asks for the second step at each sign-in, on remembered devices too."
	case d.Reason == ReasonNoKey && ofAccount:
		return "This account asks everybody to sign in with a security key or a passkey."
	case d.Reason == ReasonNoKey:
		return "Staff sign in with a security key or a passkey."
	case ofAccount:
		return "This account asks everybody for a second step at sign-in."
	}
	return "This needs a second step at sign-in."
}

// lacksSentence names the role that does not reach so far.
func (d Decision) lacksSentence() string {
	if d.RoleName == "" {
		return "This person’s role does not include it."
	}
	return "The role " + d.RoleName + " does not include it" + d.through() + "."
}

// Sentence says why, to the person who was refused or to the one who asks on their behalf.
func (d Decision) Sentence() string {
	switch d.Reason {
	case ReasonAllowed:
		return d.allowedSentence()
	case ReasonSignedOut:
		return "Nobody is signed in."
	case ReasonNoMembership:
		return "There is no access to this account."
	case ReasonRoleLacks:
		return d.lacksSentence()
	case ReasonEnded:
		return "The access to this account" + d.through() + " has ended."
	case ReasonSuspended:
		return "The access to this account" + d.through() + " is suspended."
	case ReasonHeld:
		return "All second factors were replaced after they were lost. An owner of this account must approve that first, " +
			"or two members of the provider’s staff."
	case ReasonService:
		return "The access is limited to other services."
	case ReasonNoFactor, ReasonNoKey, ReasonRemembered:
		return d.factorSentence()
	case ReasonStale:
		return "This needs a second factor used in the last ten minutes."
	case ReasonNotForKind:
		return "This can only be done by a person of the account."
	case ReasonOtherPerson:
		return "These are somebody else’s own affairs."
	case ReasonNoSeat:
		return "Only the provider’s staff can do this."
	case ReasonOwnRole, ReasonOwnEmergency:
		return d.oneselfSentence()
	case ReasonHigherRole:
		return "This reaches further than the role " + d.RoleName + " itself."
	case ReasonSecured:
		return "This sign-in was locked by “this wasn’t me”, and its factors have not been looked at since."
	case ReasonClosed:
		return "This account is closed. What is kept can be read, and what is owed can be paid."
	case ReasonPreview, ReasonAssist, ReasonAssistOver, ReasonUnsaid, ReasonUnread:
		return d.otherEyesSentence()
	case ReasonUnknownVerb, ReasonScope:
	}
	return "Nobody can be given this permission here."
}

// oneselfSentence says why to somebody whose own affair it is.
func (d Decision) oneselfSentence() string {
	if d.Reason == ReasonOwnEmergency {
		return "Somebody else judges what one opened oneself in an emergency."
	}
	return "Nobody changes what they themselves may do."
}

// otherEyesSentence says why to somebody who looks at what is not their own.
func (d Decision) otherEyesSentence() string {
	switch d.Reason { //nolint:exhaustive // the others are Sentence's
	case ReasonPreview:
		return "You are only looking, as somebody else. End the preview to do this yourself."
	case ReasonAssist:
		return "Staff who act on a client’s behalf do not do this, and see no more than their department sees."
	case ReasonUnread:
		return "Staff read and accept the provider’s policies first. Nothing else opens before."
	case ReasonUnsaid:
		return "Staff say why before they look at a client. That holds for half an hour."
	}
	return "The time in which staff acted on the client’s behalf is over."
}

// Brief says why in a few words, for a table in which the answer itself stands beside them.
func (d Decision) Brief() string {
	switch {
	case d.Reason == ReasonRoleLacks && d.RoleName != "":
		return "Not in " + d.RoleName
	case d.Reason != ReasonAllowed || d.RoleName == "":
		return d.Sentence()
	}
	text := "From " + d.RoleName
	switch {
	case d.Own && d.Verb == verb.TeamsView:
		text = "Only the teams one is in"
	case d.Own && d.Verb == verb.TeamsManage:
		text = "Only the teams one leads"
	case d.Own:
		text = "Only of one’s own actions"
	case d.Billing:
		text = "Only about billing"
	case d.NotOwners:
		text = "Except over owners"
	case d.Limited && len(d.Services) == 1:
		text = "Only for one chosen service"
	case d.Limited:
		text = "Only for " + strconv.Itoa(len(d.Services)) + " chosen services"
	}
	if d.Assurance == Recent {
		text += ", after using a factor again"
	}
	return text
}

func (d Decision) allowedSentence() string {
	switch d.Role {
	case roleSystem:
		return "Gatehouse does this by itself."
	case roleOperator:
		return "The operator at the command line can do it."
	case roleWebhook:
		return "The payment gateway reports payments."
	case roleSelf:
		return "Everybody can, over their own sign-in."
	case roleInvited:
		return "The invitation allows it."
	case roleOpen:
		return "Everybody can."
	}
	if !d.Emergency.IsZero() {
		return "It was opened in an emergency: it is what " + d.Opened + " may see."
	}
	text := "The role " + d.RoleName + " includes it"
	switch {
	case d.Own && d.Verb == verb.TeamsView:
		text += ", for the teams that the person is in"
	case d.Own && d.Verb == verb.TeamsManage:
		text += ", for the teams that the person leads"
	case d.Own:
		text += ", for the person’s own actions"
	case d.Billing:
		text += ", where billing is concerned"
	case d.NotOwners:
		text += ", except over owners"
	case d.Limited && len(d.Services) == 1:
		text += ", for one chosen service"
	case d.Limited:
		text += ", for " + strconv.Itoa(len(d.Services)) + " chosen services"
	}
	if d.Assurance == Recent {
		text += ", after using a factor again"
	}
	return text + d.through() + "."
}

// through names the team by which somebody has access.
func (d Decision) through() string {
	if d.Team == "" {
		return ""
	}
	return ", through the team " + d.Team
}
