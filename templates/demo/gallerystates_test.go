package demo_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"gatehouse/templates/demo"
)

// galleryPage is a part of the gallery, as browsers get it.
func galleryPage(t *testing.T, url string) *goquery.Document {
	t.Helper()
	var out strings.Builder
	page := demo.Components(demo.ComponentsPage{Shell: olivia("Components"), URL: url, QR: square()})
	if err := page.Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// States that no constant names are drawn as well: of each, what only it has.
func TestTheGalleryHasTheStatesThatHaveNoName(t *testing.T) {
	t.Parallel()
	const words, forms, lists, diagrams = "/demo/components", "/demo/components/forms", "/demo/components/lists",
		"/demo/components/diagrams"
	pages := map[string]*goquery.Document{}
	for _, part := range demo.Parts() {
		pages[part.URL] = galleryPage(t, part.URL)
	}
	for _, s := range []struct{ page, state, selector, says string }{
		{lists, "the first page of a pager", "nav.gh-pager:has(a[rel=next]):not(:has(a[rel=prev]))", "Older"},
		{lists, "a page between", "nav.gh-pager:has(a[rel=next]):has(a[rel=prev])", "Newer"},
		{lists, "the last page of a pager", "nav.gh-pager:has(a[rel=prev]):not(:has(a[rel=next]))", "Newest"},
		{lists, "a column sorted upwards", "th[aria-sort=ascending]", ""},
		{lists, "a column sorted downwards", "th[aria-sort=descending]", ""},
		{lists, "a column that can be sorted by", "th:not([aria-sort]) a.gh-sort", ""},
		{lists, "a row that is ticked", "td input[type=checkbox][checked]", ""},
		{lists, "a row that is not", "td input[type=checkbox]:not([checked])", ""},
		{lists, "a paragraph with an error", "textarea.is-invalid[aria-describedby]", ""},
		{words, "a table with nothing in it", "section:has(#no-rows-h):not(:has(table))", "Nobody else has access"},
		{words, "a list of requests with nothing in it", `section[aria-label="Requests"]:not(:has(li))`, "Nobody waits"},
		{words, "an empty state without a next step", "section:has(#no-rows-h):not(:has(.btn))", "Nobody else"},
		{words, "an empty state with one", "div.card:has(.btn)", "No invoices yet"},
		{words, "no money", "dd", "£0.00"},
		{words, "credit", "dd", "−£12.40"},
		{words, "a lot of money", "dd", "£1,234,567,890.12"},
		{words, "money without pence", "dd", "¥1,500"},
		{words, "a day that is past", "dd", "3 days ago"},
		{words, "a day to come", "dd", "in 6 days"},
		{words, "today", "dd", "today"},
		{words, "a long name", "dd", "Featherstonehaugh-Cholmondeley"},
		{words, "a long word", "dd code, dd .gh-mono", "req_8fK2mQ8fK2mQ8fK2mQ"},
		{words, "progress of nothing", "progress[value='0']", ""},
		{words, "progress that is whole", "progress[value='5'][max='5']", ""},
		{words, "a meter at nothing", "meter[value='0']", ""},
		{words, "a meter that is full", "meter[value='100']", ""},
		{words, "a device of which little is known", ".gh-stacked-s > *", "Unknown device"},
		{forms, "a field with an error", "input.is-invalid[aria-invalid=true][aria-describedby]", ""},
		{forms, "a field without one", "input.form-control:not(.is-invalid)", ""},
		{forms, "a field that may stay empty", "label", "Optional"},
		{forms, "a list with an error", "select.is-invalid[aria-describedby]", ""},
		{forms, "an option that is closed", "option[disabled]", ""},
		{forms, "an answer that is closed", "input[type=radio][disabled][aria-describedby]", ""},
		{forms, "a tick that is closed", "input[type=checkbox][disabled][aria-describedby]", ""},
		{forms, "a tick that is set", "input[type=checkbox][checked]:not([disabled])", ""},
		{forms, "a question that cannot be answered now", ".gh-confirm:not(:has(form button))", "only owner"},
		{forms, "the summary of several errors", "[role=alert], .gh-note", "2 things need a change"},
		{diagrams, "a calendar of nothing", "p", "Nothing yet."},
		{diagrams, "a line of nothing", "p", "no numbers yet"},
	} {
		found := pages[s.page].Find("main").Find(s.selector).FilterFunction(func(_ int, e *goquery.Selection) bool {
			return strings.Contains(strings.Join(strings.Fields(e.Text()), " "), s.says)
		})
		if found.Length() == 0 {
			t.Errorf("%s does not draw %s", s.page, s.state)
		}
	}
}

// Those who go from landmark to landmark tell them apart by name: no page of the gallery has two that are alike.
func TestTheGallerysLandmarksDiffer(t *testing.T) {
	t.Parallel()
	for _, part := range demo.Parts() {
		doc, seen := galleryPage(t, part.URL), map[string]bool{}
		doc.Find("nav, section, aside, form, [role=search], [role=region]").Each(func(_ int, e *goquery.Selection) {
			name := e.AttrOr("aria-label", "")
			if by := e.AttrOr("aria-labelledby", ""); by != "" {
				name = strings.TrimSpace(doc.Find("#" + by).Text())
			}
			landmark := e.AttrOr("role", goquery.NodeName(e)) + " " + name
			if name != "" && seen[landmark] {
				t.Errorf("%s has two landmarks %q", part.URL, landmark)
			}
			seen[landmark] = true
		})
		if len(seen) < 4 {
			t.Errorf("%s has only %d landmarks", part.URL, len(seen))
		}
	}
}
