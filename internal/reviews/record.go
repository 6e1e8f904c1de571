package reviews

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/sheet"
	"gatehouse/internal/verb"
)

// recordTitle is the first cell of a record. Notes of the log begin otherwise, so neither passes for the other.
const (
	recordTitle   = "Gatehouse access review"
	recordVersion = "1"
	// stampForm is how times stand in a record: UTC, to the second.
	stampForm = "2006-01-02T15:04:05Z"
)

// ErrNotSigned says that a file is no record, or not as it was signed.
var ErrNotSigned = errors.New("this is no record of an access review as it was signed")

// Record is what a closed review leaves behind: a table of who had what, and what became of it, with a signature that
// can be checked without the server.
type Record struct {
	Head []Pair
	Rows []RecordRow
	// Areas are the parts of the portal that the uses of a row stand for.
	Areas []string
	// Signature is the line under the table; empty where the record was not read from a file.
	Signature string
	// KeyHash names the key that made it.
	KeyHash uint32
}

// Pair is a line above the table.
type Pair struct{ Name, Value string }

// RecordRow is what was shown of one person, and what was decided.
type RecordRow struct {
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

func (r RecordRow) cells() []string {
	return slices.Concat(
		[]string{r.Name, r.Email, r.Role, r.Reaches, r.Ends, r.SignedIn, r.Here, r.Factor}, r.Uses,
		[]string{r.Suggestion, r.Why, r.Decision, r.To, r.By, r.At, r.Outcome},
	)
}

func rowOfCells(cells []string, areas int) RecordRow {
	tail := cells[8+areas:]
	return RecordRow{
		Name: cells[0], Email: cells[1], Role: cells[2], Reaches: cells[3], Ends: cells[4], SignedIn: cells[5],
		Here: cells[6], Factor: cells[7], Uses: cells[8 : 8+areas],
		Suggestion: tail[0], Why: tail[1], Decision: tail[2], To: tail[3], By: tail[4], At: tail[5], Outcome: tail[6],
	}
}

// text is the record as a file before it is signed.
func (r Record) text() (string, error) {
	rows := [][]string{{recordTitle, recordVersion}}
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

// ParseRecord reads a record whose signature one of the keys made.
func ParseRecord(signed []byte, keys note.Verifiers) (Record, error) {
	n, err := opened(signed, keys)
	if err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrNotSigned, err)
	}
	rows, err := sheet.Read([]byte(n.Text))
	if err != nil || len(rows) == 0 || !slices.Equal(rows[0], []string{recordTitle, recordVersion}) {
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
		r.Rows = append(r.Rows, rowOfCells(row, len(r.Areas)))
	}
	return r, nil
}

// recordOf makes the signed record of a review that is about to close.
func (r *Reviews) recordOf(tx *db.Tx, g gate.Grant, c *closing, state State) (string, error) {
	account, err := r.accounts.ByGrant(tx.DB, g)
	if err != nil {
		return "", err // accounts says what it did
	}
	people := []id.Person{c.review.StartedBy, g.Who().Person}
	for _, row := range c.rows {
		people = append(people, row.AnsweredBy)
	}
	names, err := r.accounts.NamesOf(tx.DB, people)
	if err != nil {
		return "", err // accounts says what it did
	}
	called := func(p id.Person) string {
		if p.IsZero() {
			return "Gatehouse"
		}
		return names[p]
	}
	ended := "Finished"
	if state == Lapsed {
		ended = "Closed by itself, as nobody finished it"
	}
	record := Record{Areas: areas(), Head: []Pair{
		{"Account", account.Name},
		{"Account id", account.ID.String()},
		{"Review id", c.review.ID.String()},
		{"Started", stamp(c.review.StartedAt.Time)},
		{"Started by", called(c.review.StartedBy)},
		{"Due", stamp(c.review.DueAt.Time)},
		{"Closed", stamp(g.Now())},
		{"Closed by", called(g.Who().Person)},
		{"How it ended", ended},
	}}
	for _, row := range slices.Backward(c.rows) {
		line, err := r.recordRow(tx, g, row, called)
		if err != nil {
			return "", err
		}
		record.Rows = append(record.Rows, line)
	}
	text, err := record.text()
	if err != nil {
		return "", err
	}
	signed, err := note.Sign(&note.Note{Text: text}, r.box.NoteSigner())
	if err != nil {
		return "", fmt.Errorf("sign the record: %w", err)
	}
	return string(signed), nil
}

func (r *Reviews) recordRow(
	tx *db.Tx, g gate.Grant, row subjectRow, called func(id.Person) string,
) (RecordRow, error) {
	f, err := r.openFacts(row)
	if err != nil {
		return RecordRow{}, err
	}
	line := RecordRow{
		Name: f.Name, Email: f.Email, Role: f.Role, Reaches: f.Reaches(), Ends: stamp(f.Ends), SignedIn: stamp(f.SignedIn),
		Here: stamp(f.Here), Factor: f.Factor, Suggestion: f.Advice.Says, Why: f.Advice.Why, Outcome: row.outcome().Words(),
	}
	if f.Kind == kindRole {
		line.Role, line.Reaches = f.Role+": "+f.Reach, "held by "+strconv.Itoa(f.Held)
	}
	for _, area := range areas() {
		line.Uses = append(line.Uses, f.use(area))
	}
	if row.Answer == nil {
		return line, nil
	}
	line.Decision, line.By, line.At = string(row.verdict()), called(row.AnsweredBy), stamp(row.AnsweredAt.Time)
	if row.verdict() == Change {
		terms, err := row.terms()
		if err != nil {
			return RecordRow{}, err
		}
		role, err := r.accounts.RoleNamed(tx.DB, g, terms)
		if err != nil {
			return RecordRow{}, err // accounts says what it did
		}
		line.To = role.Name + ", " + reaches(terms.Limited, len(terms.Services))
	}
	return line, nil
}

// areas are the parts of the portal, in the order of the vocabulary.
func areas() []string {
	var out []string
	for _, v := range verb.Portal() {
		if a := v.Area(); a != verb.AccountView.Area() && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// use is when an area was last used, as a day; empty where the role does not reach it.
func (f Facts) use(area string) string {
	for _, u := range f.Uses {
		if u.Area == area && u.Last.IsZero() {
			return "never"
		}
		if u.Area == area {
			return u.Last.UTC().Format(time.DateOnly)
		}
	}
	return ""
}

// Reaches says which services the access is for.
func (f Facts) Reaches() string { return reaches(f.Limited, f.Services) }

func reaches(limited bool, n int) string {
	switch {
	case !limited:
		return "all services"
	case n == 1:
		return "1 service"
	}
	return fmt.Sprintf("%d services", n)
}

// Words say what a review led to.
func (o Outcome) Words() string {
	switch o {
	case Kept:
		return "Kept"
	case Changed:
		return "Changed"
	case Removed:
		return "Removed"
	case Suspended:
		return "Suspended: nobody decided"
	case Own:
		return "The reviewer’s own access"
	case LastOwner:
		return "Kept: nobody decided, but an account always has an owner"
	case Undecided:
		return "Stays: nobody decided about this role"
	case Gone:
		return "Ended before the review did"
	}
	return ""
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(stampForm)
}
