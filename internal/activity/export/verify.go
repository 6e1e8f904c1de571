package export

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/mod/sumdb/note"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
)

// longestLine bounds what is read for one line.
const longestLine = 16 << 20

// Proof is what somebody who checks an export holds besides it.
type Proof struct {
	Keys  []string // the provider's public keys, had from its page; empty: those that the file names
	Notes [][]byte // signed notes and statements, as they were mailed
}

// Verdict is what checking an export found.
type Verdict struct {
	Provider string
	Log      id.Scope
	Made     time.Time
	Filter   string // in words; empty: the whole log
	Entries  int64
	Erased   int64 // entries of which personal content is gone, which is allowed
	First    int64
	Last     int64
	Signed   string // the name of the key that signed the file's end; empty: it is not known whose it is
	Trusted  bool   // the key was given, and not taken from the file
	// Vouched is the newest entry that a note vouches for, and with it all before it.
	Vouched int64
	Notes   int // that say something of this log
	Bad     *Bad
}

// Bad is the first thing that is not as it was exported.
type Bad struct {
	Line int64 // of the file
	Seq  int64 // of the log, the first entry that is not as it was written; 0 where it is about the file
	What string
}

// Whole says whether the export holds every entry up to its end, and with that proves that none is missing.
func (v *Verdict) Whole() bool { return v.Filter == "" }

// Verify checks an export of JSON lines with nothing but the file, the keys and the notes. The error is about reading;
// what is wrong with the export is in the verdict.
func Verify(file io.Reader, with Proof) (Verdict, error) {
	c := &checker{lines: bufio.NewReaderSize(file, 1<<16)}
	if err := c.begin(with); err != nil || c.v.Bad != nil {
		return c.v, err
	}
	for c.v.Bad == nil && !c.ended {
		if err := c.next(); err != nil {
			return c.v, err
		}
	}
	if c.v.Bad == nil {
		c.heldAgainstNotes()
	}
	return c.v, nil
}

// checker is one run of Verify.
type checker struct {
	lines *bufio.Reader
	line  int64
	head  headLine
	keys  note.Verifiers
	heads map[int64]notedAt // what the notes say of this log, by entry
	sum   [32]byte
	hash  [32]byte // of the entry before
	seen  map[int64]bool
	v     Verdict
	ended bool
}

type notedAt struct {
	hash [32]byte
	at   time.Time
}

func (c *checker) bad(seq int64, format string, args ...any) {
	if c.v.Bad == nil {
		c.v.Bad = &Bad{Line: c.line, Seq: seq, What: fmt.Sprintf(format, args...)}
	}
}

// read reads the next line with its end; nil at the end of the file.
func (c *checker) read() ([]byte, error) {
	var line []byte
	for {
		part, err := c.lines.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > longestLine:
			return nil, fmt.Errorf("line %d is longer than any line of an export", c.line+1)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("read the export: %w", err)
		}
		c.line++
		return line, nil
	}
}

func (c *checker) begin(with Proof) error {
	raw, err := c.read()
	if err != nil {
		return err
	}
	head, ok := readLine[headLine](raw)
	if c.head = head; !ok || head.Version != formVersion {
		c.bad(0, "This is not an export in JSON lines: its first line is of another form.")
		return nil
	}
	log, made, ok := head.about()
	if !ok {
		c.bad(0, "The first line names no log, or no time.")
		return nil
	}
	c.v = Verdict{
		Provider: c.head.Provider, Log: log, Made: made, Filter: c.head.Filter, Trusted: len(with.Keys) > 0,
	}
	keys := with.Keys
	if len(keys) == 0 {
		keys = c.head.Keys
	}
	if c.keys, err = activity.Verifiers(keys); err != nil {
		if len(with.Keys) > 0 {
			return err
		}
		c.bad(0, "The first line names no public key.")
		return nil
	}
	c.sum, c.seen = sumAfter(c.sum, raw), map[int64]bool{}
	return c.readNotes(with.Notes)
}

// about is which log it is that was exported, and when.
func (h *headLine) about() (log id.Scope, made time.Time, ok bool) {
	made, err := time.Parse(time.RFC3339, h.Made)
	log, ok = activity.ParseScope(h.Log)
	return log, made, ok && err == nil
}

// readNotes takes in what the notes say of this log.
func (c *checker) readNotes(notes [][]byte) error {
	c.heads = map[int64]notedAt{}
	for i, raw := range notes {
		at, heads, err := activity.ParseHeads(raw, c.keys)
		if err != nil {
			return fmt.Errorf("note %d: %w", i+1, err)
		}
		for _, h := range heads {
			if h.Chain == c.v.Log {
				c.heads[h.Seq] = notedAt{h.Hash, at}
				c.v.Notes++
			}
		}
	}
	return nil
}

// next checks one line.
func (c *checker) next() error {
	raw, err := c.read()
	if err != nil {
		return err
	}
	if end, ok := readLine[endLine](raw); ok {
		return c.end(end)
	}
	if len(raw) == 0 {
		c.bad(c.after(), "The end of the file is missing: it was cut off after entry %d.", c.v.Last)
		return nil
	}
	line, ok := readLine[entryLine](raw)
	if !ok {
		c.bad(c.after(), "Line %d is not as it was written.", c.line)
		return nil
	}
	r, err := line.record()
	if err != nil {
		c.bad(max(r.Seq, c.after()), "The entry on line %d is not as it was written: %v.", c.line, err)
		return nil
	}
	if what := c.judge(&r); what != "" {
		c.bad(min(r.Seq, c.after()), "%s", what)
		return nil
	}
	c.take(&r, raw)
	return nil
}

// after is the number of the first entry that was not seen to be good.
func (c *checker) after() int64 { return c.v.Last + 1 }

// judge says what is wrong with an entry.
func (c *checker) judge(r *activity.Record) string {
	follows := r.Seq == c.v.Last+1 && c.v.Entries > 0
	switch {
	case r.Chain != c.v.Log:
		return fmt.Sprintf("Line %d holds an entry of another log (%s).", c.line, r.Chain)
	case r.HashAfter(r.PrevHash) != r.Hash:
		return fmt.Sprintf("Entry %d was altered: its hash does not fit its content.", r.Seq)
	case r.Seq <= c.v.Last:
		return fmt.Sprintf("Entry %d stands behind entry %d.", r.Seq, c.v.Last)
	case c.v.Whole() && c.v.Entries > 0 && !follows:
		return fmt.Sprintf("Entry %d is missing: entry %d stands in its place.", c.v.Last+1, r.Seq)
	case follows && r.PrevHash != c.hash:
		return fmt.Sprintf("Entry %d does not follow the one before it: one of the two was altered.", r.Seq)
	case r.Seq == 1 && r.PrevHash != activity.ChainStart(c.v.Log):
		return "Entry 1 is not the beginning of this log."
	}
	if n, ok := c.heads[r.Seq]; ok && n.hash != r.Hash {
		return fmt.Sprintf("Entry %d, or one before it, is not the one that the note of %s lists.", r.Seq, day(n.at))
	}
	return ""
}

func day(at time.Time) string { return at.UTC().Format("2 Jan 2006, 15:04 UTC") }

func (c *checker) take(r *activity.Record, raw []byte) {
	if c.v.Entries == 0 {
		c.v.First = r.Seq
	}
	if r.Erased {
		c.v.Erased++
	}
	if _, ok := c.heads[r.Seq]; ok {
		c.seen[r.Seq] = true
		c.v.Vouched = r.Seq
	}
	c.v.Entries++
	c.v.Last, c.hash = r.Seq, r.Hash
	c.sum = sumAfter(c.sum, raw)
}

// end checks the last line, and that nothing stands behind it.
func (c *checker) end(line endLine) error {
	c.ended = true
	says := endPart{Entries: c.v.Entries, Last: c.v.Last, Hash: hexOf(c.hash), Sum: hexOf(c.sum)}
	opened, err := note.Open([]byte(line.Signature), c.keys)
	switch {
	case line.End != says:
		c.bad(c.after(), "Something before the last line was taken out, put in or altered: the sum at the end is another.")
	case err != nil:
		c.bad(0, "The file is not signed by the given key: %v.", err)
	case !bytes.Equal([]byte(opened.Text), []byte(signedText(c.head.Log, c.head.Made, says))):
		c.bad(0, "The signature is that of another file.")
	case c.v.Whole() && c.v.Last != c.head.UpTo:
		c.bad(c.after(), "Entry %d is missing: the log went up to entry %d.", c.after(), c.head.UpTo)
	default:
		c.v.Signed = opened.Sigs[0].Name
	}
	if rest, err := c.read(); err != nil || len(rest) > 0 {
		c.bad(c.after(), "Something stands behind the end of the export.")
		return err
	}
	return nil
}

// heldAgainstNotes looks for what notes list and the file lacks.
func (c *checker) heldAgainstNotes() {
	for seq, n := range c.heads {
		if c.v.Whole() && !c.seen[seq] && seq >= c.v.First && !n.at.After(c.v.Made) {
			c.bad(c.after(), "Entry %d is missing: the note of %s lists the log up to entry %d.", c.after(), day(n.at), seq)
		}
	}
}
