package staffing

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/reviews/record"
)

const (
	// mostReviews is how many finished reviews are listed.
	mostReviews = 50
	// newSeat is how long somebody may take to sign in for the first time before a review wonders (our own figure).
	newSeat = 14 * 24 * time.Hour
	// quietSeat is after how long without a sign-in it does (our own figure).
	quietSeat = 45 * 24 * time.Hour
)

// Review is a review of the staff in a list.
type Review struct {
	ID        id.StaffReview
	Title     string
	Open      bool
	Started   time.Time
	StartedBy string // empty: by itself
	Due       time.Time
	Closed    time.Time
	ClosedBy  string
}

// Reviewed is a seat in a review that is open, as it is now.
type Reviewed struct {
	Member
	Factor  string // how they prove who they are, in words
	Advice  Advice
	Answer  Answer // empty: not decided
	Wanted  string // the department instead, for people
	Instead string // the key of that department
	By      string
	At      time.Time
	Before  bool  // it was decided, and the department has changed since
	Version int64 // of the answer
}

// Advice is what the facts about a seat speak for, and why.
type Advice struct {
	Answer Answer
	Says   string
	Why    string
}

// adviceFor goes by how a seat is used.
func adviceFor(m Member, now time.Time) Advice {
	remove := func(why string) Advice { return Advice{RemoveSeat, "Remove", why} }
	idle := now.Sub(m.LastSignIn)
	switch {
	case m.Disabled:
		return remove("The sign-in is disabled.")
	case m.LastSignIn.IsZero() && now.Sub(m.Since) > newSeat:
		return remove("Has never signed in.")
	case !m.LastSignIn.IsZero() && idle > quietSeat:
		return remove(fmt.Sprintf("Has not signed in for %d days.", int(idle/(24*time.Hour))))
	case m.Level < actor.PhishingProof:
		return Advice{KeepSeat, "Keep", "Has no security key yet."}
	case m.Manages:
		return Advice{KeepSeat, "Keep", "Gives and takes staff rights: make sure that this is still their job."}
	}
	return Advice{KeepSeat, "Keep", "Signs in, with a security key."}
}

type closedRow struct {
	ID                 id.StaffReview
	OpenOne            *int
	StartedAt, DueAt   db.Time
	ClosedAt           db.Time
	StartedBy          id.Person
	ClosedBy           id.Person
	StartName, EndName secretbox.Sealed
}

func reviews(q *gorm.DB) *gorm.DB {
	return q.Table(tableReviews).
		Select("staff_reviews.id, staff_reviews.open_one, staff_reviews.started_at, staff_reviews.due_at, " +
			"staff_reviews.closed_at, staff_reviews.started_by, staff_reviews.closed_by, " +
			"s.name AS start_name, e.name AS end_name").
		Joins("LEFT JOIN persons s ON s.id = staff_reviews.started_by").
		Joins("LEFT JOIN persons e ON e.id = staff_reviews.closed_by")
}

func (s *Staffing) review(row closedRow) (r Review, err error) {
	r = Review{
		ID: row.ID, Title: title(row.StartedAt.Time), Open: row.OpenOne != nil, Started: row.StartedAt.Time,
		Due: row.DueAt.Time, Closed: row.ClosedAt.Time,
	}
	if r.StartedBy, err = s.named(row.StartedBy, row.StartName); err != nil {
		return Review{}, err
	}
	r.ClosedBy, err = s.named(row.ClosedBy, row.EndName)
	return r, err
}

// named opens the name of somebody; empty for nobody.
func (s *Staffing) named(person id.Person, name secretbox.Sealed) (string, error) {
	if person.IsZero() {
		return "", nil
	}
	return s.people.OpenName(person, name)
}

// Reviews are the reviews of the staff, the newest first.
func (s *Staffing) Reviews(ctx context.Context, who actor.Actor) ([]Review, error) {
	g, err := s.viewing(ctx, who)
	if err != nil {
		return nil, err
	}
	var rows []closedRow
	err = g.On(reviews(s.reader.With(ctx))).Order("staff_reviews.started_at DESC, staff_reviews.id DESC").
		Limit(mostReviews).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list reviews of the staff: %w", err)
	}
	list := make([]Review, 0, len(rows))
	for _, row := range rows {
		r, err := s.review(row)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// Review is one of them. While it is open it comes with everybody's seat, the longest here first.
func (s *Staffing) Review(ctx context.Context, who actor.Actor, review id.StaffReview) (Review, []Reviewed, error) {
	g, err := s.viewing(ctx, who)
	if err != nil {
		return Review{}, nil, err
	}
	var rows []closedRow
	if err := g.On(reviews(s.reader.With(ctx))).Where("staff_reviews.id = ?", review).Find(&rows).Error; err != nil {
		return Review{}, nil, fmt.Errorf("read a review of the staff: %w", err)
	}
	if len(rows) == 0 {
		return Review{}, nil, fault.NotFound("read a review of the staff")
	}
	r, err := s.review(rows[0])
	if err != nil || !r.Open {
		return r, nil, err
	}
	list, err := s.reviewed(ctx, g, review)
	return r, list, err
}

func (s *Staffing) reviewed(ctx context.Context, g gate.Grant, review id.StaffReview) ([]Reviewed, error) {
	q := s.reader.With(ctx)
	members, err := s.membersBy(g, q)
	if err != nil {
		return nil, err
	}
	answers, err := s.answersIn(q, review)
	if err != nil {
		return nil, err
	}
	list := make([]Reviewed, 0, len(members))
	for _, m := range members {
		a := answers[m.Person]
		row := Reviewed{
			Member: m, Factor: factors.InWords(m.Level), Advice: adviceFor(m, g.Now()), Version: a.Version,
		}
		if a.counts(m) {
			row.Answer, row.By, row.At, row.Instead = a.Answer, a.by, a.AnsweredAt.Time, a.Wanted
			row.Wanted = s.departmentName(a.Wanted)
		} else {
			row.Before = a.Answer != ""
		}
		list = append(list, row)
	}
	return list, nil
}

// reviewAnswer is an answer with the name of whoever gave it.
type reviewAnswer struct {
	MemberID     id.Person
	Answer       Answer
	Wanted, Seat string
	AnsweredBy   id.Person
	AnsweredAt   db.Time
	Version      int64
	Name         secretbox.Sealed
	by           string
}

// counts says whether the answer is about the seat that somebody has: not about one that they had, whether they left it
// for good or came back to it since.
func (a reviewAnswer) counts(m Member) bool {
	return a.Answer != "" && a.Seat == m.Key && !m.Given.After(a.AnsweredAt.Time)
}

func (s *Staffing) answersIn(q *gorm.DB, review id.StaffReview) (map[id.Person]reviewAnswer, error) {
	var rows []reviewAnswer
	err := q.Table(tableAnswers+" a").
		Select("a.member_id, a.answer, a.wanted, a.seat, a.answered_by, a.answered_at, a.version, p.name").
		Joins("JOIN persons p ON p.id = a.answered_by").
		Where("a.review_id = ?", review).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read answers: %w", err)
	}
	out := make(map[id.Person]reviewAnswer, len(rows))
	for _, row := range rows {
		if row.by, err = s.people.OpenName(row.AnsweredBy, row.Name); err != nil {
			return nil, err
		}
		out[row.MemberID] = row
	}
	return out, nil
}

// recordRow is a line of the record.
func (s *Staffing) recordRow(m Member, a reviewAnswer, outcome string, now time.Time) record.Row {
	advice, row := adviceFor(m, now), record.Row{Uses: []string{}}
	if a.counts(m) {
		row = s.answeredRow(a)
	}
	row.Name, row.Email, row.Role, row.Factor = m.Name, m.Email, m.Department, factors.InWords(m.Level)
	row.SignedIn, row.Here = record.Stamp(m.LastSignIn), record.Stamp(m.LastSignIn)
	row.Suggestion, row.Why, row.Outcome = advice.Says, advice.Why, outcome
	return row
}

// answeredRow is a line of the record with what was decided, and nothing else yet.
func (s *Staffing) answeredRow(a reviewAnswer) record.Row {
	return record.Row{
		Uses: []string{}, Decision: string(a.Answer), To: s.departmentName(a.Wanted), By: a.by,
		At: record.Stamp(a.AnsweredAt.Time),
	}
}

// ReviewRecord is the signed record of a review that is finished.
func (s *Staffing) ReviewRecord(
	ctx context.Context, who actor.Actor, review id.StaffReview,
) ([]byte, record.Record, error) {
	if _, err := s.viewing(ctx, who); err != nil {
		return nil, record.Record{}, err
	}
	row, found, err := s.reviewByID(s.reader.With(ctx), review)
	if err != nil {
		return nil, record.Record{}, err
	}
	if !found || row.Record.IsZero() {
		return nil, record.Record{}, fault.NotFound("read the record of a review")
	}
	text, err := s.box.Open(row.Record, row.place())
	if err != nil {
		return nil, record.Record{}, fmt.Errorf("read the record of a review: %w", err)
	}
	left, err := record.Parse([]byte(text), s.box.NoteVerifiers())
	return []byte(text), left, err
}
