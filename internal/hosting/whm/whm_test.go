package whm_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/whm"
	"gatehouse/internal/testkit/panels"
	server "gatehouse/internal/testkit/whm"
)

const host = "tern.harbour.example"

func config(s *server.Server) whm.Config {
	return whm.Config{
		Networks: s.Networks(), Roots: s.Roots(), Resolver: s, APIPort: s.Port(), PanelPort: s.Port(),
		Contact: "no-reply@harbour.example",
	}
}

func machine() hosting.Machine {
	return hosting.Machine{
		Server: hosting.Server{Name: "tern", Panel: whm.Name, Host: host}, Credentials: server.Key,
	}
}

func rig(s *server.Server) panels.Rig {
	return panels.Rig{
		Panel: whm.New(config(s)), Machine: machine(),
		Break: func(w panels.Way) bool {
			switch w {
			case panels.Down:
				s.Stop()
			case panels.Slow:
				s.Behave(server.Slow)
			case panels.Garbled:
				s.Behave(server.Garbage)
			}
			return true
		},
		Visit: func(link string) (string, bool, bool) {
			user, in := s.Visit(link)
			_, whole := s.Account(user)
			return user, whole, in
		},
	}
}

func TestWHMKeepsTheContract(t *testing.T) { // N7, I5
	t.Parallel()
	panels.Keeps(t, func(t *testing.T) panels.Rig { t.Helper(); return rig(server.Start(t, host, host)) })
}

// A6, N7: whoever may do less comes in as a Team user with just their roles, made for them, and goes when it is over.
func TestALesserRoleIsATeamUser(t *testing.T) {
	t.Parallel()
	s := server.Start(t, host, host)
	r := rig(s)
	h := hosting.Holding{User: "northwin1", Domain: "northwind.example"}
	s.Put(server.Account{User: h.User, Domain: h.Domain, Plan: "business"})
	l, other := r.Login(h, hosting.PanelDeveloper), r.Login(h, hosting.PanelDeveloper)
	for range 2 {
		if _, err := r.Panel.Open(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Panel.Open(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	team := s.Team(h.User)
	for name, roles := range team {
		if !slices.Equal(roles, []string{"database", "web"}) {
			t.Errorf("%s has the roles %v", name, roles)
		}
	}
	if len(team) != 2 {
		t.Fatalf("the team is %v", team)
	}
	if err := r.Panel.EndSessions(t.Context(), l); err != nil || len(s.Team(h.User)) != 1 {
		t.Errorf("after its end the team is %v, %v", s.Team(h.User), err)
	}
	admin := r.Login(h, hosting.PanelAdmin)
	if err := r.Panel.EndSessions(t.Context(), admin); !errors.Is(err, hosting.ErrLasts) {
		t.Errorf("a session of the whole account was ended, or that was said: %v", err)
	}
}

// N7: a server that gives more than was asked for, or a link that leads elsewhere, opens nothing.
func TestALyingServerOpensNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		way  server.Way
		role hosting.PanelRole
		want error
	}{
		"a link elsewhere":                  {server.Elsewhere, hosting.PanelAdmin, hosting.ErrElsewhere},
		"the whole account for a developer": {server.WholeAccount, hosting.PanelDeveloper, hosting.ErrOdd},
		"every role for a developer":        {server.Generous, hosting.PanelDeveloper, hosting.ErrOdd},
		"a redirect":                        {server.Redirecting, hosting.PanelAdmin, hosting.ErrOdd},
		"a page":                            {server.Garbage, hosting.PanelAdmin, hosting.ErrOdd},
		"half an answer":                    {server.Partial, hosting.PanelAdmin, hosting.ErrOdd},
		"an endless answer":                 {server.Huge, hosting.PanelAdmin, hosting.ErrOdd},
		"an error":                          {server.Broken, hosting.PanelAdmin, hosting.ErrOdd},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := server.Start(t, host, host)
			r := rig(s)
			h := hosting.Holding{User: "northwin1", Domain: "northwind.example"}
			s.Put(server.Account{User: h.User, Domain: h.Domain, Plan: "business"})
			s.Behave(c.way)
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
			defer cancel()
			if link, err := r.Panel.Open(ctx, r.Login(h, c.role)); link != "" || !errors.Is(err, c.want) {
				t.Errorf("got %q, %v", link, err)
			}
		})
	}
}

// N7: an account that has another domain than our record says is somebody else's by now.
func TestAnAccountOfSomebodyElseIsNotOpened(t *testing.T) {
	t.Parallel()
	s := server.Start(t, host, host)
	r := rig(s)
	s.Put(server.Account{User: "northwin1", Domain: "somebody-else.example", Plan: "business"})
	s.Put(server.Account{User: "stopped1", Domain: "stopped.example", Plan: "business", Suspended: true})
	l := r.Login(hosting.Holding{User: "northwin1", Domain: "northwind.example"}, hosting.PanelAdmin)
	if link, err := r.Panel.Open(t.Context(), l); link != "" || !errors.Is(err, hosting.ErrNoHolding) {
		t.Errorf("got %q, %v", link, err)
	}
	l = r.Login(hosting.Holding{User: "stopped1", Domain: "stopped.example"}, hosting.PanelAdmin)
	var said *hosting.SaidError
	if link, err := r.Panel.Open(t.Context(), l); link != "" || !errors.As(err, &said) {
		t.Errorf("a stopped account: %q, %v", link, err)
	}
}

// I5, H1: nothing is sent to a server with another name in its certificate, or in a network that is not listed; a host
// in our record that leads to the machine itself or to a cloud's secrets is not called at all.
func TestOnlyTheRightServerIsSpokenTo(t *testing.T) {
	t.Parallel()
	wrong := server.Start(t, host, "other.harbour.example")
	p := whm.New(config(wrong))
	if _, err := p.Look(t.Context(), machine()); !errors.Is(err, hosting.ErrUntrusted) {
		t.Errorf("a certificate for another name: %v", err)
	}
	s := server.Start(t, host, host)
	cfg := config(s)
	cfg.Roots = nil
	if _, err := whm.New(cfg).Look(t.Context(), machine()); !errors.Is(err, hosting.ErrUntrusted) {
		t.Errorf("a certificate that nobody vouches for: %v", err)
	}
	for _, address := range []string{"127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00:ec2::254", "192.168.1.1"} {
		cfg := config(s)
		cfg.Networks, cfg.Resolver = nil, at(address)
		if _, err := whm.New(cfg).Look(t.Context(), machine()); !errors.Is(err, hosting.ErrForbidden) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if calls := append(wrong.Calls(), s.Calls()...); len(calls) != 0 {
		t.Errorf("the servers were asked %v", calls)
	}
}

type at string

func (a at) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr(string(a))}, nil
}

// R8: a server that breaks off after it made an account has made one: it is found, and none is made beside it.
func TestAnAccountMadeInSilenceIsFound(t *testing.T) {
	t.Parallel()
	s := server.Start(t, host, host)
	p := whm.New(config(s))
	s.Behave(server.Forgetful)
	n := hosting.NewHolding{User: "northwin1", Domain: "northwind.example", Plan: "business"}
	if err := p.Create(t.Context(), machine(), n); err == nil {
		t.Fatal("the server said that it made it")
	}
	s.Behave(server.Working)
	if err := p.Create(t.Context(), machine(), n); !errors.Is(err, hosting.ErrTaken) {
		t.Errorf("again: %v", err)
	}
	if h, err := p.Find(t.Context(), machine(), n.User, ""); err != nil || h.Domain != n.Domain || s.Made() != 1 {
		t.Errorf("%d were made, found %+v, %v", s.Made(), h, err)
	}
}

// G7: what a server says comes to staff in its words, without our key and within bounds.
func TestARefusalIsToldWithoutSecrets(t *testing.T) {
	t.Parallel()
	s := server.Start(t, host, host)
	p := whm.New(config(s))
	n := hosting.NewHolding{User: "northwin1", Domain: "northwind.example", Plan: "missing " + server.Token + "\x1b[31m" +
		strings.Repeat("x", 500)}
	err := p.Create(t.Context(), machine(), n)
	var said *hosting.SaidError
	if !errors.As(err, &said) || len([]rune(said.Text)) > 201 || strings.Contains(err.Error(), server.Token) ||
		strings.Contains(said.Text, "\x1b") || !strings.Contains(said.Text, "does not exist") && len(said.Text) < 100 {
		t.Errorf("got %v", err)
	}
	for _, key := range []string{"", "root:", ":x", "root:a\r\nX-Evil: 1", "root:ä"} {
		m := machine()
		m.Credentials = key
		if _, err := p.Look(t.Context(), m); !errors.Is(err, hosting.ErrShut) {
			t.Errorf("key %q: %v", key, err)
		}
	}
	m := machine()
	m.Credentials = server.Token // without a user it is root's
	if h, err := p.Look(t.Context(), m); err != nil || h.Version != "11.136.0.4" || h.Load != 0.42 {
		t.Errorf("looked: %+v, %v", h, err)
	}
}

func TestWhatAnAccountUsesIsReadInBytes(t *testing.T) {
	t.Parallel()
	s := server.Start(t, host, host)
	s.Put(server.Account{User: "northwin1", Domain: "n.example", DiskMiB: 14, Transfer: 123456789, Boxes: 7})
	s.Put(server.Account{User: "northwin12", Domain: "m.example", DiskMiB: 15, Transfer: 5, Boxes: 1})
	got, err := whm.New(config(s)).Measure(t.Context(), machine(), "northwin1")
	want := hosting.Measure{
		Disk: 14 << 20, DiskLimit: 20480 << 20, Bandwidth: 123456789, BandwidthLimit: 536870912000, Mailboxes: 7,
	}
	if err != nil || got != want {
		t.Errorf("measured %+v, %v", got, err)
	}
}
