package staffing

import (
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

const (
	tableRequests = "staff_requests"
	tableUses     = "staff_uses"
	tableSeats    = "staff_members" // which accounts writes
)

// Kind is what somebody is to be given.
type Kind string

// The kinds.
const (
	Invite     Kind = "invite"     // a seat, by a mailed invitation
	Department Kind = "department" // another department
	Enable     Kind = "enable"     // a sign-in that was disabled
)

// State is how far a request has come. It leaves each once, by a conditional UPDATE.
type State string

// The states.
const (
	Waiting   State = "waiting" // for a second administrator
	Declined  State = "declined"
	Withdrawn State = "withdrawn"
	Given     State = "given"
	Invited   State = "invited" // the mail is out
	Accepted  State = "accepted"
)

type requestRow struct {
	ID         id.StaffRequest `gorm:"primaryKey"`
	Kind       Kind
	MemberID   id.Person
	Email      secretbox.Sealed
	EmailIndex secretbox.Index
	Department string
	Reason     secretbox.Sealed
	Answer     secretbox.Sealed
	AskedBy    id.Person
	AskedAt    db.Time
	State      State
	Alone      bool // nobody else could have been asked
	DecidedBy  id.Person
	DecidedAt  db.Time
	TokenHash  []byte // of an invitation; it counts while the state is Invited
	SentAt     db.Time
	ExpiresAt  db.Time
}

// TableName names the table.
func (requestRow) TableName() string { return tableRequests }

type useRow struct {
	MemberID id.Person `gorm:"primaryKey"`
	UsedAt   db.Time
	Warned   int // how often since
}

// TableName names the table.
func (useRow) TableName() string { return tableUses }

func (r requestRow) place(column string) secretbox.Place {
	return secretbox.Place{Table: tableRequests, Column: column, Row: r.ID.Bytes()}
}

// text opens a sealed column of a request; empty where there is none.
func (s *Staffing) text(r requestRow, column string, sealed secretbox.Sealed) (string, error) {
	if sealed.IsZero() {
		return "", nil
	}
	text, err := s.box.Open(sealed, r.place(column))
	if err != nil {
		return "", fmt.Errorf("staffing: %w", err)
	}
	return text, nil
}

// seal seals a text for a column of a request; nothing for none.
func (s *Staffing) seal(r requestRow, column, text string) (secretbox.Sealed, error) {
	if text == "" {
		return secretbox.Sealed{}, nil
	}
	sealed, err := s.box.Seal(text, r.place(column))
	if err != nil {
		return secretbox.Sealed{}, fmt.Errorf("staffing: %w", err)
	}
	return sealed, nil
}

// leave moves a request out of a state, once; false where somebody was quicker.
func leave(tx *db.Tx, g gate.Grant, r requestRow, from State, set map[string]any) (bool, error) {
	done := g.On(tx.Model(&requestRow{})).Where("id = ? AND state = ?", r.ID, from).Updates(set)
	if done.Error != nil {
		return false, fmt.Errorf("settle a request: %w", done.Error)
	}
	return done.RowsAffected == 1, nil
}

func (s *Staffing) byID(q *gorm.DB, request id.StaffRequest) (requestRow, bool, error) {
	row, found, err := db.One[requestRow](q.Where("id = ?", request))
	if err != nil {
		return requestRow{}, false, fmt.Errorf("read a request: %w", err)
	}
	return row, found, nil
}
