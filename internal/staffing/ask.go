package staffing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

const (
	// inviteLife is how long an invitation can be accepted (A7; our own figure).
	inviteLife = 7 * 24 * time.Hour
	// resendAfter is how long whoever sent an invitation waits before they send it again.
	resendAfter = time.Minute
)

// Wish is what an administrator wants somebody to be given.
type Wish struct {
	Key        id.StaffRequest // the same wish twice is one
	Kind       Kind
	Member     id.Person // zero for an invitation
	Email      string    // of whom to invite
	Department string    // empty for a sign-in that is enabled again
	Reason     string
}

// errDone ends a change that was made before.
var errDone = errors.New("staffing: made before")

// Ask gives it at once where nobody else could decide, and has it wait for a second administrator otherwise (A10).
// waits says which.
func (s *Staffing) Ask(ctx context.Context, who actor.Actor, w Wish) (waits bool, err error) {
	if w.Reason, err = checkedReason("reason", w.Reason, "Say why. It stands in the log."); err != nil {
		return false, err
	}
	if w.Kind == Invite {
		if w.Email, err = persons.ParseEmail(w.Email); err != nil {
			return false, err
		}
	}
	err = s.change(ctx, who, []id.Person{w.Member}, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		var e gate.Entry
		e, waits, err = s.ask(tx, g, w)
		return e, err
	})
	if errors.Is(err, errDone) {
		return waits, nil
	}
	return waits, err
}

func (s *Staffing) ask(tx *db.Tx, g gate.Grant, w Wish) (gate.Entry, bool, error) {
	if row, made, err := s.byID(tx.DB, w.Key); err != nil || made {
		return gate.Entry{}, row.State == Waiting, errors.Join(err, errDone)
	}
	row := requestRow{
		ID: w.Key, Kind: w.Kind, MemberID: w.Member, Department: w.Department, AskedBy: g.Who().Person,
		AskedAt: db.At(g.Now()), State: Waiting,
	}
	if row.ID.IsZero() {
		row.ID = id.New[id.StaffRequestKind]()
	}
	var err error
	if row.Reason, err = s.seal(row, "reason", w.Reason); err != nil {
		return gate.Entry{}, false, err
	}
	if w.Kind == Invite {
		row.EmailIndex = s.people.EmailIndex(w.Email)
		if row.Email, err = s.seal(row, "email", w.Email); err != nil {
			return gate.Entry{}, false, err
		}
	}
	about, err := s.fits(tx, g, &row)
	if err != nil {
		return gate.Entry{}, false, err
	}
	if err := s.only(tx, g, row); err != nil {
		return gate.Entry{}, false, err
	}
	deciders, err := s.administrators(tx.DB, g.Who().Person, row.MemberID)
	if err != nil {
		return gate.Entry{}, false, err
	}
	if len(deciders) > 0 {
		e, err := s.wait(tx, g, row, about, deciders)
		return e, true, err
	}
	row.Alone, row.State = true, Given
	e, err := s.carry(tx, g, &row, about)
	if err != nil {
		return gate.Entry{}, false, err
	}
	if err := tx.Create(&row).Error; err != nil {
		return gate.Entry{}, false, fmt.Errorf("give staff rights: %w", err)
	}
	return g.Entry(activity.StaffAlone, s.details(row, about, w.Reason)).And(e), false, nil
}

// fits asks every rule about what is to be given, and says whom it is about. What depends on how things are is asked
// again when it is approved.
func (s *Staffing) fits(tx *db.Tx, g gate.Grant, row *requestRow) (about string, err error) {
	if row.Kind == Invite {
		if about, err = s.text(*row, "email", row.Email); err != nil {
			return "", err
		}
		err = s.fitsInvite(tx, g, *row, about)
		return about, err
	}
	if row.MemberID.IsZero() || row.Kind != Department && row.Kind != Enable {
		return "", fault.NotFound("ask for staff rights")
	}
	seat, state, about, err := s.colleague(tx.DB, row.MemberID)
	if err != nil {
		return "", err
	}
	if row.Kind == Enable {
		row.Department = seat.Department
	}
	if err := s.mayBeGiven(g, *row, about); err != nil {
		return "", err
	}
	return about, s.fitsSeat(tx, *row, seat, state)
}

// fitsSeat asks what depends on the seat that somebody has.
func (s *Staffing) fitsSeat(tx *db.Tx, row requestRow, seat accounts.StaffSeat, state string) error {
	switch {
	case seat.Held:
		return fault.Conflict("This person recovered their sign-in. Two members of staff approve that first.")
	case row.Kind == Enable && state != persons.Disabled:
		return fault.Conflict("This sign-in is not disabled.")
	case row.Kind == Department && row.Department == seat.Department:
		return fault.InvalidField("department", "This person is in that department already.")
	case row.Kind == Department && !s.manages(row.Department):
		return s.keepsOne(tx, row.MemberID, seat.Department)
	}
	return nil
}

// mayBeGiven refuses what somebody would give themselves, and what is above the giver (A3).
func (s *Staffing) mayBeGiven(g gate.Grant, row requestRow, about string) error {
	target := activity.Target{Kind: "person", ID: row.MemberID.String(), Label: about}
	if _, ok := s.access.Department(row.Department); !ok {
		return fault.InvalidField("department", "Choose a department.")
	}
	if g.Who().Person.IsZero() { // the operator, or Gatehouse itself
		return nil
	}
	if row.MemberID == g.Who().Person {
		return refuse(g, access.ReasonOwnRole, target)
	}
	if !s.mayGive(g.Decision().Role, row.Department) {
		return refuse(g, access.ReasonHigherRole, target)
	}
	return nil
}

func (s *Staffing) fitsInvite(tx *db.Tx, g gate.Grant, row requestRow, email string) error {
	if err := s.mayBeGiven(g, row, email); err != nil {
		return err
	}
	person, err := s.people.PersonByEmail(tx, email)
	if err != nil || person.IsZero() {
		return err
	}
	if person == g.Who().Person {
		return fault.InvalidField("email", "This is your own address.")
	}
	if _, found, err := s.accounts.SeatOf(tx.DB, person); err != nil || found {
		return errors.Join(err, fault.InvalidField("email", "Somebody with this address is on the staff already."))
	}
	return nil
}

// only refuses a second request about the same person while one is open.
func (s *Staffing) only(tx *db.Tx, g gate.Grant, row requestRow) error {
	q := g.On(tx.Model(&requestRow{})).
		Where("state = ? OR state = ? AND expires_at > ?", Waiting, Invited, db.At(g.Now()))
	if row.Kind == Invite {
		q = q.Where("email_index = ?", row.EmailIndex)
	} else {
		q = q.Where("member_id = ?", row.MemberID)
	}
	var n int64
	if err := q.Count(&n).Error; err != nil {
		return fmt.Errorf("ask for staff rights: %w", err)
	}
	switch {
	case n > 0 && row.Kind == Invite:
		return fault.InvalidField("email", "This address is invited already, or about to be.")
	case n > 0:
		return fault.Conflict("Something about this person waits for a second administrator already.")
	}
	return nil
}

// wait keeps the request and tells those who can decide.
func (s *Staffing) wait(
	tx *db.Tx, g gate.Grant, row requestRow, about string, deciders []id.Person,
) (gate.Entry, error) {
	if err := tx.Create(&row).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("ask for staff rights: %w", err)
	}
	reason, err := s.text(row, "reason", row.Reason)
	if err != nil {
		return gate.Entry{}, err
	}
	for _, to := range deciders {
		err := s.outbox.Enqueue(tx, outbox.Message{
			Kind: MailWaits, Key: row.ID.String() + "-" + to.String(), Payload: WaitsMail{
				To: to, Request: row.ID, Asker: g.Who().Name, About: about, What: s.inWords(row), Why: reason,
			},
		})
		if err != nil {
			return gate.Entry{}, fmt.Errorf("ask for staff rights: %w", err)
		}
	}
	return g.Entry(activity.StaffAsked, s.details(row, about, reason)), nil
}

// carry gives what was asked for.
func (s *Staffing) carry(tx *db.Tx, g gate.Grant, row *requestRow, about string) (gate.Entry, error) {
	switch row.Kind {
	case Department:
		return s.accounts.GiveSeat(tx, g, row.MemberID, row.Department)
	case Enable:
		if err := used(tx, row.MemberID, g.Now()); err != nil { // or they would be disabled again the same day
			return gate.Entry{}, err
		}
		return s.people.LetIn(tx, g, row.MemberID)
	case Invite:
	}
	if err := s.send(tx, g, row, about); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(activity.StaffInvited, s.details(*row, about, "")), nil
}

// send makes the invitation's secret and mails it.
func (s *Staffing) send(tx *db.Tx, g gate.Grant, row *requestRow, email string) error {
	token, hash := tokens.New()
	row.State, row.TokenHash = Invited, hash
	row.SentAt, row.ExpiresAt = db.At(g.Now()), db.At(g.Now().Add(inviteLife))
	department, _ := s.access.Department(row.Department)
	inviter, err := s.nameOf(tx.DB, row.AskedBy)
	if err != nil {
		return err
	}
	err = s.outbox.Enqueue(tx, outbox.Message{
		Kind: MailInvited, Key: row.ID.String() + "-" + row.SentAt.Format(time.RFC3339Nano), Payload: InvitedMail{
			To: email, Department: department.Name, Inviter: inviter, Token: token, Expires: row.ExpiresAt.Time,
		},
	})
	if err != nil {
		return fmt.Errorf("invite to the staff: %w", err)
	}
	return nil
}

// inWords says what is to be given.
func (s *Staffing) inWords(row requestRow) string {
	d, _ := s.access.Department(row.Department)
	switch row.Kind {
	case Invite:
		return "A seat in " + d.Name
	case Department:
		return "The department " + d.Name
	case Enable:
	}
	return "The sign-in, which is disabled, in " + d.Name
}

func (s *Staffing) details(row requestRow, about, reason string) activity.Details {
	d := activity.Details{
		Target:  activity.Target{Kind: "staff request", ID: row.ID.String(), Label: about},
		Changes: []activity.Change{{Field: "gives", New: s.inWords(row)}},
	}
	if reason != "" {
		d.Changes = append(d.Changes, activity.Change{Field: "reason", New: reason})
	}
	return d
}
