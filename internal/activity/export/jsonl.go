package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/activity"
)

// formVersion is the version of the JSON lines.
const formVersion = 1

// headLine is the first of the JSON lines.
type headLine struct {
	Version  int      `json:"gatehouse_export"`
	Provider string   `json:"provider"`
	Log      string   `json:"log"`
	Made     string   `json:"made"`
	Filter   string   `json:"filter,omitempty"`
	UpTo     int64    `json:"up_to"`
	Keys     []string `json:"keys"`
}

// entryLine is an entry: the bytes that are hashed, and what they commit to.
type entryLine struct {
	Entry json.RawMessage `json:"entry"`
	Who   *personalPart   `json:"who,omitempty"`
	What  *personalPart   `json:"what,omitempty"`
	Prev  string          `json:"prev"`
	Hash  string          `json:"hash"`
}

// personalPart is what an entry says of people, with the salt of its digest.
type personalPart struct {
	Salt string          `json:"salt"`
	Says json.RawMessage `json:"says"`
}

// endLine is the last one. Without it the file was cut off.
type endLine struct {
	End       endPart `json:"end"`
	Signature string  `json:"signature"`
}

type endPart struct {
	Entries int64  `json:"entries"`
	Last    int64  `json:"last"`
	Hash    string `json:"hash"`
	Sum     string `json:"sum"`
}

func hexOf(hash [32]byte) string { return hex.EncodeToString(hash[:]) }

// jsonLine is a value on a line of its own. Characters that break lines elsewhere than in files are escaped by the
// encoder.
func jsonLine(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return out.Bytes(), nil
}

func (e *Encoder) head() ([]byte, error) {
	a := e.about
	return jsonLine(headLine{
		Version: formVersion, Provider: a.Provider, Log: a.Log.String(), Made: a.Made.Format(time.RFC3339),
		Filter: a.Filter, UpTo: a.UpTo, Keys: a.Keys,
	})
}

func recordLine(r *activity.Record) ([]byte, error) {
	line := entryLine{Entry: r.Body, Prev: hexOf(r.PrevHash), Hash: hexOf(r.Hash)}
	parts := []**personalPart{&line.Who, &line.What}
	for i, field := range activity.Fields() {
		if content := r.Salted[field]; content != "" {
			*parts[i] = &personalPart{
				Salt: content[:activity.SaltLength], Says: json.RawMessage(content[activity.SaltLength:]),
			}
		}
	}
	return jsonLine(line)
}

// summed takes a line into the sum over all lines, which the signature covers.
func (e *Encoder) summed(line []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	e.state.Sum = sumAfter(e.state.Sum, line)
	return line, nil
}

func sumAfter(before [32]byte, line []byte) [32]byte {
	own := sha256.Sum256(line)
	return sha256.Sum256(append(append([]byte("gatehouse export v1\n"), before[:]...), own[:]...))
}

// signedText is what the end of an export is signed as.
func signedText(log, made string, end endPart) string {
	return fmt.Sprintf("gatehouse export v1\nlog %s\ntime %s\nentries %d\nlast %d\nhash %s\nsum %s\n",
		log, made, end.Entries, end.Last, end.Hash, end.Sum)
}

func (e *Encoder) seal(sign Sign) ([]byte, error) {
	end := endPart{
		Entries: e.state.Entries, Last: e.state.Last, Hash: hexOf(e.state.Hash), Sum: hexOf(e.state.Sum),
	}
	signature, err := sign(signedText(e.about.Log.String(), e.about.Made.Format(time.RFC3339), end))
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return jsonLine(endLine{End: end, Signature: string(signature)})
}

// errForm says that a line is not one of an export.
var errForm = errors.New("it is not a line of an export")

// readLine reads a line strictly: it must be exactly what would be written for what it says. False where it is not.
func readLine[T any](raw []byte) (v T, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		return v, false
	}
	again, err := jsonLine(v)
	return v, err == nil && bytes.Equal(again, raw)
}

func (l *entryLine) record() (activity.Record, error) {
	salted := map[string]string{}
	for i, part := range []*personalPart{l.Who, l.What} {
		if part != nil {
			salted[activity.Fields()[i]] = part.Salt + string(part.Says)
		}
	}
	r, err := activity.NewRecord(l.Entry, salted)
	if err != nil {
		return r, fmt.Errorf("it was altered: %w", err)
	}
	prev, errPrev := hex.DecodeString(l.Prev)
	hash, errHash := hex.DecodeString(l.Hash)
	if errPrev != nil || errHash != nil || len(prev) != sha256.Size || len(hash) != sha256.Size {
		return r, errForm
	}
	r.PrevHash, r.Hash = [32]byte(prev), [32]byte(hash)
	return r, nil
}
