package staffing

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/reviews/record"
)

const (
	// ReviewEvery is how long after a review the next one starts by itself (A11; once a year, our own figure).
	ReviewEvery = 365 * 24 * time.Hour
	// reviewTime is how long the administrators have for one (our own figure).
	reviewTime = 14 * 24 * time.Hour
)

// Answer is what a reviewer says of somebody's seat.
type Answer string

// The answers.
const (
	KeepSeat   Answer = record.Keep
	ChangeSeat Answer = record.Change // another department
	RemoveSeat Answer = record.Remove
)

// SeatAnswer is an answer as a form gives it, with what the form showed.
type SeatAnswer struct {
	Answer  Answer
	Wanted  string // the department instead
	Seat    string // the department that was shown
	Version int64  // of the answer that was shown; zero: there was none
}

func reviewClosed() error {
	return fault.Conflict("This review is finished already. Look at its record.")
}

func answeredMeanwhile() error {
	return fault.Conflict("This was answered or changed by somebody else meanwhile. Look at how it is now.")
}

// StartReview starts a review of everybody's seat; the same key twice starts one. The other administrators are told.
func (s *Staffing) StartReview(ctx context.Context, who actor.Actor, key id.StaffReview) error {
	err := s.change(ctx, who, nil, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		_, made, err := s.reviewByID(tx.DB, key)
		if err != nil || made {
			return gate.Entry{}, errOr(err, errDone)
		}
		return s.startReview(tx, g, key)
	})
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

func (s *Staffing) startReview(tx *db.Tx, g gate.Grant, key id.StaffReview) (gate.Entry, error) {
	_, open, err := openReview(tx.DB)
	if err != nil {
		return gate.Entry{}, err
	}
	if open {
		return gate.Entry{}, fault.Conflict("A review of the staff is open already.")
	}
	one := 1
	row := reviewRow{
		ID: key, OpenOne: &one, StartedBy: g.Who().Person, StartedAt: db.At(g.Now()), DueAt: db.At(g.Now().Add(reviewTime)),
	}
	if err := tx.Create(&row).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("start a review: %w", err)
	}
	if err := s.tellReviewers(tx, row, g.Who(), false); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(activity.StaffReviewStarted, activity.Details{Target: row.target()}), nil
}

// tellReviewers leaves a mail for each administrator but the one who acts.
func (s *Staffing) tellReviewers(tx *db.Tx, row reviewRow, by actor.Actor, late bool) error {
	to, err := s.administrators(tx.DB, by.Person)
	if err != nil {
		return err
	}
	for _, person := range to {
		m := ReviewMail{To: person, Review: row.ID, Due: row.DueAt.Time, Late: late}
		if !by.Person.IsZero() {
			m.By = by.Name
		}
		err := s.outbox.Enqueue(tx, outbox.Message{
			Kind: MailReview, Key: row.ID.String() + "-" + person.String() + "-" + strconv.FormatBool(late), Payload: m,
		})
		if err != nil {
			return fmt.Errorf("tell of a review: %w", err)
		}
	}
	return nil
}

// AnswerSeat says what becomes of somebody's seat once the review is finished. Nobody answers about their own.
func (s *Staffing) AnswerSeat(
	ctx context.Context, who actor.Actor, review id.StaffReview, member id.Person, a SeatAnswer,
) error {
	return s.change(ctx, who, nil, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, found, err := s.reviewByID(tx.DB, review)
		if err != nil {
			return gate.Entry{}, err
		}
		if !found {
			return gate.Entry{}, fault.NotFound("answer in a review")
		}
		if row.OpenOne == nil {
			return gate.Entry{}, reviewClosed()
		}
		return s.answerSeat(tx, g, row, member, a)
	})
}

func (s *Staffing) answerSeat(
	tx *db.Tx, g gate.Grant, review reviewRow, member id.Person, a SeatAnswer,
) (gate.Entry, error) {
	seat, state, name, err := s.colleague(tx.DB, member)
	if err != nil {
		return gate.Entry{}, err
	}
	target := persons.About(member, name)
	if member == g.Who().Person {
		return gate.Entry{}, refuse(g, access.ReasonOwnRole, target)
	}
	before, err := answerOf(tx.DB, review.ID, member)
	if err != nil {
		return gate.Entry{}, err
	}
	if before.Version != a.Version || seat.Department != a.Seat {
		return gate.Entry{}, answeredMeanwhile()
	}
	change := activity.Change{Field: "decision", Old: s.answerInWords(before), New: s.answerInWords(answerRow{
		Answer: a.Answer, Wanted: a.Wanted,
	})}
	if err := s.fitsAnswer(tx, g, target, seat, state, &a); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(activity.StaffReviewAnswered, activity.Details{
			Target: target, Changes: []activity.Change{change},
		}), writeAnswer(tx, answerRow{
			ReviewID: review.ID, MemberID: member, Answer: a.Answer, Wanted: a.Wanted, Seat: seat.Department,
			AnsweredBy: g.Who().Person, AnsweredAt: db.At(g.Now()), Version: before.Version + 1,
		})
}

// fitsAnswer asks beforehand what finishing would ask.
func (s *Staffing) fitsAnswer(
	tx *db.Tx, g gate.Grant, target activity.Target, seat accounts.StaffSeat, state string, a *SeatAnswer,
) error {
	switch a.Answer {
	case KeepSeat, RemoveSeat:
		a.Wanted = ""
		return nil
	case ChangeSeat:
	default:
		return fault.NotFound("answer in a review")
	}
	member, err := id.Parse[id.PersonKind](target.ID)
	if err != nil {
		return fmt.Errorf("answer in a review: %w", err)
	}
	row := requestRow{Kind: Department, MemberID: member, Department: a.Wanted}
	if err := s.mayBeGiven(g, row, target.Label); err != nil {
		return err
	}
	return s.fitsSeat(tx, row, seat, state)
}

func writeAnswer(tx *db.Tx, row answerRow) error {
	err := tx.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "review_id"}, {Name: "member_id"}},
		DoUpdates: clause.AssignmentColumns([]string{
			"answer", "wanted", "seat", "answered_by", "answered_at", "version",
		}),
	}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("answer in a review: %w", err)
	}
	return nil
}

func answerOf(q *gorm.DB, review id.StaffReview, member id.Person) (answerRow, error) {
	row, _, err := db.One[answerRow](q.Where("review_id = ? AND member_id = ?", review, member))
	if err != nil {
		return answerRow{}, fmt.Errorf("read an answer: %w", err)
	}
	return row, nil
}

// answerInWords is an answer as the log has it; empty for none.
func (s *Staffing) answerInWords(row answerRow) string {
	switch row.Answer {
	case KeepSeat:
		return "Keep"
	case RemoveSeat:
		return "Remove"
	case ChangeSeat:
		return "Change to " + s.departmentName(row.Wanted)
	}
	return ""
}

func (s *Staffing) departmentName(key string) string {
	if d, ok := s.access.Department(key); ok {
		return d.Name
	}
	return key
}
