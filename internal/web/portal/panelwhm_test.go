package portal_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	server "gatehouse/internal/testkit/whm"
)

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
				c.certified = site.WHMHost
			}
			machine := server.Start(t, site.WHMHost, c.certified)
			s, cast, blog := site.OnWHM(t, testkit.NewSQLite(t), machine)
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
	machine := server.Start(t, site.WHMHost, site.WHMHost)
	s, c, blog := site.OnWHM(t, testkit.NewSQLite(t), machine)
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
	if user, in := machine.Visit(link); !leads || !in || user != site.WHMUser {
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
