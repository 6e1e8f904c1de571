package staff_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/support"
	"gatehouse/internal/testkit/site"
)

// oldest is where somebody's first page leads from the request that has waited the longest, and what it says there;
// empty where nothing waits. It takes one statement more than a page on which nothing waits.
func oldest(t *testing.T, v *site.Visitor, charts int64) (link, text string) {
	t.Helper()
	v.Get("/staff").Is(t, http.StatusOK)
	ctx, n := db.CountStatements(t.Context())
	page := v.Under(ctx).Get("/staff").Is(t, http.StatusOK)
	most := 5 + charts
	for _, tile := range page.Doc.Find(".gh-figures li").EachIter() {
		if strings.Contains(tile.Text(), "Oldest open request") {
			link, text = tile.Find("a").AttrOr("href", ""), strings.Join(strings.Fields(tile.Text()), " ")
			most++
		}
	}
	if n.Load() != most {
		t.Errorf("the first page takes %d statements, not %d", n.Load(), most)
	}
	return link, text
}

// A2: the first page leads each department to the very request or case that has waited the longest for it. A reason is
// asked for on the way where there is none yet, and whoever may not decide it is neither led there nor let in.
func TestTheFirstPageLeadsToTheOldestRequest(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		olivia, sam := s.Visit(t).SignIn(site.Olivia), s.Visit(t).SignIn(site.Sam)
		bea := s.Visit(t).SignIn(site.Bea).Reticent()
		if link, text := oldest(t, bea, 1); link != "" || text != "" {
			t.Errorf("nothing waits, and %q leads to %q", text, link)
		}
		ask := c.Base() + "/settings/requests/"
		olivia.Get(ask+"name").Is(t, http.StatusOK)
		olivia.Submit(ask+"name", site.Form("name", "Northwind Bakers Ltd", "reason", "We were bought")).
			Is(t, http.StatusOK)
		s.Offset.Advance(5 * time.Minute)
		someone := s.Members(t, c.Northwind)[0]
		urgent := support.NewCase{
			ID: id.New[id.CaseKind](), Person: someone.Person, Name: someone.Name, Kind: support.Security,
			Severity: support.Urgent, Subject: "A new device", Text: "I was asleep.",
		}
		if err := s.Support.OpenCase(t.Context(), actor.NewSystem("test"), urgent); err != nil {
			t.Fatal(err)
		}

		link, text := oldest(t, bea, 1)
		if !strings.Contains(text, "5 minutes") || !strings.Contains(text, "Another account name, Northwind Bakery Ltd") ||
			!strings.HasPrefix(link, "/staff/requests/") {
			t.Fatalf("billing is led to %q: %q", link, text)
		}
		if bea.Get(link); !bea.Page.Asked() {
			t.Fatalf("billing is not asked why: %s", bea.Page.Text)
		}
		bea.Page.Silent(t, "Northwind Bakers Ltd", "We were bought")
		if bea.Say(site.Why); bea.Page.Path != link {
			t.Errorf("after the reason, billing is at %s, not at %s", bea.Page.Path, link)
		}
		bea.Page.Is(t, http.StatusOK).Says(t, "We were bought", "Waits for us")

		theirs, text := oldest(t, sam, 0)
		if theirs != "/staff/cases/"+urgent.ID.String() || !strings.Contains(text, "A case that nobody answered") ||
			strings.Contains(text, "A new device") {
			t.Errorf("support is led to %q: %q", theirs, text)
		}
		sam.Get(theirs).Is(t, http.StatusOK).Says(t, "I was asleep.")
		sam.Get(link).Is(t, http.StatusForbidden).Silent(t, "We were bought")
		bea.Get(theirs).Silent(t, "I was asleep.")

		bea.Get(link)
		bea.Submit(link, site.Form("decision", "decline", "answer", "Send us the deed")).Is(t, http.StatusOK)
		if link, text := oldest(t, bea, 1); link != "" {
			t.Errorf("what was decided still waits: %q at %q", text, link)
		}
	})
}
