package staff_test

import (
	"net/http"
	"net/url"
	"testing"

	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// twice sends a form as it is, and then what a second click on the same button sends. Both lead to the same page, and
// one thing is made.
func twice(t *testing.T, root *site.Visitor, form, table string, fill url.Values) {
	t.Helper()
	before := root.Site.Count(t, table, "1 = 1")
	fill.Set("key", root.Get(form).Is(t, http.StatusOK).Value("key"))
	first := root.Submit(form, fill).Is(t, http.StatusOK).Path
	root.Get(form)
	if again := root.Submit(form, fill).Is(t, http.StatusOK).Path; again != first {
		t.Errorf("the second click on %s leads to %s, not %s", form, again, first)
	}
	if n := root.Site.Count(t, table, "1 = 1"); n != before+1 {
		t.Errorf("two clicks on %s made %d more in %s", form, n-before, table)
	}
	root.Get(form)
	root.Submit(form, url.Values{"key": {"x"}}).Is(t, http.StatusBadRequest)
}

func TestASecondClickMakesNothingMore(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := site.Open(t, w, register)
		c := s.Cast(t)
		s.Staff(t, site.Root, "Robin Hale", "administrator")
		root := s.Visit(t).SignIn(site.Root)
		twice(t, root, "/staff/clients/new", "accounts", url.Values{
			"name": {"Fen Street Dental"}, "owner-email": {"ida@fenstreet.example"},
		})
		if n := s.Count(t, "invitations", "state = 'open'"); n != 1 {
			t.Errorf("%d invitations are open", n)
		}
		if n := s.Count(t, "looks", "code = 'other'"); n != 1 { // N8: the reason of whoever made it, once
			t.Errorf("%d reasons were given for whoever made a client", n)
		}
		page := root.Get("/staff/clients").Is(t, http.StatusOK)
		client := page.Doc.Find("a:contains('Fen Street')").AttrOr("href", "")
		form := client + "/services/new"
		twice(t, root, form, "services", url.Values{
			"plan": {"Small Hosting"}, "price": {"12.50"}, "server": {c.Server.String()},
		})
		root.Get(form) // the id of another client's service makes none
		root.Submit(form, url.Values{
			"key": {c.Bakery.String()}, "plan": {"Taken over"}, "price": {"1"}, "server": {c.Server.String()},
		}).Is(t, http.StatusNotFound)
	})
}
