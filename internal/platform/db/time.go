package db

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Time is a point in time as rows keep it: milliseconds since 1970, UTC; the zero time is NULL.
type Time struct{ time.Time }

// At makes a Time.
func At(t time.Time) Time { return Time{t.UTC().Truncate(time.Millisecond)} }

// Value stores the time.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil //nolint:nilnil // NULL is what the driver expects
	}
	return t.UnixMilli(), nil
}

// Scan reads what Value stored.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = Time{}
	case int64:
		*t = Time{time.UnixMilli(v).UTC()}
	default:
		return fmt.Errorf("a time is kept in milliseconds, not as %T", src)
	}
	return nil
}

// GormDataType names the column type for the object mapper.
func (Time) GormDataType() string { return "int" }
