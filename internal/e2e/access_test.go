//go:build e2e

package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
)

// link is the first address on the page that fits a pattern.
func (b *tab) link(pattern string) string {
	b.t.Helper()
	path := ask[string](b, fmt.Sprintf(`[...document.links].map(a => a.pathname).find(p => /%s/.test(p)) ?? ""`, pattern))
	if path == "" {
		b.t.Fatalf("%s leads nowhere like %s", b.path(), pattern)
	}
	return path
}

// reviews begins a review of who has access, and looks at the pages that decide in it.
func (s *stage) reviews(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(carl).press("Copperfield Cycles")
	a.then(b, "Access reviews", "Start a review")
	a.goes(b, b.link(`\/reviews\/[^\/]+$`))
	review := b.path()
	a.goes(b, b.link(`\/rows\/[^\/]+\/change$`))
	b.visit(review).leads(http.StatusOK, b.to(review+"/finish"))
	a.look(b)
	b.silent()
}

// asksForAName has an owner ask for another name of the account, about which staff decide.
func (s *stage) asksForAName(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd")
	a.goes(b, b.path()+"/settings/requests/name")
	b.fill("name", "Northwind Bakery and Sons Ltd").fill("reason", "We are three now.")
	a.then(b, "Send the request")
	b.silent()
	staff := s.open(t).signIn(bea)
	a.goes(staff, "/staff/requests")
	a.goes(staff, staff.link(`^\/staff\/requests\/[^\/]+$`))
	staff.silent()
}
