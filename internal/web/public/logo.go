package public

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gatehouse/internal/web"
)

// largestLogo bounds the file that stands on every page.
const largestLogo = 200 << 10

// readLogo reads the provider's logo once and returns what serves it. Its type goes by the name and by the content:
// a picture that is none stops the start. Scripts in an SVG never run: the content policy of every answer forbids them.
func readLogo(path string) (web.Handler, error) {
	content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("the logo: %w", err)
	}
	if len(content) > largestLogo {
		return nil, fmt.Errorf("the logo %s is larger than %d KiB", path, largestLogo>>10)
	}
	kind := ""
	switch strings.ToLower(filepath.Ext(path)) {
	case ".svg":
		if bytes.Contains(content, []byte("<svg")) {
			kind = "image/svg+xml"
		}
	case ".png":
		if bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")) {
			kind = "image/png"
		}
	}
	if kind == "" {
		return nil, errors.New("the logo " + path + " is neither an SVG nor a PNG picture")
	}
	return func(c *web.Context) error {
		c.CacheFor(time.Hour)
		return c.Bytes(kind, content)
	}, nil
}
