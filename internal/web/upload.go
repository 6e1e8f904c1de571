package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
)

const (
	// fileField is what the field of a file is called. It stands last in its form, so that the token and all other fields
	// are known before any of the file is read.
	fileField = "file"
	// mostBeside bounds, in bytes, what the fields beside a file have.
	mostBeside = 64 << 10
)

// Upload is a file that comes with a form. It is read once, as it comes in, and kept nowhere.
type Upload struct {
	io.Reader

	Name string // as whoever sends it calls it; never a path
}

// File is the file that came with the form; nil where none was chosen.
func (c *Context) File() *Upload { return c.file }

// Lost is what a file is called that was chosen, and did not come along while whoever sent it confirmed who they are;
// empty: none was. A form carries its fields through that, and no file.
func (c *Context) Lost() string {
	if c.file != nil || c.route.upload == 0 {
		return ""
	}
	return first(c.typed[fileField])
}

// LostNote is what a form says of a file that is lost.
const LostNote = "The file did not come along while you confirmed. Choose it again."

// bodyLimit is how many bytes a request may have.
func (w *Web) bodyLimit(method, path string) int64 {
	for _, r := range w.routes {
		if r.upload > 0 && r.Path == path && r.Method == method {
			return r.upload + mostBeside
		}
	}
	return w.BodyLimit
}

// readParts reads the fields of a form that come before its file, and leaves the file to be read.
func (c *Context) readParts(boundary string) error {
	parts := multipart.NewReader(c.Request().Body, boundary)
	typed, left := map[string][]string{}, int64(mostBeside)
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return unreadablePart(err)
		}
		if part.FormName() == fileField {
			if part.FileName() != "" {
				c.file = &Upload{Reader: part, Name: part.FileName()}
			}
			break // what comes after it is not read
		}
		text, err := io.ReadAll(io.LimitReader(part, left+1))
		if err != nil {
			return unreadablePart(err)
		}
		if left -= int64(len(text)); left < 0 || len(typed) > maxFields {
			return badRequest("The form has more in it than any form of this site.")
		}
		typed[part.FormName()] = append(typed[part.FormName()], string(text))
	}
	c.typed = typed
	return nil
}

func unreadablePart(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return err // the error page knows it
	}
	return badRequest("The form could not be read.")
}
