package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"
)

// Prefix is where the files live on the site.
const Prefix = "/static/"

// hashDigits is the length of the hash in an address; 48 bits never meet by chance among a dozen files.
const hashDigits = 12

// Set is every file by its fingerprinted address. It is made once at start and is safe for use by many requests.
type Set struct {
	urls  map[string]string // "css/gatehouse.css" → "/static/css/gatehouse.<hash>.css"
	files map[string]file   // "css/gatehouse.<hash>.css" → the file
}

type file struct {
	content     []byte
	contentType string
	packed      func() []byte // made at the first request, so that start-up does not wait for it
}

// Load fingerprints the embedded files. An address that is asked for later and does not exist is a mistake in the
// program, so callers load once and stop if it fails.
func Load() (*Set, error) {
	s := &Set{urls: map[string]string{}, files: map[string]file{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		kind, served := contentType(name)
		if !served {
			return nil
		}
		return s.add(name, kind)
	})
	if err != nil {
		return nil, fmt.Errorf("static: load: %w", err)
	}
	return s, s.pointFontAtItself()
}

func (s *Set) add(name, kind string) error {
	content, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	if path.Ext(name) == ".js" { // a line that is nothing but a comment is for readers of the source
		content = regexp.MustCompile(`(?m)^[ \t]*//.*\n`).ReplaceAll(content, nil)
	}
	s.put(name, kind, content)
	return nil
}

// fingerprinted is a file's name with the hash of what it holds.
func fingerprinted(name string, content []byte) string {
	sum := sha256.Sum256(content)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:])[:hashDigits] + ext
}

// drawings is the file with the icons.
const drawings = "img/icons.svg"

var icons = sync.OnceValue(func() string { //nolint:gochecknoglobals // it never changes
	content, err := files.ReadFile(drawings)
	if err != nil {
		return "" // it is built in
	}
	return Prefix + fingerprinted(drawings, content)
})

// Icons is the address of the file with the icons: Icons() + "#check" is one of them. A page names its icons a hundred
// times and more; drawn in place, they would be a third of it.
func Icons() string { return icons() }

func (s *Set) put(name, kind string, content []byte) {
	printed := fingerprinted(name, content)
	ext := path.Ext(name)
	f := file{content: content, contentType: kind, packed: func() []byte { return nil }}
	if !packedAlready(ext) {
		f.packed = sync.OnceValue(func() []byte { return pack(content) })
	}
	if old, found := s.urls[name]; found {
		delete(s.files, strings.TrimPrefix(old, Prefix))
	}
	s.urls[name] = Prefix + printed
	s.files[printed] = f
}

// pointFontAtItself writes the font's fingerprinted address into the stylesheet, which names it plainly.
func (s *Set) pointFontAtItself() error {
	const sheet, font = "css/gatehouse.css", "vendor/inter-latin.woff2"
	content, err := files.ReadFile(sheet)
	if err != nil {
		return fmt.Errorf("static: load: %w", err)
	}
	s.put(sheet, "text/css; charset=utf-8",
		bytes.ReplaceAll(lean(content), []byte("../"+font), []byte(s.urls[font])))
	return nil
}

// lean leaves out what only readers of the stylesheet need: its comments, its indents, its empty lines.
func lean(sheet []byte) []byte {
	sheet = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAll(sheet, nil)
	return regexp.MustCompile(`(?m)^\s+`).ReplaceAll(sheet, nil)
}

// URL is the address of a file, for example URL("css/gatehouse.css"). It is empty for a file that does not exist.
func (s *Set) URL(name string) string { return s.urls[name] }

// Open finds a file by the part of its address after [Prefix]. The second result is the same content compressed with
// gzip, or nil where that saves nothing. A hit may be cached for ever: another content has another address.
func (s *Set) Open(name string) (content, gzipped []byte, contentType string, ok bool) {
	f, ok := s.files[name]
	if !ok {
		return nil, nil, "", false
	}
	return f.content, f.packed(), f.contentType, true
}

func contentType(name string) (kind string, served bool) {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8", true
	case ".js":
		return "text/javascript; charset=utf-8", true
	case ".svg":
		return "image/svg+xml", true
	case ".woff2":
		return "font/woff2", true
	default:
		return "", false
	}
}

func packedAlready(ext string) bool { return ext == ".woff2" }

func pack(content []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(content); err != nil {
		return nil
	}
	if err := w.Close(); err != nil {
		return nil
	}
	return out.Bytes()
}
