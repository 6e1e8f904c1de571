package domains_test

import (
	"net/http"
	"net/url"
	"testing"

	"gatehouse/internal/testkit/site"
)

// A domain beyond ASCII is kept and sent in its A-label form, and read as people write it, on the pages of the account
// and in its log. One that only looks like another name is shown as it is kept. Either form can be typed.
func TestADomainBeyondASCIIIsReadAsItIsWritten(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		const kept, shown, posing = "xn--mller-kva.example", "müller.example", "xn--80ak6aa92e.example"
		bakery := s.Serve(t, c, c.Northwind, shown)
		page := held(t, s, c, kept, bakery, 200)
		held(t, s, c, posing, c.Bakery, 200)
		tess := s.Visit(t).SignIn(site.Tess)
		tess.Get(c.Base()+"/domains").Is(t, http.StatusOK).Says(t, shown, posing).Silent(t, kept)
		tess.Get(page).Is(t, http.StatusOK).Says(t, shown).Silent(t, kept)
		tess.Get(c.Base()+"/services").Is(t, http.StatusOK).Says(t, shown).Silent(t, kept)
		service := c.Base() + "/services/" + bakery.String()
		tess.Get(service).Is(t, http.StatusOK).Says(t, shown+" ("+kept+")") // both, for those who have to type it
		tess.Get(service+"/panel").Is(t, http.StatusOK).Says(t, shown).Silent(t, kept)
		tess.Get(page+"/nameservers").Is(t, http.StatusOK)
		tess.Submit(page+"/nameservers", url.Values{
			"host-0-name": {"ns1.bücher.example"}, "host-1-name": {"ns2.xn--bcher-kva.example"},
		}).Is(t, http.StatusOK).Says(t, "New: ns1.bücher.example, ns2.bücher.example").Silent(t, kept)
		olivia := s.Visit(t).SignIn(site.Olivia)
		olivia.Get(c.Base()+"/activity").Is(t, http.StatusOK).Says(t, "added the domain "+shown, "the domain "+posing).
			Silent(t, kept)
		found := olivia.Get(c.Base() + "/activity?q=" + url.QueryEscape("müller"))
		found.Is(t, http.StatusOK).Says(t, shown).Silent(t, kept)
	})
}
