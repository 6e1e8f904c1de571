package activity

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// statementTitle begins the statement about one log.
const statementTitle = "gatehouse head v1"

// Statement is a signed word about the end of one log, for its owner: what an hourly note says of all of them.
type Statement struct {
	At   time.Time
	Head NotedHead
}

func (s Statement) text() string {
	return fmt.Sprintf("%s\ntime %s\nhead %s %d %x\n",
		statementTitle, s.At.UTC().Format(time.RFC3339), s.Head.Chain, s.Head.Seq, s.Head.Hash)
}

// SignStatement signs where a log ends.
func (l *Log) SignStatement(s Statement) (string, error) {
	raw, err := l.Sign(s.text())
	return string(raw), err
}

// Sign signs a text as a note.
func (l *Log) Sign(text string) ([]byte, error) {
	raw, err := note.Sign(&note.Note{Text: text}, l.box.NoteSigner())
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return raw, nil
}

// Keys are the public keys that check what Sign and the notes are signed with, as text, oldest first.
func (l *Log) Keys() []string { return l.box.NoteKeys() }

// Verifiers reads public keys as Keys writes them.
func Verifiers(keys []string) (note.Verifiers, error) {
	list := make([]note.Verifier, 0, len(keys))
	for _, key := range keys {
		v, err := note.NewVerifier(strings.TrimSpace(key))
		if err != nil {
			return nil, fmt.Errorf("%q is no public key of notes: %w", key, err)
		}
		list = append(list, v)
	}
	return note.VerifierList(list...), nil
}

// ParseHeads reads what a note, or a statement about one log, vouches for.
func ParseHeads(raw []byte, known note.Verifiers) (at time.Time, heads []NotedHead, err error) {
	n, noteErr := ParseNote(raw, known)
	if noteErr == nil {
		return n.At, n.Heads, nil
	}
	opened, err := note.Open(raw, known)
	if err != nil {
		return time.Time{}, nil, fmt.Errorf("%w: %w", ErrNote, err)
	}
	lines := strings.Split(strings.TrimSuffix(opened.Text, "\n"), "\n")
	if len(lines) != 3 || lines[0] != statementTitle {
		return time.Time{}, nil, noteErr
	}
	s := Statement{}
	when, _ := strings.CutPrefix(lines[1], "time ")
	s.At, err = time.Parse(time.RFC3339, when)
	head, headErr := parseNotedHead(lines[2])
	s.Head = head
	if err = errors.Join(err, headErr); err != nil || s.text() != opened.Text {
		return time.Time{}, nil, fmt.Errorf("%w: %w", ErrNote, errors.Join(err, errors.New("of another form")))
	}
	return s.At, []NotedHead{s.Head}, nil
}

// Fingerprint is a public key in a form that two people can compare by eye.
func Fingerprint(key string) string {
	const groups, size = 8, 2
	sum := sha256.Sum256([]byte(key))
	var parts []string
	for i := range groups {
		parts = append(parts, fmt.Sprintf("%X", sum[size*i:size*(i+1)]))
	}
	return strings.Join(parts, " ")
}
