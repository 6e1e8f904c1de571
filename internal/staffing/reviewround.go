package staffing

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// ReviewRound starts the review that is due, a year after the last one or after the first seat, and reminds once of one
// that is not finished in time. It may run late, twice, or on two nodes at once, and does each once.
func (s *Staffing) ReviewRound(ctx context.Context) error {
	now, err := s.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("review of the staff: %w", err)
	}
	q := s.reader.With(ctx)
	row, open, err := openReview(q)
	if err != nil {
		return err
	}
	if open {
		if row.Told || now.Before(row.DueAt.Time) {
			return nil
		}
		return meanwhile(s.change(ctx, reviewer(), nil, s.remindOfReview))
	}
	due, err := s.reviewDue(ctx)
	if err != nil || due.IsZero() || now.Before(due) {
		return err
	}
	key := id.New[id.StaffReviewKind]()
	return meanwhile(s.change(ctx, reviewer(), nil, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return s.startReview(tx, g, key)
	}))
}

func reviewer() actor.Actor { return actor.NewSystem("staff reviews") }

// meanwhile takes away what another node was quicker with.
func meanwhile(err error) error {
	if fault.KindOf(err) == fault.KindConflict {
		return nil
	}
	return err
}

func (s *Staffing) remindOfReview(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
	row, open, err := openReview(tx.DB)
	if err != nil {
		return gate.Entry{}, err
	}
	if !open || row.Told || g.Now().Before(row.DueAt.Time) {
		return gate.Entry{}, answeredMeanwhile()
	}
	done := g.On(tx.Model(&reviewRow{})).Where("id = ? AND told = ?", row.ID, false).
		Updates(map[string]any{"told": true})
	if done.Error != nil {
		return gate.Entry{}, fmt.Errorf("remind of a review: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return gate.Entry{}, answeredMeanwhile()
	}
	if err := s.tellReviewers(tx, row, g.Who(), true); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(activity.StaffReviewReminded, activity.Details{Target: row.target()}), nil
}

// reviewDue is when the next review starts by itself; zero while there is nobody whom somebody else could review.
func (s *Staffing) reviewDue(ctx context.Context) (time.Time, error) {
	var at struct {
		Seats       int
		First, Last db.Time
	}
	err := db.Across(s.reader.With(ctx).Table(tableSeats), "when the staff was reviewed last").
		Select("COUNT(*) AS seats, MIN(created_at) AS first, (SELECT MAX(closed_at) FROM staff_reviews) AS last").
		Scan(&at).Error
	if err != nil {
		return time.Time{}, fmt.Errorf("review of the staff: %w", err)
	}
	last := at.Last.Time
	if last.IsZero() {
		last = at.First.Time
	}
	if at.Seats < 2 || last.IsZero() {
		return time.Time{}, nil
	}
	return last.Add(ReviewEvery), nil
}

// NextReview is when the next review starts by itself; zero while one is open, or none ever would.
func (s *Staffing) NextReview(ctx context.Context, who actor.Actor) (time.Time, error) {
	if _, err := s.viewing(ctx, who); err != nil {
		return time.Time{}, err
	}
	_, open, err := openReview(s.reader.With(ctx))
	if err != nil || open {
		return time.Time{}, err
	}
	return s.reviewDue(ctx)
}
