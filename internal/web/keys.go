package web

import (
	"encoding/json"
	"fmt"
	"net/http"

	"gatehouse/internal/fault"
)

const kindJSON = "application/json; charset=utf-8"

// Ask answers the script of security keys: with what a browser is to be asked, or with what is wrong, in words.
func (c *Context) Ask(options []byte, err error) error {
	f, known := fault.As(err)
	switch {
	case err == nil:
		return c.write(http.StatusOK, kindJSON, options)
	case !known:
		return err
	}
	status, problem := http.StatusConflict, f.Message
	if f.Kind == fault.KindInvalid && len(f.Fields) > 0 {
		status, problem = http.StatusUnprocessableEntity, f.Fields[0].Message
	}
	text, err := json.Marshal(map[string]string{"problem": problem})
	if err != nil {
		return fmt.Errorf("answer a script: %w", err)
	}
	return c.write(status, kindJSON, text)
}

// Door is what ties the forms of somebody who is not signed in to their browser.
func (c *Context) Door() string { return c.cookie(doorCookie) }
