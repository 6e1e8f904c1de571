// Package sheet writes tables for spreadsheets. A cell never begins with a sign that a spreadsheet takes for a formula,
// whatever somebody calls themselves (SECURITY.md F3), and reading it back gives what was meant. It knows nothing of
// what is in the table.
package sheet

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"unicode"
)

// guardSign stands before what would otherwise begin a formula.
const guardSign = '\''

// Cell is a text as a spreadsheet may have it: on one line, and never a formula.
func Cell(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text)
	if begins(text) {
		return string(guardSign) + text
	}
	return text
}

// begins says whether a spreadsheet, or Plain, would take the text for something else.
func begins(text string) bool {
	if text == "" {
		return false
	}
	switch text[0] {
	case '=', '+', '-', '@', guardSign:
		return true
	}
	return strings.HasPrefix(text, "\uff1d") || strings.HasPrefix(text, "\uff0b") ||
		strings.HasPrefix(text, "\uff0d") || strings.HasPrefix(text, "\uff20") // their full-width forms
}

// Plain is the text that Cell made a cell of, but for its control characters.
func Plain(cell string) string {
	rest, ok := strings.CutPrefix(cell, string(guardSign))
	if ok && begins(rest) {
		return rest
	}
	return cell
}

// Write makes a file of rows, each of as many cells as it has.
func Write(rows [][]string) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, text := range row {
			cells[i] = Cell(text)
		}
		if err := w.Write(cells); err != nil {
			return nil, fmt.Errorf("write a table: %w", err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return nil, fmt.Errorf("write a table: %w", err)
	}
	return out.Bytes(), nil
}

// Read gives back the rows of such a file.
func Read(file []byte) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(file))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read a table: %w", err)
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = Plain(cell)
		}
	}
	return rows, nil
}
