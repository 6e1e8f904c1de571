// Package staffing holds the provider's own people: who has a seat in which department, who is invited, and what one
// administrator wants to give that another has to approve (A10). A sign-in of staff that nobody uses for 90 days is
// disabled (A11). Seats are rows of accounts, sign-ins those of identity: this room decides when they change.
package staffing

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// longestReason is how many characters a reason may have.
const longestReason = 300

// Staffing is the room. It is safe for concurrent use.
type Staffing struct {
	gate     *gate.Gate
	reader   *db.Reader
	box      *secretbox.Box
	access   *access.Access
	people   *identity.People
	accounts *accounts.Accounts
	outbox   *outbox.Box
}

// New makes it, and has it told of every sign-in: whoever was away for too long is not let in.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, a *access.Access, people *identity.People,
	accs *accounts.Accounts, post *outbox.Box,
) *Staffing {
	s := &Staffing{gate: g, reader: reader, box: box, access: a, people: people, accounts: accs, outbox: post}
	people.OnSignIn(s.signedIn)
	return s
}

// refusal is a rule of this room that refused: stricter than the policies, and recorded like them.
type refusal struct {
	decision access.Decision
	target   activity.Target
}

func (r *refusal) Error() string { return "staffing: " + string(r.decision.Reason) }

func refuse(g gate.Grant, why access.Reason, target activity.Target) error {
	return &refusal{g.Decision().Refused(why), target}
}

// change is a change over the provider that also holds the chains of people, and records what a rule here refused.
func (s *Staffing) change(ctx context.Context, who actor.Actor, about []id.Person, work gate.Work) error {
	var others []id.Scope
	for _, p := range about {
		if !p.IsZero() {
			others = append(others, id.PersonScope(p))
		}
	}
	err := s.gate.ChangeWith(ctx, who, verb.StaffManage, id.ProviderScope(), others, work)
	if r, ok := errors.AsType[*refusal](err); ok {
		return errors.Join(r.decision.Fault("staffing"),
			s.gate.RefusedAbout(ctx, who, r.decision, activity.Details{Target: r.target}))
	}
	if err == nil {
		s.outbox.Wake()
	}
	return err
}

// manages says whether a department may give and take seats: whoever is in it is an administrator.
func (s *Staffing) manages(department string) bool {
	d, ok := s.access.Department(department)
	if !ok {
		return false
	}
	_, holds := d.Term(verb.StaffManage)
	return holds
}

// mayGive says whether somebody of one department may give the other: never above their own (A3).
func (s *Staffing) mayGive(own, other string) bool {
	from, _ := s.access.Department(own)
	to, ok := s.access.Department(other)
	return ok && access.MayGrant(from, verb.StaffManage, to)
}

// administrators are those who could decide now, besides some.
func (s *Staffing) administrators(q *gorm.DB, besides ...id.Person) ([]id.Person, error) {
	staff, err := s.accounts.ActiveStaff(q, id.New[id.PersonKind]())
	if err != nil {
		return nil, err
	}
	for _, p := range besides {
		delete(staff, p)
	}
	var list []id.Person
	for person, department := range staff {
		if s.manages(department) {
			list = append(list, person)
		}
	}
	return list, nil
}

// keepsOne refuses what would leave nobody who can give seats.
func (s *Staffing) keepsOne(tx *db.Tx, without id.Person, department string) error {
	if !s.manages(department) {
		return nil
	}
	others, err := s.administrators(tx.DB, without)
	if err != nil {
		return err
	}
	if len(others) == 0 {
		return fault.Conflict("Somebody always manages the staff, and this is the only one who can. " +
			"Make somebody else an administrator first.")
	}
	return nil
}

func checkedReason(field, text, missing string) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case text == "" && missing != "":
		return "", fault.InvalidField(field, missing)
	case utf8.RuneCountInString(text) > longestReason:
		return "", fault.InvalidField(field, fmt.Sprintf("Use at most %d characters.", longestReason))
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return "", fault.InvalidField(field, "This has characters that cannot be stored.")
	}
	return text, nil
}
