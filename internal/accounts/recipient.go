package accounts

import (
	"gatehouse/internal/id"
	"gatehouse/internal/platform/secretbox"
)

// Recipient is somebody who is written to.
type Recipient struct {
	Person   id.Person
	Name     string
	Email    string
	TimeZone string
}

// recipientRow is somebody who is written to, as the rows have them.
type recipientRow struct {
	PersonID   id.Person
	PersonName secretbox.Sealed
	Email      secretbox.Sealed
	TimeZone   string
}
