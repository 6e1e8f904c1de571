package portal_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/whm"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	server "gatehouse/internal/testkit/whm"
)

const swiftHost = "swift.harbour.example"

// onWHM is a portal whose first account has a service on a WHM server, which shows a certificate for a host.
func onWHM(t *testing.T, w *testkit.World, certified string) (*site.Site, *server.Server, site.Cast, string) {
	t.Helper()
	machine := server.Start(t, swiftHost, certified)
	s := site.Open(t, w, func(s *site.Site) {
		s.Hosting = hosting.New(s.Gate, s.Reader, s.Box, s.Outbox, s.Panel, whm.New(whm.Config{
			Networks: machine.Networks(), Roots: machine.Roots(), Resolver: machine, APIPort: machine.Port(),
			PanelPort: machine.Port(), Contact: "no-reply@harbour.example",
		}))
		site.Portal(s)
	})
	c := s.Cast(t)
	swift, err := s.Hosting.CreateServer(t.Context(), actor.NewSystem("test"), hosting.NewServer{
		Name: "swift", Panel: whm.Name, Host: swiftHost, Location: "London", Credentials: server.Key,
	})
	if err != nil {
		t.Fatal(err)
	}
	machine.Put(server.Account{User: "blog1", Domain: "blog.example", Plan: "business"})
	blog, err := s.Hosting.CreateService(t.Context(), actor.NewSystem("test"), c.Northwind, hosting.NewService{
		Server: swift, Plan: "business", Domain: "blog.example", PanelUser: "blog1", Price: money.New(7900, money.GBP),
		Period: hosting.Monthly,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, machine, c, at(c, blog)
}

func at(c site.Cast, service id.Service) string { return c.Base() + "/services/" + service.String() }

// N7, R8: whatever is wrong with a server, the page answers within five seconds, says what, and has it in the log.
func TestThePageOfAServerThatFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		way       server.Way
		certified string
		stopped   bool
		says      string
	}{
		"slow":    {way: server.Slow, says: "Server swift did not reply in 4 seconds."},
		"lying":   {way: server.Elsewhere, says: "gave a link that leads elsewhere; it was not used."},
		"garbage": {way: server.Garbage, says: "The panel on server swift did not answer as it should."},
		"endless": {way: server.Huge, says: "The panel on server swift did not answer as it should."},
		"down":    {stopped: true, says: "The panel on server swift does not answer."},
		"a bad certificate": {
			certified: "other.harbour.example",
			says:      "Server swift could not prove that it is the right one; nothing was sent to it.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.certified == "" {
				c.certified = swiftHost
			}
			s, machine, cast, blog := onWHM(t, testkit.NewSQLite(t), c.certified)
			machine.Behave(c.way)
			if c.stopped {
				machine.Stop()
			}
			tess := s.Visit(t).SignIn(site.Tess)
			tess.Get(blog+"/panel").Is(t, http.StatusOK)
			start := time.Now()
			page := tess.Submit(blog+"/panel", nil).Is(t, http.StatusServiceUnavailable)
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("the page took %v", took)
			}
			page.Says(t, c.says, "Nothing was changed, and the attempt is in the activity log.", "Try again")
			if page.Header.Get("Refresh") != "" || strings.Contains(string(page.Body), "cpsess") {
				t.Error("it leads to a panel all the same")
			}
			s.Visit(t).SignIn(site.Olivia).Get(cast.Base()+"/activity").Is(t, http.StatusOK).
				Says(t, "The panel of blog.example did not open for Tess Lindqvist", c.says)
		})
	}
}

// N7: the answer leads to the server of our record by itself, since our own policy keeps the answers to forms here. It
// is shown in a tab of its own, tells the panel nothing of where it comes from, and has the link in no page. The owner
// reads of it within a second.
func TestAPanelElsewhereOpensInATabOfItsOwn(t *testing.T) {
	t.Parallel()
	s, machine, c, blog := onWHM(t, testkit.NewSQLite(t), swiftHost)
	tess, olivia := s.Visit(t).SignIn(site.Tess), s.Visit(t).SignIn(site.Olivia)
	form := tess.Get(blog+"/panel").Is(t, http.StatusOK).Doc.Find(`form[action="` + blog + `/panel"]`)
	if form.AttrOr("target", "") != "_blank" || form.AttrOr("rel", "") != "noopener noreferrer" {
		t.Errorf("the form opens %q, %q", form.AttrOr("target", ""), form.AttrOr("rel", ""))
	}
	opened := time.Now()
	page := tess.Submit(blog+"/panel", nil).Is(t, http.StatusOK).Says(t, "Opening the panel", "server swift")
	log := olivia.Get(c.Base()+"/activity").Is(t, http.StatusOK).
		Says(t, "Tess Lindqvist opened the panel of blog.example")
	if took := time.Since(opened); took > time.Second || strings.Contains(string(log.Body), "cpsess") {
		t.Errorf("Olivia reads it after %v, or reads the link", took)
	}
	link, leads := strings.CutPrefix(page.Header.Get("Refresh"), "0; url=")
	if user, in := machine.Visit(link); !leads || !in || user != "blog1" {
		t.Errorf("%q lets %q in: %v", page.Header.Get("Refresh"), user, in)
	}
	for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"} {
		if got := page.Header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if strings.Contains(string(page.Body), "cpsess") || strings.Contains(string(page.Body), server.Token) {
		t.Error("the link or the key stands in the page")
	}
}
