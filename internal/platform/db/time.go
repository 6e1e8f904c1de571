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

// Blob is a byte string as rows keep it. Unlike []byte, the object mapper takes it for one value even where it stands
// first within parentheses.
type Blob []byte

// Value stores the bytes; none at all is NULL.
func (b Blob) Value() (driver.Value, error) {
	if b == nil {
		return nil, nil //nolint:nilnil // NULL is what the driver expects
	}
	return []byte(b), nil
}

// Scan reads what Value stored.
func (b *Blob) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*b = nil
	case []byte:
		*b = append(Blob{}, v...)
	default:
		return fmt.Errorf("bytes were stored, and %T came back", src)
	}
	return nil
}

// GormDataType names the column type for the object mapper.
func (Blob) GormDataType() string { return "bytes" }
