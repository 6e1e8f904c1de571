package status_test

import (
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/status"
	"gatehouse/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }

// watch is a world with a room of the status page.
type watch struct {
	*testkit.World
	status *status.Status
	fence  int64
}

func loopback() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }

func newWatch(t testing.TB, w *testkit.World, cfg status.Config) *watch {
	t.Helper()
	if cfg.Timeout == 0 {
		cfg.Timeout = 3 * time.Second
	}
	return &watch{World: w, status: status.New(w.Gate, w.Reader, w.Outbox, cfg)}
}

func (v *watch) add(t testing.TB, n status.NewComponent) id.Component {
	t.Helper()
	component, err := v.status.AddComponent(t.Context(), actor.NewSystem("test"), n)
	if err != nil {
		t.Fatal(err)
	}
	return component
}

// round looks at everything once, a minute after the last time.
func (v *watch) round(t testing.TB) {
	t.Helper()
	v.Offset.Advance(status.Every)
	v.fence++
	if err := v.status.Round(t.Context(), v.fence); err != nil {
		t.Fatal(err)
	}
}

// part is how one of them is shown.
func (v *watch) part(t testing.TB, component id.Component) status.Part {
	t.Helper()
	for _, p := range v.board(t).Parts {
		if p.ID == component {
			return p
		}
	}
	t.Fatalf("%s is not on the page", component)
	return status.Part{}
}

// board is what somebody sees who comes to a node that has just started.
func (v *watch) board(t testing.TB) *status.Board {
	t.Helper()
	b, err := status.New(v.Gate, v.Reader, v.Outbox, status.Config{}).Board(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// listed is how staff see a part.
func (v *watch) listed(t testing.TB, component id.Component) status.Component {
	t.Helper()
	list, err := v.status.Components(t.Context(), actor.NewSystem("test"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if c.ID == component {
			return c
		}
	}
	t.Fatalf("%s is not listed", component)
	return status.Component{}
}

// log is what the provider's log holds of an action.
func (v *watch) log(t testing.TB, action activity.Action) []activity.Entry {
	t.Helper()
	page, err := v.Log.Page(t.Context(), id.ProviderScope(), activity.Filter{Action: action})
	if err != nil {
		t.Fatal(err)
	}
	return page.Entries
}

// machine is a server over TLS that can be made to fail.
type machine struct {
	*httptest.Server
	status atomic.Int32
	visits atomic.Int32
	sleep  atomic.Int64
}

func newMachine(t testing.TB) *machine {
	t.Helper()
	m := &machine{}
	m.status.Store(http.StatusOK)
	m.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.visits.Add(1)
		select {
		case <-time.After(time.Duration(m.sleep.Load())):
		case <-r.Context().Done():
		}
		if m.status.Load() == http.StatusFound {
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
			return
		}
		w.WriteHeader(int(m.status.Load()))
	}))
	t.Cleanup(m.Close)
	return m
}

func (m *machine) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(m.Certificate())
	return pool
}

func (m *machine) hostPort() string { return strings.TrimPrefix(m.URL, "https://") }

// closedPort is an address where nothing listens.
func closedPort(t testing.TB) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
