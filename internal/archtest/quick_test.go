package archtest_test

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// S3: hashes that cost nothing are for tests and for the demo, which one function decides about.
func TestTheProductHashesInEarnest(t *testing.T) {
	t.Parallel()
	if found := callers(t, os.DirFS("../.."), "NewQuickHasher("); !slices.Equal(found, []string{"internal/app/app.go"}) {
		t.Errorf("these hash passwords as tests do: %q", found)
	}
	planted := fstest.MapFS{
		"internal/app/app.go":                        {Data: []byte("Hasher: passwords.NewQuickHasher(),")},
		"internal/app/app_test.go":                   {Data: []byte("Hasher: passwords.NewQuickHasher(),")},
		"internal/testkit/site/site.go":              {Data: []byte("Hasher: passwords.NewQuickHasher(),")},
		"internal/identity/passwords/hashing.go":     {Data: []byte("func NewQuickHasher() *Hasher {")},
		"internal/identity/passwords/aside_linux.go": {Data: []byte("h := NewQuickHasher()")},
	}
	if found := callers(t, planted, "NewQuickHasher("); len(found) != 2 {
		t.Errorf("of two planted callers were found %q", found)
	}
}

// callers are the files of the product that have a call in them; the function's own declaration is none.
func callers(t *testing.T, files fs.FS, call string) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(files, ".", func(file string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") ||
			strings.HasPrefix(file, "internal/testkit/") {
			return err
		}
		content, err := fs.ReadFile(files, file)
		if text := strings.ReplaceAll(string(content), "func "+call, ""); strings.Contains(text, call) {
			found = append(found, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
