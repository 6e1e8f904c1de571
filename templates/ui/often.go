package ui

import (
	"context"
	"io"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"gatehouse/internal/money"
	"gatehouse/static"
)

// The parts of this file stand on a page a hundred times. They are written by hand, because generated markup costs some
// allocations for each value that it shows; on a list those are most of the work.

// often is a part that writes itself.
func often(render func(w io.Writer) error) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error { return render(w) })
}

// write puts pieces one after the other: markup of ours, and words that have been escaped.
func write(w io.Writer, pieces ...string) error {
	for _, piece := range pieces {
		if _, err := io.WriteString(w, piece); err != nil {
			return err //nolint:wrapcheck // as generated markup does
		}
	}
	return nil
}

func esc(text string) string { return templ.EscapeString(text) }

// Money writes an amount, its digits aligned.
func Money(a money.Amount) templ.Component {
	return often(func(w io.Writer) error {
		return write(w, `<span class="gh-money gh-nowrap">`, esc(a.String()), `</span>`)
	})
}

// Moment writes a time for people, with the exact one as its title.
func Moment(r Reader, t time.Time) templ.Component {
	return often(func(w io.Writer) error { return exactly(w, `class="gh-nowrap" `, r, t, r.When) })
}

// Since writes how long ago something was, with the exact time as its title.
func Since(r Reader, t time.Time) templ.Component {
	return often(func(w io.Writer) error { return exactly(w, `class="gh-nowrap" `, r, t, r.Ago) })
}

// at is the time of an entry under the heading of its day.
func at(r Reader, t time.Time) templ.Component {
	return often(func(w io.Writer) error { return exactly(w, "", r, t, r.Clock) })
}

func exactly(w io.Writer, class string, r Reader, t time.Time, say func(time.Time) string) error {
	if t.IsZero() {
		return write(w, `<span class="gh-muted">Never</span>`)
	}
	return write(w, `<time `, class, `datetime="`, stamp(t), `" title="`, esc(r.Exact(t)), `">`, esc(say(t)), `</time>`)
}

// Date writes a day without its time, or a dash where there is none.
func Date(r Reader, t time.Time) templ.Component {
	return often(func(w io.Writer) error {
		if t.IsZero() {
			return write(w, `<span class="gh-muted">–</span>`)
		}
		day := r.calendar(t)
		return write(w, `<time class="gh-nowrap" datetime="`, day.Format(time.DateOnly), `">`,
			day.Format(dateForm), `</time>`)
	})
}

// Badge shows a state after a name.
func Badge(s State) templ.Component { return badge("gh-state", s) }

// PlainBadge shows a state inside dense tables and narrow lists.
func PlainBadge(s State) templ.Component { return badge("gh-state gh-state--plain", s) }

func badge(class string, s State) templ.Component {
	return often(func(w io.Writer) error {
		if err := write(w, `<span class="`, class, spaced(toneClass("gh-state--", s.Tone)), `">`); err != nil {
			return err
		}
		if err := drawIcon(w, s.Icon, ""); err != nil {
			return err
		}
		return write(w, " ", esc(s.Word), `</span>`)
	})
}

func spaced(class string) string {
	if class == "" {
		return ""
	}
	return " " + class
}

// Icon is a drawing beside a word; on its own it says nothing, so it is hidden from screen readers. Sizes: "icon-sm",
// "icon-lg". Nothing in it comes from people.
func Icon(name string, sizes ...string) templ.Component {
	return often(func(w io.Writer) error { return drawIcon(w, name, size(sizes)) })
}

func drawIcon(w io.Writer, name, size string) error {
	return write(w, `<svg class="icon`, size, `" viewBox="0 0 24 24" aria-hidden="true"><use href="`, static.Icons(), "#",
		name, `"></use></svg>`)
}

// answerSign is an answer in a cell of a matrix, of which a page may have a thousand.
func answerSign(a Answer) templ.Component {
	return often(func(w io.Writer) error {
		mark := ""
		if name := answerClass(a); name != "" {
			mark = " " + name
		}
		if err := write(w, `<span class="gh-m`, mark, `">`); err != nil {
			return err
		}
		if err := drawIcon(w, a.icon(), ""); err != nil {
			return err
		}
		return write(w, `<span class="visually-hidden">`, esc(a.words()), `</span></span>`)
	})
}

// LeadLink is a row's first cell with a name that leads to the thing, and a line below it.
func LeadLink(l Link, below string) templ.Component {
	return often(func(w io.Writer) error {
		if err := write(w, `<th role="rowheader" scope="row" class="gh-lead-cell"><span>`); err != nil {
			return err
		}
		var err error
		if l.URL != "" {
			err = write(w, `<a class="gh-strong" href="`, address(l.URL), `">`, esc(l.Text), `</a>`)
		} else {
			err = write(w, `<span class="gh-strong">`, esc(l.Text), `</span>`)
		}
		if err == nil && below != "" {
			err = write(w, `<br><span class="gh-muted gh-small">`, esc(below), `</span>`)
		}
		if err != nil {
			return err
		}
		return write(w, `</span></th>`)
	})
}

// address is a link's address as generated markup writes it: nothing but what browsers open as a page.
func address(url string) string { return esc(string(templ.URL(url))) }

// Say writes a sentence.
func Say(s Sentence) templ.Component {
	return often(func(w io.Writer) error {
		for _, p := range s {
			var err error
			switch {
			case p.URL != "":
				err = write(w, `<a href="`, address(p.URL), `">`, esc(p.Text), `</a>`)
			case p.Strong:
				err = write(w, `<b>`, esc(p.Text), `</b>`)
			default:
				err = write(w, esc(p.Text))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// metaList is the grey line below a sentence.
func metaList(facts []string) templ.Component {
	return often(func(w io.Writer) error {
		if len(facts) == 0 {
			return nil
		}
		if err := write(w, `<ul class="gh-meta">`); err != nil {
			return err
		}
		for _, fact := range facts {
			if err := write(w, `<li>`, esc(fact), `</li>`); err != nil {
				return err
			}
		}
		return write(w, `</ul>`)
	})
}

// factRows are the facts of an entry, within their list.
func factRows(facts []NamedValue) templ.Component {
	return often(func(w io.Writer) error {
		for _, f := range facts {
			value := esc(f.Value)
			var err error
			switch {
			case f.URL != "":
				err = write(w, `<dt>`, esc(f.Name), `</dt><dd><a class="gh-link-quiet" href="`, address(f.URL), `">`, value,
					`</a></dd>`)
			case f.Mono:
				err = write(w, `<dt>`, esc(f.Name), `</dt><dd><span class="gh-mono">`, value, `</span></dd>`)
			default:
				err = write(w, `<dt>`, esc(f.Name), `</dt><dd>`, value, `</dd>`)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// node is the sign of an entry: what it is about, by its drawing, and by its colour how it ended.
func node(e Entry) templ.Component {
	return often(func(w io.Writer) error {
		if err := write(w, `<span class="gh-node`, spaced(nodeClass(e)), `">`); err != nil {
			return err
		}
		if err := drawIcon(w, e.Icon, ""); err != nil {
			return err
		}
		return write(w, `</span>`)
	})
}

// fewChoices are so many that one sees all of them at once; more are a list to pick from.
const fewChoices = 15

// answers are the choices of a filter: a few to see at once, or a list.
func answers(f Filter) templ.Component {
	if len(f.Choices) > fewChoices {
		return often(func(w io.Writer) error { return longAnswers(w, f) })
	}
	return often(func(w io.Writer) error {
		name := esc(f.Name)
		for i, c := range f.Choices {
			id, on := esc(choiceID("filter-"+f.Name, i)), ""
			if c.Value == f.Value {
				on = " checked"
			}
			err := write(w, `<div class="form-check"><input class="form-check-input" type="radio" name="`, name, `" value="`,
				esc(c.Value), `" id="`, id, `"`, on, `> <label for="`, id, `">`, esc(c.Label), `</label></div>`)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// longAnswers are many choices, under headings where they have some.
func longAnswers(w io.Writer, f Filter) error {
	err := write(w, `<select class="form-select" name="`, esc(f.Name), `" aria-label="`, esc(f.Label), `">`)
	group := ""
	for _, c := range f.Choices {
		if err == nil {
			err = heading(w, group, c.Group)
		}
		group = c.Group
		on := ""
		if c.Value == f.Value {
			on = ` selected`
		}
		if err == nil {
			err = write(w, `<option value="`, esc(c.Value), `"`, on, `>`, esc(c.Label), `</option>`)
		}
	}
	if err == nil {
		err = heading(w, group, "")
	}
	if err != nil {
		return err
	}
	return write(w, `</select>`)
}

// heading ends the choices under one heading and begins those under the next, where they differ; empty: under none.
func heading(w io.Writer, last, next string) error {
	if last == next {
		return nil
	}
	if last != "" {
		if err := write(w, `</optgroup>`); err != nil {
			return err
		}
	}
	if next == "" {
		return nil
	}
	return write(w, `<optgroup label="`, esc(next), `">`)
}

// PickCell is the first cell of a row that can be ticked.
func PickCell(p Pick) templ.Component {
	return often(func(w io.Writer) error {
		err := write(w, `<td role="cell" class="gh-pick-cell"><input class="form-check-input m-0" type="checkbox" name="`,
			esc(p.Name), `" value="`, esc(p.Value), `" aria-label="Select `, esc(p.About), `"`)
		if err == nil && p.On {
			err = write(w, ` checked`)
		}
		if currency := p.Amount.Currency(); err == nil && currency != "" {
			err = write(w, ` data-minor="`, strconv.FormatInt(p.Amount.Minor(), 10), `" data-currency="`,
				esc(string(currency)), `" data-digits="`, strconv.Itoa(currency.Digits()), `"`)
		}
		if err != nil {
			return err
		}
		return write(w, `></td>`)
	})
}
