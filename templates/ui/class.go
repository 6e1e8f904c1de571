package ui

import (
	"context"
	"io"
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

// Icon is a drawing beside a word; on its own it says nothing, so it is hidden from screen readers. Sizes: "icon-sm",
// "icon-lg". It is written by hand because a page has a hundred of them. Nothing in it comes from people.
func Icon(name string, sizes ...string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		for _, piece := range [...]string{
			`<svg class="icon`, size(sizes), `" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" `,
			`stroke-linejoin="round" aria-hidden="true"><path d="`, outline(name), `"></path></svg>`,
		} {
			if _, err := io.WriteString(w, piece); err != nil {
				return err //nolint:wrapcheck // as generated markup does
			}
		}
		return nil
	})
}

func size(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return templ.EscapeString(" " + strings.Join(names, " "))
}
