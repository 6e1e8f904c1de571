package reviews

import (
	"encoding/json"
	"fmt"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// The tables of this room.
const (
	tableSchedules = "review_schedules"
	tableReviews   = "reviews"
	tableRows      = "review_rows"
)

type scheduleRow struct {
	AccountID      id.Account `gorm:"primaryKey"`
	EveryMonths    int
	GraceDays      int
	NextAt         db.Time
	LastFinishedAt db.Time
	Version        int64
}

// TableName names the table.
func (scheduleRow) TableName() string { return tableSchedules }

type reviewRow struct {
	ID        id.Review `gorm:"primaryKey"`
	AccountID id.Account
	OpenFor   id.Account
	State     string
	StartedBy id.Person
	StartedAt db.Time
	DueAt     db.Time
	ClosesAt  db.Time
	Told      int
	NextWord  db.Time
	ClosedBy  id.Person
	ClosedAt  db.Time
	Record    secretbox.Sealed
}

// TableName names the table.
func (reviewRow) TableName() string { return tableReviews }

type subjectRow struct {
	ReviewID    id.Review  `gorm:"primaryKey"`
	SubjectID   id.Subject `gorm:"primaryKey"`
	AccountID   id.Account
	Kind        string
	PersonID    id.Person
	Shown       secretbox.Sealed
	Answer      *string
	Wanted      *string
	SeenVersion int64
	AnsweredBy  id.Person
	AnsweredAt  db.Time
	Outcome     *string
	Version     int64
}

// TableName names the table.
func (subjectRow) TableName() string { return tableRows }

func (r subjectRow) verdict() Verdict {
	if r.Answer == nil {
		return ""
	}
	return Verdict(*r.Answer)
}

func (r subjectRow) outcome() Outcome {
	if r.Outcome == nil {
		return ""
	}
	return Outcome(*r.Outcome)
}

func (r subjectRow) terms() (accounts.Terms, error) {
	var t accounts.Terms
	if r.Wanted == nil {
		return t, nil
	}
	if err := json.Unmarshal([]byte(*r.Wanted), &t); err != nil {
		return t, fmt.Errorf("read what was wanted: %w", err)
	}
	return t, nil
}

// place is the contact that a row is about.
func (r subjectRow) place() id.Membership {
	m, _ := id.FromBytes[id.MembershipKind](r.SubjectID.Bytes()) // as long as every id
	return m
}

func subjectOf(m id.Membership) id.Subject {
	s, _ := id.FromBytes[id.SubjectKind](m.Bytes())
	return s
}

func shownPlace(review id.Review, subject id.Subject) secretbox.Place {
	return secretbox.Place{Table: tableRows, Column: "shown", Row: append(review.Bytes(), subject.Bytes()...)}
}

func recordPlace(review id.Review) secretbox.Place {
	return secretbox.Place{Table: tableReviews, Column: "record", Row: review.Bytes()}
}

func (r *Reviews) sealFacts(review id.Review, subject id.Subject, f Facts) (secretbox.Sealed, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return secretbox.Sealed{}, fmt.Errorf("keep what was shown: %w", err)
	}
	sealed, err := r.box.Seal(string(text), shownPlace(review, subject))
	if err != nil {
		return secretbox.Sealed{}, fmt.Errorf("keep what was shown: %w", err)
	}
	return sealed, nil
}

func (r *Reviews) openFacts(row subjectRow) (Facts, error) {
	var f Facts
	text, err := r.box.Open(row.Shown, shownPlace(row.ReviewID, row.SubjectID))
	if err != nil {
		return f, fmt.Errorf("read what was shown: %w", err)
	}
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return f, fmt.Errorf("read what was shown: %w", err)
	}
	return f, nil
}

// Facts are what a reviewer sees of somebody's access, as it was at a moment.
type Facts struct {
	At        time.Time  `json:"at"`
	Name      string     `json:"name"`
	Email     string     `json:"email"`
	Role      string     `json:"role"` // for people
	Services  int        `json:"services,omitempty"`
	Limited   bool       `json:"limited,omitempty"`
	Since     time.Time  `json:"since"`
	Ends      time.Time  `json:"ends,omitzero"`
	SignedIn  time.Time  `json:"signed_in,omitzero"` // anywhere
	Here      time.Time  `json:"here,omitzero"`      // in this account
	Factor    string     `json:"factor"`
	Suspended bool       `json:"suspended,omitempty"`
	Kind      string     `json:"kind,omitempty"`  // "role"; empty: a person
	Held      int        `json:"held,omitempty"`  // by how many people, of a role
	Reach     string     `json:"reach,omitempty"` // what a role is for, in words
	Ended     bool       `json:"ended,omitempty"`
	Uses      []Use      `json:"uses"`
	Advice    Suggestion `json:"advice"`
}

// Use is when somebody last used an area of the account that their role reaches, to the day; zero: never.
type Use struct {
	Area string    `json:"area"` // for people
	Last time.Time `json:"last,omitzero"`
}

// Suggestion is what the facts speak for, and why.
type Suggestion struct {
	Verdict Verdict `json:"verdict"`
	Role    string  `json:"role,omitempty"` // key of a built-in role that would do
	Says    string  `json:"says"`           // "Keep", "Change to Technical"
	Why     string  `json:"why"`
	Scope   *Scope  `json:"scope,omitempty"` // the services that would do; nil: nothing is said of them
}
