package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"gatehouse/internal/platform/clock"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

// Fixed is an answer that was made beforehand, for everybody.
type Fixed struct {
	kind          string
	plain, packed []byte
	tag           string
}

// NewFixed makes one, and packs it once.
func NewFixed(kind string, content []byte) (*Fixed, error) {
	sum := sha256.Sum256(content)
	f := &Fixed{kind: kind, plain: content, tag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
	var packed bytes.Buffer
	err := pack(&packed, content)
	f.packed = packed.Bytes()
	return f, err
}

// Fixed sends such an answer, or says that the browser has it already. Everybody may keep it for a while.
func (c *Context) Fixed(f *Fixed, keep time.Duration) error {
	c.CacheFor(keep)
	h := c.echo.Response().Header()
	h.Set("ETag", f.tag)
	h.Set("Vary", "Accept-Encoding")
	if c.Request().Header.Get("If-None-Match") == f.tag {
		c.echo.Response().WriteHeader(http.StatusNotModified)
		return nil
	}
	content := f.plain
	if acceptsGzip(c.Request()) {
		h.Set("Content-Encoding", "gzip")
		content = f.packed
	}
	h.Set("Content-Type", f.kind)
	h.Set("Content-Length", strconv.Itoa(len(content)))
	c.echo.Response().WriteHeader(http.StatusOK)
	_, err := c.echo.Response().Write(content)
	return err
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
		Title: title, Reader: ui.Reader{Now: now, Location: c.web.Zone}, Brand: c.web.Brand, Assets: assets, Demo: c.web.Demo,
	}
}
