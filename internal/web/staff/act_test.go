package staff_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/assist"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit/site"
)

// actFor is the page on which staff begin to act for somebody of Northwind.
func actFor(t *testing.T, v *site.Visitor, c site.Cast, name string) string {
	t.Helper()
	for _, link := range v.Get(clientOf(c.Northwind)).Is(t, http.StatusOK).Links("/assist") {
		if v.Get(link); strings.Contains(v.Page.Text, "Act on behalf of "+name) {
			return link
		}
	}
	t.Fatalf("nothing leads to acting for %s: %s", name, v.Page.Text)
	return ""
}

func because(text string) url.Values { return url.Values{"code": {"asked"}, "why": {text}} }

// N8: whoever acts for a contact says why, has used a factor just now, is marked on every page, reaches that account
// alone, and ends it. The client reads who began, for whom, why, each act, and the end.
func TestStaffActForSomebody(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		sam := s.Visit(t).SignIn(site.Root)
		page := actFor(t, sam, c, "Olivia Marsh")
		sam.Submit(page, url.Values{"why": {"She rang."}}).Is(t, http.StatusUnprocessableEntity).Says(t, "Choose why.")
		sam.Submit(page, because(" ")).Is(t, http.StatusUnprocessableEntity).Says(t, "Say why, and who asked")
		sam.Submit(page, because(strings.Repeat("x", 301))).Is(t, http.StatusUnprocessableEntity)
		if n := s.Count(t, "assists", "1 = 1"); n != 0 {
			t.Fatalf("%d began without a reason", n)
		}
		s.Offset.Advance(11 * time.Minute)
		sam.Post(page, because("She rang.")).Is(t, http.StatusForbidden).Says(t, "Confirm it’s you")
		sam.Submit("/me/confirm", url.Values{"proof": {sam.Code(site.Root)}}).Is(t, http.StatusOK).Says(t,
			"You are Robin Hale and act on behalf of Olivia Marsh (Owner) of Northwind Bakery Ltd",
			"30 minutes left", "The client reads what you do")
		if sam.Page.Path != c.Base() {
			t.Errorf("acting begins at %s", sam.Page.Path)
		}

		settings := c.Base() + "/settings"
		sam.Get(settings).Is(t, http.StatusOK).Says(t, "act on behalf of Olivia Marsh")
		sam.Submit(settings, url.Values{"line1": {"15 Mill Lane"}}).Is(t, http.StatusOK)
		for _, other := range []string{
			"/me/security", "/me/sessions", "/accounts", "/staff", clientOf(c.Northwind), "/accounts/" + c.Copperfield.String(),
			c.Base() + "/activity", c.Base() + "/activity/export", c.Base() + "/settings/security", c.Base() + "/settings/staff",
		} {
			if got := sam.Get(other); got.Status != http.StatusForbidden {
				t.Errorf("%s answered %d", other, got.Status)
			}
			sam.Page.Says(t, "act on behalf of Olivia Marsh")
		}
		another := s.Visit(t).SignIn(site.Root)
		another.Get(c.Base()).Is(t, http.StatusNotFound)
		another.Get(clientOf(c.Northwind)).Is(t, http.StatusOK).Silent(t, "act on behalf of Olivia")

		log := s.Visit(t).SignIn(site.Olivia)
		log.Get(c.Base()+"/activity?by=staff").Is(t, http.StatusOK).Says(t,
			"Robin Hale of Harbour Hosting began to act on behalf of Olivia Marsh", "She rang.",
			"Robin Hale of Harbour Hosting on behalf of you changed the details of Northwind Bakery Ltd",
			"Reason given: The client asked for it", "15 Mill Lane")
		log.Get(c.Base()+"/settings/staff").Says(t, "Robin Hale", "Acting now", "The client asked for it: She rang.")

		sam.Get(c.Base())
		sam.Submit("/me/assist/end", nil).Is(t, http.StatusOK).Says(t, "You act as yourself again.").
			Silent(t, "act on behalf of Olivia")
		sam.Get(c.Base()).Is(t, http.StatusOK).Says(t, "The time to act for somebody there is over.")
		log.Get(c.Base()+"/activity?by=staff").Says(t,
			"Robin Hale of Harbour Hosting stopped acting on behalf of Olivia Marsh")
	})
}

// N8: who acts for a contact looks at pages and takes nothing along: no paper, no table and no archive is handed out,
// of whatever they may look at, and each try is in the client's log. No page offers it.
func TestNothingIsTakenAlongOnSomebodysBehalf(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		root := s.Visit(t).SignIn(site.Root)
		page := actFor(t, root, c, "Ben Okafor")
		root.Submit(page, because("He rang about an invoice.")).Is(t, http.StatusOK)
		invoices, one := c.Base()+"/invoices", c.Base()+"/invoices/"+c.Due.String()
		for _, shown := range []string{invoices, one, c.Base() + "/statement"} {
			if n := len(root.Get(shown).Is(t, http.StatusOK).Links("/pdf")); n != 0 {
				t.Errorf("%s offers %d papers", shown, n)
			}
			root.Page.Silent(t, "Download", "/csv", "/ubl", "/pdfs")
		}
		for _, file := range []string{
			one + "/pdf", one + "/ubl", invoices + "/pdfs?pick=" + c.Due.String(), c.Base() + "/statement/csv",
			c.Base() + "/statement/pdf",
		} {
			got := root.Get(file)
			if got.Status != http.StatusForbidden && got.Status != http.StatusNotFound {
				t.Errorf("%s answered %d", file, got.Status)
			}
			if name := got.Header.Get("Content-Disposition"); name != "" || strings.HasPrefix(string(got.Body), "%PDF") {
				t.Errorf("%s was handed out: %s", file, name)
			}
		}
		ben := s.Visit(t).SignIn(site.Ben)
		for _, file := range []string{one + "/pdf", invoices + "/pdfs?pick=" + c.Due.String(), c.Base() + "/statement/csv"} {
			if ben.Get(file).Is(t, http.StatusOK); ben.Page.Header.Get("Content-Disposition") == "" {
				t.Errorf("%s is no file to Ben himself", file)
			}
		}
		s.Visit(t).SignIn(site.Olivia).Get(c.Base()+"/activity?by=staff").Is(t, http.StatusOK).Says(t,
			"Robin Hale of Harbour Hosting on behalf of Ben Okafor", "refused")
	})
}

// behind writes to the database behind everybody's back.
func behind(t *testing.T, s *site.Site, statement string) {
	t.Helper()
	err := s.Writer.Do(t.Context(), func(tx *db.Tx) error {
		return db.Across(tx.DB, "a test changes what is there").Exec(statement).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// N8, A6: a client who forbids it ends what goes on, from the next request; staff ask then, an owner allows it once,
// and once it is.
func TestAClientForbidsAndAllowsOnce(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		sam, olivia := s.Visit(t).SignIn(site.Sam), s.Visit(t).SignIn(site.Olivia)
		page := actFor(t, sam, c, "Tess Lindqvist")
		sam.Submit(page, because("She asked us to look.")).Is(t, http.StatusOK).Says(t, "act on behalf of Tess Lindqvist")

		help := c.Base() + "/settings/staff"
		olivia.Get(help).Is(t, http.StatusOK).Says(t, "Acting now", "Only when an owner allows it once")
		olivia.Submit(help, url.Values{"allowed": {"no"}}).Is(t, http.StatusOK).
			Says(t, "Nobody of the staff acts for people here any more")
		sam.Get(c.Base()+"/services").Is(t, http.StatusOK).Says(t, "The client has ended it", "Contacts")
		if !strings.HasPrefix(sam.Page.Path, clientOf(c.Northwind)) {
			t.Errorf("Sam is led to %s", sam.Page.Path)
		}
		sam.Get(page).Says(t, "This client lets nobody act for them", "Ask the client")
		sam.Post(page, because("Please.")).Is(t, http.StatusConflict)
		sam.Get(page)
		sam.Submit(page+"/ask", because("To find the fault.")).Is(t, http.StatusOK).Says(t, "The client’s owners are asked")
		sam.Get(page).Says(t, "You have asked.")
		sam.Post(page, because("Please.")).Is(t, http.StatusConflict)
		sam.Get(page)
		sam.Post(page+"/ask", because("Please.")).Is(t, http.StatusConflict)

		s.Visit(t).SignIn(site.Ben).Get(help).Is(t, http.StatusForbidden)
		olivia.Get(help).Says(t, "Sam Doyle asks to act for Tess Lindqvist once", "To find the fault.")
		answer := olivia.Page.Doc.Find("form[action*='/settings/staff/']").AttrOr("action", "")
		carl := s.Visit(t).SignIn(site.Carl)
		carl.Get("/accounts/"+c.Copperfield.String()+"/settings/staff").Is(t, http.StatusOK)
		carl.Post(strings.Replace(answer, c.Northwind.String(), c.Copperfield.String(), 1), url.Values{"answer": {"allow"}}).
			Is(t, http.StatusNotFound)
		olivia.Submit(answer, url.Values{"answer": {"allow"}}).Is(t, http.StatusOK).Says(t, "Allowed once, within 24 hours.")
		olivia.Post(answer, url.Values{"answer": {"decline"}}).Is(t, http.StatusConflict)

		root := s.Visit(t).SignIn(site.Root) // it was allowed to Sam
		root.Get(page)
		root.Post(page, because("Me too.")).Is(t, http.StatusConflict)
		sam.Get(page).Says(t, "The client allows it once")
		sam.Submit(page, because("To find the fault.")).Is(t, http.StatusOK).Says(t, "act on behalf of Tess Lindqvist")
		sam.Submit("/me/assist/end", nil).Is(t, http.StatusOK)
		sam.Get(page).Says(t, "This client lets nobody act for them")
		sam.Post(page, because("Again.")).Is(t, http.StatusConflict)
		olivia.Get(c.Base()+"/activity").Says(t, "You set whether staff may act on behalf of people here",
			"You stopped staff from acting on behalf of Tess Lindqvist", "asked to act on behalf of Tess Lindqvist once",
			"You let staff act on behalf of Tess Lindqvist once")
	})
}

// N8, A6, N5: it is over for whoever loses the permission or signs out, and by itself; it is never for somebody without
// access, nor for oneself.
func TestActingIsOver(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		sam := s.Visit(t).SignIn(site.Sam)
		page := actFor(t, sam, c, "Tess Lindqvist")
		for _, email := range []string{site.Bea, site.Tom, site.Dana, site.Olivia} {
			v := s.Visit(t).SignIn(email)
			v.Get("/me/security")
			if got := v.Post(page, because("I say so.")).Status; got != http.StatusForbidden && got != http.StatusNotFound {
				t.Errorf("%s: %d", email, got)
			}
		}
		foreign := strings.Replace(page, c.Northwind.String(), c.Copperfield.String(), 1)
		sam.Get(page)
		sam.Post(foreign, because("She rang.")).Is(t, http.StatusNotFound)

		sam.Get(page)
		sam.Submit(page, because("She rang.")).Is(t, http.StatusOK)
		s.Offset.Advance(assist.Time - time.Minute)
		behind(t, s, "UPDATE sessions SET seen_at = seen_at + 1740000") // at work all the time
		sam.Get(c.Base()+"/services").Is(t, http.StatusOK).Says(t, "act on behalf of Tess Lindqvist")
		s.Offset.Advance(time.Minute)
		sam.Reticent().Get(c.Base()+"/services").Is(t, http.StatusOK). // whose reason to look is over as well
										Says(t, "The time to act for somebody there is over.", "Why do you look at Northwind")
		if err := s.Assist.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Assist.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		olivia := s.Visit(t).SignIn(site.Olivia)
		olivia.Get(c.Base()+"/activity?by=staff").Says(t,
			"Sam Doyle of Harbour Hosting acted on behalf of Tess Lindqvist until the time was over")
		if n := s.Count(t, "entries", "action = 'assist.over'"); n != 1 {
			t.Errorf("%d entries say that it was over", n)
		}

		sam = s.Visit(t).SignIn(site.Sam)
		sam.Get(page)
		sam.Submit(page, because("She rang again.")).Is(t, http.StatusOK)
		behind(t, s, "UPDATE staff_members SET suspended = 1 WHERE department = 'support'")
		sam.Get(c.Base()+"/services").Is(t, http.StatusForbidden)
		behind(t, s, "UPDATE staff_members SET suspended = 0 WHERE department = 'support'")
		sam.Get(c.Base()+"/services").Is(t, http.StatusOK)
		olivia.Get("/me/security")
		tess := strings.TrimSuffix(page[strings.Index(page, "/contacts/"):], "/assist")
		olivia.Get(c.Base() + tess + "/suspend")
		olivia.Submit(c.Base()+tess+"/suspend", nil).Is(t, http.StatusOK)
		sam.Get(c.Base()+"/services").Is(t, http.StatusForbidden)
		sam.Post("/sign-out", nil)
		if n := s.Count(t, "assists", "ended_at IS NULL"); n != 0 {
			t.Errorf("%d go on after signing out", n)
		}
		sam.SignIn(site.Sam)
		sam.Get(page)
		sam.Post(page, because("She rang.")).Is(t, http.StatusConflict).Says(t, "has no access just now")
	})
}
