package staff_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/billing/reports"
	"gatehouse/internal/figures"
	"gatehouse/internal/testkit/site"
)

// A2: the first page tells each department what its permissions reach, by the links of its tiles and charts, and each
// of them opens for whoever is shown it.
func TestEachDepartmentSeesItsOwnDashboard(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		f := figures.New(s.Gate, s.Reader, s.Access, reports.New(s.Gate, s.Reader, s.Box), time.UTC)
		if err := f.Count(t.Context()); err != nil {
			t.Fatal(err)
		}
		const (
			books   = "Revenue"
			overdue = "Overdue"
			failed  = "Failed payments, 7 days"
			running = "Services running"
		)
		health := []string{
			"Second factor", "Security keys", "Access reviews", "Dormant contacts", "Staff looked at clients",
		}
		all := append([]string{books, overdue, failed, running}, health...)
		for _, of := range []struct {
			email string
			sees  []string
		}{
			{site.Sam, []string{running}},
			{site.Bea, []string{books, overdue, failed}},
			{site.Tom, []string{running}},
			{site.Dana, health},
			{site.Root, all},
		} {
			v := s.Visit(t).SignIn(of.email)
			v.Get("/staff").Is(t, http.StatusOK)
			var shown, links []string
			for _, n := range v.Page.Doc.Find(".gh-figures li p:first-child, .gh-charts h2").EachIter() {
				shown = append(shown, n.Text())
			}
			for _, n := range v.Page.Doc.Find(".gh-figures a, .gh-charts .card-header a").EachIter() {
				links = append(links, n.AttrOr("href", ""))
			}
			for _, title := range all {
				has := slices.ContainsFunc(shown, func(s string) bool { return s == title || s == title+" in GBP" })
				if has != slices.Contains(of.sees, title) {
					t.Errorf("%s: that %q is shown is %v: %q", of.email, title, has, shown)
				}
			}
			for _, link := range links {
				if link == "/staff/revenue" { // another area, which has the same permission
					continue
				}
				if got := v.Get(link); got.Status != http.StatusOK && got.Status != http.StatusNotFound {
					t.Errorf("%s is shown %s, and told %d", of.email, link, got.Status)
				}
			}
		}
	})
}
