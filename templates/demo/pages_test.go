package demo_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestEveryPageStands renders every page with believable data and looks for what no page may have or lack. With
// GATEHOUSE_RENDER_DIR the pages are left there, to be looked at.
func TestEveryPageStands(t *testing.T) {
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
		})
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
	doc.Find("svg.icon path").Each(func(_ int, s *goquery.Selection) {
		if d, _ := s.Attr("d"); d == "" {
			t.Errorf("an unknown icon beside %q", s.Parent().Parent().Text())
		}
	})
	doc.Find("a").Each(func(_ int, a *goquery.Selection) {
		if href, found := a.Attr("href"); !found || strings.Contains(href, "TemplFailed") || href == "" {
			t.Errorf("the link %q leads nowhere: %q", strings.TrimSpace(a.Text()), href)
		}
	})
}
