package signin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/recovery"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web/staff"
)

// S15: the whole way by its pages: asked at the second step, proved, approved by an owner, set up in one browser; and
// whoever may not decide is told so.
func TestGettingBackInWithoutAnyFactor(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		w.Access.LetStaffUseCodes()
		s := site.Open(t, w, func(s *site.Site) {
			site.Portal(s)
			staff.Register(s.Door, staff.Deps{
				Accounts: s.Accounts, Billing: s.Billing, Hosting: s.Hosting, Overview: s.Overview, Gate: s.Gate,
				Access: s.Access, Recovery: s.Recovery,
			})
		})
		c := s.Cast(t)
		s.AllStaff(t)
		v := s.Visit(t)
		v.Get("/sign-in/lost") // nobody gave a password
		if !strings.HasPrefix(v.Page.Path, "/sign-in") || strings.HasPrefix(v.Page.Path, "/sign-in/lost") {
			t.Fatalf("without a password: %s", v.Page.Path)
		}
		v.Get("/sign-in")
		v.Submit("/sign-in", url.Values{"email": {site.Tess}, "password": {site.Passphrase}})
		if v.Page.Doc.Find(`a[href="/sign-in/lost"]`).Length() == 0 {
			t.Fatalf("the second step does not lead to it: %s", v.Page.Text)
		}
		v.Get("/sign-in/lost").Is(t, http.StatusOK)
		v.Submit("/sign-in/lost", nil).Is(t, http.StatusOK)
		path := "/recovery/" + s.Link(t, recovery.MailProve, site.Tess)
		v.Get(path).Is(t, http.StatusOK)
		p := v.Submit(path, nil).Is(t, http.StatusOK)
		if !strings.Contains(p.Text, "Your request waits") || !strings.Contains(p.Text, "Olivia Marsh can approve") {
			t.Errorf("waiting: %s", p.Text)
		}
		queue := s.Visit(t).SignIn(site.Sam)
		row := queue.Get("/staff/recoveries").Is(t, http.StatusOK).Doc.Find(`a[href^="/staff/recoveries/"]`)
		detail := row.First().AttrOr("href", "")
		if row.Length() != 1 || !strings.Contains(queue.Page.Text, "Tess Lindqvist") {
			t.Fatalf("the queue: %s", queue.Page.Text)
		}
		queue.Get(detail).Is(t, http.StatusOK)
		queue.Submit(detail, nil).Is(t, http.StatusOK)
		queue.Submit(detail, nil).Is(t, http.StatusConflict) // four eyes are not the same two twice
		s.Visit(t).SignIn(site.Bea).Get("/staff/recoveries").Is(t, http.StatusForbidden)

		which := strings.TrimPrefix(detail, "/staff/recoveries/")
		own := c.Base() + "/recoveries/" + which
		s.Visit(t).SignIn(site.Ben).Get(own).Is(t, http.StatusForbidden)
		s.Visit(t).SignIn(site.Carl).Get(own).Is(t, http.StatusNotFound)
		s.Visit(t).SignIn(site.Carl).
			Get("/accounts/"+c.Copperfield.String()+"/recoveries/"+which).Is(t, http.StatusNotFound)
		owner := s.Visit(t).SignIn(site.Olivia)
		owner.Get(c.Base()).Says(t, "Tess Lindqvist lost their second step.", "1 waiting")
		if owner.Page.Doc.Find(`a[href="`+own+`"]`).Length() == 0 {
			t.Error("the overview does not lead to it")
		}
		list := c.Base() + "/recoveries"
		owner.Get(list).Is(t, http.StatusOK).Says(t, "Tess Lindqvist", "an owner decides")
		s.Visit(t).SignIn(site.Ben).Get(list).Is(t, http.StatusForbidden)
		s.Visit(t).SignIn(site.Ben).Get(c.Base()).Silent(t, "lost their second step")
		s.Visit(t).SignIn(site.Carl).Get(list).Is(t, http.StatusNotFound)
		carls := "/accounts/" + c.Copperfield.String()
		s.Visit(t).SignIn(site.Carl).Get(carls+"/recoveries").Is(t, http.StatusOK).Says(t, "Nobody waits")
		s.Visit(t).SignIn(site.Carl).Get(carls).Silent(t, "Tess")
		owner.Get(own).Is(t, http.StatusOK)
		owner.Submit(own, nil).Is(t, http.StatusOK)
		owner.Get(list).Says(t, "Olivia Marsh approved")
		owner.Get(c.Base()).Silent(t, "lost their second step", "1 waiting")

		s.Offset.Advance(recovery.StandardWait + time.Minute)
		link := "/recovery-link/" + s.Link(t, recovery.MailReady, site.Tess)
		v.Get(link).Is(t, http.StatusOK)
		v.Submit(link, nil).Is(t, http.StatusOK)
		secret := strings.Join(strings.Fields(v.Page.Doc.Find("#setup-key").Text()), "")
		s.Visit(t).Get("/recovery-setup").Is(t, http.StatusNotFound) // another browser
		s.Visit(t).Get(link).Is(t, http.StatusNotFound)
		v.Submit("/recovery-setup", url.Values{"code": {"000000"}}).Is(t, http.StatusUnprocessableEntity)
		s.Knows(site.Tess, secret)
		p = v.Submit("/recovery-setup", url.Values{"code": {v.Code(site.Tess)}}).Is(t, http.StatusOK)
		if p.Path != "/sign-in" || !strings.Contains(p.Text, "Your new code app is set up") {
			t.Fatalf("%s: %s", p.Path, p.Text)
		}
		if p := v.Get("/"); p.Path != "/sign-in" {
			t.Errorf("the set-up signed somebody in: %s", p.Path)
		}
		s.Visit(t).SignIn(site.Tess).Get(c.Base()).Is(t, http.StatusOK)
		if p := v.Get(path); !strings.Contains(p.Text, "Your new second step is set up") {
			t.Errorf("done: %s", p.Text)
		}
		v.Get("/recovery/no-such-token").Is(t, http.StatusNotFound)
	})
}
