package contacts_test

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web"
)

// A preview shows the account as the contact sees it, marked on every page; no form passes in it but those that end it,
// and no personal page of anybody is shown (A3).
func TestSomebodyLooksThroughAContactsEyes(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v := s.Visit(t).SignIn(site.Olivia)
		ben := contactOf(t, v, c, "Ben Okafor")
		v.Get(ben)
		v.Submit(ben+"/preview", nil).Is(t, http.StatusOK).Says(t, "You see this account as Ben Okafor does (Billing)")
		if v.Page.Path != c.Base() {
			t.Errorf("the preview begins at %s", v.Page.Path)
		}
		seen := s.Visit(t).SignIn(site.Ben)
		for _, path := range []string{"", "/invoices", "/services", "/contacts", "/activity", "/roles", "/settings"} {
			theirs, mine := seen.Get(c.Base()+path), v.Get(c.Base()+path)
			if theirs.Status != mine.Status && theirs.Status == http.StatusOK {
				t.Errorf("%s: Ben gets %d, the preview %d", path, theirs.Status, mine.Status)
			}
			if theirs.Status != http.StatusOK && mine.Status == http.StatusOK {
				t.Errorf("%s: Ben gets %d, the preview %d", path, theirs.Status, mine.Status)
			}
			mine.Says(t, "You see this account as Ben Okafor does", "End preview").Silent(t, `href="/me/security"`, "/not-me")
			if theirs.Status == http.StatusOK && links(theirs) != links(mine) {
				t.Errorf("%s: Ben is led to\n%s\nand the preview to\n%s", path, links(theirs), links(mine))
			}
		}
		for _, path := range []string{"/me/security", "/me/activity", "/me/sessions", "/accounts"} {
			v.Get(path).Is(t, http.StatusForbidden).Says(t, "You are only looking").Silent(t, "Password", "Sign out of")
		}
		for _, r := range s.Door.Routes() {
			if r.Kind != web.KindAction || r.Path == "/me/preview/end" || r.Path == "/sign-out" {
				continue
			}
			v.Get(c.Base())
			path := strings.NewReplacer(":account", c.Northwind.String(), ":contact", ben[strings.LastIndex(ben, "/")+1:],
				":invoice", c.Due.String(), ":service", c.Shop.String()).Replace(r.Path)
			if v.Post(path, nil); v.Page.Status != http.StatusForbidden || !strings.Contains(v.Page.Text, "only looking") {
				t.Errorf("%s passes in a preview: %d %s", r.Path, v.Page.Status, v.Page.Text)
			}
		}
		v.Get(c.Base())
		v.Submit("/me/preview/end", nil).Is(t, http.StatusOK).Says(t, "You see the account as yourself again.")
		v.Get("/me/security").Is(t, http.StatusOK)
		v.Get(c.Base()+"/activity").Says(t, "You began to look at this account as Ben Okafor sees it").
			Silent(t, "You tried to")
	})
}

// A preview offers nobody to say that it was not them, nor the one who looks: an auditor sees what they did, too (A3).
func TestAPreviewOffersNobodyToDenyWhatTheyDid(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v := s.Visit(t).SignIn(site.Olivia)
		ada := contactOf(t, v, c, "Ada Whitlock")
		v.Get(ada)
		v.Submit(ada+"/preview", nil).Is(t, http.StatusOK)
		v.Get(c.Base()+"/activity").Is(t, http.StatusOK).
			Says(t, "You began to look at this account").Silent(t, "/not-me")
		v.Submit("/me/preview/end", nil).Is(t, http.StatusOK)
		if len(v.Get(c.Base()+"/activity").Links("/not-me")) == 0 {
			t.Error("as herself, Olivia cannot say that it was not her")
		}
	})
}

// links are the places that a page’s navigation and body lead to; those where one denies what one did are left out:
// they concern the one who is signed in alone, and a preview must have none.
func links(p *site.Page) string {
	var out []string
	for _, a := range p.Doc.Find(".gh-side nav a[href], main .btn[href]").EachIter() {
		if to := a.AttrOr("href", ""); !strings.HasPrefix(to, "/me/") && !strings.HasSuffix(to, "/not-me") {
			out = append(out, to)
		}
	}
	return strings.Join(out, "\n")
}
