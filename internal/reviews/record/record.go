// Package record is what a closed access review leaves behind: a table of who had what and what became of it, with a
// signature that can be checked without the server. Reviews of an account and of the provider's staff leave the same.
package record

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"gatehouse/internal/platform/sheet"
)

// fileTitle is the first cell of a record. Notes of the log begin otherwise, so neither passes for the other.
const (
	fileTitle   = "Gatehouse access review"
	fileVersion = "1"
	// stampForm is how times stand in a record: UTC, to the second.
	stampForm = "2006-01-02T15:04:05Z"
)

// ErrNotSigned says that a file is no record, or not as it was signed.
var ErrNotSigned = errors.New("this is no record of an access review as it was signed")

// Record is the table with the lines above it.
type Record struct {
	Head []Pair
	Rows []Row
	// Areas are the parts of the portal that the uses of a row stand for.
	Areas []string
	// Signature is the line under the table; empty where the record was not read from a file.
	Signature string
	// KeyHash names the key that made it.
	KeyHash uint32
}

// What can be decided about somebody's access.
const (
	Keep   = "keep"
	Change = "change"
	Remove = "remove"
)

// Pair is a line above the table.
type Pair struct{ Name, Value string }

// Row is what was shown of one person, and what was decided.
type Row struct {
	Name, Email, Role, Reaches, Ends, SignedIn, Here, Factor string
	Uses                                                     []string // by area
	Suggestion, Why                                          string
	Decision, To, By, At                                     string
	Outcome                                                  string
}

// Value finds a line above the table.
func (r Record) Value(name string) string {
	for _, p := range r.Head {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// The columns before and after those of the areas.
func columnsBefore() []string {
	return []string{"Name", "E-mail", "Role", "Reaches", "Ends", "Last signed in", "Last here", "Signs in with"}
}

func columnsAfter() []string {
	return []string{"Suggestion", "Why", "Decision", "Changed to", "Decided by", "Decided at", "Outcome"}
}

func (r Row) cells() []string {
	return slices.Concat(
		[]string{r.Name, r.Email, r.Role, r.Reaches, r.Ends, r.SignedIn, r.Here, r.Factor}, r.Uses,
		[]string{r.Suggestion, r.Why, r.Decision, r.To, r.By, r.At, r.Outcome},
	)
}

func rowOf(cells []string, areas int) Row {
	tail := cells[8+areas:]
	return Row{
		Name: cells[0], Email: cells[1], Role: cells[2], Reaches: cells[3], Ends: cells[4], SignedIn: cells[5],
		Here: cells[6], Factor: cells[7], Uses: cells[8 : 8+areas],
		Suggestion: tail[0], Why: tail[1], Decision: tail[2], To: tail[3], By: tail[4], At: tail[5], Outcome: tail[6],
	}
}

// text is the record as a file before it is signed.
func (r Record) text() (string, error) {
	rows := [][]string{{fileTitle, fileVersion}}
	for _, p := range r.Head {
		rows = append(rows, []string{p.Name, p.Value})
	}
	columns := columnsBefore()
	for _, area := range r.Areas {
		columns = append(columns, "Last used "+area)
	}
	rows = append(rows, append(columns, columnsAfter()...))
	for _, row := range r.Rows {
		rows = append(rows, row.cells())
	}
	file, err := sheet.Write(rows)
	if err != nil {
		return "", fmt.Errorf("write the record: %w", err)
	}
	return string(file), nil
}

// opened checks the signature. Bits of it that mean nothing may not be anything either.
func opened(signed []byte, keys note.Verifiers) (*note.Note, error) {
	n, err := note.Open(signed, keys)
	if err == nil {
		_, err = base64.StdEncoding.Strict().DecodeString(n.Sigs[0].Base64)
	}
	return n, err
}

// Parse reads a record whose signature one of the keys made.
func Parse(signed []byte, keys note.Verifiers) (Record, error) {
	n, err := opened(signed, keys)
	if err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrNotSigned, err)
	}
	rows, err := sheet.Read([]byte(n.Text))
	if err != nil || len(rows) == 0 || !slices.Equal(rows[0], []string{fileTitle, fileVersion}) {
		return Record{}, fmt.Errorf("%w: it is something else", ErrNotSigned)
	}
	r := Record{
		Signature: strings.TrimSpace(strings.TrimPrefix(string(signed), n.Text)), KeyHash: n.Sigs[0].Hash,
	}
	for i, row := range rows[1:] {
		if len(row) == 2 {
			r.Head = append(r.Head, Pair{row[0], row[1]})
			continue
		}
		fixed := len(columnsBefore()) + len(columnsAfter())
		if len(row) < fixed {
			return Record{}, fmt.Errorf("%w: row %d is too short", ErrNotSigned, i+2)
		}
		if r.Areas == nil {
			r.Areas = []string{}
			for _, column := range row[len(columnsBefore()) : len(row)-len(columnsAfter())] {
				r.Areas = append(r.Areas, strings.TrimPrefix(column, "Last used "))
			}
			continue
		}
		if len(row) != fixed+len(r.Areas) {
			return Record{}, fmt.Errorf("%w: row %d is too short", ErrNotSigned, i+2)
		}
		r.Rows = append(r.Rows, rowOf(row, len(r.Areas)))
	}
	return r, nil
}

// Sign is the record as a signed file.
func (r Record) Sign(key note.Signer) (string, error) {
	text, err := r.text()
	if err != nil {
		return "", err
	}
	signed, err := note.Sign(&note.Note{Text: text}, key)
	if err != nil {
		return "", fmt.Errorf("sign the record: %w", err)
	}
	return string(signed), nil
}

// Stamp is a time as it stands in a record; empty for none.
func Stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(stampForm)
}

// Time is a time above the table; zero where there is none.
func (r Record) Time(name string) time.Time {
	at, err := time.Parse(stampForm, r.Value(name))
	if err != nil {
		return time.Time{}
	}
	return at
}
