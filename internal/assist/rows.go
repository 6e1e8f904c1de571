package assist

import (
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

const (
	tableAssists  = "assists"
	tableRules    = "assist_rules"
	tableRequests = "assist_requests"
	tableLooks    = "looks"

	tableEmergencies = "emergencies"
)

// How the time was over in which somebody acted.
const (
	byStaff  = "staff"
	byClient = "client"
	byTime   = "time"
	byLeft   = "left" // they signed out, or were
)

// The states of what staff ask for. It leaves each of them once.
const (
	stateWaiting  = "waiting"
	stateAllowed  = "allowed"
	stateDeclined = "declined"
	stateUsed     = "used"
)

type assistRow struct {
	ID        id.Assist `gorm:"primaryKey"`
	AccountID id.Account
	SessionID id.Session // of the one who acts; one at a time
	StaffID   id.Person
	ForID     id.Person
	ContactID id.Membership
	Code      string
	Reason    secretbox.Sealed
	CaseID    id.Case
	StartedAt db.Time
	EndsAt    db.Time
	EndedAt   db.Time
	EndedHow  *string
}

// TableName names the table.
func (assistRow) TableName() string { return tableAssists }

type ruleRow struct {
	AccountID id.Account `gorm:"primaryKey"`
	Allowed   bool
	SetAt     db.Time
	Version   int64
}

// TableName names the table.
func (ruleRow) TableName() string { return tableRules }

type requestRow struct {
	ID         id.AssistRequest `gorm:"primaryKey"`
	AccountID  id.Account
	StaffID    id.Person
	ContactID  id.Membership
	Code       string
	Reason     secretbox.Sealed
	State      string
	AskedAt    db.Time
	ExpiresAt  db.Time
	AnsweredBy id.Person
}

// TableName names the table.
func (requestRow) TableName() string { return tableRequests }

type lookRow struct {
	ID         id.Look `gorm:"primaryKey"`
	AccountID  id.Account
	SessionID  id.Session // in which it holds
	StaffID    id.Person
	Department string
	Code       string
	Reason     secretbox.Sealed
	CaseID     id.Case
	StartedAt  db.Time
	EndsAt     db.Time
	Opened     *string // the department whose data it opens in an emergency; nil: an ordinary look
}

// TableName names the table.
func (lookRow) TableName() string { return tableLooks }

// The states of an emergency. It leaves the first once.
const (
	stateOpen   = "open"
	stateClosed = "closed"
)

type emergencyRow struct {
	ID          id.Look `gorm:"primaryKey"`
	AccountID   id.Account
	StaffID     id.Person
	Department  string
	Opened      string
	Code        string
	Reason      secretbox.Sealed
	StartedAt   db.Time
	EndsAt      db.Time
	State       string
	Reminded    int
	Finding     *string
	FindingText secretbox.Sealed
	ClosedBy    id.Person
	ClosedAt    db.Time
}

// TableName names the table.
func (emergencyRow) TableName() string { return tableEmergencies }

func place(table string, row []byte) secretbox.Place {
	return secretbox.Place{Table: table, Column: "reason", Row: row}
}
