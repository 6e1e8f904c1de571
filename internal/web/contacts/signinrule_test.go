package contacts_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"gatehouse/internal/testkit/site"
)

// S12: the owner asks everybody for a second step; who is not ready sees a notice, then a page that leads to it, and
// keeps everything else.
func TestAnOwnerAsksEverybodyForASecondStep(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		rule := c.Base() + "/settings/security"
		olivia := s.Visit(t).SignIn(site.Olivia)
		olivia.Get(c.Base()+"/settings").Is(t, http.StatusOK).Says(t, "How people sign in")
		olivia.Get(rule).Is(t, http.StatusOK).Says(t, "A password is enough here, and 2 people have nothing else",
			"Ben Okafor", "Ada Whitlock", "sign in with it yourself first")
		olivia.Submit(rule, url.Values{"level": {"key"}}).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Sign in like this yourself first")
		olivia.Submit(rule, url.Values{"level": {"factor"}, "grace": {"many"}}).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Choose how long")
		olivia.Submit(rule, url.Values{"level": {"factor"}, "grace": {"7"}}).Is(t, http.StatusOK).
			Says(t, "The rule is saved", "everybody needs a second step at sign-in. 2 people are not there yet")
		if olivia.Page.Value("grace") != "keep" || olivia.Page.Doc.Find("#remember[checked]").Length() != 1 {
			t.Errorf("the form shows grace %q", olivia.Page.Value("grace"))
		}

		ben := s.Visit(t).SignIn(site.Ben)
		ben.Get(c.Base()+"/invoices").Is(t, http.StatusOK).Says(t, "Northwind Bakery Ltd asks everybody for a second step")
		olivia.Get(c.Base()+"/invoices").Is(t, http.StatusOK).Silent(t, "asks everybody")
		s.Visit(t).SignIn(site.Carl).Get("/accounts/"+c.Copperfield.String()).Is(t, http.StatusOK).
			Silent(t, "asks everybody")

		s.Offset.Advance(8 * 24 * time.Hour)
		ben = s.Visit(t).SignIn(site.Ben)
		ben.Get(c.Base()+"/invoices").Is(t, http.StatusForbidden).Says(t, "Add a second step first",
			"This account asks everybody for a second step at sign-in").Silent(t, "£148.80")
		if len(ben.Page.Links("/me/security")) == 0 || len(ben.Page.Links("/accounts")) == 0 {
			t.Error("the page leads nowhere")
		}
		ben.Get("/me/security").Is(t, http.StatusOK)
		ben.Get("/accounts").Is(t, http.StatusOK).Says(t, "Northwind")
		tess := s.Visit(t).SignIn(site.Tess)
		tess.Get(c.Base()+"/services").Is(t, http.StatusOK)
		for _, v := range []*site.Visitor{ben, tess} {
			v.Get(rule).Is(t, http.StatusForbidden)
			v.Get("/me/security")
			v.Post(rule, url.Values{"version": {"1"}, "level": {"any"}, "grace": {"0"}}).Is(t, http.StatusForbidden)
		}
	})
}
