package status_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/status"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web/portal"
	webstatus "gatehouse/internal/web/status"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }

// quay is a portal with a status page.
type quay struct {
	*site.Site
	site.Cast
	status *status.Status
}

func system() actor.Actor { return actor.NewSystem("test") }

func each(t *testing.T, test func(t *testing.T, q *quay)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		q := &quay{status: status.New(w.Gate, w.Reader, w.Outbox, status.Config{})}
		q.Site = site.Open(t, w, func(s *site.Site) {
			public, err := url.Parse(site.Origin)
			if err != nil {
				t.Fatal(err)
			}
			webstatus.Register(s.Door, webstatus.Deps{Status: q.status, Hosting: s.Hosting, PublicURL: public})
			portal.Register(s.Door, portal.Deps{
				Accounts: s.Accounts, Billing: s.Billing, Hosting: s.Hosting, Overview: s.Overview, Access: s.Access,
				Status: q.status, Domains: s.Domains,
			})
		})
		q.Cast = q.Site.Cast(t)
		q.AllStaff(t)
		test(t, q)
	})
}

func (q *quay) add(t *testing.T, name string, server id.Server) id.Component {
	t.Helper()
	component, err := q.status.AddComponent(t.Context(), system(), status.NewComponent{
		Name: name, Kind: status.None, Server: server,
	})
	if err != nil {
		t.Fatal(err)
	}
	return component
}

func (q *quay) open(t *testing.T, n status.NewIncident) id.Incident {
	t.Helper()
	if n.Impact == "" {
		n.Impact = status.Down
	}
	incident, err := q.status.Open(t.Context(), system(), n)
	if err != nil {
		t.Fatal(err)
	}
	return incident
}

// Staff put a server on the page, publish an incident, say more, and end it; everybody reads it without a sign-in.
func TestStaffPublishAndEverybodyReads(t *testing.T) {
	each(t, func(t *testing.T, q *quay) {
		tom, anybody := q.Visit(t).SignIn(site.Tom), q.Visit(t)
		anybody.Get("/status").Is(t, http.StatusOK).Says(t, "Nothing is measured yet")
		tom.Get("/staff/status").Is(t, http.StatusOK).Says(t, "Nothing is shown yet")
		tom.Get("/staff/status/incidents/new").Says(t, "Add the server first")
		tom.Get("/staff/status/parts/new")
		const form = "/staff/status/parts/new"
		tom.Submit(form, site.Form("name", "tern", "kind", "http", "address", "ftp://tern.example")).
			Is(t, http.StatusUnprocessableEntity).Says(t, "Enter a web address")
		tom.Submit(form, site.Form("name", "tern", "about", "Websites, London", "server", q.Server.String(), "kind", "none",
			"address", "")).Is(t, http.StatusOK).Says(t, "It is on the status page")
		anybody.Get("/status").Says(t, "Everything is running", "Websites, London")

		tom.Get("/staff/status/incidents/new")
		part := tom.Page.Doc.Find("input[name=components]").First().AttrOr("value", "")
		tom.Submit("/staff/status/incidents/new", site.Form("title", "tern does not answer", "text", "", "impact", "down",
			"components", part)).Is(t, http.StatusUnprocessableEntity).Says(t, "Say what is known")
		if tom.Page.Value("title") != "tern does not answer" {
			t.Error("what was typed is lost")
		}
		tom.Submit("/staff/status/incidents/new", site.Form("title", "tern does not answer", "text", "We are looking <b>.",
			"impact", "down", "components", part)).Is(t, http.StatusOK).
			Says(t, "It is on the public page", "2 accounts have services there")
		page := anybody.Get("/status").Says(t, "tern does not answer", "We are looking <b>.", "We are looking into it")
		public := page.Links("/status/incidents/")[0]
		at := tom.Page.Path
		tom.Get(at)
		tom.Submit(at, site.Form("text", " ", "phase", "found")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Say what is new")
		tom.Submit(at, site.Form("text", "It runs again.", "phase", "over")).Is(t, http.StatusOK)
		anybody.Get(public).Is(t, http.StatusOK).Says(t, "It runs again.", "Over", "tern")
		anybody.Get("/status").Says(t, "Everything is running", "tern does not answer").Silent(t, "It runs again.")
		anybody.Get("/status/incidents/"+id.New[id.IncidentKind]().String()).Is(t, http.StatusNotFound)

		tom.Get("/staff/status")
		remove := tom.Page.Links("/remove")[0]
		tom.Get(remove).Is(t, http.StatusOK).Says(t, "Take tern off the status page?")
		tom.Submit(remove, nil).Is(t, http.StatusOK).Says(t, "tern is off the status page")
		anybody.Get("/status").Says(t, "Nothing is measured yet")
	})
}

func TestOthersMayNotPublish(t *testing.T) { // A1, A2
	each(t, func(t *testing.T, q *quay) {
		part := q.add(t, "tern", q.Server)
		incident := q.open(t, status.NewIncident{
			Sort: status.Fault, Title: "tern is down", Text: "We look.", Components: []id.Component{part},
		})
		for _, email := range []string{site.Sam, site.Bea, site.Dana, site.Olivia, site.Tess} {
			v := q.Visit(t).SignIn(email)
			for _, path := range []string{
				"/staff/status", "/staff/status/incidents/new", "/staff/status/work/new", "/staff/status/parts/new",
				"/staff/status/incidents/" + incident.String(), "/staff/status/parts/" + part.String() + "/remove",
			} {
				v.Get(path).Is(t, http.StatusForbidden)
				if path == "/staff/status" {
					continue
				}
				v.Post(path, site.Form("title", "x", "text", "x", "phase", "over", "impact", "down", "key", incident.String(),
					"name", "x", "kind", "none", "components", part.String())).Is(t, http.StatusForbidden)
			}
		}
		board, err := q.status.Board(t.Context())
		if err != nil || len(board.Parts) != 1 || len(board.Incidents) != 1 || len(board.Going()) != 1 {
			t.Errorf("the page changed: %+v, %v", board, err)
		}
		q.Visit(t).SignIn(site.Root).Get("/staff/status").Is(t, http.StatusOK)
	})
}

func TestPlannedWorkIsAnnouncedWithACalendar(t *testing.T) {
	each(t, func(t *testing.T, q *quay) {
		q.add(t, "tern", q.Server)
		tom, anybody := q.Visit(t).SignIn(site.Tom), q.Visit(t)
		tom.Get("/staff/status/work/new").Says(t, "Plan work")
		part := tom.Page.Doc.Find("input[name=components]").First().AttrOr("value", "")
		form := site.Form("title", "tern restarts, at night; "+strings.Repeat("é", 60), "text", "A security update.",
			"impact", "down", "components", part, "starts", "2099-01-02T02:00", "ends", "2099-01-02T01:00")
		tom.Submit("/staff/status/work/new", form).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Enter an end after the start")
		form.Set("ends", "2099-01-02T02:20")
		tom.Submit("/staff/status/work/new", form).Is(t, http.StatusOK)
		anybody.Get("/status").Says(t, "Everything is running", "tern restarts", "2 Jan 2099, 02:00 to 02:20")
		p := anybody.Get("/status/planned.ics").Is(t, http.StatusOK)
		text := string(p.Body)
		for _, want := range []string{
			"BEGIN:VCALENDAR\r\n", "DTSTART:20990102T020000Z\r\n", "DTEND:20990102T022000Z\r\n",
			`SUMMARY:tern restarts\, at night\; `, "STATUS:CONFIRMED\r\n", "END:VCALENDAR\r\n",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the calendar has no %q:\n%s", want, text)
			}
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
			if len(line) > 75 || strings.ContainsRune(line, '\uFFFD') {
				t.Errorf("a line of %d bytes: %q", len(line), line)
			}
		}
		at := "/staff/status/incidents/" + lastOf(t, q).ID.String()
		tom.Get(at)
		tom.Submit(at, site.Form("text", "Another night.", "phase", "dropped")).Is(t, http.StatusOK)
		if text := string(anybody.Get("/status/planned.ics").Body); !strings.Contains(text, "STATUS:CANCELLED") {
			t.Errorf("what does not happen is still in the calendar:\n%s", text)
		}
		anybody.Get("/status").Says(t, "No work is planned")
	})
}

func lastOf(t *testing.T, q *quay) status.Incident {
	t.Helper()
	board, err := q.status.Board(t.Context())
	if err != nil || len(board.Incidents) == 0 {
		t.Fatalf("no incident, %v", err)
	}
	return board.Incidents[0]
}

func TestProgramsReadIt(t *testing.T) {
	each(t, func(t *testing.T, q *quay) {
		part := q.add(t, "tern", q.Server)
		now := q.Now(t)
		if err := q.status.Remember(t.Context(), part, []status.Day{
			{Date: now.AddDate(0, 0, -2).Truncate(24 * time.Hour), Watched: 24 * time.Hour, Down: 36 * time.Minute},
		}); err != nil {
			t.Fatal(err)
		}
		incident := q.open(t, status.NewIncident{
			Sort: status.Fault, Title: "tern <is> down", Text: "We look & wait.", Components: []id.Component{part},
		})
		var page struct {
			State, Words string
			Parts        []struct{ Name, State string }
			Incidents    []struct {
				URL, Phase string
				Updates    []struct{ Text string }
			}
		}
		v := q.Visit(t)
		if err := json.Unmarshal(v.Get("/status.json").Is(t, http.StatusOK).Body, &page); err != nil ||
			page.State != "down" || page.Words != "tern <is> down" || page.Parts[0].State != "down" ||
			page.Incidents[0].Updates[0].Text != "We look & wait." ||
			page.Incidents[0].URL != site.Origin+"/status/incidents/"+incident.String() {
			t.Errorf("JSON: %+v, %v", page, err)
		}
		var feed struct {
			ID      string `xml:"id"`
			Updated string `xml:"updated"`
			Entries []struct {
				Title   string `xml:"title"`
				Content string `xml:"content"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal(v.Get("/status.atom").Is(t, http.StatusOK).Body, &feed); err != nil ||
			len(feed.Entries) != 1 || feed.Entries[0].Title != "tern <is> down" || feed.ID != site.Origin+"/status" ||
			!strings.Contains(feed.Entries[0].Content, "We look & wait.") || feed.Updated <= "2000" {
			t.Errorf("Atom: %+v, %v", feed, err)
		}
	})
}

// The page is the same for everybody, can be kept by caches, tells nothing of who asks, and stays when the database
// does not.
func TestThePageNeedsNobodyAndNoDatabase(t *testing.T) {
	each(t, func(t *testing.T, q *quay) {
		q.add(t, "tern", q.Server)
		olivia, anybody := q.Visit(t).SignIn(site.Olivia), q.Visit(t)
		paths := []string{"/status", "/status.json", "/status.atom", "/status/planned.ics"}
		for _, path := range paths {
			p := anybody.Get(path).Is(t, http.StatusOK)
			if p.Header.Get("Cache-Control") != "public, max-age=15" || p.Header.Get("Set-Cookie") != "" ||
				p.Header.Get("ETag") == "" {
				t.Errorf("%s: %v", path, p.Header)
			}
			if own := olivia.Get(path); string(own.Body) != string(p.Body) || own.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s is another page for somebody who is signed in", path)
			}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site.Origin+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("If-None-Match", p.Header.Get("ETag"))
			if again := anybody.Send(r); again.Status != http.StatusNotModified || len(again.Body) != 0 {
				t.Errorf("%s, for who has it: %d", path, again.Status)
			}
		}
		if n := anybody.Get("/status").Doc.Find("script, form").Length(); n != 0 {
			t.Errorf("%d scripts and forms", n)
		}
		if err := q.Reader.Close(); err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			for range 2 { // the second one comes from memory too
				olivia.Get(path).Is(t, http.StatusOK)
			}
		}
		anybody.Get("/status").Is(t, http.StatusOK).Says(t, "tern")
	})
}

// Every customer sees on a service which incidents touched it, and no others.
func TestAServiceShowsWhatTouchedIt(t *testing.T) {
	each(t, func(t *testing.T, q *quay) {
		tern, other := q.add(t, "tern", q.Server), q.add(t, "portal", id.Server{})
		q.Offset.Advance(time.Hour)
		touched := q.open(t, status.NewIncident{
			Sort: status.Fault, Title: "tern is down", Text: "We look.", Components: []id.Component{tern},
		})
		q.open(t, status.NewIncident{
			Sort: status.Fault, Title: "The portal is slow", Text: "We look.", Components: []id.Component{other},
		})
		bakery := q.Base() + "/services/" + q.Bakery.String()
		olivia := q.Visit(t).SignIn(site.Olivia)
		olivia.Get(bakery).Is(t, http.StatusOK).Says(t, "Incidents on its server", "tern is down", "Going on").
			Silent(t, "The portal is slow")
		if err := q.status.Say(t.Context(), system(), touched, status.Over, "It runs."); err != nil {
			t.Fatal(err)
		}
		olivia.Get(bakery).Says(t, "tern is down", "Over")
		later := q.Serve(t, q.Cast, q.Northwind, "new.northwind.example")
		olivia.Get(q.Base()+"/services/"+later.String()).Is(t, http.StatusOK).Silent(t, "tern is down")
		q.Visit(t).SignIn(site.Ben).Get(bakery).Is(t, http.StatusForbidden)
	})
}
