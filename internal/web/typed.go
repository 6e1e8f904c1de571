package web

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Typed are the fields of a form whose names are known only to its area, each at most once and trimmed, and what is in
// the file that came with it. Another field is refused, as Bind does. Of a field that was not sent there is none.
func (c *Context) Typed(known ...string) (fields map[string]string, content []byte, err error) {
	if err := c.readForm(); err != nil {
		return nil, nil, err
	}
	fields = map[string]string{}
	for name, sent := range c.typed {
		switch {
		case name == tokenField, name == fileField && c.route.upload > 0:
			continue
		case !slices.Contains(known, name):
			return nil, nil, badRequest("The form has no field %q.", shorten(name))
		case len(sent) != 1:
			return nil, nil, badRequest("The field %q was sent twice.", name)
		case !utf8.ValidString(sent[0]) || strings.ContainsRune(sent[0], 0):
			return nil, nil, badRequest("The field %q is not text.", name)
		}
		fields[name] = strings.TrimSpace(sent[0])
	}
	if c.file == nil {
		return fields, nil, nil
	}
	if content, err = io.ReadAll(c.file); err != nil {
		return nil, nil, unreadablePart(err)
	}
	return fields, content, nil
}
