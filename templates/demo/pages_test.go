package demo_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"gatehouse/static"
)

// TestEveryPageStands renders every page with believable data and looks for what no page may have or lack. With
// GATEHOUSE_RENDER_DIR the pages are left there, to be looked at.
func TestEveryPageStands(t *testing.T) {
	icons := drawn(t)
	dir := os.Getenv("GATEHOUSE_RENDER_DIR")
	if dir == "" {
		dir = t.TempDir()
	}
	for name, page := range pages() {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := page.Render(t.Context(), &out); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name+".html"), []byte(out.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(out.String()))
			if err != nil {
				t.Fatal(err)
			}
			inspect(t, doc)
			named(t, doc, icons)
		})
	}
}

// drawn are the icons that there are, each drawn once.
func drawn(t *testing.T) map[string]bool {
	t.Helper()
	set, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	content, _, _, ok := set.Open(strings.TrimPrefix(static.Icons(), static.Prefix))
	icons := map[string]bool{}
	drawing := regexp.MustCompile(`<path id="([a-z0-9-]+)" d="[^"]+"/>`)
	for _, one := range drawing.FindAllStringSubmatch(string(content), -1) {
		if icons[one[1]] {
			t.Errorf("%s is drawn twice", one[1])
		}
		icons[one[1]] = true
	}
	if !ok || !icons["check"] || icons["nothing"] {
		t.Fatalf("%s holds %d icons", static.Icons(), len(icons))
	}
	return icons
}

// named asserts that every icon on a page is one that is drawn.
func named(t *testing.T, doc *goquery.Document, icons map[string]bool) {
	t.Helper()
	doc.Find("svg.icon use").Each(func(_ int, s *goquery.Selection) {
		file, name, _ := strings.Cut(s.AttrOr("href", ""), "#")
		if file != static.Icons() || !icons[name] {
			t.Errorf("an unknown icon %q beside %q", name, s.Parent().Parent().Text())
		}
	})
	if all, drawn := doc.Find("svg.icon").Length(), doc.Find("svg.icon use").Length(); all != drawn {
		t.Errorf("%d icons, of which %d are drawn", all, drawn)
	}
}

func inspect(t *testing.T, doc *goquery.Document) {
	t.Helper()
	if got := doc.Find("h1").Length(); got != 1 {
		t.Errorf("%d first headings", got)
	}
	if doc.Find("title").Text() == "" || doc.Find("main").Length() != 1 {
		t.Error("no title, or not one main part")
	}
	if got := doc.Find("[style], style, [onclick], script:not([src])").Length(); got != 0 {
		t.Errorf("%d inline styles or scripts", got)
	}
	primary := doc.Find(".gh-main .btn-primary, .gh-auth main .btn-primary").Not(".gh-panel *, .card-body.gh-acts *")
	if got := primary.Length(); got > 1 {
		t.Errorf("%d primary actions", got)
	}
	doc.Find("form[method=post]").Each(func(_ int, f *goquery.Selection) {
		if token, _ := f.Find("input[name=csrf]").Attr("value"); token == "" && f.AttrOr("action", "") != "#" {
			t.Errorf("the form to %s carries no token", f.AttrOr("action", "?"))
		}
	})
	seen := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id, _ := s.Attr("id")
		if seen[id] {
			t.Errorf("two elements are called %q", id)
		}
		seen[id] = true
	})
	for _, attr := range []string{"aria-labelledby", "aria-describedby", "for"} {
		doc.Find("[" + attr + "]").Each(func(_ int, s *goquery.Selection) {
			for id := range strings.FieldsSeq(s.AttrOr(attr, "")) {
				if !seen[id] {
					t.Errorf("%s names %q, which is not there", attr, id)
				}
			}
		})
	}
	doc.Find("a").Each(func(_ int, a *goquery.Selection) {
		if href, found := a.Attr("href"); !found || strings.Contains(href, "TemplFailed") || href == "" {
			t.Errorf("the link %q leads nowhere: %q", strings.TrimSpace(a.Text()), href)
		}
	})
}
