package portal_test

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/testkit/site"
)

// F1: an invoice's page has one thing to do that stands out, and that is to pay it: for whoever may pay, while there is
// something left to pay, and for nobody else.
func TestPayingIsWhatStandsOut(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		pays(t, s, c, s.Issue(t, c.Northwind, "Before", 1000), 1700) // credit is another way to pay
		open := c.Base() + "/invoices/" + c.Due.String()
		settled := s.Issue(t, c.Northwind, "Hosting", 1000)
		primary := func(who, page string) string {
			var found []string
			v := s.Visit(t).SignIn(who)
			for _, one := range v.Get(page).Is(t, http.StatusOK).Doc.Find("main .btn-primary").EachIter() {
				found = append(found, strings.TrimSpace(one.Text()))
			}
			return strings.Join(found, " | ")
		}
		for _, who := range []string{site.Ben, site.Olivia} {
			if got := primary(who, open); got != "Pay £148.80" {
				t.Errorf("for %s there stand out %q", who, got)
			}
		}
		if got := primary(site.Ada, open); got != "" {
			t.Errorf("for whoever only reads there stand out %q", got)
		}
		pays(t, s, c, settled, 1200)
		if got := primary(site.Ben, c.Base()+"/invoices/"+settled.String()); got != "" {
			t.Errorf("on an invoice that is paid there stand out %q", got)
		}
	})
}
