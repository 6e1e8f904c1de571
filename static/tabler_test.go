package static_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Tabler's sheet holds what the templates name. A class that was left out would do nothing on a page, and nobody is
// told.
func TestNoTemplateNamesAClassThatWasLeftOut(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile("vendor/tabler.left-out.txt")
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for class := range strings.FieldsSeq(string(list)) {
		left[class] = true
	}
	if !left["modal"] || left["btn"] {
		t.Fatalf("the list of %d classes is not that of what was left out", len(left))
	}
	seen := 0
	err = filepath.WalkDir("../templates", func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) != ".templ" || err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		for _, class := range classes(string(text)) {
			if seen++; left[class] {
				t.Errorf("%s names the class %s, which static/vendor/tabler.min.css lacks: see static/vendor/README.md",
					path, class)
			}
		}
		return err
	})
	if err != nil || seen < 500 {
		t.Errorf("%d classes were looked at, %v", seen, err)
	}
}

// classes are the words that a template has in its attributes, and those elsewhere that can only be classes.
func classes(template string) []string {
	var out []string
	for _, in := range regexp.MustCompile(`class="([^"]*)"`).FindAllStringSubmatch(template, -1) {
		out = append(out, strings.Fields(in[1])...)
	}
	for _, in := range regexp.MustCompile(`"((?:[a-z]+-[a-z0-9-]+ ?)+)"`).FindAllStringSubmatch(template, -1) {
		out = append(out, strings.Fields(in[1])...)
	}
	return out
}
