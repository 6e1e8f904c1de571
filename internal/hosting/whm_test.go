package hosting_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/whm"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	server "gatehouse/internal/testkit/whm"
)

const swiftHost = "swift.harbour.example"

// harbour is a town with a WHM server, which carries two services of its first account.
type harbour struct {
	*town
	whm         *server.Server
	swift       id.Server
	blog, forum id.Service
	blogger     actor.Actor // developer of the blog only
}

func newHarbour(t *testing.T, w *testkit.World) *harbour {
	t.Helper()
	v := &harbour{town: newTown(t, w), whm: server.Start(t, swiftHost, swiftHost)}
	v.hosting = hosting.New(w.Gate, w.Reader, w.Box, w.Outbox, v.panel, whm.New(whm.Config{
		Networks: v.whm.Networks(), Roots: v.whm.Roots(), Resolver: v.whm, APIPort: v.whm.Port(), PanelPort: v.whm.Port(),
		Contact: "no-reply@harbour.example",
	}))
	var err error
	v.swift, err = v.hosting.CreateServer(t.Context(), actor.NewSystem("test"), hosting.NewServer{
		Name: "swift", Panel: whm.Name, Host: swiftHost, Location: "London", Credentials: server.Key,
	})
	if err != nil {
		t.Fatal(err)
	}
	v.blog, v.forum = v.carry(t, "blog1", "blog.example"), v.carry(t, "forum1", "forum.example")
	v.blogger = v.member(t, "developer", v.blog)
	return v
}

// carry gives the first account a service that is on the server already.
func (v *harbour) carry(t *testing.T, user, domain string) id.Service {
	t.Helper()
	v.whm.Put(server.Account{User: user, Domain: domain, Plan: "business"})
	service, err := v.hosting.CreateService(t.Context(), actor.NewSystem("test"), v.account, hosting.NewService{
		Server: v.swift, Plan: "business", Domain: domain, PanelUser: user, Price: money.New(7900, money.GBP),
		Period: hosting.Monthly,
	})
	if err != nil {
		t.Fatal(err)
	}
	return service
}

// N7: who may open which panel holds whatever the panel is.
func TestOnAWHMServerEachOpensWhatIsTheirs(t *testing.T) { // A1, A6, N7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		for name, c := range map[string]struct {
			who     actor.Actor
			service id.Service
			as      string // the account, "team", or "" for nobody
		}{
			"Tess, technical, everything":      {v.tech, v.forum, "forum1"},
			"the owner":                        {v.owner, v.blog, "blog1"},
			"Priya, developer, her one":        {v.blogger, v.blog, "team"},
			"Priya, developer, the other":      {v.blogger, v.forum, ""},
			"Ben, billing":                     {v.billing, v.blog, ""},
			"a developer of another service":   {v.developer, v.blog, ""},
			"a developer of nothing in itself": {v.nobody, v.blog, ""},
		} {
			link, err := v.hosting.OpenPanel(t.Context(), c.who, v.account, c.service)
			if c.as == "" {
				if link != "" || fault.KindOf(err) != fault.KindDenied {
					t.Errorf("%s: %q, %v", name, link, err)
				}
				continue
			}
			user, in := v.whm.Visit(link)
			if err != nil || !in || c.as != "team" && user != c.as ||
				c.as == "team" && (!strings.HasPrefix(user, "gh") || !strings.HasSuffix(user, "@blog.example")) {
				t.Errorf("%s came in as %q, %v, %v", name, user, in, err)
			}
		}
		if team := v.whm.Team("forum1"); len(team) != 0 {
			t.Errorf("the other service has a team: %v", team)
		}
	})
}

// N7, R8: a server that fails is given up within five seconds, with what to do, and the attempt is in the log.
func TestAFailingWHMServerIsSaidAndLogged(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		for way, want := range map[server.Way]string{
			server.Slow:         "Server swift did not reply in 4 seconds.",
			server.Garbage:      "The panel on server swift did not answer as it should.",
			server.Elsewhere:    "The panel on server swift gave a link that leads elsewhere; it was not used.",
			server.WholeAccount: "The panel on server swift did not answer as it should.",
		} {
			v.whm.Behave(way)
			start := time.Now()
			link, err := v.hosting.OpenPanel(t.Context(), v.blogger, v.account, v.blog)
			f, ok := fault.As(err)
			if took := time.Since(start); link != "" || !ok || f.Message != want || took > 5*time.Second {
				t.Errorf("%d, after %v: %q, %v", way, took, link, err)
			}
			e := v.log(t)[0]
			if e.Action != activity.PanelFailed || e.Outcome != activity.Failed || e.What.Reason != want {
				t.Errorf("%d: the log reads %+v", way, e)
			}
		}
		v.whm.Stop()
		_, err := v.hosting.OpenPanel(t.Context(), v.tech, v.account, v.blog)
		if f, ok := fault.As(err); !ok || f.Message != "The panel on server swift does not answer." {
			t.Errorf("down: %v", err)
		}
	})
}

// G7, N7: neither the server's key nor a link is in any table, error or text.
func TestTheKeyOfAServerIsNowhere(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		link, err := v.hosting.OpenPanel(t.Context(), v.tech, v.account, v.blog)
		if err != nil {
			t.Fatal(err)
		}
		v.whm.Behave(server.Broken)
		_, err = v.hosting.OpenPanel(t.Context(), v.tech, v.account, v.blog)
		texts := append(everything(t, w), fmt.Sprint(err), fmt.Sprintf("%+v", hosting.Machine{Credentials: server.Key}),
			hosting.Machine{Credentials: server.Key}.LogValue().String())
		for _, secret := range []string{server.Token, link} {
			if i := slices.IndexFunc(texts, func(text string) bool { return strings.Contains(text, secret) }); i >= 0 {
				t.Errorf("%q stands in %q", secret, texts[i])
			}
		}
	})
}

// everything is each value of each row of the database, as text.
func everything(t *testing.T, w *testkit.World) []string {
	t.Helper()
	tables, err := w.Reader.With(t.Context()).Migrator().GetTables()
	if err != nil || len(tables) == 0 {
		t.Fatal(tables, err)
	}
	var texts []string
	for _, table := range tables {
		var rows []map[string]any
		q := db.Across(w.Reader.With(t.Context()), "a test reads everything")
		if err := q.Table(table).Find(&rows).Error; err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, value := range row {
				texts = append(texts, fmt.Sprintf("%s", value))
			}
		}
	}
	return texts
}
