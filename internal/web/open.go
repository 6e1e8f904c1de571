package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"gatehouse/internal/platform/clock"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

// Fixed is an answer that was made beforehand, for everybody, with its headers.
type Fixed struct {
	plain, packed      []byte
	kind, tag, keep    []string
	length, packLength []string
}

// NewFixed makes one, and packs it once. Everybody may keep it for a while.
func NewFixed(kind string, content []byte, keep time.Duration) (*Fixed, error) {
	own := newDesk()
	packed, err := own.pack(content)
	if err != nil {
		return nil, err
	}
	const enough = 12 // bytes
	sum := sha256.Sum256(content)
	return &Fixed{
		plain: content, packed: packed, kind: []string{kind}, keep: []string{cached(keep)},
		tag:    []string{`"` + base64.RawURLEncoding.EncodeToString(sum[:enough]) + `"`},
		length: []string{strconv.Itoa(len(content))}, packLength: []string{strconv.Itoa(len(packed))},
	}, nil
}

func byEncoding() []string { return []string{"Accept-Encoding"} }

// Fixed sends such an answer, or says that the browser has it already. The headers are set as they were made: this is
// the page that has to hold when everybody comes at once.
func (c *Context) Fixed(f *Fixed) error {
	h := c.echo.Response().Header()
	h["Cache-Control"], h["Etag"], h["Vary"] = f.keep, f.tag, byEncoding()
	if c.Request().Header.Get("If-None-Match") == f.tag[0] {
		c.echo.Response().WriteHeader(http.StatusNotModified)
		return nil
	}
	content, length := f.plain, f.length
	if acceptsGzip(c.Request()) {
		h["Content-Encoding"] = []string{"gzip"}
		content, length = f.packed, f.packLength
	}
	h["Content-Type"], h["Content-Length"] = f.kind, length
	c.echo.Response().WriteHeader(http.StatusOK)
	if _, err := c.echo.Response().Write(content); err != nil {
		return fmt.Errorf("send the page: %w", err)
	}
	return nil
}

// Make renders a page without sending it.
func (c *Context) Make(page templ.Component) ([]byte, error) {
	var out bytes.Buffer
	err := page.Render(c.Ctx(), &out)
	return out.Bytes(), err
}

// OpenShell is the frame of a page that is the same for everybody: it knows nobody, sets no cookie and runs no script.
func (c *Context) OpenShell(title string, now time.Time) layout.Shell {
	if now.IsZero() {
		now = clock.System().Now()
	}
	assets := c.web.assets
	assets.Script = ""
	return layout.Shell{
		Title: title, Reader: ui.Reader{Now: now, Location: c.web.Zone}, Brand: c.web.brand(), Assets: assets,
		Demo: c.web.Demo,
	}
}
