package activity

import (
	"encoding/json"
	"errors"
)

// member reads the string of a field of an object whose fields have an order but may each be left out.
func (c *cursor) member(key string, first *bool) string {
	if !c.begins(key, first) {
		return ""
	}
	return c.text()
}

// begins steps over the name of such a field, and the comma before it.
func (c *cursor) begins(key string, first *bool) bool {
	before := c.rest
	if !*first && !c.take(",") || !c.take(key) {
		c.rest = before
		return false
	}
	*first = false
	return true
}

// readPersonal reads a field's content into the entry.
func readPersonal(e *Entry, field, text string) error {
	switch field {
	case fieldWho:
		if who, ok := quickWho(text); ok {
			e.Who = who
			return nil
		}
		return json.Unmarshal([]byte(text), &e.Who) // the caller says what it was
	case fieldWhat:
		if what, ok := quickWhat(text); ok {
			e.What = what
			return nil
		}
		return json.Unmarshal([]byte(text), &e.What) // see above
	}
	return errors.New("unknown field")
}

func quickWho(text string) (Who, bool) {
	c, first := cursor{rest: text}, true
	c.must("{")
	who := Who{
		Name:     c.member(`"name":`, &first),
		Role:     c.member(`"role":`, &first),
		OnBehalf: c.member(`"on_behalf":`, &first),
		Address:  c.member(`"address":`, &first),
		Country:  c.member(`"country":`, &first),
		Device:   c.member(`"device":`, &first),
	}
	c.must("}")
	return who, !c.bad && c.rest == ""
}

func quickWhat(text string) (What, bool) {
	c, first := cursor{rest: text}, true
	c.must("{")
	what := What{Label: c.member(`"label":`, &first), Reason: c.member(`"reason":`, &first)}
	if c.begins(`"changes":`, &first) {
		c.must("[")
		what.Changes = append(what.Changes, c.change())
		for !c.bad && c.take(",") {
			what.Changes = append(what.Changes, c.change())
		}
		c.must("]")
	}
	c.must("}")
	return what, !c.bad && c.rest == ""
}

func (c *cursor) change() Change {
	first := true
	c.must("{")
	change := Change{
		Field: c.member(`"field":`, &first), Old: c.member(`"old":`, &first), New: c.member(`"new":`, &first),
	}
	if c.begins(`"redacted":`, &first) {
		change.Redacted = c.flag()
	}
	c.must("}")
	return change
}
