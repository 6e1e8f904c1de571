//go:build e2e

package e2e_test

import (
	"net/http"
	"strings"
	"testing"
)

// mainButton is the button of the page's form that stands out.
const mainButton = "document.querySelector('main form .btn-primary')"

// worksAsATeam has an agency make a team, a client give it access, and both look at what follows.
func (s *stage) worksAsATeam(t *testing.T, a *atlas) {
	t.Helper()
	priya := s.open(t).signIn(priya).visit("/accounts").press("Pixelworks Studio")
	priya.visit(priya.path()+"/teams").press("Make a team").fill("name", "Pixelworks Developers").press("Make the team")
	team, code := priya.path(), ask[string](priya, "document.querySelector('#team-code').textContent.trim()")
	a.goes(priya, team+"/add")
	priya.do(priya.click("document.querySelector('[name=contact]')"))
	priya.press("Add to the team")

	olivia := s.open(t).signIn(olivia).press("Northwind Bakery Ltd")
	guests := olivia.path() + "/contacts/teams"
	olivia.visit(guests+"/new").fill("code", code).choose("role", "technical")
	olivia.leads(http.StatusOK, olivia.click(mainButton))
	a.look(olivia)
	priya.visit(team)
	a.look(priya)
	priya.press("Accept")
	for _, part := range []string{"", "/rename", "/dissolve"} {
		a.goes(priya, team+part)
	}
	a.goes(priya, priya.visit(team).linkTo("/give-up"))
	a.goes(priya, priya.visit(team).linkTo("/remove"))

	guest := strings.TrimSuffix(olivia.visit(guests).linkTo("/suspend"), "/suspend")
	for _, part := range []string{"", "/role", "/remove", "/suspend"} {
		a.goes(olivia, guest+part)
	}
	olivia.leads(http.StatusOK, olivia.click("document.querySelector('main form button')"))
	a.goes(olivia, guest+"/restore")
	priya.silent()
	olivia.silent()
}

// linkTo is the address of the first link of the page's body with such a part in it.
func (b *tab) linkTo(part string) string {
	b.t.Helper()
	found := ask[string](b, "[...document.querySelectorAll('main a')].map(a => a.pathname).find(p => "+
		"p.includes('"+part+"') && !p.endsWith('/new')) ?? ''")
	if found == "" {
		b.t.Fatalf("%s leads to no %s:\n%s", b.path(), part, b.text())
	}
	return found
}

// keepsADraft has staff write an invoice that waits, and look at what credit of a client could be paid back.
func (s *stage) keepsADraft(t *testing.T, a *atlas) {
	t.Helper()
	b := s.open(t).signIn(bea).visit("/staff/clients").press("Pixelworks Studio")
	client := b.path()
	b.visit(client+"/invoices/new").fill("about", "Hosting abroad").fill("line-0-text", "Hosting")
	b.fill("line-0-price", "5").press("Keep as a draft")
	draft := b.visit(client + "/invoices").linkTo("/invoices/")
	a.goes(b, draft+"/edit")
	a.goes(b, draft+"/discard")
	a.goes(b, client+"/refund")
	b.silent()
}
