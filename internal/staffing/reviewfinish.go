package staffing

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/reviews/record"
)

// What finishing led to for a seat.
const (
	outcomeKept    = "Kept"
	outcomeChanged = "Changed"
	outcomeAsked   = "Asked for: a second administrator approves it"
	outcomeRemoved = "Removed"
	outcomeOwn     = "The reviewer’s own access"
	outcomeAlone   = "The reviewer’s own access: nobody else manages the staff"
	outcomeGone    = "Left before the review was finished"
)

// reviewReason stands in the log with what a review led to.
const reviewReason = "Decided in a review of the staff."

// FinishReview carries out what was decided, all of it or nothing, and keeps the signed record. A change of department
// is asked for, as by hand (A10).
func (s *Staffing) FinishReview(ctx context.Context, who actor.Actor, review id.StaffReview) error {
	var acted []answerRow
	err := s.reader.With(ctx).Where("review_id = ? AND answer <> ?", review, KeepSeat).Find(&acted).Error
	if err != nil {
		return fmt.Errorf("finish a review: %w", err)
	}
	var about []id.Person
	for _, a := range acted {
		about = append(about, a.MemberID)
	}
	return s.change(ctx, who, about, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		f, err := s.finishing(tx, g, review, about)
		if err != nil {
			return gate.Entry{}, err
		}
		if err := f.ready(g.Who().Person); err != nil {
			return gate.Entry{}, err
		}
		entry, err := s.carryOut(tx, g, f)
		if err != nil {
			return gate.Entry{}, err
		}
		last, err := s.closeReview(tx, g, f)
		return entry.And(last), err
	})
}

// finishing is a review that is about to be closed.
type finishing struct {
	review  reviewRow
	members []Member
	answers map[id.Person]reviewAnswer
	others  int                // who manage the staff, besides the one who finishes
	held    map[id.Person]bool // whose chains this change may write into
	rows    []record.Row
}

func (s *Staffing) finishing(tx *db.Tx, g gate.Grant, review id.StaffReview, about []id.Person) (*finishing, error) {
	row, found, err := s.reviewByID(tx.DB, review)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fault.NotFound("finish a review")
	}
	if row.OpenOne == nil {
		return nil, reviewClosed()
	}
	f := &finishing{review: row, held: map[id.Person]bool{}}
	for _, p := range about {
		f.held[p] = true
	}
	if f.members, err = s.membersBy(g, tx.DB); err != nil {
		return nil, err
	}
	if f.answers, err = s.answersIn(tx.DB, review); err != nil {
		return nil, err
	}
	others, err := s.administrators(tx.DB, g.Who().Person)
	f.others = len(others)
	return f, err
}

// ready refuses to finish what is not decided, or what this reviewer cannot carry out.
func (f *finishing) ready(who id.Person) error {
	left := 0
	for _, m := range f.members {
		a := f.answers[m.Person]
		own := m.Person == who
		switch counts := a.counts(m); {
		case !counts && !own:
			left++
		case counts && own && a.Answer != KeepSeat:
			return fault.Conflict("It was decided to change or remove your own seat. " +
				"Another administrator finishes this review.")
		case counts && a.Answer != KeepSeat && !f.held[m.Person]:
			return answeredMeanwhile()
		}
	}
	if left > 0 {
		return undecided(left)
	}
	return nil
}

// carryOut does what was decided about each seat. What is given comes before what is taken: whoever loses their seat by
// this review can have been the second administrator.
func (s *Staffing) carryOut(tx *db.Tx, g gate.Grant, f *finishing) (gate.Entry, error) {
	var entry gate.Entry
	outcomes := map[id.Person]string{}
	for _, taking := range []bool{false, true} {
		for _, m := range f.members {
			a := f.answers[m.Person]
			if (a.counts(m) && a.Answer == RemoveSeat) != taking {
				continue
			}
			outcome, done, err := s.carryOutOne(tx, g, m, a)
			if err != nil {
				return gate.Entry{}, err
			}
			if outcome == outcomeOwn && f.others == 0 {
				outcome = outcomeAlone
			}
			entry, outcomes[m.Person] = entry.And(done), outcome
		}
	}
	for _, m := range f.members {
		f.rows = append(f.rows, s.recordRow(m, f.answers[m.Person], outcomes[m.Person], g.Now()))
		delete(f.answers, m.Person)
	}
	return entry, s.recordGone(tx, f)
}

// recordGone adds whom somebody decided about, and who left before it was carried out.
func (s *Staffing) recordGone(tx *db.Tx, f *finishing) error {
	for _, member := range slices.SortedFunc(maps.Keys(f.answers), func(a, b id.Person) int {
		return bytes.Compare(a.Bytes(), b.Bytes())
	}) {
		a := f.answers[member]
		name, err := s.nameOf(tx.DB, member)
		if err != nil {
			return err
		}
		row := s.answeredRow(a)
		row.Name, row.Role, row.Outcome = name, s.departmentName(a.Seat), outcomeGone
		f.rows = append(f.rows, row)
	}
	return nil
}

func undecided(n int) error {
	if n == 1 {
		return fault.Conflict("One seat is not decided about yet, or was changed since. Decide about it first.")
	}
	return fault.Conflict(strconv.Itoa(n) + " seats are not decided about yet, or were changed since. " +
		"Decide about them first.")
}

func (s *Staffing) carryOutOne(tx *db.Tx, g gate.Grant, m Member, a reviewAnswer) (string, gate.Entry, error) {
	if !a.counts(m) {
		return outcomeOwn, gate.Entry{}, nil
	}
	switch a.Answer {
	case RemoveSeat:
		e, err := s.takeFrom(tx, g, m.Person, reviewReason, s.accounts.TakeSeat)
		return outcomeRemoved, e, naming(m, err)
	case ChangeSeat:
		e, waits, err := s.ask(tx, g, Wish{
			Kind: Department, Member: m.Person, Department: a.Wanted, Reason: reviewReason,
		})
		if waits {
			return outcomeAsked, e, naming(m, err)
		}
		return outcomeChanged, e, naming(m, err)
	case KeepSeat:
	}
	return outcomeKept, gate.Entry{}, nil
}

// naming says whom a conflict is about: several are carried out at once.
func naming(m Member, err error) error {
	if known, ok := fault.As(err); ok && known.Kind == fault.KindConflict {
		return fault.Conflict(m.Name + ": " + known.Message)
	}
	return err
}

// closeReview signs the record and closes the review, once.
func (s *Staffing) closeReview(tx *db.Tx, g gate.Grant, f *finishing) (gate.Entry, error) {
	text, err := s.recordOf(tx, g, f)
	if err != nil {
		return gate.Entry{}, err
	}
	sealed, err := s.box.Seal(text, f.review.place())
	if err != nil {
		return gate.Entry{}, fmt.Errorf("keep the record: %w", err)
	}
	done := g.On(tx.Model(&reviewRow{})).Where("id = ? AND open_one = 1", f.review.ID).Updates(map[string]any{
		"open_one": nil, "closed_by": g.Who().Person, "closed_at": db.At(g.Now()), "record": sealed,
	})
	if done.Error != nil {
		return gate.Entry{}, fmt.Errorf("finish a review: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return gate.Entry{}, reviewClosed()
	}
	return g.Entry(activity.StaffReviewFinished, activity.Details{Target: f.review.target()}), nil
}

func (s *Staffing) recordOf(tx *db.Tx, g gate.Grant, f *finishing) (string, error) {
	starter := "Gatehouse"
	if by := f.review.StartedBy; !by.IsZero() {
		var err error
		if starter, err = s.nameOf(tx.DB, by); err != nil {
			return "", err
		}
	}
	ended := "Finished"
	if f.others == 0 {
		ended = "Finished by the only one who manages the staff"
	}
	left := record.Record{Areas: []string{}, Rows: f.rows, Head: []record.Pair{
		{Name: "Reviewed", Value: "The provider’s staff"},
		{Name: "Review id", Value: f.review.ID.String()},
		{Name: "Started", Value: record.Stamp(f.review.StartedAt.Time)},
		{Name: "Started by", Value: starter},
		{Name: "Due", Value: record.Stamp(f.review.DueAt.Time)},
		{Name: "Closed", Value: record.Stamp(g.Now())},
		{Name: "Closed by", Value: g.Who().Name},
		{Name: "How it ended", Value: ended},
	}}
	return left.Sign(s.box.NoteSigner()) // it says what it did
}
