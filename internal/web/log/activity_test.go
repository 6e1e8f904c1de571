package log_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit/site"
)

func TestLogIsPagedAndFiltered(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, log := s.Visit(t).SignIn(site.Olivia), c.Base()+"/activity"
		for i := range 60 {
			s.Issue(t, c.Northwind, fmt.Sprintf("Extra %d", i), 100)
		}
		v.Get(log).Is(t, http.StatusOK).Says(t, "30 entries shown, newest first", "Gatehouse issued invoice")
		first := entryLinks(v.Page)
		older := v.Page.Doc.Find("a[rel=next]").AttrOr("href", "")
		v.Get(older).Is(t, http.StatusOK)
		second := entryLinks(v.Page)
		if len(first) != activity.PageLength || len(second) == 0 || overlaps(first, second) {
			t.Errorf("the pages are %d and %d entries long, or share some", len(first), len(second))
		}
		v.Get(v.Page.Doc.Find("a[rel=prev]").AttrOr("href", "")).Is(t, http.StatusOK)
		if back := entryLinks(v.Page); len(back) != activity.PageLength || back[0] != first[0] {
			t.Errorf("Newer leads to another page: %d entries", len(back))
		}

		v.Get(first[5]).Is(t, http.StatusOK).Says(t, "Gatehouse issued invoice", "Exact time", "of an unbroken chain")
		v.Get(log+"?action=contact.joined").Is(t, http.StatusOK).Says(t, "accepted the invitation", "Action:Contact joined").
			Silent(t, "issued invoice <")
		v.Get(log+"?action=invoice.issued&outcome=failed").Is(t, http.StatusOK).Says(t, "Nothing matches",
			"“Action: Invoice issued” and “Outcome: Failed”")
		if without := v.Page.Doc.Find(".gh-chip a").AttrOr("href", ""); without != log+"?outcome=failed" {
			t.Errorf("a chip leads to %s", without)
		}
		v.Get(log+"?action=nonsense&outcome=perhaps&person=x&before=-1").Is(t, http.StatusOK).Says(t, "30 entries")
	})
}

func entryLinks(p *site.Page) []string {
	var out []string
	for _, link := range p.Links("/activity/") {
		others := []string{"streams", "export", "alerts", "not-me", "saved"}
		if !strings.Contains(link, "?") && !slices.Contains(others, path.Base(link)) {
			out = append(out, link)
		}
	}
	return out
}

func overlaps(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}

// The log can be narrowed to a person; whoever sees only their own doings has no such choice, and no way round it.
func TestLogOfOnePerson(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben, olivia, log := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Olivia), c.Base()+"/activity"
		ben.Get(c.Base()+"/contacts").Is(t, http.StatusForbidden)
		olivia.Get(log).Is(t, http.StatusOK)
		person := ""
		for _, in := range olivia.Page.Doc.Find("input[name=person]").EachIter() {
			if strings.Contains(in.Parent().Text(), "Ben Okafor") {
				person = in.AttrOr("value", "")
			}
		}
		olivia.Get(log+"?"+url.Values{"person": {person}}.Encode()).Is(t, http.StatusOK).Says(t, "Person:Ben Okafor",
			"Ben Okafor tried to see who has access and was refused").Silent(t, "<b>You</b>")

		ben.Get(log+"?person="+id.New[id.PersonKind]().String()).Is(t, http.StatusOK).
			Says(t, "What you did in this account", "You tried to see who has access").
			Silent(t, "Person:", "Olivia", "Search the log")
		all, err := s.Log.Page(t.Context(), id.AccountScope(c.Northwind), activity.Filter{Action: activity.ContactInvited})
		if err != nil || len(all.Entries) == 0 {
			t.Fatalf("no invitation in the log: %v", err)
		}
		ben.Get(fmt.Sprintf("%s/%d", log, all.Entries[0].Seq)).Is(t, http.StatusNotFound)
		olivia.Get(fmt.Sprintf("%s/%d", log, all.Entries[0].Seq)).Is(t, http.StatusOK)

		olivia.Get("/me/activity").Is(t, http.StatusOK).Says(t, "You signed in", "You added Phone").Silent(t, "Ben Okafor")
		olivia.Get("/me/activity?action=factor.added").Is(t, http.StatusOK).Says(t, "You added Phone").
			Silent(t, "You signed in")
	})
}
