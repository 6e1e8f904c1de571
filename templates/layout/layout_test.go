package layout_test

import (
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func shell() layout.Shell {
	return layout.Shell{
		Title: "Invoices", Reader: ui.Reader{Now: time.Date(2026, 12, 3, 14, 20, 0, 0, time.UTC)}, CSRF: "secret",
		Brand: layout.Brand{Name: "Harbour Hosting", LegalName: "Harbour Hosting Ltd", StylesheetURL: "/brand.css"},
		Me:    &layout.Me{Name: "Ben Okafor", Detail: "Billing · my security", URL: "/me/security"}, SignOutURL: "/sign-out",
		Nav: []layout.NavGroup{{Items: []layout.NavItem{{Label: "Overview", URL: "/a"}}}, {
			Label: "Hosting and billing",
			Items: []layout.NavItem{{Label: "Invoices", URL: "/a/invoices", Current: true, Count: "1 due", Urgent: true}},
		}},
	}
}

func render(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	var out strings.Builder
	if err := c.Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestThePageNamesItsPlace(t *testing.T) {
	doc := render(t, layout.Page(shell()))
	if got := doc.Find("title").Text(); got != "Invoices · Harbour Hosting" {
		t.Errorf("title %q", got)
	}
	side := doc.Find(".gh-side [aria-current=page]")
	if side.Length() != 1 || !strings.Contains(side.Text(), "Invoices") || side.Find(".gh-count--warn").Length() != 1 {
		t.Errorf("the place is marked as %q", side.Text())
	}
	if doc.Find(".gh-menu [aria-current=page]").Length() != 1 {
		t.Error("the phone's menu marks no place")
	}
	if doc.Find("form[action='/sign-out'] input[name=csrf][value=secret]").Length() != 2 {
		t.Error("signing out carries no token")
	}
	if !strings.Contains(doc.Find(".gh-foot").Text(), "Times are shown for UTC") {
		t.Errorf("the footer reads %q", doc.Find(".gh-foot").Text())
	}
}

func TestWhatIsNotGivenIsNotThere(t *testing.T) {
	s := shell()
	doc := render(t, layout.Page(s))
	for _, absent := range []string{".gh-pick", ".gh-demo", "#session-note", ".gh-note", "[data-bs-theme]"} {
		if doc.Find(absent).Length() != 0 {
			t.Errorf("%s is there", absent)
		}
	}
	if strings.Contains(doc.Text(), "Staff console") {
		t.Error("a client's page speaks of staff")
	}
	s.Me, s.Nav = nil, nil
	public := render(t, layout.Either(s))
	if public.Find(".gh-side").Length() != 0 || public.Find(".gh-public").Length() != 1 {
		t.Error("a stranger's page has a sidebar")
	}
}

func TestStaffAreNamedOnEveryPage(t *testing.T) {
	s := shell()
	s.Staff = true
	doc := render(t, layout.Page(s))
	if doc.Find(".gh-side .gh-brand small").Text() != "Staff console" || doc.Find(".gh-side .gh-av--staff").Length() != 1 {
		t.Error("the staff console looks like a client's page")
	}
}

func TestTheSessionNoteWaitsUnseen(t *testing.T) {
	s := shell()
	s.Session = &layout.Session{Left: 12 * time.Minute, Idle: 30 * time.Minute, Stay: "/session", Back: "/sign-in?next=/a"}
	note := render(t, layout.Page(s)).Find("#session-note")
	left, idle := note.AttrOr("data-left", ""), note.AttrOr("data-idle", "")
	if _, hidden := note.Attr("hidden"); !hidden || left != "720" || idle != "1800" {
		t.Errorf("hidden %v, left %q, idle %q", hidden, left, idle)
	}
	if note.Find("form[action='/session'] input[name=csrf]").Length() != 1 {
		t.Error("staying carries no token")
	}
}
