package staff_test

import (
	"net/http"
	"net/url"
	"testing"

	"gatehouse/internal/testkit/site"
)

// A site that was broken into runs again only once staff state what was done against it: nobody gets round the
// question, and neither the client nor staff who do not run services may answer it. What stops it, and that it runs,
// stands on the client's page and in the log with the remedy.
func TestABrokenSiteNeedsARemedy(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		at := clientOf(c.Northwind) + "/services/" + c.Shop.String()
		mine := c.Base() + "/services/" + c.Shop.String()
		tom, olivia := s.Visit(t).SignIn(site.Tom), s.Visit(t).SignIn(site.Olivia)
		tom.Get(at+"/disable").Is(t, http.StatusOK)
		tom.Submit(at+"/disable", url.Values{
			"found": {"wp-mail.php sends mails."}, "todo": {"Change the passwords, and answer us."},
		}).Is(t, http.StatusOK).Says(t, "is stopped")
		olivia.Get(mine).Is(t, http.StatusOK).Says(t, "wp-mail.php sends mails.", "Change the passwords, and answer us.")
		olivia.Post(mine+"/panel", nil).Is(t, http.StatusConflict)

		tom.Get(at)
		tom.Post(at+"/restore", nil).Is(t, http.StatusConflict)
		tom.Get(at+"/reopen").Is(t, http.StatusOK)
		tom.Submit(at+"/reopen", url.Values{"remedy": {"  "}}).Is(t, http.StatusUnprocessableEntity)
		for email, answer := range map[string]int{
			site.Olivia: http.StatusNotFound, site.Carl: http.StatusNotFound, site.Bea: http.StatusForbidden,
		} {
			who := s.Visit(t).SignIn(email)
			who.Get("/me")
			who.Post(at+"/reopen", url.Values{"remedy": {"Done."}}).Is(t, answer)
		}
		olivia.Get(mine).Is(t, http.StatusOK).Says(t, "wp-mail.php sends mails.")

		tom.Get(at + "/reopen")
		tom.Submit(at+"/reopen", url.Values{"remedy": {"New passwords, new software."}}).Is(t, http.StatusOK).
			Says(t, "runs again")
		olivia.Get(mine).Is(t, http.StatusOK).Silent(t, "wp-mail.php")
		olivia.Get(c.Base()+"/activity").Says(t, "New passwords, new software.")
	})
}
