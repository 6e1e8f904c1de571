//go:build e2e

package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
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

// makesARole makes a role of the account's own, and looks at the pages that change and delete it.
func (s *stage) makesARole(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd")
	base := b.path()
	a.goes(b, base+"/roles/new")
	b.fill("name", "Helper").do(b.click(`document.querySelector('[value="invoices:view"]')`))
	a.then(b, "Create role")
	role := b.path()
	a.goes(b, role+"/edit")
	a.goes(b, role+"/delete")
	a.goes(b, base+"/contacts")
	contact := strings.TrimSuffix(b.link(`\/contacts\/[^\/]+\/role$`), "/role")
	a.goes(b, contact)
	a.goes(b, b.link(`\/contacts\/[^\/]+\/mails$`))
	a.goes(b, contact)
	a.then(b, "View as", "Activity log", "End preview")
	b.silent()
}

// handsOver offers the ownership to somebody, and takes the offer back.
func (s *stage) handsOver(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd")
	page := b.path() + "/settings/ownership"
	a.goes(b, page+"/new")
	b.leads(http.StatusUnprocessableEntity, b.click(control("Offer ownership")))
	a.look(b)
	b.do(b.click("document.querySelector('[name=contact]')"))
	b.choose("then", "owner")
	a.then(b, "Offer ownership")
	a.goes(b, b.link(`\/ownership\/[^\/]+\/withdraw$`))
	a.then(b, "Withdraw the offer")
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
