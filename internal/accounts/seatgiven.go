package accounts

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// StaffSeat is somebody's place among the provider's staff.
type StaffSeat struct {
	Department string
	Suspended  bool
	Held       bool // it waits for a recovery to be approved
	Since      time.Time
}

// SeatOf is the seat of a person, suspended or not, through the caller's handle; false where they have none.
func (a *Accounts) SeatOf(q *gorm.DB, person id.Person) (StaffSeat, bool, error) {
	row, found, err := db.One[staffRow](db.WithScope(q, "person_id", person.Bytes()))
	if err != nil {
		return StaffSeat{}, false, fmt.Errorf("read seat: %w", err)
	}
	return StaffSeat{
		Department: row.Department, Suspended: row.Suspended, Held: !row.RecoveryID.IsZero(), Since: row.CreatedAt.Time,
	}, found, nil
}

// GiveSeat gives somebody a seat among the staff, or another department, in the caller's change, which holds the chain
// of the person. Who may do that, the caller has asked.
func (a *Accounts) GiveSeat(tx *db.Tx, g gate.Grant, person id.Person, department string) (gate.Entry, error) {
	if err := a.checkDepartment(department); err != nil {
		return gate.Entry{}, err
	}
	return a.seat(tx, g, person, department)
}

// TakeSeat takes somebody's seat away in the caller's change, which holds the chain of the person.
func (a *Accounts) TakeSeat(tx *db.Tx, g gate.Grant, person id.Person) (gate.Entry, error) {
	row, found, err := db.One[staffRow](g.On(tx.DB).Where("person_id = ?", person))
	if err != nil {
		return gate.Entry{}, fmt.Errorf("end seat: %w", err)
	}
	if !found {
		return gate.Entry{}, fault.NotFound("end seat")
	}
	if err := g.On(tx.DB).Where("person_id = ?", person).Delete(&staffRow{}).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("end seat: %w", err)
	}
	if err := a.people.MarkStaff(tx, person, false); err != nil {
		return gate.Entry{}, err
	}
	return a.seatEntry(tx, g, activity.SeatEnded, person, activity.Change{Field: "department", Old: row.Department})
}
