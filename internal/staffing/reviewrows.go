package staffing

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

const (
	tableReviews = "staff_reviews"
	tableAnswers = "staff_review_answers"
)

type reviewRow struct {
	ID        id.StaffReview `gorm:"primaryKey"`
	OpenOne   *int           // 1 while it is open
	StartedBy id.Person      // zero: by itself
	StartedAt db.Time
	DueAt     db.Time
	Told      bool // that it is due
	ClosedBy  id.Person
	ClosedAt  db.Time
	Record    secretbox.Sealed
}

// TableName names the table.
func (reviewRow) TableName() string { return tableReviews }

type answerRow struct {
	ReviewID   id.StaffReview `gorm:"primaryKey"`
	MemberID   id.Person      `gorm:"primaryKey"`
	Answer     Answer
	Wanted     string
	Seat       string
	AnsweredBy id.Person
	AnsweredAt db.Time
	Version    int64
}

// TableName names the table.
func (answerRow) TableName() string { return tableAnswers }

// title names a review by when it started.
func title(started time.Time) string {
	return "Staff review of " + started.UTC().Format("2 January 2006")
}

func (r reviewRow) target() activity.Target {
	return activity.Target{Kind: "staff review", ID: r.ID.String(), Label: title(r.StartedAt.Time)}
}

func (r reviewRow) place() secretbox.Place {
	return secretbox.Place{Table: tableReviews, Column: "record", Row: r.ID.Bytes()}
}

func (s *Staffing) reviewByID(q *gorm.DB, review id.StaffReview) (reviewRow, bool, error) {
	row, found, err := db.One[reviewRow](q.Where("id = ?", review))
	if err != nil {
		return reviewRow{}, false, fmt.Errorf("read a review: %w", err)
	}
	return row, found, nil
}

func openReview(q *gorm.DB) (reviewRow, bool, error) {
	row, found, err := db.One[reviewRow](q.Where("open_one = 1"))
	if err != nil {
		return reviewRow{}, false, fmt.Errorf("read the open review: %w", err)
	}
	return row, found, nil
}
