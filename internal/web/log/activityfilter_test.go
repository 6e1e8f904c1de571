package log_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// follow presses a link by its text, as a person would.
func follow(t *testing.T, v *site.Visitor, text string) {
	t.Helper()
	for _, a := range v.Page.Doc.Find("a").EachIter() {
		if strings.TrimSpace(a.Text()) == text {
			v.Get(a.AttrOr("href", "")).Is(t, http.StatusOK)
			return
		}
	}
	t.Fatalf("there is no link %q", text)
}

// What people come to the log for takes one click.
func TestQuickViewsOfTheLog(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		s.Visit(t).SignIn(site.Ben).Get(c.Base()+"/contacts").Is(t, http.StatusForbidden)
		staff := actor.Details{Kind: actor.Staff, Person: id.New[id.PersonKind](), Name: "Sam Doyle", Factor: "passkey"}
		testkit.Append(t, s.World, id.AccountScope(c.Northwind), 1, func(int) testkit.Line {
			return testkit.Line{Who: staff, Action: activity.DataViewed}
		})
		v, log := s.Visit(t).SignIn(site.Olivia), c.Base()+"/activity"
		for text, want := range map[string][2]string{
			"Sign-ins":           {"Ben Okafor came into this account", "Sam Doyle of"},
			"Failed and refused": {"Ben Okafor tried to see who has access and was refused", "came into this account"},
			"Staff access":       {"Sam Doyle of Harbour Hosting looked at", "tried to see who"},
			"Access changes":     {"accepted the invitation", "tried to see who"},
			"Payments":           {"issued invoice", "accepted the invitation"},
		} {
			v.Get(log).Is(t, http.StatusOK).Says(t, "Entries per day", "The same as tables", "Staff of Harbour Hosting")
			follow(t, v, text)
			entries := v.Page.Doc.Find(".gh-log").Text()
			if !strings.Contains(entries, want[0]) || strings.Contains(entries, want[1]) {
				t.Errorf("%s shows %s", text, entries)
			}
			if current := v.Page.Doc.Find(`.gh-seg a[aria-current]`).Text(); current != text {
				t.Errorf("%s is shown as %q", text, current)
			}
			follow(t, v, "Clear all")
		}
		v.Get(log+"?by=staff&outcome=failed&period=last-month").Is(t, http.StatusOK).Says(t, "Nothing matches",
			"By:staff of Harbour Hosting", "Period:Last month", "Outcome:Failed")
		if n := v.Page.Doc.Find(`.gh-filter input[type=hidden][name=by]`).Length(); n != 1 {
			t.Errorf("the filter bar forgets who it was by: %d", n)
		}
	})
}

// The search box turns words into filters, and finds only what is the account's own (SECURITY.md L7).
func TestSearchInTheLog(t *testing.T) { // L7
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, log := s.Visit(t).SignIn(site.Olivia), c.Base()+"/activity"
		s.Visit(t).SignIn(site.Ben).Get(c.Base()+"/contacts").Is(t, http.StatusForbidden)
		for words, want := range map[string][2]string{
			"okafor":                 {"person=", "Ben Okafor"},
			"ben@northwind.example":  {"person=", "Ben Okafor"},
			"SHOP.northwind.example": {"service=", "shop.northwind.example"},
			"contact joined":         {"action=contact.joined", "accepted the invitation"},
		} {
			res := v.Get(log + "?q=" + strings.ReplaceAll(words, " ", "+"))
			if at := res.Path; !strings.Contains(at, want[0]) {
				t.Errorf("%q leads to %q", words, at)
				continue
			}
			v.Get(res.Path).Is(t, http.StatusOK).Says(t, want[1])
		}
		v.Get(log+"?q=northwind").Is(t, http.StatusOK).Says(t, "may mean:", "Service: northwind.example")
		v.Get(log+"?q=copperfield").Is(t, http.StatusOK).Says(t, "Nothing here is called")
		if at := v.Get(log + "?q=2001:DB8::1").Path; at != log+"?address=2001%3Adb8%3A%3A1" {
			t.Errorf("an address leads to %q", at)
		}
	})
}

// Filters with the ids of another account, and its entries, show nothing (SECURITY.md L7).
func TestForeignFiltersShowNothing(t *testing.T) { // L7
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, log := s.Visit(t).SignIn(site.Olivia), c.Base()+"/activity"
		for _, filter := range []string{"service=" + c.Cycles.String(), "target=" + c.Foreign.String()} {
			v.Get(log+"?"+filter).Is(t, http.StatusOK).Says(t, "Nothing matches").Silent(t, "copperfield.example")
		}
		foreign := "/accounts/" + c.Copperfield.String() + "/activity"
		for _, path := range []string{"", "?before=5", "?by=staff", "/1", "?q=carl"} {
			v.Get(foreign+path).Is(t, http.StatusNotFound)
		}
		v.Get(fmt.Sprintf("%s/%d", log, 100_000)).Is(t, http.StatusNotFound)
	})
}
