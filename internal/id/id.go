// Package id holds the typed identifiers of everything that Gatehouse keeps, so that an invoice's id cannot be passed
// where an account's is meant. Nothing but identifiers may enter.
package id

import (
	"crypto/rand"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// size is the length of an identifier in bytes (UUID, RFC 9562).
const size = 16

// timeBytes is how many bytes of it say when it was made, in milliseconds since 1970.
const timeBytes = 6

// textLength is the length of the text form: 128 bits at five bits a character.
const textLength = 26

// alphabet is Crockford's base 32 in lower case: no i, l, o, u, so that an id can be read out over the telephone.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// ErrMalformed says that a text is not an identifier.
var ErrMalformed = errors.New("id: malformed identifier")

// Kind marks what an ID identifies. It has no values; it exists so that the compiler tells ids apart.
type Kind interface{ idKind() }

// ID identifies one thing of kind K: a version 7 UUID (RFC 9562, section 5.7), ordered by time and unguessable in
// practice. The zero ID identifies nothing.
type ID[K Kind] struct{ raw [size]byte }

// New makes a fresh identifier.
func New[K Kind]() ID[K] {
	u, err := uuid.NewV7()
	if err != nil { // the only cause is a broken system randomness source, and rand.Read then ends the program
		_, _ = rand.Read(u[:])
	}
	return ID[K]{raw: u}
}

// Before is less than every identifier that was made at a time or later, and greater than every one made before: for
// looking up what is new.
func Before[K Kind](at time.Time) ID[K] {
	var v ID[K]
	ms := uint64(max(at.UnixMilli(), 0))
	for i := range timeBytes {
		v.raw[i] = byte(ms >> (8 * (timeBytes - 1 - i)) & 0xff)
	}
	return v
}

// Made is when the identifier was made, by the clock of whoever made it, to the millisecond.
func (v ID[K]) Made() time.Time {
	var ms int64
	for _, b := range v.raw[:timeBytes] {
		ms = ms<<8 | int64(b)
	}
	return time.UnixMilli(ms)
}

// FromBytes takes the sixteen bytes of an identifier.
func FromBytes[K Kind](b []byte) (ID[K], error) {
	var v ID[K]
	if len(b) != size {
		return v, fmt.Errorf("%w: %d bytes", ErrMalformed, len(b))
	}
	copy(v.raw[:], b)
	return v, nil
}

// Parse reads the text form.
func Parse[K Kind](text string) (ID[K], error) {
	var v ID[K]
	if len(text) != textLength {
		return v, ErrMalformed
	}
	for i, c := range []byte(text) {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		five := strings.IndexByte(alphabet, c)
		at := 5 * i
		two := uint16(max(five, 0)) << (11 - at%8) //nolint:gosec // below 32
		v.raw[at/8] |= byte(two >> 8 & 0xff)
		switch {
		case at/8+1 < size:
			v.raw[at/8+1] |= byte(two & 0xff)
		case two&0xff != 0: // the last character carries three bits only: one text per id
			five = -1
		}
		if five < 0 {
			return ID[K]{}, ErrMalformed
		}
	}
	return v, nil
}

// String is the text form used in addresses and logs: five bits a character, the last one padded with zeros.
func (v ID[K]) String() string {
	var out [textLength]byte
	for i := range out {
		at := 5 * i
		two := uint16(v.raw[at/8]) << 8
		if at/8+1 < size {
			two |= uint16(v.raw[at/8+1])
		}
		out[i] = alphabet[two>>(11-at%8)&31]
	}
	return string(out[:])
}

// IsZero says whether the id identifies nothing.
func (v ID[K]) IsZero() bool { return v.raw == [size]byte{} }

// AppendTo appends the sixteen bytes.
func (v ID[K]) AppendTo(to []byte) []byte { return append(to, v.raw[:]...) }

// Bytes returns a copy of the sixteen bytes.
func (v ID[K]) Bytes() []byte { return append([]byte(nil), v.raw[:]...) }

// Value stores the id as sixteen bytes, the zero id as NULL.
func (v ID[K]) Value() (driver.Value, error) {
	if v.IsZero() {
		return nil, nil //nolint:nilnil // NULL is what the driver expects
	}
	return v.Bytes(), nil
}

// Scan reads what Value stored.
func (v *ID[K]) Scan(src any) error {
	switch b := src.(type) {
	case nil:
		*v = ID[K]{}
		return nil
	case []byte:
		got, err := FromBytes[K](b)
		*v = got
		return err
	default:
		return fmt.Errorf("%w: %T from the database", ErrMalformed, src)
	}
}

// GormDataType names the column type for the object mapper.
func (ID[K]) GormDataType() string { return "bytes" }

// MarshalText writes the text form; the zero id is empty.
func (v ID[K]) MarshalText() ([]byte, error) {
	if v.IsZero() {
		return nil, nil
	}
	return []byte(v.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (v *ID[K]) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*v = ID[K]{}
		return nil
	}
	got, err := Parse[K](string(text))
	*v = got
	return err
}
