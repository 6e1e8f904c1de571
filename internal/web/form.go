package web

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// maxFields bounds how many fields a form may have.
	maxFields = 500
	// defaultMax is how many characters a field may have that says nothing else: the domains say what is sensible,
	// beside the field.
	defaultMax = 5_000
)

// BadRequestError says what could not be read in a request, where no form can show it beside a field. It means
// a mistake in the program or somebody who tries things.
type BadRequestError struct{ Problems []string }

// Error is the text for logs.
func (e *BadRequestError) Error() string { return "bad request: " + strings.Join(e.Problems, "; ") }

func badRequest(format string, args ...any) error {
	return &BadRequestError{Problems: []string{fmt.Sprintf(format, args...)}}
}

// readForm reads the body of a form of ours once: URL-encoded, bounded, no more fields than any form has.
func (c *Context) readForm() error {
	if c.typed != nil {
		return nil
	}
	kind, params, err := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	if err == nil && kind == "multipart/form-data" && c.route.upload > 0 {
		return c.readParts(params["boundary"])
	}
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return badRequest("This is not a form of this site.")
	}
	if err := c.Request().ParseForm(); err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			return err // the error page knows it
		}
		return badRequest("The form could not be read.")
	}
	if len(c.Request().PostForm) > maxFields {
		return badRequest("The form has more fields than any form of this site.")
	}
	c.typed = c.Request().PostForm
	return nil
}

// Bind fills a form struct from what was sent. Its fields are strings, booleans or lists of strings, with the tag
// `form:"name"` and, where 5,000 characters are not the limit, `max:"n"`. A field that the struct does not have is
// refused, so that nothing can be set that the form does not show (SECURITY.md A5). Text is trimmed unless the tag says
// `raw:"1"`. An array of structs is a part of the form that is there several times: the fields of `form:"line"` are
// "line-0-text", "line-1-text" and so on.
func (c *Context) Bind(form any) error {
	if err := c.readForm(); err != nil {
		return err
	}
	known, err := c.fill(reflect.ValueOf(form).Elem(), "")
	if err != nil {
		return err
	}
	if c.route.upload > 0 { // what is left of a file where a form was kept for later: nothing but its field
		known = append(known, fileField)
	}
	return c.only(known, "")
}

// only refuses fields that a form does not have: those that are not known, unless they begin with a prefix.
func (c *Context) only(known []string, beside string) error {
	for name := range c.typed {
		if name != tokenField && !slices.Contains(known, name) && (beside == "" || !strings.HasPrefix(name, beside)) {
			return badRequest("The form has no field %q.", shorten(name))
		}
	}
	return nil
}

// fill sets the fields of a struct whose names begin with a prefix, and returns their names.
func (c *Context) fill(v reflect.Value, prefix string) (known []string, err error) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name := prefix + field.Tag.Get("form")
		if v.Field(i).Kind() == reflect.Array {
			for n := range v.Field(i).Len() {
				inner, err := c.fill(v.Field(i).Index(n), name+"-"+strconv.Itoa(n)+"-")
				if err != nil {
					return nil, err
				}
				known = append(known, inner...)
			}
			continue
		}
		known = append(known, name)
		if err := setField(v.Field(i), field.Tag, name, c.typed[name]); err != nil {
			return nil, err
		}
	}
	return known, nil
}

func setField(v reflect.Value, tag reflect.StructTag, name string, sent []string) error {
	limit := defaultMax
	if n, err := strconv.Atoi(tag.Get("max")); err == nil {
		limit = n
	}
	for i, text := range sent {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return badRequest("The field %q is not text.", name)
		}
		if tag.Get("raw") == "" {
			sent[i] = strings.TrimSpace(text)
		}
		if utf8.RuneCountInString(text) > limit {
			return badRequest("The field %q is longer than %d characters.", name, limit)
		}
	}
	switch v.Kind() { //nolint:exhaustive // default refuses the others
	case reflect.Slice:
		v.Set(reflect.ValueOf(slices.Clone(sent)))
	case reflect.Bool:
		v.SetBool(len(sent) > 0 && sent[0] != "")
	case reflect.String:
		if len(sent) > 1 {
			return badRequest("The field %q was sent twice.", name)
		}
		if len(sent) == 1 {
			v.SetString(sent[0])
		}
	default:
		return fmt.Errorf("web: a form field cannot be a %s", v.Kind())
	}
	return nil
}

func shorten(s string) string {
	r := []rune(strings.ToValidUTF8(s, "?"))
	return string(r[:min(len(r), 40)])
}

// Version reads back the version of a thing that a form showed.
func Version(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, badRequest("The form does not say which version of the thing it showed.")
	}
	return n, nil
}
