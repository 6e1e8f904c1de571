package web

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// gzipFrom is the size from which a page is compressed.
const gzipFrom = 1400

// write sends a finished answer, compressed where that helps. The form token looks different on every page, so that the
// length of a compressed page tells nothing about it.
func (c *Context) write(status int, contentType string, content []byte) error {
	packed := strings.HasPrefix(contentType, "text/") && len(content) >= gzipFrom && acceptsGzip(c.Request())
	if packed {
		err := c.web.desks.at(c.Ctx(), func(own *desk) (err error) {
			content, err = own.pack(content)
			content = bytes.Clone(content)
			return err
		})
		if err != nil {
			return err
		}
	}
	return c.send(status, contentType, content, packed)
}

// send sends an answer as it is.
func (c *Context) send(status int, contentType string, content []byte, packed bool) error {
	h := c.echo.Response().Header()
	h.Set("Content-Type", contentType)
	if strings.HasPrefix(contentType, "text/") {
		h.Set("Vary", "Accept-Encoding")
	}
	if packed {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(content)))
	c.echo.Response().WriteHeader(status)
	if _, err := c.echo.Response().Write(content); err != nil {
		return fmt.Errorf("send the page: %w", err)
	}
	return nil
}
