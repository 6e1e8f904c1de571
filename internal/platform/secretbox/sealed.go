package secretbox

import (
	"bytes"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"log/slog"
)

const (
	// Magic starts every sealed value. The CHECK of each sealed column looks for
	// it; its NUL byte keeps text from being taken for it.
	Magic = "\x00gs\x01"
	// Overhead is how many bytes longer a sealed value is than its text: magic,
	// Tink's key prefix, nonce and tag.
	Overhead = len(Magic) + prefixSize + 12 + 16
	// IndexSize is the length of a blind index in bytes.
	IndexSize = 32
	// MACSize is the length of a MAC in bytes, key prefix included.
	MACSize = prefixSize + 32

	prefixSize = 5
	hidden     = "[sealed]"
)

// Sealed is a text that only a Box can make and open. The zero Sealed is NULL in
// the database. However it is printed, logged or marshalled, it shows nothing.
type Sealed struct {
	raw []byte
}

// IsZero reports whether there is no value (NULL), which is not the same as a
// sealed empty text.
func (s Sealed) IsZero() bool { return len(s.raw) == 0 }

// Equal reports whether two values are the same ciphertext. Two seals of one
// text are never equal.
func (s Sealed) Equal(other Sealed) bool { return bytes.Equal(s.raw, other.raw) }

// Mix adds the ciphertext, and before it how long it is, to what a hash is over.
func (s Sealed) Mix(h hash.Hash) {
	_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s.raw))))
	_, _ = h.Write(s.raw)
}

// Value implements driver.Valuer.
func (s Sealed) Value() (driver.Value, error) {
	if s.IsZero() {
		return nil, nil //nolint:nilnil // a nil value is how a driver spells NULL
	}
	return s.raw, nil
}

// Scan implements sql.Scanner and refuses whatever no Box made.
func (s *Sealed) Scan(src any) error {
	if src == nil {
		s.raw = nil
		return nil
	}
	raw, ok := src.([]byte)
	if !ok || len(raw) < Overhead || !bytes.HasPrefix(raw, []byte(Magic)) {
		return errors.New("secretbox: the column holds a value that was not sealed")
	}
	s.raw = bytes.Clone(raw)
	return nil
}

func (s Sealed) keyID() uint32 {
	if len(s.raw) < Overhead {
		return 0
	}
	return binary.BigEndian.Uint32(s.raw[len(Magic)+1:])
}

// GormDataType keeps GORM from taking the struct for a relation.
func (Sealed) GormDataType() string { return "bytes" }

// Format implements fmt.Formatter for every verb.
func (Sealed) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// String implements fmt.Stringer.
func (Sealed) String() string { return hidden }

// GoString implements fmt.GoStringer.
func (Sealed) GoString() string { return hidden }

// MarshalText implements encoding.TextMarshaler, and with it JSON.
func (Sealed) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalJSON implements json.Marshaler.
func (Sealed) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// LogValue implements slog.LogValuer.
func (Sealed) LogValue() slog.Value { return slog.StringValue(hidden) }

// Index is a blind index: equal values of one column have equal indexes, and
// without the key nothing else can be told from it. The zero Index is NULL, so
// that it matches no row.
type Index [IndexSize]byte

// IsZero reports whether there is no value (NULL).
func (i Index) IsZero() bool { return i == Index{} }

// Value implements driver.Valuer.
func (i Index) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil //nolint:nilnil // a nil value is how a driver spells NULL
	}
	return i[:], nil
}

// Scan implements sql.Scanner.
func (i *Index) Scan(src any) error {
	if src == nil {
		*i = Index{}
		return nil
	}
	raw, ok := src.([]byte)
	if !ok || len(raw) != IndexSize {
		return errors.New("secretbox: the column holds a value that is not a blind index")
	}
	copy(i[:], raw)
	return nil
}

// GormDataType names the column's type for GORM.
func (Index) GormDataType() string { return "bytes" }

// Format implements fmt.Formatter: an index in a log would let its reader tell
// which people are the same.
func (Index) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// String implements fmt.Stringer.
func (Index) String() string { return hidden }

// MarshalText implements encoding.TextMarshaler, and with it JSON.
func (Index) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue implements slog.LogValuer.
func (Index) LogValue() slog.Value { return slog.StringValue(hidden) }
