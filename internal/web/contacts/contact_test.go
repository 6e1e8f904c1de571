package contacts_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"gatehouse/internal/id"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/verb"
)

// The page of a contact holds each permission once, with the answer and the reason that the rules give.
func TestTheContactPageExplainsEverything(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		olivia := s.Visit(t).SignIn(site.Olivia)
		for _, m := range s.Members(t, c.Northwind) {
			page := olivia.Get(c.Base()+"/contacts/"+m.ID.String()).Is(t, http.StatusOK).Says(t, m.Email, m.RoleName)
			held := 0
			for _, line := range s.Access.Explain(m.Subject(), id.AccountScope(c.Northwind)) {
				if line.Decision.Allowed {
					held++
				}
				if !strings.Contains(page.Text, line.Decision.Brief()) {
					t.Errorf("%s: %s is not explained: %q", m.Name, line.Verb, line.Decision.Brief())
				}
			}
			cells := page.Doc.Find(".gh-may td .gh-cell").Not(".gh-cell--none").Length()
			if said := strconv.Itoa(held) + " of the " + strconv.Itoa(cells); cells != len(verb.Portal()) ||
				!strings.Contains(page.Text, said) {
				t.Errorf("%s: %d cells, and not %q", m.Name, cells, said)
			}
		}
		olivia.Get(c.Base()+"/contacts/"+contactNamed(t, s, c, site.Priya)).Says(t, "Only shop.northwind.example")
		olivia.Get(c.Base()+"/who?verb=invoices:pay").Is(t, http.StatusOK).Says(t, "2 people here can do this",
			"Ben Okafor", "The role Auditor does not include it.")
		olivia.Get(c.Base()+"/who?verb=clients:view").Is(t, http.StatusNotFound)
		olivia.Get(c.Base()+"/who").Is(t, http.StatusOK).Says(t, "Pay invoices", "Who can do what")
		s.Visit(t).SignIn(site.Ben).Get(c.Base()+"/who").Is(t, http.StatusForbidden)
	})
}

func contactNamed(t *testing.T, s *site.Site, c site.Cast, email string) string {
	t.Helper()
	for _, m := range s.Members(t, c.Northwind) {
		if m.Email == email {
			return m.ID.String()
		}
	}
	t.Fatalf("%s is no contact", email)
	return ""
}

// A3, A6: a suspended contact can do nothing from the next request on, and everything again once restored.
func TestContactsAreSuspendedAndRestored(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		olivia, ben := s.Visit(t).SignIn(site.Olivia), s.Visit(t).SignIn(site.Ben)
		one := c.Base() + "/contacts/" + contactNamed(t, s, c, site.Ben)
		ben.Get(c.Base()+"/invoices").Is(t, http.StatusOK)
		olivia.Get(one+"/suspend").Is(t, http.StatusOK).Says(t, "From their next page on they can see and do nothing")
		olivia.Submit(one+"/suspend", nil).Is(t, http.StatusOK).Says(t, "Suspended", "Give the access back")
		ben.Get(c.Base()+"/invoices").Is(t, http.StatusForbidden).Says(t, "suspended")
		ben.Get("/accounts").Is(t, http.StatusOK)
		olivia.Post(one+"/suspend", nil).Is(t, http.StatusConflict)
		olivia.Get(one+"/restore").Is(t, http.StatusOK)
		olivia.Submit(one+"/restore", nil).Is(t, http.StatusOK).Says(t, "Active")
		ben.Get(c.Base()+"/invoices").Is(t, http.StatusOK)
		own := c.Base() + "/contacts/" + contactNamed(t, s, c, site.Olivia)
		olivia.Get(own).Is(t, http.StatusOK)
		olivia.Post(own+"/suspend", nil).Is(t, http.StatusForbidden)
		ben.Post(one+"/restore", nil).Is(t, http.StatusForbidden)
		olivia.Get(c.Base()+"/activity").Says(t, "You suspended the access of Ben Okafor",
			"You gave Ben Okafor their access back")
	})
}
