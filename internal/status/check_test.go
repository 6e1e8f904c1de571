package status_test

import (
	"context"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/status"
	"gatehouse/internal/testkit"
)

func TestTwoFailuresInARowMakeAPartDown(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		m := newMachine(t)
		v := newWatch(t, w, status.Config{Networks: loopback(), Roots: m.roots()})
		tern := v.add(t, status.NewComponent{Name: "tern", Kind: status.HTTP, Address: m.URL})
		if p := v.part(t, tern); p.State != status.Unknown || p.Uptime() != -1 {
			t.Fatalf("before anybody looked it is %q, %v", p.State, p.Uptime())
		}
		for i, c := range []struct {
			answer int
			want   status.State
		}{
			{http.StatusOK, status.Up},
			{http.StatusBadGateway, status.Up},
			{http.StatusOK, status.Up},
			{http.StatusBadGateway, status.Up},
			{http.StatusServiceUnavailable, status.Down},
			{http.StatusBadGateway, status.Down},
			{http.StatusForbidden, status.Up},
			{http.StatusFound, status.Up},
		} {
			m.status.Store(int32(c.answer))
			v.round(t)
			if p := v.part(t, tern); p.State != c.want {
				t.Errorf("look %d, an answer %d: %q, want %q", i, c.answer, p.State, c.want)
			}
		}
		if m.visits.Load() != 8 {
			t.Errorf("%d visits in eight rounds: a redirect was followed, or a round left out", m.visits.Load())
		}
		p := v.part(t, tern)
		today := p.Days[len(p.Days)-1]
		// Between the first look and the last are seven minutes; it was down from the fifth look to the seventh.
		if today.Watched.Round(5*time.Second) != 7*time.Minute || today.Down.Round(5*time.Second) != 3*time.Minute ||
			today.State() != status.Down || p.Uptime() < 0.55 || p.Uptime() > 0.59 {
			t.Errorf("the day is %+v, up for %v", today, p.Uptime())
		}
		down, up := v.log(t, activity.ComponentDown), v.log(t, activity.ComponentUp)
		if len(down) != 1 || len(up) != 1 || down[0].What.Label != "tern" {
			t.Errorf("the log says %d times down and %d times up", len(down), len(up))
		}
	})
}

func TestSlowAnswersAreSlowAndNotDown(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	v := newWatch(t, testkit.NewSQLite(t), status.Config{
		Networks: loopback(), Roots: m.roots(), SlowFrom: 50 * time.Millisecond,
	})
	tern := v.add(t, status.NewComponent{Name: "tern", Kind: status.HTTP, Address: m.URL})
	const long = 60 * time.Millisecond
	for i, c := range []struct {
		sleep time.Duration
		want  status.State
	}{{0, status.Up}, {long, status.Up}, {long, status.Slow}, {long, status.Slow}, {0, status.Up}} {
		m.sleep.Store(int64(c.sleep))
		v.round(t)
		if p := v.part(t, tern); p.State != c.want || p.Latency < c.sleep {
			t.Errorf("look %d: %q after %s", i, p.State, p.Latency)
		}
	}
	p := v.part(t, tern)
	if d := p.Days[len(p.Days)-1]; d.State() != status.Slow || d.Latency < 36*time.Millisecond || p.Uptime() != 1 {
		t.Errorf("the day is %+v, up for %v", d, p.Uptime())
	}
}

func TestPortsAndCertificatesAreChecked(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		m := newMachine(t)
		v := newWatch(t, w, status.Config{Networks: loopback(), Roots: m.roots()})
		tcp := v.add(t, status.NewComponent{Name: "tcp", Kind: status.TCP, Address: m.hostPort()})
		tls := v.add(t, status.NewComponent{Name: "tls", Kind: status.TLS, Address: m.hostPort()})
		closed := v.add(t, status.NewComponent{Name: "closed", Kind: status.TCP, Address: closedPort(t)})
		named := v.add(t, status.NewComponent{Name: "named", Kind: status.None})
		stranger := newWatch(t, w, status.Config{Networks: loopback()}) // it does not know who vouches
		v.round(t)
		v.round(t)
		if c := v.listed(t, tls); c.State != status.Up || !c.Expires.Equal(m.Certificate().NotAfter) {
			t.Errorf("TLS: %+v", c)
		}
		if c := v.listed(t, tcp); c.State != status.Up || !c.Expires.IsZero() {
			t.Errorf("TCP: %+v", c)
		}
		if c := v.listed(t, closed); c.State != status.Down || c.Trouble != status.NoConnection {
			t.Errorf("a closed port: %+v", c)
		}
		if p := v.part(t, named); p.State != status.Up || !p.Checked.IsZero() {
			t.Errorf("what is not measured: %+v", p)
		}
		stranger.fence = v.fence
		stranger.round(t)
		stranger.round(t)
		if c := v.listed(t, tls); c.State != status.Down || c.Trouble != status.NoCertificate {
			t.Errorf("a certificate that nobody vouches for: %+v", c)
		}
	})
}

// leads is a resolver that knows one address for every name.
type leads string

func (l leads) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr(string(l))}, nil
}

func TestNamesThatLeadInsideAreNotCalled(t *testing.T) { // I5
	t.Parallel()
	m := newMachine(t)
	port := m.hostPort()[len("127.0.0.1"):]
	for name, c := range map[string]struct {
		leads    string
		networks []netip.Prefix
	}{
		"this machine":           {"127.0.0.1", nil},
		"a private network":      {"10.0.0.1", loopback()},
		"metadata":               {"169.254.169.254", []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}},
		"wrapped into the sixth": {"::ffff:127.0.0.1", nil},
	} {
		v := newWatch(t, testkit.NewSQLite(t), status.Config{
			Networks: c.networks, Roots: m.roots(), Resolver: leads(c.leads),
		})
		for _, n := range []status.NewComponent{
			{Name: "http", Kind: status.HTTP, Address: "https://tern.example" + port},
			{Name: "plain", Kind: status.HTTP, Address: "http://tern.example" + port},
			{Name: "tcp", Kind: status.TCP, Address: "tern.example" + port},
			{Name: "tls", Kind: status.TLS, Address: "tern.example" + port},
			{Name: "number", Kind: status.TCP, Address: "127.0.0.1:1"},
		} {
			if n.Name == "number" && len(c.networks) > 0 {
				continue
			}
			component := v.add(t, n)
			v.round(t)
			if got := v.listed(t, component); got.Trouble != status.Forbidden {
				t.Errorf("%s, %s: %q", name, n.Name, got.Trouble)
			}
		}
	}
	if n := m.visits.Load(); n != 0 {
		t.Errorf("%d visits", n)
	}
}

func TestAnOlderTurnChangesNothing(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		m := newMachine(t)
		v := newWatch(t, w, status.Config{Networks: loopback(), Roots: m.roots()})
		tern := v.add(t, status.NewComponent{Name: "tern", Kind: status.HTTP, Address: m.URL})
		v.fence = 5
		v.round(t)
		v.Offset.Advance(status.Every)
		if err := v.status.Round(t.Context(), 3); err == nil {
			t.Error("an older turn was taken")
		}
		if p := v.part(t, tern); p.Days[len(p.Days)-1].Watched != 0 {
			t.Error("an older turn was counted")
		}
		visits := m.visits.Load()
		if err := v.status.Round(t.Context(), 7); err != nil {
			t.Fatal(err)
		}
		if err := v.status.Round(t.Context(), 8); err != nil || m.visits.Load() != visits+1 {
			t.Errorf("looked %d times within a minute, %v", m.visits.Load()-visits, err)
		}
	})
}

func TestAnInterruptedRoundCountsNothing(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	v := newWatch(t, testkit.NewSQLite(t), status.Config{Networks: loopback(), Roots: m.roots()})
	tern := v.add(t, status.NewComponent{Name: "tern", Kind: status.HTTP, Address: m.URL})
	v.round(t)
	m.sleep.Store(int64(time.Minute))
	for range 3 {
		v.Offset.Advance(status.Every)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		err := v.status.Round(ctx, 9)
		cancel()
		if err == nil {
			t.Fatal("the round was not interrupted")
		}
	}
	if p := v.part(t, tern); p.State != status.Up {
		t.Errorf("a program that stopped made it %q", p.State)
	}
}

func TestOldDaysAreForgotten(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		m := newMachine(t)
		v := newWatch(t, w, status.Config{Networks: loopback(), Roots: m.roots()})
		v.add(t, status.NewComponent{Name: "tern", Kind: status.HTTP, Address: m.URL})
		v.round(t)
		v.Offset.Advance((status.DaysShown - 1) * 24 * time.Hour)
		v.round(t)
		for _, c := range []struct {
			days int
			want int64
		}{{0, 2}, {5, 1}} {
			v.Offset.Advance(time.Duration(c.days) * 24 * time.Hour)
			if err := v.status.Prune(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := w.Count(t, "status_days", "1 = 1"); n != c.want {
				t.Errorf("%d days are kept, want %d", n, c.want)
			}
		}
	})
}
