package ui

import (
	"strings"

	"github.com/a-h/templ"
)

// class is a class attribute for parts that stand in a list fifty times: markup's own way to join class names makes
// a map each time. It is spread: <span { class("gh-state", …)... }>.
func class(names ...string) templ.Attributer {
	joined := ""
	for _, n := range names {
		switch {
		case n == "":
		case joined == "":
			joined = n
		default:
			joined += " " + n
		}
	}
	return classes(joined)
}

type classes string

// Items are the attributes: none or one.
func (c classes) Items() []templ.KeyValue[string, any] {
	if c == "" {
		return nil
	}
	return []templ.KeyValue[string, any]{{Key: "class", Value: string(c)}}
}

func size(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return templ.EscapeString(" " + strings.Join(names, " "))
}
