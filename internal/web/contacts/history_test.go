package contacts_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"gatehouse/internal/testkit/site"
)

// Who had which role on a past day is asked by whoever may see contacts; people who are gone are in it.
func TestAccessOnADay(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		at := c.Base() + "/contacts/history"
		then := s.Now(t)
		s.Offset.Advance(5 * 24 * time.Hour)
		v := s.Visit(t).SignIn(site.Olivia)
		for _, contact := range s.Members(t, c.Northwind) {
			if contact.Name == "Ada Whitlock" {
				v.Get(c.Base() + "/contacts/" + contact.ID.String() + "/remove")
				v.Submit(v.Page.Path, url.Values{}).Is(t, http.StatusOK)
			}
		}
		s.Offset.Advance(24 * time.Hour)
		v = s.Visit(t).SignIn(site.Olivia)
		v.Get(at).Is(t, http.StatusOK).Says(t, "Access on a day", "Ben Okafor", "All day").Silent(t, "Ada Whitlock")
		v.Get(at+"?day="+then.AddDate(0, 0, 2).Format(time.DateOnly)).Is(t, http.StatusOK).Says(t, "Ada Whitlock", "Auditor")
		v.Get(at+"?day="+then.AddDate(0, 0, 5).Format(time.DateOnly)).Is(t, http.StatusOK).Says(t, "Ada Whitlock", "Until")
		v.Get(at+"?day="+then.AddDate(-3, 0, 0).Format(time.DateOnly)).Is(t, http.StatusOK).Says(t, "Nobody had access")
		v.Get(at+"?day=soon").Is(t, http.StatusOK).Says(t, "A day looks like 2026-12-31.")
		v.Get(at+"?day=2199-01-01").Is(t, http.StatusOK).Says(t, "a day that is past")
		s.Visit(t).SignIn(site.Ben).Get(at).Is(t, http.StatusForbidden)
		s.Visit(t).SignIn(site.Carl).Get(at).Is(t, http.StatusNotFound)
	})
}
