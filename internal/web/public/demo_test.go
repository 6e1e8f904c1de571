package public_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"gatehouse/internal/platform/mailer"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web/public"
)

// N7: a link into the panel works once, for the one who asked for it.
func TestAPanelLinkWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		tess, service := s.Visit(t).SignIn(site.Tess), c.Base()+"/services/"+c.Bakery.String()
		ask := func() string {
			tess.Get(service+"/panel").Is(t, http.StatusOK)
			return tess.Submit(service+"/panel", nil).Is(t, http.StatusSeeOther).Location
		}
		link := ask()
		tess.Get(link).Is(t, http.StatusOK).
			Says(t, "Hosting panel of northwind.example", "tern", "as Tess Lindqvist, full access")
		if back := tess.Page.Links(service); len(back) == 0 {
			t.Error("the panel does not lead back")
		}
		tess.Get(link).Is(t, http.StatusConflict).Says(t, "This link has ended")

		link = ask()
		s.Visit(t).Get(link).Says(t, "Sign in").Silent(t, "northwind.example")
		s.Visit(t).SignIn(site.Olivia).Get(link).Is(t, http.StatusNotFound).Silent(t, "northwind.example")
		tess.Get("/demo/panel/none").Is(t, http.StatusNotFound)
		tess.Get(link).Is(t, http.StatusOK) // others' tries did not use it up
	})
}

// N7: what browsers fetch by themselves neither opens a panel nor uses its link up.
func TestALinkIsNotUsedUpAhead(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		tess, service := s.Visit(t).SignIn(site.Tess), c.Base()+"/services/"+c.Bakery.String()
		tess.Get(service + "/panel")
		link := tess.Submit(service+"/panel", nil).Is(t, http.StatusSeeOther).Location
		for name, value := range map[string]string{
			"Sec-Purpose": "prefetch;prerender", "Purpose": "Prefetch", "X-Purpose": "preview", "X-Moz": "prefetch",
		} {
			r := request(t, http.MethodGet, link)
			r.Header.Set(name, value)
			tess.Send(r).Is(t, http.StatusConflict).Silent(t, "as Tess Lindqvist, full access")
		}
		tess.Send(request(t, http.MethodHead, link)).Is(t, http.StatusMethodNotAllowed)
		tess.Get(link).Is(t, http.StatusOK).Says(t, "as Tess Lindqvist, full access")
	})
}

func request(t *testing.T, method, path string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, site.Origin+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheMailboxShowsWhatWasSent(t *testing.T) {
	t.Parallel()
	s, _, box := stage(t, testkit.NewSQLite(t))
	v := s.Visit(t)
	v.Get("/demo/mailbox").Is(t, http.StatusOK).Says(t, "No mail yet")
	for i := range 60 {
		err := box.Send(t.Context(), mailer.Mail{
			To: "ben@northwind.example", ToName: "Ben Okafor", Subject: "Mail number " + strconv.Itoa(i),
			Text: "Hello <b>Ben</b>,\n\nSee the invoice:\n" + site.Origin + "/accounts/a\n\n-- \nHarbour\n" + site.Origin,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	v.Get("/demo/mailbox").Says(t, "Mail number 59", "Mail number 10").Silent(t, "Mail number 9<")
	v.Get("/demo/mailbox"+older(t, v.Page)).Is(t, http.StatusOK).Says(t, "Mail number 9", "Mail number 0").
		Silent(t, "Mail number 10")
	mail := v.Get("/demo/mailbox/60").Is(t, http.StatusOK).Says(t, "Mail number 59", "Ben Okafor <ben@northwind.example>")
	mail.Says(t, "<b>Ben</b>").Silent(t, "<b>Ben</b>")
	links := mail.Links(site.Origin)
	if len(links) != 1 || links[0] != site.Origin+"/accounts/a" {
		t.Errorf("links: %v", links)
	}
	v.Get("/demo/mailbox/61").Is(t, http.StatusNotFound)
	v.Get("/demo/mailbox/x").Is(t, http.StatusNotFound)
}

func older(t *testing.T, p *site.Page) string {
	t.Helper()
	_, query, ok := strings.Cut(p.Doc.Find("a[rel=next]").AttrOr("href", ""), "?")
	if !ok {
		t.Fatal("nothing older")
	}
	return "?" + query
}

func TestThePeopleOfTheDemonstration(t *testing.T) {
	t.Parallel()
	s, _, _ := stage(t, testkit.NewSQLite(t))
	v := s.Visit(t)
	v.Get("/demo/people").Is(t, http.StatusOK).
		Says(t, "the-password", "THESECRET", "Ben Okafor", "Password only", "Code app")
	if links := v.Page.Links("/sign-in?email=ben"); len(links) != 1 {
		t.Fatalf("links: %v", links)
	}
	if v.Get(v.Page.Links("/sign-in?email=ben")[0]); v.Page.Value("email") != site.Ben {
		t.Errorf("the form is filled with %q", v.Page.Value("email"))
	}
	v.Get("/demo/components").Is(t, http.StatusOK).Says(t, "Components")
}

// Outside a demonstration none of its pages exist.
func TestNothingOfTheDemonstrationElsewhere(t *testing.T) {
	t.Parallel()
	s := site.Open(t, testkit.NewSQLite(t), func(s *site.Site) {
		if err := public.Register(s.Door, public.Deps{Accounts: s.Accounts, Billing: s.Billing}); err != nil {
			t.Fatal(err)
		}
	})
	for _, r := range s.Door.Routes() {
		if strings.HasPrefix(r.Path, "/demo") {
			t.Errorf("%s %s is there", r.Method, r.Path)
		}
	}
	for _, path := range []string{
		"/demo/people", "/demo/mailbox", "/demo/components", "/demo/checkout/x", "/demo/panel/x",
	} {
		s.Visit(t).Get(path).Is(t, http.StatusNotFound)
	}
}
