package activity

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// The fields under which an entry's personal content is kept, each sealed by itself so that each can be erased.
const (
	fieldWho  = "who"
	fieldWhat = "what"
)

const saltSize = 16

// ErrPersonal says that what an entry says of people is not what the entry committed to.
var ErrPersonal = errors.New("activity: personal content does not match its digest")

// personalRow is one sealed field of an entry.
type personalRow struct {
	Chain  db.Blob
	Seq    int64
	Field  string
	Sealed secretbox.Sealed
	// AddressIndex finds the entries from an address; it goes with the row when that is erased.
	AddressIndex secretbox.Index
}

// addressColumn is what the blind index of an address is made for.
const addressColumn = "entry_personal.address"

// sealPersonal seals what the entry says of people and returns the rows and the digests that the entry commits to.
func sealPersonal(box *secretbox.Box, e *Entry) ([]personalRow, map[string]string, error) {
	rows, digests := []personalRow{}, map[string]string{}
	for field, value := range map[string]any{fieldWho: e.Who, fieldWhat: e.What} {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, nil, fmt.Errorf("entry: %w", err)
		}
		if string(text) == "{}" {
			continue
		}
		salt := make([]byte, saltSize)
		_, _ = rand.Read(salt) // never fails: the program ends first
		content := hex.EncodeToString(salt) + string(text)
		sealed, err := box.Seal(content, personalPlace(e.Chain, e.Seq, field))
		if err != nil {
			return nil, nil, fmt.Errorf("entry: %w", err)
		}
		digests[field] = personalDigest(field, content)
		row := personalRow{Chain: e.Chain.Bytes(), Seq: e.Seq, Field: field, Sealed: sealed}
		if field == fieldWho {
			row.AddressIndex = box.Index(addressColumn, e.Who.Address)
		}
		rows = append(rows, row)
	}
	return rows, digests, nil
}

// openPersonal opens one field into the entry and checks it against the digest that the entry committed to.
func openPersonal(box *secretbox.Box, e *Entry, row personalRow, digests map[string]string) error {
	content, err := box.Open(row.Sealed, personalPlace(e.Chain, e.Seq, row.Field))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPersonal, err)
	}
	if !sameText(personalDigest(row.Field, content), digests[row.Field]) {
		return ErrPersonal
	}
	if err := readPersonal(e, row.Field, content[2*saltSize:]); err != nil {
		return fmt.Errorf("%w: %w", ErrPersonal, err)
	}
	return nil
}

// personalDigest is the salted digest of a field's content; the salt is the content's beginning.
func personalDigest(field, content string) string {
	const usual = 512
	text := append(make([]byte, 0, usual), "gatehouse personal v1\n"...)
	text = append(append(append(text, field...), '\n'), content...)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func sameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func personalPlace(chain id.Scope, seq int64, field string) secretbox.Place {
	row := binary.BigEndian.AppendUint64(chain.Bytes(), uint64(seq)) //nolint:gosec // sequences count up from one
	return secretbox.Place{Table: "entry_personal", Column: field, Row: row}
}
