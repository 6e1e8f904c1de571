package access

import (
	"fmt"
	"io/fs"
	"slices"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// recentFor is how long a use of a factor counts as recent (ASVS V7.5.1; our own figure).
const recentFor = 10 * time.Minute

// Access decides who may do what. It is safe for concurrent use.
type Access struct {
	portal *book // roles of accounts
	staff  *book // departments of the provider
	custom *shelf
	class  map[verb.Verb]class

	unbreakable unbreakable // what no emergency opens

	least      func() actor.Level // that everybody in accounts needs, whatever the accounts ask; nil: none
	staffCodes bool               // staff may use code apps: in the demo, where nobody has their key
}

// Insist has everybody in accounts sign in with a level at least, by what is asked for at the time.
func (a *Access) Insist(least func() actor.Level) { a.least = least }

// class is the part of the vocabulary that a verb belongs to.
type class int

const (
	classOpen class = iota + 1
	classSelf
	classPortal
	classStaff
)

// New reads the policies. A row that says something unknown stops the program.
func New(policies fs.FS) (*Access, error) {
	text, err := fs.ReadFile(policies, "model.conf")
	if err != nil {
		return nil, fmt.Errorf("access: %w", err)
	}
	portal, err := readBook(policies, string(text), "role", "portal.csv", verb.Portal())
	if err != nil {
		return nil, err
	}
	staff, err := readBook(policies, string(text), "department", "staff.csv", verb.Staff())
	if err != nil {
		return nil, err
	}
	closed, err := readUnbreakable(policies, staff)
	if err != nil {
		return nil, err
	}
	a := &Access{portal: portal, staff: staff, class: classes(), unbreakable: closed}
	a.custom = newShelf(func(verbs []verb.Verb) (*book, error) {
		return newBook(string(text), []Role{a.CustomRole("", verbs)})
	})
	return a, nil
}

// LetStaffUseCodes relaxes S12 for a demonstration, whose staff sign in with code apps because nobody who tries it has
// their keys. It is said on their pages, and nothing else ever calls it.
func (a *Access) LetStaffUseCodes() { a.staffCodes = true }

// StaffLevel is what staff must sign in with.
func (a *Access) StaffLevel() actor.Level {
	if a.staffCodes {
		return actor.SecondFactor
	}
	return actor.PhishingProof
}

func readBook(policies fs.FS, model, kind, file string, vocabulary []verb.Verb) (*book, error) {
	roles, err := readRoles(policies, kind)
	if err != nil {
		return nil, err
	}
	if err := readTerms(policies, file, roles, vocabulary); err != nil {
		return nil, err
	}
	if kind == "department" {
		if roles, err = addOwn(policies, roles); err != nil {
			return nil, err
		}
	}
	return newBook(model, roles)
}

func classes() map[verb.Verb]class {
	out := map[verb.Verb]class{verb.Public: classOpen, verb.SignedIn: classOpen}
	for _, v := range verb.Self() {
		out[v] = classSelf
	}
	for _, v := range verb.Portal() {
		out[v] = classPortal
	}
	for _, v := range verb.Staff() {
		out[v] = classStaff
	}
	return out
}

// Check decides from what was read with the request: for navigation, previews and the early answer of a page. What
// changes anything is decided again by Decide.
func (a *Access) Check(who actor.Actor, v verb.Verb, scope id.Scope) Decision {
	return a.decide(who, who.Now, v, scope)
}

// CheckService is Check for one service of the account.
func (a *Access) CheckService(who actor.Actor, v verb.Verb, scope id.Scope, service id.Service) Decision {
	d := a.Check(who, v, scope)
	if d.Allowed && d.Limited && !slices.Contains(d.Services, service) {
		return d.refuse(ReasonService)
	}
	return d
}

// decide is the one place where a permission is decided: Check, Decide and Explain all end here.
func (a *Access) decide(who actor.Actor, now time.Time, v verb.Verb, scope id.Scope) Decision {
	d := Decision{Verb: v, Scope: scope}
	kind, known := a.class[v]
	switch {
	case !known:
		return d.refuse(ReasonUnknownVerb)
	case !who.Valid():
		return d.refuse(ReasonSignedOut)
	case v == verb.Public:
		return d.open(scope.IsZero() || scope.Kind() == id.ScopeProvider)
	}
	switch who.Kind {
	case actor.System:
		return d.allow(roleSystem, "Gatehouse")
	case actor.Shell:
		if kind == classStaff && scope.Kind() != id.ScopePerson && !scope.IsZero() {
			return d.allow(roleOperator, "Operator")
		}
	case actor.Webhook:
		if v == verb.InvoicesPay && scope.Kind() == id.ScopeAccount {
			return d.allow(roleWebhook, "Payment gateway")
		}
	case actor.Anonymous:
		return d.refuse(ReasonSignedOut)
	case actor.Person, actor.Staff:
		return a.decidePerson(d, kind, who, now)
	case actor.Token: // tokens come with their own limits; until then they open nothing
	}
	return d.refuse(ReasonNotForKind)
}

// decidePerson decides for somebody who signed in.
func (a *Access) decidePerson(d Decision, kind class, who actor.Actor, now time.Time) Decision {
	if who.Person.IsZero() {
		return d.refuse(ReasonSignedOut)
	}
	if who.Assisting() {
		return a.decideAssist(d, kind, who, now)
	}
	if who.Previewing() {
		return a.decidePreview(d, kind, who, now)
	}
	self := d.Scope == id.PersonScope(who.Person)
	if a.Unkeyed(who) && !addsKey(d.Verb, self) {
		return d.refuse(ReasonNoKey) // S12: until they have their key, staff can do nothing but add it
	}
	switch kind {
	case classOpen:
		return decideOpen(d, who, self)
	case classSelf:
		if self {
			return d.allow(roleSelf, "Yourself")
		}
		if d.Scope.Kind() == id.ScopePerson {
			return d.refuse(ReasonOtherPerson)
		}
	case classPortal:
		if account, ok := d.Scope.Account(); ok {
			return a.decideMember(d, who, account, now)
		}
	case classStaff:
		if d.Scope.Kind() == id.ScopeProvider || d.Scope.Kind() == id.ScopeAccount {
			return explained(a.decideStaff(d, who, now), who, now)
		}
	}
	return d.refuse(ReasonScope)
}

// addsKey says whether a permission is among those that adding a key takes: to be signed in, and to manage oneself.
func addsKey(v verb.Verb, self bool) bool {
	return v == verb.SignedIn || v == verb.SelfManage && self
}

// decideOpen decides what everybody may who is signed in: about nothing in particular, or about themselves.
func decideOpen(d Decision, who actor.Actor, self bool) Decision {
	if account, ok := d.Scope.Account(); ok && !account.IsZero() && account == who.Invited {
		return d.allow(roleInvited, "Invitation") // A7: to join, which accounts does and nothing else
	}
	return d.open(d.Scope.IsZero() || self)
}

// Unkeyed says whether somebody of the staff has come in without what staff must use: they can do nothing but add it,
// or use it. In the demo a missing code is refused where it is missing, and everybody's own pages stay open.
func (a *Access) Unkeyed(who actor.Actor) bool {
	return who.Seat.Department != "" && !a.staffCodes && who.Level() < actor.PhishingProof
}

// decideMember decides by the place that the person has in the account.
func (a *Access) decideMember(d Decision, who actor.Actor, account id.Account, now time.Time) Decision {
	m := who.Membership
	if m.ID.IsZero() || m.Account != account {
		return d.refuse(ReasonNoMembership)
	}
	d.Role, d.RoleName, d.Team = m.Role, m.RoleName, m.TeamName
	role, term, ok := a.memberTerm(m, d.Verb)
	if role.Name != "" {
		d.RoleName = role.Name
	}
	switch {
	case who.Secured:
		return d.refuse(ReasonSecured)
	case m.Suspended && m.Held:
		return d.refuse(ReasonHeld)
	case m.Suspended:
		return d.refuse(ReasonSuspended)
	case !m.EndsAt.IsZero() && !now.Before(m.EndsAt):
		return d.refuse(ReasonEnded)
	case !ok:
		return d.refuse(ReasonRoleLacks)
	case m.Closed && !d.Verb.AfterClosing():
		return d.refuse(ReasonClosed)
	}
	d = d.onTerms(term)
	if d.Own {
		d.Whose = who.Person
	}
	if term.Condition == Chosen || m.Limited && concernsServices(d.Verb) {
		d.Limited, d.Services = true, m.Services
	}
	if d.Rule = m.Rule; !m.Rule.Lets(who.Details, now) {
		return d.refuse(lacking(m.Rule.Insists(now), who.Details))
	}
	if a.least != nil {
		if least := (actor.Rule{Level: a.least()}); !least.Lets(who.Details, now) {
			d.Rule = least
			return d.refuse(lacking(least.Level, who.Details))
		}
	}
	return d.assure(who, now, 0)
}

// lacking is what a session lacks that does not meet the rule of the account.
func lacking(level actor.Level, who actor.Details) Reason {
	switch {
	case level == actor.PhishingProof:
		return ReasonNoKey
	case who.Remembered():
		return ReasonRemembered
	}
	return ReasonNoFactor
}

func (a *Access) memberTerm(m actor.Membership, v verb.Verb) (Role, Term, bool) {
	if m.Role != roleCustom {
		return a.portal.term(m.Role, v) // A8: a role that is not in the policies includes nothing
	}
	if m.CustomRole.IsZero() {
		return Role{}, Term{}, false
	}
	own, err := a.custom.get(shelfKey{m.CustomRole, m.RoleVersion}, m.Verbs)
	if err != nil {
		return Role{}, Term{}, false
	}
	return own.term(customKey, v)
}

// decideStaff decides by the person's seat at the provider.
func (a *Access) decideStaff(d Decision, who actor.Actor, now time.Time) Decision {
	if who.Seat.Department == "" {
		if d.Scope.Kind() == id.ScopeAccount {
			return d.refuse(ReasonNoMembership) // a stranger does not learn of accounts by staff's doors
		}
		return d.refuse(ReasonNoSeat)
	}
	role, term, ok := a.staff.term(who.Seat.Department, d.Verb)
	d.Role, d.RoleName = who.Seat.Department, role.Name
	if opened, by, found := a.inEmergency(d, who, now); found {
		d.Emergency, d.Opened, term, ok = by.ID, opened.Name, opened.terms[d.Verb], true
		term.Assurance = TwoFactor
	}
	switch {
	case who.Secured:
		return d.refuse(ReasonSecured)
	case who.Seat.Suspended && who.Seat.Held:
		return d.refuse(ReasonHeld)
	case who.Seat.Suspended:
		return d.refuse(ReasonSuspended)
	case !ok:
		return d.refuse(ReasonRoleLacks)
	}
	d = d.onTerms(term).assure(who, now, a.StaffLevel())
	if d.Allowed && who.Seat.Unread(now) { // asked last, so that nobody accepts for what they may not do anyway
		return d.refuse(ReasonUnread)
	}
	return d
}

// concernsServices says whether the permission is about single services, so that a limit to chosen ones narrows it.
func concernsServices(v verb.Verb) bool {
	return slices.Contains([]verb.Verb{
		verb.ServicesView, verb.ServicesManage, verb.ServicesCancel, verb.PanelOpen, verb.DomainsView,
		verb.DomainsManage, verb.TicketsView, verb.TicketsOpen, verb.TicketsReply,
	}, v)
}
