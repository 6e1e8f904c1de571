package review_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/testkit/site"
)

// answerURL is where somebody's row is answered, as the page shows it.
func answerURL(t *testing.T, p *site.Page, name string) string {
	t.Helper()
	at, ok := p.Doc.Find(`form[aria-label="Decision for ` + name + `"]`).Attr("action")
	if !ok {
		t.Fatalf("%s has no decision for %s: %s", p.Path, name, p.Text)
	}
	return at
}

// A11: an owner starts a review, decides with one click each, finishes it after being asked, and has its record.
func TestAnOwnerReviewsEverybody(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		list := c.Base() + "/reviews"
		v := s.Visit(t).SignIn(site.Olivia)
		v.Get(list).Is(t, http.StatusOK).Says(t, "Nobody has reviewed yet who has access here", "No review yet")
		v.Submit(list, nil).Is(t, http.StatusOK).Says(t, "Does each person still need what they have?", "0 of 4 decided",
			"Ben Okafor", "That’s you", "Not decided yet", "Suggestion:", "everybody without a “keep” is suspended")
		review := v.Page.Path
		v.Submit(answerURL(t, v.Page, "Ben Okafor"), url.Values{"verdict": {"keep"}}).Is(t, http.StatusOK).
			Says(t, "1 of 4 decided", "1 to keep", "By Olivia Marsh, today")
		v.Submit(answerURL(t, v.Page, "Ada Whitlock"), url.Values{"verdict": {"remove"}}).Is(t, http.StatusOK).
			Says(t, "1 to remove")
		v.Get(review+"/finish").Is(t, http.StatusOK).Says(t, "Not now: 2 rows are not decided yet")
		v.Get(review).Is(t, http.StatusOK)
		v.Submit(answerURL(t, v.Page, "Priya Shah"), url.Values{"verdict": {"keep"}})
		change := answerURL(t, v.Page, "Tess Lindqvist") + "/change"
		v.Get(change).Is(t, http.StatusOK).Says(t, "What Tess Lindqvist is to have instead", "Now: Technical, all services")
		v.Submit(change, url.Values{"role": {""}}).Is(t, http.StatusUnprocessableEntity).Says(t, "Choose a role.")
		v.Submit(change, url.Values{"role": {"technical"}, "ends": {"soon"}}).Is(t, http.StatusUnprocessableEntity).
			Says(t, "A day looks like 2026-12-31.")
		v.Submit(change, url.Values{"role": {"support"}, "ends": {""}}).Is(t, http.StatusOK).
			Says(t, "4 of 4 decided", "To: Support contact, all services")
		v.Get(review+"/finish").Is(t, http.StatusOK).Says(t, "2 people keep what they have",
			"Tess Lindqvist becomes Support contact", "Ada Whitlock has no access to this account any more")
		v.Submit(review+"/finish", nil).Is(t, http.StatusOK).Says(t, "Finished by Olivia Marsh", "Removed", "Changed",
			"The reviewer’s own access", "gatehouse reviews verify access-review-")
		v.Get(c.Base()+"/contacts").Says(t, "Support contact").Silent(t, "Ada Whitlock")
		file := v.Get(review+"/csv").Is(t, http.StatusOK)
		if got := file.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment; filename=access-review-") {
			t.Errorf("the table comes as %q", got)
		}
		if !strings.HasPrefix(string(file.Body), "Gatehouse access review,1\n") {
			t.Errorf("the table is %s", file.Body)
		}
		paper := v.Get(review+"/pdf").Is(t, http.StatusOK)
		if !strings.HasPrefix(string(paper.Body), "%PDF-") {
			t.Errorf("the paper is %.40s", paper.Body)
		}
		v.Get(list).Is(t, http.StatusOK).Says(t, "was last reviewed on", "Finished", "Olivia Marsh")
		v.Get(review+"/finish").Is(t, http.StatusOK).Says(t, "Finished by")
	})
}

// An auditor sees reviews and their records, and decides nothing; whoever holds neither permission sees nothing.
func TestWhoSeesReviews(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		list := c.Base() + "/reviews"
		v := s.Visit(t).SignIn(site.Olivia)
		v.Get(list)
		v.Submit(list, nil).Is(t, http.StatusOK)
		review, row := v.Page.Path, answerURL(t, v.Page, "Ben Okafor")
		ada := s.Visit(t).SignIn(site.Ada)
		ada.Get(list).Is(t, http.StatusOK).Says(t, "A review is open").Silent(t, `action="`+list+`"`)
		ada.Get(review).Is(t, http.StatusOK).Says(t, "Ben Okafor", "Owners decide").Silent(t, "Finish review")
		ada.Post(row, url.Values{"verdict": {"keep"}, "version": {"1"}, "seen": {"1"}}).Is(t, http.StatusForbidden)
		ada.Get(review+"/finish").Is(t, http.StatusForbidden)
		for _, email := range []string{site.Ben, site.Tess} {
			other := s.Visit(t).SignIn(email)
			other.Get(list).Is(t, http.StatusForbidden)
			other.Get(review).Is(t, http.StatusForbidden)
		}
		carl := s.Visit(t).SignIn(site.Carl) // A1: somebody else's
		carl.Get(review).Is(t, http.StatusNotFound)
		foreign := strings.Replace(review, c.Northwind.String(), c.Copperfield.String(), 1)
		carl.Get(foreign).Is(t, http.StatusNotFound)
		carl.Get(foreign+"/csv").Is(t, http.StatusNotFound)
		v.Get(review+"/csv").Is(t, http.StatusNotFound) // not closed yet
		v.Get(review)
		v.Post(row, url.Values{"verdict": {"change"}, "version": {"1"}, "seen": {"1"}}).Is(t, http.StatusBadRequest)
		v.Get(review)
		v.Post(row, url.Values{"verdict": {"keep"}, "version": {"7"}, "seen": {"1"}}).Is(t, http.StatusOK).
			Says(t, "answered or changed by somebody else")
	})
}

// How often is a choice of the owner: nothing is chosen until it is, and what is wrong stands beside the field.
func TestHowOftenIsChosen(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		list := c.Base() + "/reviews"
		v := s.Visit(t).SignIn(site.Olivia)
		if v.Get(list).Doc.Find("input[name=mode][checked]").Length() != 0 || v.Page.Value("months") != "3" {
			t.Error("something is chosen already")
		}
		v.Submit(list+"/schedule", nil).Is(t, http.StatusUnprocessableEntity).Says(t, "Choose how often")
		v.Submit(list+"/schedule", url.Values{"mode": {"regular"}}).Is(t, http.StatusOK).
			Says(t, "is saved", "The next review starts on")
		ada := s.Visit(t).SignIn(site.Ada)
		ada.Get(list).Is(t, http.StatusOK).Says(t, "A review starts every 3 months")
	})
}
