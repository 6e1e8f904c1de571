package sheet

import (
	"encoding/csv"
	"fmt"
	"strings"
	"unicode"
)

// Pasted is one line of what somebody pasted, or of a file that a spreadsheet wrote.
type Pasted struct {
	Line  int      // where it begins, from 1
	Cells []string // without the spaces around them; nil where the line cannot be read
	Text  string   // as it stands there
}

// ReadPasted reads what people paste: rows as Excel, LibreOffice or a mail program write them, with the separator that
// the first line uses. Each line becomes a row or is given back as it is, so that nothing is lost; empty ones are left
// out. At most `most` rows are read; more says that there are others.
func ReadPasted(text string, most int) (rows []Pasted, more bool) {
	lines := strings.Split(tidied(text), "\n")
	separator, at := separatorOf(lines)
	for at < len(lines) {
		row, next := readOne(lines, at, separator)
		at = next
		if strings.TrimSpace(row.Text) == "" || row.Cells != nil && strings.Join(row.Cells, "") == "" {
			continue
		}
		if len(rows) == most {
			return rows, true
		}
		rows = append(rows, row)
	}
	return rows, false
}

// tidied takes out what no reader sees: the mark that Windows programs put first, and the ways of ending a line.
func tidied(text string) string {
	text = strings.TrimPrefix(text, "\ufeff")
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
}

// separatorOf is what stands between cells, and the first line with cells: Excel may say it in a line of its own.
func separatorOf(lines []string) (separator rune, first int) {
	for i, line := range lines {
		bare := strings.TrimSpace(line)
		if bare == "" {
			continue
		}
		if sign, ok := strings.CutPrefix(strings.ToLower(bare), "sep="); ok && len(sign) == 1 && isSeparator(rune(sign[0])) {
			return rune(sign[0]), i + 1
		}
		return mostUsed(line), 0
	}
	return ',', 0
}

func isSeparator(r rune) bool { return r == ',' || r == ';' || r == '\t' }

// mostUsed is the separator that a line has most of outside quotes. Cells copied from a spreadsheet have tabs between
// them.
func mostUsed(line string) rune {
	counts, quoted := map[rune]int{}, false
	for _, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
		case !quoted && isSeparator(r):
			counts[r]++
		}
	}
	best := ','
	for _, r := range []rune{';', '\t'} {
		if counts[r] > counts[best] || r == '\t' && counts[r] > 0 {
			best = r
		}
	}
	return best
}

// readOne reads the row that begins at a line, and says where the next one does. A quote that is never closed spoils
// its own line only.
func readOne(lines []string, at int, separator rune) (Pasted, int) {
	const longest = 20 // lines that a row may have
	row := Pasted{Line: at + 1, Text: lines[at]}
	if !strings.Contains(row.Text, `"`) {
		row.Cells = trimmed(strings.Split(row.Text, string(separator)))
		return row, at + 1
	}
	whole := strings.Join(lines[at:min(at+longest, len(lines))], "\n") + "\n"
	cells, read, err := quoted(whole, separator, false)
	if err == nil {
		taken := strings.Count(whole[:read], "\n")
		row.Cells, row.Text = trimmed(cells), strings.Join(lines[at:at+taken], "\n")
		return row, at + taken
	}
	if strings.Count(row.Text, `"`)%2 == 0 { // quotes that are words, not marks: Ben "Benny" Okafor
		if cells, _, err = quoted(row.Text+"\n", separator, true); err == nil {
			row.Cells = trimmed(cells)
		}
	}
	return row, at + 1
}

// quoted reads one row in which there are quotes, and says how much of the text it took.
func quoted(text string, separator rune, lazy bool) ([]string, int64, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace, r.LazyQuotes = separator, -1, separator != '\t', lazy
	cells, err := r.Read()
	if err != nil {
		return nil, 0, fmt.Errorf("read a row: %w", err)
	}
	return cells, r.InputOffset(), nil
}

// trimmed are the cells as they are meant: on one line, and without what a spreadsheet puts around a text so that it
// stays one.
func trimmed(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		c = strings.Join(strings.FieldsFunc(c, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' }), " ")
		if rest, ok := strings.CutPrefix(c, `="`); ok && strings.HasSuffix(rest, `"`) {
			c = strings.TrimSuffix(rest, `"`)
		}
		out[i] = Plain(c)
	}
	return out
}
