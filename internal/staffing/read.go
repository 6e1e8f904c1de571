package staffing

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// Member is somebody with a seat among the staff.
type Member struct {
	Person      id.Person
	Name, Email string
	Key         string      // of the department
	Department  string      // for people
	Level       actor.Level // of the best factor that they have
	Disabled    bool
	Held        bool // the seat waits for a recovery to be approved
	Suspended   bool
	Since       time.Time
	Given       time.Time // since when they are in that department; zero: not written down
	LastSignIn  time.Time // zero: not since they got the seat
	Idle        time.Time // when the sign-in is disabled if nobody uses it
	Manages     bool      // they can give seats
}

type memberRow struct {
	PersonID   id.Person
	Name       secretbox.Sealed
	Email      secretbox.Sealed
	State      string
	Department string
	Suspended  bool
	RecoveryID id.Recovery
	CreatedAt  db.Time
	GivenAt    db.Time
	UsedAt     db.Time
	Level      actor.Level
}

func members(g gate.Grant, q *gorm.DB) *gorm.DB {
	return g.On(q.Table(tableSeats)).
		Select("staff_members.person_id, p.name, p.email, p.state, staff_members.department, staff_members.suspended, " +
			"staff_members.recovery_id, staff_members.created_at, staff_members.given_at, u.used_at, " +
			factors.LevelSQL("staff_members.person_id") + " AS level").
		Joins("JOIN persons p ON p.id = staff_members.person_id").
		Joins("LEFT JOIN staff_uses u ON u.member_id = staff_members.person_id")
}

// Members are everybody with a seat, in the order in which they got it.
func (s *Staffing) Members(ctx context.Context, who actor.Actor) ([]Member, error) {
	g, err := s.viewing(ctx, who)
	if err != nil {
		return nil, err
	}
	return s.membersBy(g, s.reader.With(ctx))
}

func (s *Staffing) membersBy(g gate.Grant, q *gorm.DB) ([]Member, error) {
	var rows []memberRow
	err := members(g, q).Order("staff_members.created_at, staff_members.person_id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list the staff: %w", err)
	}
	list := make([]Member, 0, len(rows))
	for _, row := range rows {
		m, err := s.member(row)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// Member is one of them.
func (s *Staffing) Member(ctx context.Context, who actor.Actor, person id.Person) (Member, error) {
	g, err := s.viewing(ctx, who)
	if err != nil {
		return Member{}, err
	}
	var rows []memberRow
	err = members(g, s.reader.With(ctx)).Where("staff_members.person_id = ?", person).Limit(1).Find(&rows).Error
	if err != nil {
		return Member{}, fmt.Errorf("read a colleague: %w", err)
	}
	if len(rows) == 0 {
		return Member{}, fault.NotFound("read a colleague")
	}
	return s.member(rows[0])
}

func (s *Staffing) member(row memberRow) (m Member, err error) {
	d, _ := s.access.Department(row.Department)
	m = Member{
		Person: row.PersonID, Key: row.Department, Department: d.Name, Level: max(row.Level, actor.PasswordOnly),
		Disabled: row.State != persons.Active, Suspended: row.Suspended, Held: !row.RecoveryID.IsZero(),
		Since: row.CreatedAt.Time, Given: row.GivenAt.Time, LastSignIn: row.UsedAt.Time, Manages: s.manages(row.Department),
	}
	if m.Department == "" { // it is in no policy any more, and opens nothing (A8)
		m.Department = row.Department
	}
	m.Idle = m.Since.Add(IdleFor)
	if !m.LastSignIn.IsZero() {
		m.Idle = m.LastSignIn.Add(IdleFor)
	}
	if m.Name, err = s.people.OpenName(row.PersonID, row.Name); err != nil {
		return Member{}, err
	}
	m.Email, err = s.people.OpenEmail(row.PersonID, row.Email)
	return m, err
}

// Subject is a member as explanations take them.
func (m Member) Subject(now time.Time) access.Subject {
	return access.Subject{
		Person: m.Person, Level: m.Level, Now: now,
		Seat: actor.Seat{Department: m.Key, Suspended: m.Suspended || m.Disabled, Held: m.Held},
	}
}

// Request is something that waits for a second administrator, or an invitation, as the staff see it.
type Request struct {
	ID         id.StaffRequest
	Kind       Kind
	Member     id.Person // zero for an invitation
	About      string    // a name, or the address that is invited
	What       string
	Department string
	Reason     string
	Asker      id.Person
	By         string
	Asked      time.Time
	State      State
	Alone      bool
	Decider    string
	Decided    time.Time
	Answer     string
	Sent       time.Time
	Expires    time.Time
}

// Open are the requests that wait and the invitations that are out, the oldest first.
func (s *Staffing) Open(ctx context.Context, who actor.Actor) ([]Request, error) {
	g, err := s.viewing(ctx, who)
	if err != nil {
		return nil, err
	}
	var rows []requestRow
	err = g.On(s.reader.With(ctx)).Where("state IN ?", []State{Waiting, Invited}).Order("asked_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	list := make([]Request, 0, len(rows))
	for _, row := range rows {
		r, err := s.request(s.reader.With(ctx), row)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// Request is one of them, or one that is over.
func (s *Staffing) Request(ctx context.Context, who actor.Actor, request id.StaffRequest) (Request, error) {
	if _, err := s.viewing(ctx, who); err != nil {
		return Request{}, err
	}
	row, found, err := s.byID(s.reader.With(ctx), request)
	if err != nil {
		return Request{}, err
	}
	if !found {
		return Request{}, fault.NotFound("read a request")
	}
	return s.request(s.reader.With(ctx), row)
}

func (s *Staffing) request(q *gorm.DB, row requestRow) (r Request, err error) {
	r = Request{
		ID: row.ID, Kind: row.Kind, Member: row.MemberID, What: s.inWords(row), Department: row.Department,
		Asker: row.AskedBy, Asked: row.AskedAt.Time, State: row.State, Alone: row.Alone, Decided: row.DecidedAt.Time,
		Sent: row.SentAt.Time, Expires: row.ExpiresAt.Time,
	}
	if r.About, err = s.about(q, row); err != nil {
		return Request{}, err
	}
	if r.Reason, err = s.text(row, "reason", row.Reason); err != nil {
		return Request{}, err
	}
	if r.Answer, err = s.text(row, "answer", row.Answer); err != nil {
		return Request{}, err
	}
	if r.By, err = s.nameOf(q, row.AskedBy); err != nil || row.DecidedBy.IsZero() {
		return r, err
	}
	r.Decider, err = s.nameOf(q, row.DecidedBy)
	return r, err
}

func (s *Staffing) nameOf(q *gorm.DB, person id.Person) (string, error) {
	row, err := persons.ByID(q, person)
	if err != nil {
		return "", err
	}
	return s.people.OpenName(row.ID, row.Name)
}

// Deciders is how many could decide about something that the asker wants a colleague to be given; the zero person is
// somebody new.
func (s *Staffing) Deciders(ctx context.Context, who actor.Actor, about id.Person) (int, error) {
	if _, err := s.viewing(ctx, who); err != nil {
		return 0, err
	}
	list, err := s.administrators(s.reader.With(ctx), who.Person, about)
	return len(list), err
}
