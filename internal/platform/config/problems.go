package config

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is one bad value.
type Problem struct {
	Key    string
	Given  string // "[hidden]" for secrets
	Want   string
	Source string // "file gatehouse.yaml", "variable GATEHOUSE_LISTEN", "default"
}

// String says what is wrong in one line.
func (p Problem) String() string {
	if p.Given == "" {
		return fmt.Sprintf("%s is not set (%s): want %s", p.Key, p.Source, p.Want)
	}
	return fmt.Sprintf("%s = %q (%s): want %s", p.Key, p.Given, p.Source, p.Want)
}

// InvalidError holds every bad value of a configuration.
type InvalidError struct {
	Problems []Problem
}

// Error lists the problems, one on each line.
func (e *InvalidError) Error() string {
	lines := make([]string, 0, len(e.Problems)+1)
	lines = append(lines, fmt.Sprintf("the configuration has %d bad value(s)", len(e.Problems)))
	for _, p := range e.Problems {
		lines = append(lines, "  "+p.String())
	}
	return strings.Join(lines, "\n")
}

// Row describes one setting, for the manual.
type Row struct {
	Key, Variable, Default, Form, Meaning string
}

// Describe lists every setting in the order of the manual.
func Describe() []Row {
	var rows []Row
	for _, s := range settings() {
		rows = append(rows, Row{
			Key: s.key, Variable: variable(s.key), Default: s.fallback, Form: s.form, Meaning: s.meaning,
		})
	}
	return rows
}

// variable returns the environment's name of a key: mail.host is
// GATEHOUSE_MAIL_HOST.
func variable(key string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// nearest returns the known name that a mistyped one was most likely meant to be.
func nearest(name string, known []string) string {
	best, distance := "", 4
	for _, candidate := range known {
		if d := editDistance(name, candidate); d < distance {
			best, distance = candidate, d
		}
	}
	return best
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		previous := slices.Clone(row)
		row[0] = i + 1
		for j := range len(b) {
			change := previous[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, previous[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
