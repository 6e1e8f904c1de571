package review_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"gatehouse/internal/testkit/site"
)

// beside is the figure beside an entry of the navigation; empty: there is none, or no such entry.
func beside(p *site.Page, entry string) string {
	link := p.Doc.Find("nav a").FilterFunction(func(_ int, a *goquery.Selection) bool {
		return strings.HasPrefix(strings.TrimSpace(a.Text()), entry)
	})
	return strings.TrimSpace(link.First().Find(".gh-count").Text())
}

// How many rows of a review wait for a decision stands beside its entry on every page, for whoever may decide, and goes
// down with each; what was decided and then changed elsewhere waits again. One's own row is for somebody else.
func TestWhatWaitsInAReviewIsCounted(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		list := c.Base() + "/reviews"
		v := s.Visit(t).SignIn(site.Olivia)
		counts := func(what, want string) {
			t.Helper()
			page := v.Get(c.Base()+"/contacts").Is(t, http.StatusOK)
			if got := beside(page, "Access reviews"); got != want {
				t.Errorf("%s: beside the entry stands %q, not %q", what, got, want)
			}
		}
		counts("no review", "")
		v.Get(list).Is(t, http.StatusOK)
		v.Submit(list, nil).Is(t, http.StatusOK).Says(t, "0 of 4 decided")
		review := v.Page.Path
		counts("nothing is decided", "4 left")
		v.Get(review)
		v.Submit(answerURL(t, v.Page, "Ben Okafor"), url.Values{"verdict": {"keep"}}).Is(t, http.StatusOK)
		counts("one is", "3 left")
		for _, name := range []string{"Ada Whitlock", "Priya Shah", "Tess Lindqvist"} {
			v.Get(review)
			v.Submit(answerURL(t, v.Page, name), url.Values{"verdict": {"keep"}}).Is(t, http.StatusOK)
		}
		counts("all are", "")
		for _, m := range s.Members(t, c.Northwind) {
			if m.Email == site.Ben {
				at := c.Base() + "/contacts/" + m.ID.String() + "/suspend"
				v.Get(at).Is(t, http.StatusOK)
				v.Submit(at, nil).Is(t, http.StatusOK)
			}
		}
		counts("one was changed since", "1 left")
		ada := s.Visit(t).SignIn(site.Ada).Get(list).Is(t, http.StatusOK)
		if got := beside(ada, "Access reviews"); got != "" {
			t.Errorf("an auditor, who decides nothing, is shown %q", got)
		}
	})
}
