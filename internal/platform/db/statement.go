package db

import (
	"slices"
	"strings"
)

// facts are what the guard needs to know of a statement's text.
type facts struct {
	writes  bool
	target  string   // the first table named, or the one that is written
	scoped  []string // the scoped tables named
	columns []string // the scope columns that the conditions (or, in INSERT, the columns) name
	loose   bool     // some part reads scoped tables, and no scope column confines it
	unclear bool     // several statements, comments, or a text without an end
}

// analyse reads a statement's text. It knows words and brackets, not grammar: that is enough to see which tables are
// named, and whether a scope column confines each part that names one. A condition that OR makes optional confines
// nothing. The value of the scope must be bound all the same.
func (s schema) analyse(text string) facts {
	r := reading{schema: s, open: []level{{}}}
	for text != "" {
		text = r.step(text)
	}
	for len(r.open) > 0 {
		r.close()
	}
	return r.facts
}

// level is what stands between two brackets, or of them what one SELECT reads.
type level struct {
	query      bool
	conditions bool // now come conditions
	either     bool // among them is an OR
	scoped     bool // names scoped tables
	columns    []string
}

// reading is how far a text has been read.
type reading struct {
	schema schema
	facts  facts
	open   []level // the innermost last
	first  string  // the statement's first word
	dotted bool    // the last sign was a dot: what follows is a column
}

// step reads the next word or sign and returns what follows it.
func (r *reading) step(text string) string {
	n := 0
	for n < len(text) && inWord(text[n]) {
		n++
	}
	if n > 0 {
		qualifies := strings.HasPrefix(strings.TrimLeft(text[n:], "`\""), ".")
		r.word(strings.ToLower(text[:n]), qualifies)
		r.dotted = false
		return text[n:]
	}
	switch c := text[0]; c {
	case '\'':
		_, rest, closed := strings.Cut(text[1:], "'")
		r.facts.unclear = r.facts.unclear || !closed
		return rest
	case '(':
		r.open = append(r.open, level{conditions: r.at().conditions})
	case ')':
		if len(r.open) > 1 {
			r.close()
		}
	case ';':
		r.facts.unclear = r.facts.unclear || strings.TrimSpace(text[1:]) != ""
	case '-', '/', '#':
		r.facts.unclear = r.facts.unclear || c == '#' || strings.HasPrefix(text, "--") || strings.HasPrefix(text, "/*")
	}
	r.dotted = text[0] == '.' || r.dotted && (text[0] == '`' || text[0] == '"')
	return text[1:]
}

func inWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

func (r *reading) at() *level { return &r.open[len(r.open)-1] }

// word takes down what a word means. One that qualifies stands before a dot: a table that was named elsewhere.
func (r *reading) word(w string, qualifies bool) {
	l := r.at()
	if r.first == "" {
		r.first = w
		r.facts.writes = !slices.Contains([]string{"select", "with", "show", "pragma"}, w)
		l.conditions = w == "insert" || w == "replace" // an INSERT's columns are its conditions
		return
	}
	if columns, ok := r.schema[w]; ok && !qualifies && !r.dotted {
		r.facts.names(w, len(columns) > 0)
		l.scoped = l.scoped || len(columns) > 0
		return
	}
	switch w {
	case "select":
		r.confined(*l)
		*l = level{query: true}
	case "insert", "update", "delete":
		if r.first == "with" && len(r.open) == 1 {
			r.facts.writes, r.facts.target = true, ""
		}
	case "where", "on":
		l.conditions = true
	case "group", "order", "having", "limit", "window":
		l.conditions = false
	case "or":
		l.either = l.either || l.conditions
	default:
		if l.conditions && slices.Contains(scopeColumns(), w) {
			l.columns = append(l.columns, w)
		}
	}
}

// close ends the innermost level. What confines it confines the one around it too, where it stands among the
// conditions of that one.
func (r *reading) close() {
	l := *r.at()
	r.open = r.open[:len(r.open)-1]
	if l.query || len(r.open) == 0 {
		r.confined(l)
	}
	if len(r.open) == 0 {
		return
	}
	around := r.at()
	around.scoped = around.scoped || l.scoped && !l.query
	if !l.either && (around.conditions || !l.query) {
		around.columns = append(around.columns, l.columns...)
	}
}

// confined asks of a level that ends whether a scope column confines it.
func (r *reading) confined(l level) {
	if l.either {
		l.columns = nil
	}
	r.facts.loose = r.facts.loose || l.scoped && len(l.columns) == 0
	for _, c := range l.columns {
		if !slices.Contains(r.facts.columns, c) {
			r.facts.columns = append(r.facts.columns, c)
		}
	}
}

// names takes down that the statement names a table.
func (f *facts) names(table string, scoped bool) {
	if f.target == "" {
		f.target = table
	}
	if scoped && !slices.Contains(f.scoped, table) {
		f.scoped = append(f.scoped, table)
	}
}
