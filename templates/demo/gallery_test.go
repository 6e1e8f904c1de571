package demo_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"gatehouse/templates/demo"
)

// The gallery has a part for each thing that pages are made of, under its name.
func TestTheGalleryNamesItsParts(t *testing.T) {
	t.Parallel()
	var headings []string
	for _, part := range demo.Parts() {
		var out strings.Builder
		page := demo.Components(demo.ComponentsPage{Shell: olivia("Components"), URL: part.URL, QR: square()})
		if err := page.Render(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(out.String()))
		if err != nil {
			t.Fatal(err)
		}
		headings = append(headings, doc.Find("main h2").Map(func(_ int, h *goquery.Selection) string {
			return strings.ToLower(h.Text())
		})...)
	}
	for _, name := range []string{
		"badge", "money", "date and time", "person", "device", "place", "key-value list", "table", "sort", "filter", "bulk",
		"pager", "export", "form field", "help and error", "fieldset", "empty state", "confirm page", "flash", "timeline",
		"stat", "progress", "tabs", "breadcrumb", "account switcher", "permission matrix", "sparkline", "bar", "heat map",
		"qr", "code block with copy", "printable sheet", "log", "conversation", "long work", "buttons",
	} {
		word := regexp.MustCompile(`\b` + name + `\b`)
		if !slices.ContainsFunc(headings, word.MatchString) {
			t.Errorf("no part of the gallery is called %q", name)
		}
	}
}

// Each component of templates/ui is drawn in the gallery, by itself or within another, in each state that it has.
func TestTheGalleryHasEveryComponentInEveryState(t *testing.T) {
	t.Parallel()
	shown := sources(t, ".")
	if got := missing("templ Shown() {\n}\n\ntempl NeverShown() {\n}\n\ntempl Within() {\n}\n\n"+
		"templ Around() {\n\t@Within()\n}\n", "@ui.Shown() @ui.Around()"); !slices.Equal(got, []string{"NeverShown"}) {
		t.Fatalf("of what was planted, %q are missing", got)
	}
	for _, name := range missing(sources(t, "../ui"), shown) {
		if name != "TellPasskeys" && name != "ForgetPasskey" { // nothing is seen of them: they speak to the browser
			t.Errorf("ui.%s is nowhere in the gallery", name)
		}
	}
	for _, name := range states(t) {
		if !strings.Contains(shown, "ui."+name) {
			t.Errorf("the state ui.%s is nowhere in the gallery", name)
		}
	}
}

// missing lists the components that a gallery draws neither by itself nor within one that it draws.
func missing(parts, gallery string) []string {
	within := map[string]string{} // what a component is made of
	at := regexp.MustCompile(`(?m)^(?:templ|func) `).FindAllStringIndex(parts, -1)
	var all []string
	for i, where := range at {
		end := len(parts)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		body := parts[where[0]:end]
		first, _, _ := strings.Cut(body, "\n")
		name := regexp.MustCompile(`^(?:templ|func) (\w+)\(`).FindStringSubmatch(first)
		if name == nil {
			continue // a method
		}
		within[name[1]] = body
		component := strings.HasPrefix(first, "templ ") || strings.Contains(first, "templ.Component")
		if component && ast.IsExported(name[1]) {
			all = append(all, name[1])
		}
	}
	drawn := map[string]bool{}
	var draw func(text string, call *regexp.Regexp)
	inner := regexp.MustCompile(`@(\w+)\(`)
	draw = func(text string, call *regexp.Regexp) {
		for _, m := range call.FindAllStringSubmatch(text, -1) {
			if !drawn[m[1]] {
				drawn[m[1]] = true
				draw(within[m[1]], inner)
			}
		}
	}
	draw(gallery, regexp.MustCompile(`@ui\.(\w+)\(`))
	return slices.DeleteFunc(all, func(name string) bool { return drawn[name] })
}

// sources are the templates of a folder, and what is written by hand in Go.
func sources(t *testing.T, folder string) string {
	t.Helper()
	var all strings.Builder
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		generated := strings.HasSuffix(name, "_templ.go") || strings.HasSuffix(name, "_test.go")
		if err != nil || entry.IsDir() || generated {
			return err
		}
		text, err := os.ReadFile(filepath.Join(folder, name))
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// states are the values of the types of templates/ui that say how something stands.
func states(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../ui/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range file.Decls {
			if group, ok := declared.(*ast.GenDecl); ok && group.Tok == token.CONST {
				names = append(names, typed(group)...)
			}
		}
	}
	if len(names) < 30 {
		t.Fatalf("only these states: %q", names)
	}
	return names
}

// typed are the exported constants of a group that have a type of their own.
func typed(group *ast.GenDecl) []string {
	var names []string
	hasType := false
	for _, s := range group.Specs {
		spec, ok := s.(*ast.ValueSpec)
		if !ok {
			continue
		}
		if spec.Type != nil || len(spec.Values) > 0 {
			hasType = spec.Type != nil
		}
		for _, name := range spec.Names {
			if hasType && name.IsExported() {
				names = append(names, name.Name)
			}
		}
	}
	return names
}
