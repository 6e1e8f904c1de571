package persons

import (
	"context"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
)

// Lost is somebody who says that they have none of their second factors any more.
type Lost struct {
	Person        id.Person
	Name          string
	Email         string
	TimeZone      string
	PasswordSince time.Time // of the password that was given
	Version       int64     // of the person's row
}

// Lost reads an active person for the room that lets people back in, through the caller's handle. Somebody who is
// disabled is not found.
func (p *Persons) Lost(_ context.Context, q *gorm.DB, person id.Person) (Lost, error) {
	row, err := ByID(q, person)
	if err != nil {
		return Lost{}, err
	}
	if row.ID.IsZero() || row.State != Active {
		return Lost{}, fault.NotFound("read person")
	}
	lost := Lost{
		Person: row.ID, TimeZone: row.TimeZone, PasswordSince: row.PasswordChangedAt.Time, Version: row.Version,
	}
	if lost.Name, err = p.OpenName(row.ID, row.Name); err != nil {
		return Lost{}, err
	}
	lost.Email, err = p.OpenEmail(row.ID, row.Email)
	return lost, err
}
