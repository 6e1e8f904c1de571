package public_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/testkit/site"
)

// A7, S12: whoever is invited to an account that insists on a second step adds it on the way, and is led back to the
// invitation; whoever has one is asked for it when they accept. Nobody is in the account before.
func TestJoiningAnAccountThatInsists(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		owner := s.Visit(t).SignIn(site.Olivia)
		owner.Get(c.Base() + "/settings/security")
		owner.Submit(c.Base()+"/settings/security", url.Values{"level": {"factor"}, "grace": {"0"}}).Is(t, http.StatusOK)
		const ruth = "ruth@fenwick.example"
		link := s.Invite(t, c.Northwind, ruth, accounts.Terms{Role: "billing"})

		v := s.Visit(t)
		v.Get(link).Is(t, http.StatusOK).Says(t, "asks everybody for a second step at sign-in", "First you choose a password")
		kept := v.Page.Doc.Find("form input[autocomplete=username]:not([name])").AttrOr("value", "")
		if kept != ruth || v.Page.Doc.Find("#password[autocomplete=new-password]").Length() != 1 { // X1
			t.Errorf("a password manager keeps the password under %q", kept)
		}
		v.Submit(link, url.Values{"name": {"Ruth Fenwick"}, "password": {site.Passphrase}}).Is(t, http.StatusOK).
			Says(t, "Your sign-in is ready.")
		v.Submit("/sign-in", url.Values{"email": {ruth}, "password": {site.Passphrase}}).
			Says(t, "Add it first.", "Add a second step").Silent(t, "Accept the invitation")
		v.Get(c.Base()).Is(t, http.StatusNotFound) // not in it yet
		v.Get(link)
		v.Post(link, nil).Is(t, http.StatusForbidden).Says(t, "Add a second step first")
		v.Get(v.Get(link).Links("/me/security/start?")[0]).Is(t, http.StatusOK)
		v.Submit("/me/security/codes", nil)
		s.Knows(ruth, strings.Join(strings.Fields(v.Page.Doc.Find("#setup-key").Text()), ""))
		v.Submit(v.Page.Path, url.Values{"code": {v.Code(ruth)}})
		v.Get("/me/security/recovery-codes")
		codes := strings.Fields(v.Submit("/me/security/recovery-codes", nil).Is(t, http.StatusOK).Doc.Find("#codes").Text())
		v.Submit("/me/security/recovery-codes/confirm", url.Values{"code": codes[:1]}).Is(t, http.StatusOK).
			Says(t, "Your second step is on.", "Accept the invitation")
		v.Submit(link, nil).Is(t, http.StatusOK).Says(t, "You have joined.")
		if !strings.HasPrefix(v.Page.Path, c.Base()) {
			t.Errorf("led to %s", v.Page.Path)
		}

		link = s.Invite(t, c.Northwind, site.Carl, accounts.Terms{Role: "billing"})
		carl := s.Visit(t).SignIn(site.Carl)
		carl.Get(link).Says(t, "Add it first.")
		s.Visit(t).SignIn(site.Tess).Post(link, nil).Is(t, http.StatusForbidden) // another address
		if n := len(s.Members(t, c.Northwind)); n != 6 {
			t.Errorf("%d people are in the account", n)
		}
	})
}
