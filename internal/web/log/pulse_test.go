package log_test

import (
	"net/http"
	"testing"

	"gatehouse/internal/testkit/site"
)

// The top of a log is drawn once for each reader and used again as long as nothing happens; what happens is in it on
// the next page, and nobody gets what was drawn for another.
func TestTheTopOfALogIsThatOfTheMoment(t *testing.T) { // L7
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		log := c.Base() + "/activity"
		top := func(v *site.Visitor) (drawn, names string) {
			pulse := v.Get(log).Is(t, http.StatusOK).Doc.Find(".gh-pulse")
			drawn, err := pulse.Html()
			if err != nil || pulse.Length() != 1 {
				t.Fatalf("%d tops, %v", pulse.Length(), err)
			}
			return drawn, pulse.Find(".gh-strip dt").Text()
		}
		olivia, ada := s.Visit(t).SignIn(site.Olivia), s.Visit(t).SignIn(site.Ada)
		top(olivia) // the first look is an entry itself
		first, _ := top(olivia)
		if again, _ := top(olivia); again != first {
			t.Error("it is another without anything that happened")
		}
		if theirs, _ := top(ada); theirs == first {
			t.Error("Ada reads what was drawn for Olivia")
		}
		before, _ := top(olivia)
		s.Visit(t).SignIn(site.Ben).Get(c.Base()+"/services").Is(t, http.StatusForbidden)
		after, names := top(olivia)
		if after == before {
			t.Errorf("a refusal is not in it: %s", names)
		}
	})
}
