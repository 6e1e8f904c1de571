package static_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"regexp"
	"strings"
	"testing"

	"gatehouse/static"
)

func load(t *testing.T) *static.Set {
	t.Helper()
	set, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestAddressCarriesTheHash(t *testing.T) {
	set := load(t)
	for _, name := range []string{
		"css/gatehouse.css", "vendor/tabler.min.css", "js/gatehouse.js", "img/gatehouse.svg", "img/icons.svg",
	} {
		address := set.URL(name)
		if !regexp.MustCompile(`^/static/[a-z]+/[a-z.]+\.[0-9a-f]{12}\.[a-z]+$`).MatchString(address) {
			t.Errorf("%s has the address %q", name, address)
		}
		content, gzipped, kind, ok := set.Open(strings.TrimPrefix(address, static.Prefix))
		if !ok || len(content) == 0 || kind == "" {
			t.Fatalf("%s does not open", address)
		}
		r, err := gzip.NewReader(bytes.NewReader(gzipped))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s differs when unpacked (%v)", name, err)
		}
	}
}

func TestTheIconsAreAFileOfTheSet(t *testing.T) {
	if got, want := static.Icons(), load(t).URL("img/icons.svg"); got != want || want == "" {
		t.Errorf("pages look for icons at %q, they are at %q", got, want)
	}
}

func TestOnlyKnownFilesOpen(t *testing.T) {
	set := load(t)
	for _, name := range []string{"", "css/gatehouse.css", "../embed.go", "vendor/README.md", "vendor/LICENSE-tabler"} {
		if _, _, _, ok := set.Open(name); ok {
			t.Errorf("%q opened", name)
		}
	}
	if got := set.URL("css/none.css"); got != "" {
		t.Errorf("a missing file has the address %q", got)
	}
}

func TestStylesheetNamesTheFontThatExists(t *testing.T) {
	set := load(t)
	sheet, _, _, _ := set.Open(strings.TrimPrefix(set.URL("css/gatehouse.css"), static.Prefix))
	font := regexp.MustCompile(`url\("(/static/[^"]+\.woff2)"\)`).FindSubmatch(sheet)
	if font == nil {
		t.Fatal("the stylesheet names no font")
	}
	content, gzipped, kind, ok := set.Open(strings.TrimPrefix(string(font[1]), static.Prefix))
	if !ok || len(content) == 0 || gzipped != nil || kind != "font/woff2" {
		t.Errorf("font: ok %v, %d bytes, %d gzipped, %s", ok, len(content), len(gzipped), kind)
	}
}

// A first visit fetches all of these; the page itself adds about 10 kB.
func TestFirstVisitStaysLight(t *testing.T) {
	set := load(t)
	total := 0
	for _, name := range []string{
		"css/gatehouse.css", "vendor/tabler.min.css", "js/gatehouse.js", "vendor/inter-latin.woff2",
	} {
		content, gzipped, _, _ := set.Open(strings.TrimPrefix(set.URL(name), static.Prefix))
		if gzipped == nil {
			gzipped = content
		}
		total += len(gzipped)
	}
	if total > 142_000 {
		t.Errorf("stylesheets, script and font weigh %d bytes", total)
	}
}
