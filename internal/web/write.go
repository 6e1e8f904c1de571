package web

import (
	"compress/gzip"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

// gzipFrom is the size from which a page is compressed.
const gzipFrom = 1400

// packing is the level at which pages are compressed: the lowest that looks for the longer of two matches, with which
// a page of the log weighs less than 20 kB.
const packing = 4

var packers = sync.Pool{New: func() any { //nolint:gochecknoglobals // a pool is shared
	w, _ := gzip.NewWriterLevel(io.Discard, packing) // the level is one of the package's own
	return w
}}

// write sends a finished answer, compressed where that helps. The form token looks different on every page, so that the
// length of a compressed page tells nothing about it.
func (c *Context) write(status int, contentType string, content []byte) error {
	h := c.echo.Response().Header()
	h.Set("Content-Type", contentType)
	text := strings.HasPrefix(contentType, "text/")
	if text {
		h.Set("Vary", "Accept-Encoding")
	}
	if text && len(content) >= gzipFrom && acceptsGzip(c.Request()) {
		h.Set("Content-Encoding", "gzip")
		c.echo.Response().WriteHeader(status)
		return pack(c.echo.Response(), content)
	}
	h.Set("Content-Length", strconv.Itoa(len(content)))
	c.echo.Response().WriteHeader(status)
	if _, err := c.echo.Response().Write(content); err != nil {
		return fmt.Errorf("send the page: %w", err)
	}
	return nil
}

func pack(to io.Writer, content []byte) error {
	gz, _ := packers.Get().(*gzip.Writer)
	defer packers.Put(gz)
	gz.Reset(to)
	if _, err := gz.Write(content); err != nil {
		return fmt.Errorf("send the page: %w", err)
	}
	if err := gz.Close(); err != nil {
		return fmt.Errorf("send the page: %w", err)
	}
	return nil
}
