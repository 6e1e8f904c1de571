package imports

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/fault"
	"gatehouse/internal/platform/sheet"
)

const (
	// MostBytes is how large a file may be.
	MostBytes = 20 << 20
	// MostLines is how many lines of data a file may have.
	MostLines = 50_000
	// longestLine is how long one of them may be, in bytes, and longestCell one of its cells, in code points.
	longestLine = 64 << 10
	longestCell = 2_000
	// readAhead is what encoding/csv reads before it is asked for.
	readAhead = 4 << 10
)

// Line is one line of a file: its cells by column, or why it cannot be read.
type Line struct {
	Number int // where it begins, from 1
	Cells  map[string]string
	Wrong  *Remark // nil: it was read
}

// Reader reads a file line by line. However long the file or a line is, it needs the memory of one line.
type Reader struct {
	kind    Kind
	guard   *guard
	csv     *csv.Reader
	columns []string
	lines   int
}

// NewReader begins a file and reads its first line, which names the columns. What is wrong with the file as a whole is
// said as a fault about the field "file".
func NewReader(k Kind, r io.Reader) (*Reader, error) {
	g := &guard{from: r}
	b := bufio.NewReaderSize(g, readAhead)
	begin, err := b.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, orUnreadable(err)
	}
	switch {
	case bytes.HasPrefix(begin, []byte("\xff\xfe")), bytes.HasPrefix(begin, []byte("\xfe\xff")):
		return nil, errUTF16()
	case bytes.HasPrefix(begin, []byte("PK\x03")):
		return nil, unreadable("This is a workbook or an archive. Save the sheet as “CSV UTF-8” and choose that file.")
	case bytes.Equal(begin, []byte("\xef\xbb\xbf")):
		_, _ = b.Discard(len(begin)) // it is there
	}
	first, err := b.Peek(readAhead)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, orUnreadable(err)
	}
	line, _, _ := bytes.Cut(first, []byte("\n"))
	if len(bytes.TrimSpace(first)) == 0 {
		return nil, unreadable("This file is empty.")
	}
	reader := &Reader{kind: k, guard: g, csv: csv.NewReader(b)}
	reader.csv.Comma, reader.csv.FieldsPerRecord, reader.csv.ReuseRecord = separator(line), -1, true
	header, err := reader.csv.Read()
	if err != nil {
		return nil, orUnreadable(err)
	}
	reader.columns, err = columnsOf(k, header)
	return reader, err
}

// separator is the sign that the first line has more of.
func separator(line []byte) rune {
	if bytes.Count(line, []byte(";")) > bytes.Count(line, []byte(",")) {
		return ';'
	}
	return ','
}

// Next is the next line that is not empty; io.EOF after the last.
func (r *Reader) Next() (Line, error) {
	for {
		r.guard.since = 0
		cells, err := r.csv.Read()
		if errors.Is(err, io.EOF) {
			return Line{}, io.EOF
		}
		at := 0
		if len(cells) > 0 {
			at, _ = r.csv.FieldPos(0)
		}
		if l, ok := misquoted(err); ok {
			return r.counted(l)
		}
		if err != nil {
			return Line{}, orUnreadable(err)
		}
		if blank(cells) {
			continue
		}
		return r.counted(r.line(at, cells))
	}
}

// misquoted is the line whose quotation marks are what cannot be read, if that is what happened.
func misquoted(err error) (Line, bool) {
	bad, ok := errors.AsType[*csv.ParseError](err)
	if !ok || !errors.Is(bad.Err, csv.ErrQuote) && !errors.Is(bad.Err, csv.ErrBareQuote) {
		return Line{}, false
	}
	return Line{Number: bad.StartLine, Wrong: &Remark{
		Wrong: "the quotation marks do not fit, or one is never closed",
		Right: "put a text that has the sign itself in quotes, and double each quote inside it",
	}}, true
}

func (r *Reader) counted(l Line) (Line, error) {
	if r.lines++; r.lines > MostLines {
		return Line{}, unreadable(
			"This file has more than %d lines. Divide it, and import one part after the other.", MostLines,
		)
	}
	return l, nil
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// line puts the cells under their columns.
func (r *Reader) line(at int, cells []string) Line {
	l := Line{Number: at, Cells: map[string]string{}}
	if len(cells) != len(r.columns) {
		l.Wrong = &Remark{
			Wrong: fmt.Sprintf("this line has %d cells, and the first line names %d columns", len(cells), len(r.columns)),
			Right: "put a text that has the separator in it in quotes",
		}
		return l
	}
	for i, cell := range cells {
		name := r.columns[i]
		if name == "" {
			continue
		}
		if wrong := ill(cell); wrong != nil {
			wrong.Column, l.Wrong = name, wrong
			return l
		}
		l.Cells[name] = strings.Clone(strings.TrimSpace(sheet.Plain(strings.TrimSpace(cell))))
	}
	return l
}

// ill is what is wrong with a cell whatever its column means.
func ill(cell string) *Remark {
	switch {
	case !utf8.ValidString(cell):
		return &Remark{Wrong: "this is not UTF-8", Right: "save the file as “CSV UTF-8”"}
	case utf8.RuneCountInString(cell) > longestCell:
		return &Remark{Wrong: fmt.Sprintf("this has more than %d characters", longestCell), Right: "shorten it"}
	case strings.HasPrefix(strings.TrimSpace(cell), "="):
		return &Remark{Wrong: "this is a formula", Right: "write what it comes to"}
	}
	return nil
}

// guard stands before the reader of lines: it ends what is too large, and what is no text.
type guard struct {
	from  io.Reader
	total int64
	since int64 // read since the last line began
}

var (
	errTooLarge = errors.New("imports: the file is too large")
	errTooLong  = errors.New("imports: a line is too long")
	errNUL      = errors.New("imports: a NUL byte")
)

// Read reads on, within bounds.
func (g *guard) Read(p []byte) (int, error) {
	if g.since > longestLine {
		return 0, errTooLong
	}
	n, err := g.from.Read(p)
	g.total, g.since = g.total+int64(n), g.since+int64(n)
	switch {
	case g.total > MostBytes:
		return 0, errTooLarge
	case g.total > int64(n) && bytes.IndexByte(p[:n], 0) >= 0, // UTF-16 has them too, after its mark
		g.total == int64(n) && bytes.IndexByte(p[:n], 0) >= 0 && !utf16Mark(p[:n]):
		return 0, errNUL
	}
	return n, err //nolint:wrapcheck // an io.Reader passes errors on
}

func utf16Mark(begin []byte) bool {
	return bytes.HasPrefix(begin, []byte("\xff\xfe")) || bytes.HasPrefix(begin, []byte("\xfe\xff"))
}

func unreadable(format string, args ...any) error {
	return fault.InvalidField("file", fmt.Sprintf(format, args...))
}

func errUTF16() error {
	return unreadable("This file is UTF-16. Save it as “CSV UTF-8” and choose that file.")
}

// orUnreadable says what is wrong with a file for the reasons of its reader.
func orUnreadable(err error) error {
	switch {
	case errors.Is(err, errTooLarge):
		return unreadable("This file has more than %d MB. Divide it, and import one part after the other.", MostBytes>>20)
	case errors.Is(err, errTooLong):
		return unreadable("A line of this file is longer than %d KB: a quote may never be closed. Mend it, and try again.",
			longestLine>>10)
	case errors.Is(err, errNUL):
		return unreadable("This file has NUL bytes: it is no text, or UTF-16. Save it as “CSV UTF-8”.")
	}
	if _, ok := errors.AsType[*csv.ParseError](err); ok {
		return unreadable("The first line cannot be read: its quotation marks do not fit.")
	}
	return fmt.Errorf("read a file: %w", err)
}

func short(s string) string {
	const most = 40
	r := []rune(strings.ToValidUTF8(s, "?"))
	return string(r[:min(len(r), most)])
}
