// Package export writes entries of the log in the forms in which they leave the portal: CSV for people with a
// spreadsheet, JSON lines for keeping and checking, OCSF for systems that watch. It turns entries into bytes and reads
// its own JSON lines back; it knows no database, and nobody's rights.
package export

import (
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
)

// Format is a form of export.
type Format string

// The forms.
const (
	CSV       Format = "csv"
	JSONLines Format = "jsonl"
	OCSF      Format = "ocsf"
)

// Formats lists them, the one for most people first.
func Formats() []Format { return []Format{CSV, JSONLines, OCSF} }

// Known says whether there is such a form.
func (f Format) Known() bool { return slices.Contains(Formats(), f) }

// ContentType is the media type of the file.
func (f Format) ContentType() string {
	if f == CSV {
		return "text/csv; charset=utf-8"
	}
	return "application/x-ndjson"
}

// Extension is the end of the file's name.
func (f Format) Extension() string {
	switch f {
	case CSV:
		return "csv"
	case OCSF:
		return "ocsf.jsonl"
	case JSONLines:
	}
	return "jsonl"
}

// About says what an export is of. It stands at the head of JSON lines.
type About struct {
	Provider string    // its name
	Log      id.Scope  // whose log
	Made     time.Time // when it was asked for
	Filter   string    // in words; empty: all entries up to UpTo
	UpTo     int64     // the newest entry that there was
	Keys     []string  // public keys that check the signature at the end
}

// Encoder turns entries into the lines of one export. Between two lines it can be put aside and taken up again with
// Resume, so that a long export goes on where it was interrupted.
type Encoder struct {
	format Format
	about  About
	words  *activity.Words
	state  State
}

// State is how far an export has got.
type State struct {
	Entries int64    // how many were written
	Last    int64    // the number of the last one
	Hash    [32]byte // of that entry
	Sum     [32]byte // over all lines so far
}

// New begins an export.
func New(format Format, about About) *Encoder { return Resume(format, about, State{}) }

// Resume goes on with one that got as far as a state.
func Resume(format Format, about About, state State) *Encoder {
	about.Made = about.Made.UTC().Truncate(time.Second)
	return &Encoder{format: format, about: about, words: activity.NewWords(about.Provider), state: state}
}

// State is how far it has got.
func (e *Encoder) State() State { return e.state }

// Begin is what stands before the first entry.
func (e *Encoder) Begin() ([]byte, error) {
	switch e.format {
	case CSV:
		return csvHead(), nil
	case JSONLines:
		return e.summed(e.head())
	case OCSF:
	}
	return nil, nil
}

// Entry is the line of one entry.
func (e *Encoder) Entry(r *activity.Record) ([]byte, error) {
	var out []byte
	var err error
	switch e.format {
	case CSV:
		out = csvLine(e.words, r)
	case OCSF:
		out, err = ocsfLine(e.about.Provider, e.words, r)
	case JSONLines:
		out, err = e.summed(recordLine(r))
	default:
		err = fmt.Errorf("export: no form %q", e.format)
	}
	if err != nil {
		return nil, err
	}
	e.state.Entries++
	e.state.Last, e.state.Hash = r.Seq, r.Hash
	return out, nil
}

// Sign puts a signature under a text, in the form of a signed note.
type Sign func(text string) ([]byte, error)

// End is what stands behind the last entry: in JSON lines, what the whole file is signed with.
func (e *Encoder) End(sign Sign) ([]byte, error) {
	if e.format != JSONLines {
		return nil, nil
	}
	return e.seal(sign)
}
