package staff_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/testkit/site"
)

// N6, N5, A1: staff who may act for clients see where a client's contact is signed in and end that, in the log of both;
// other departments may not, and nobody reaches a contact through another client.
func TestStaffEndSomebodysSessions(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		client := clientOf(c.Northwind)
		tess, other := s.Visit(t).SignIn(site.Tess), s.Visit(t).SignIn(site.Ben)
		sam := s.Visit(t).SignIn(site.Sam)
		page := ""
		for _, link := range sam.Get(client).Is(t, http.StatusOK).Links("/sessions") {
			if sam.Get(link).Is(t, http.StatusOK); strings.Contains(sam.Page.Text, "Where Tess Lindqvist is signed in") {
				page = link
			}
		}
		if page == "" {
			t.Fatal("nothing leads to where Tess is signed in")
		}
		sam.Get(page).Says(t, "password and code", "192.0.2.")
		sam.Submit(page, url.Values{"why": {" "}}).Is(t, http.StatusUnprocessableEntity).Says(t, "Say why, and who asked.")
		sam.Submit(page, url.Values{"why": {strings.Repeat("x", 301)}}).Is(t, http.StatusUnprocessableEntity)
		tess.Get("/me/security").Is(t, http.StatusOK)

		foreign := strings.Replace(page, c.Northwind.String(), c.Copperfield.String(), 1)
		sam.Get(foreign).Is(t, http.StatusNotFound)
		sam.Get(page)
		sam.Post(foreign, url.Values{"why": {"She rang."}}).Is(t, http.StatusNotFound)
		for email, want := range map[string]int{
			site.Bea: http.StatusForbidden, site.Tom: http.StatusForbidden, site.Olivia: http.StatusForbidden,
		} {
			v := s.Visit(t).SignIn(email)
			if got := v.Get(page).Status; got != want && got != http.StatusNotFound {
				t.Errorf("%s: %d", email, got)
			}
			v.Get("/me/security")
			if got := v.Post(page, url.Values{"why": {"I say so."}}).Status; got < http.StatusBadRequest {
				t.Errorf("%s ends it: %d", email, got)
			}
		}
		tess.Get("/me/security").Is(t, http.StatusOK)

		const why = "Her laptop was stolen; she rang from the number that we know."
		sam.Get(page)
		sam.Submit(page, url.Values{"why": {why}}).Is(t, http.StatusOK).Says(t, "Tess Lindqvist is signed out everywhere")
		if tess.Get("/me/security"); !strings.HasPrefix(tess.Page.Path, "/sign-in") {
			t.Errorf("Tess is still signed in: %s", tess.Page.Path)
		}
		other.Get("/me/security").Is(t, http.StatusOK)
		s.Visit(t).SignIn(site.Olivia).Get(c.Base()+"/activity").Is(t, http.StatusOK).Says(t,
			"Sam Doyle of Harbour Hosting signed Tess Lindqvist out everywhere", why, "looked at this account")
		s.Visit(t).SignIn(site.Tess).Get("/me/activity").Says(t,
			"Sam Doyle of Harbour Hosting signed you out everywhere", why)
		sam.Get(page).Says(t, "Where Tess Lindqvist is signed in")
	})
}
