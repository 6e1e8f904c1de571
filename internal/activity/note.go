package activity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

const (
	noteTitle  = "gatehouse note v1"
	notePrefix = "note-"
	noteSuffix = ".txt"
	// noteMost is how many heads one note lists at most; where more moved, several notes are signed.
	noteMost = 2_000
)

// ErrNote says that a note is not as it was signed, or not a note.
var ErrNote = errors.New("activity: not a note as Gatehouse signs them")

// NotedHead is the end of a chain as a note vouches for it.
type NotedHead struct {
	Chain id.Scope
	Seq   int64
	Hash  [32]byte
}

// Note is a signed list of the chains that moved since the one before. It is kept outside the database, so that rows
// put back to an older state together with their head are found out.
type Note struct {
	Number   int64
	At       time.Time
	Chains   int64  // how many chains there were
	Previous string // hex of the hash of the note before; empty in the first of a folder
	Heads    []NotedHead

	// Hash is that of the note as it was written.
	Hash   string
	Signed string // the note as it stands in its file
	// Broken are chains that moved but whose head is not vouched for; they are left out.
	Broken []id.Scope
	// More says that more chains moved than the note has room for.
	More bool

	before []int64 // of each head, what the last note listed
}

// text is what is signed.
func (n *Note) text() string {
	var b strings.Builder
	previous := n.Previous
	if previous == "" {
		previous = "none"
	}
	fmt.Fprintf(&b, "%s\nnumber %d\ntime %s\nchains %d\nprevious %s\n",
		noteTitle, n.Number, n.At.UTC().Format(time.RFC3339), n.Chains, previous)
	for _, h := range n.Heads {
		fmt.Fprintf(&b, "head %s %d %x\n", h.Chain, h.Seq, h.Hash)
	}
	return b.String()
}

// ParseNote reads a note and checks its signature. It needs nothing but the note and the public keys.
func ParseNote(raw []byte, known note.Verifiers) (Note, error) {
	opened, err := note.Open(raw, known)
	if err != nil {
		return Note{}, fmt.Errorf("%w: %w", ErrNote, err)
	}
	n, err := parseNoteText(opened.Text)
	if err != nil || n.text() != opened.Text {
		return Note{}, fmt.Errorf("%w: %w", ErrNote, errors.Join(err, errors.New("it is signed, but of another form")))
	}
	n.Hash, n.Signed = noteHash(raw), string(raw)
	return n, nil
}

func parseNoteText(text string) (Note, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 5 || lines[0] != noteTitle {
		return Note{}, errors.New("no title")
	}
	var n Note
	var at, previous string
	_, err := fmt.Sscanf(strings.Join(lines[1:5], "\n"), "number %d\ntime %s\nchains %d\nprevious %s",
		&n.Number, &at, &n.Chains, &previous)
	if err != nil {
		return Note{}, fmt.Errorf("beginning: %w", err)
	}
	if n.At, err = time.Parse(time.RFC3339, at); err != nil {
		return Note{}, fmt.Errorf("time: %w", err)
	}
	if previous != "none" {
		n.Previous = previous
	}
	for _, line := range lines[5:] {
		h, err := parseNotedHead(line)
		if err != nil {
			return Note{}, err
		}
		n.Heads = append(n.Heads, h)
	}
	return n, nil
}

func parseNotedHead(line string) (NotedHead, error) {
	words := strings.Fields(line)
	if len(words) != 4 || words[0] != "head" {
		return NotedHead{}, fmt.Errorf("line %q", line)
	}
	chain, ok := ParseScope(words[1])
	seq, err := strconv.ParseInt(words[2], 10, 64)
	hash, hexErr := hex.DecodeString(words[3])
	if !ok || err != nil || hexErr != nil || len(hash) != sha256.Size {
		return NotedHead{}, fmt.Errorf("line %q", line)
	}
	return NotedHead{Chain: chain, Seq: seq, Hash: [32]byte(hash)}, nil
}

// ParseScope reads what a scope's String wrote.
func ParseScope(text string) (id.Scope, bool) {
	if text == string(id.ScopeProvider) {
		return id.ProviderScope(), true
	}
	kind, key, _ := strings.Cut(text, ":")
	account, err := id.Parse[id.AccountKind](key)
	if err != nil {
		return id.Scope{}, false
	}
	return id.ScopeOf(id.ScopeKind(kind), account.Bytes())
}

func noteHash(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// WriteNote signs the heads that moved since they were last noted, beyond a chain (the zero scope: from the first), and
// writes the note into the folder. Gate calls it and then writes down what was noted. It never overwrites a note.
func (l *Log) WriteNote(ctx context.Context, folder string, beyond id.Scope) (Note, error) {
	n, err := l.draftNote(ctx, beyond)
	if err != nil {
		return Note{}, err
	}
	files, err := noteFiles(folder)
	if err != nil {
		return Note{}, err
	}
	n.Number = 1
	if len(files) > 0 {
		newest := files[len(files)-1]
		raw, err := os.ReadFile(newest.path)
		if err != nil {
			return Note{}, fmt.Errorf("sign a note: %w", err)
		}
		n.Number, n.Previous = newest.number+1, noteHash(raw)
	}
	raw, err := note.Sign(&note.Note{Text: n.text()}, l.box.NoteSigner())
	if err != nil {
		return Note{}, fmt.Errorf("sign a note: %w", err)
	}
	n.Hash, n.Signed = noteHash(raw), string(raw)
	return n, writeOnce(folder, notePath(folder, n.Number), raw)
}

// draftNote collects what a note is to say. A head whose MAC does not fit is not vouched for.
func (l *Log) draftNote(ctx context.Context, beyond id.Scope) (Note, error) {
	n, after := Note{}, db.Blob{}
	if !beyond.IsZero() {
		after = beyond.Bytes()
	}
	q := l.reader.With(ctx)
	now, err := l.reader.Now(ctx)
	if err != nil {
		return n, fmt.Errorf("sign a note: %w", err)
	}
	n.At = now.Truncate(time.Second)
	if err := q.Raw("SELECT COUNT(*) FROM heads").Scan(&n.Chains).Error; err != nil {
		return n, fmt.Errorf("sign a note: %w", err)
	}
	var rows []headRow
	err = q.Raw("SELECT chain, kind, seq, hash, mac, noted_seq FROM heads WHERE chain > ? AND seq > noted_seq "+
		"ORDER BY chain LIMIT ?", after, noteMost+1).Scan(&rows).Error
	if err != nil {
		return n, fmt.Errorf("sign a note: %w", err)
	}
	if n.More = len(rows) > noteMost; n.More {
		rows = rows[:noteMost]
	}
	for _, row := range rows {
		chain, ok := id.ScopeOf(id.ScopeKind(row.Kind), row.Chain)
		if !ok || !l.vouched(chain, &row) {
			n.Broken = append(n.Broken, chain)
			continue
		}
		n.Heads = append(n.Heads, NotedHead{Chain: chain, Seq: row.Seq, Hash: [32]byte(row.Hash)})
		n.before = append(n.before, row.NotedSeq)
	}
	return n, nil
}

// Noted writes down that a note lists some of its heads, from one to another. A head that has moved since stays as it
// is and is listed by the next note again.
func (l *Log) Noted(tx *db.Tx, n Note, from, to int) error {
	for i := from; i < min(to, len(n.Heads)); i++ {
		h := Head{chain: n.Heads[i].Chain, seq: n.Heads[i].Seq, noted: n.Heads[i].Seq, hash: n.Heads[i].Hash}
		err := tx.Exec("UPDATE heads SET noted_seq = ?, mac = ? WHERE chain = ? AND seq = ? AND noted_seq = ?",
			h.noted, l.mac(&h), h.chain, h.seq, n.before[i]).Error
		if err != nil {
			return fmt.Errorf("note the heads: %w", err)
		}
	}
	return nil
}

type noteFile struct {
	path   string
	number int64
}

func notePath(folder string, number int64) string {
	return filepath.Join(folder, fmt.Sprintf("%s%010d%s", notePrefix, number, noteSuffix))
}

// noteFiles lists the notes of a folder by number. A folder that is not there yet has none.
func noteFiles(folder string) ([]noteFile, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for notes: %w", err)
	}
	files := []noteFile{}
	for _, e := range entries {
		name, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), noteSuffix), notePrefix)
		if number, err := strconv.ParseInt(name, 10, 64); ok && err == nil && e.Type().IsRegular() {
			files = append(files, noteFile{filepath.Join(folder, e.Name()), number})
		}
	}
	slices.SortFunc(files, func(a, b noteFile) int { return int(a.number - b.number) })
	return files, nil
}

// writeOnce writes a file that must not be there yet, whole or not at all, and waits until the disk has it.
func writeOnce(folder, path string, content []byte) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("write a note: %w", err)
	}
	file, err := os.CreateTemp(folder, ".note-*") // made readable for its owner alone
	if err != nil {
		return fmt.Errorf("write a note: %w", err)
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Link(file.Name(), path) // fails where there is one already
	}
	if err = errors.Join(err, os.Remove(file.Name())); err != nil {
		return fmt.Errorf("write a note: %w", err)
	}
	return nil
}
