package hosting_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/whm"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	server "gatehouse/internal/testkit/whm"
	"gatehouse/policies"
)

const doomedVariable = "GATEHOUSE_DOOMED_NODE"

// doomed is a node that is killed while it has a server do something.
type doomed struct {
	Config db.Config
	KeyDir string
	Ahead  time.Duration
	Port   int
	PEM    []byte
	Point  string // the statement before which it kills itself; empty: somebody else does
}

func TestMain(m *testing.M) {
	text := os.Getenv(doomedVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	fmt.Fprintln(os.Stderr, die(context.Background(), text))
	os.Exit(1) // it was to be killed
}

func die(ctx context.Context, text string) error {
	var d doomed
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return err
	}
	d.Config.Offset = &clock.Offset{}
	d.Config.Offset.Set(d.Ahead)
	writer, reader, err := db.Open(ctx, d.Config)
	if err != nil {
		return err
	}
	box, err := secretbox.Open(d.KeyDir)
	if err != nil {
		return err
	}
	rules, err := access.New(policies.Files())
	if err != nil {
		return err
	}
	quiet, roots, there := slog.New(slog.DiscardHandler), x509.NewCertPool(), &server.Server{}
	roots.AppendCertsFromPEM(d.PEM)
	g := gate.New(writer, reader, rules, activity.New(reader, box), box, quiet)
	h := hosting.New(g, reader, box, outbox.New(writer, reader, box, quiet), whm.New(whm.Config{
		Networks: there.Networks(), Roots: roots, Resolver: there, APIPort: d.Port, PanelPort: d.Port,
		Contact: "no-reply@harbour.example",
	}))
	if d.Point != "" {
		ctx = testkit.KillBefore(ctx, d.Point, 1)
	}
	return fmt.Errorf("it was not killed: %w", h.FollowUp(ctx))
}

// start runs another node, which has the server do what it is asked to.
func (v *harbour) start(t *testing.T, point string) *exec.Cmd {
	t.Helper()
	d := doomed{
		Config: v.Config, KeyDir: v.KeyDir, Ahead: v.Offset.Get(), Port: v.whm.Port(), PEM: v.whm.PEM(), Point: point,
	}
	d.Config.Logger, d.Config.Offset = nil, nil
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), self)
	node.Env = append(os.Environ(), doomedVariable+"="+string(text))
	node.Stderr = os.Stderr
	return node
}

// killed waits for the end of a node, which somebody killed.
func killed(t *testing.T, node *exec.Cmd) {
	t.Helper()
	var ended *exec.ExitError
	if err := node.Wait(); !errors.As(err, &ended) {
		t.Fatalf("the node was not killed: %v", err)
	}
	if how, ok := ended.Sys().(syscall.WaitStatus); !ok || how.Signal() != syscall.SIGKILL {
		t.Fatalf("the node was not killed: %v", ended)
	}
}

// R8: a node that is killed within its call to a server, which has made the account by then, or before it writes down
// what the server said, leaves one account: the next node knows it for its own.
func TestKilledWithinACallToWHM(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		for i, point := range []string{"", "DELETE FROM service_work"} {
			domain := fmt.Sprintf("killed%d.example", i)
			service := v.order(t, domain)
			node, at := v.start(t, point), make(chan int, 1)
			if point == "" {
				v.whm.Cut("createacct", func() { _ = syscall.Kill(<-at, syscall.SIGKILL) })
			}
			if err := node.Start(); err != nil {
				t.Fatal(err)
			}
			at <- node.Process.Pid
			killed(t, node)
			made, there := v.whm.Of(domain)
			if state, work := v.state(t, service); !there || state != hosting.Pending || work.Tries != 1 {
				t.Fatalf("%q: when it was killed there was %+v, %s, %+v", point, made, state, work)
			}
			if v.follow(t, 1); v.whm.Made() != i+1 {
				t.Errorf("%q: within the lease of the killed node another went on", point)
			}
			v.follow(t, 1)
			if state, work := v.state(t, service); state != hosting.Active || !work.Asked.IsZero() {
				t.Errorf("%q: afterwards it is %s, %+v", point, state, work)
			}
			if now, _ := v.whm.Of(domain); v.whm.Made() != i+1 || now.User != made.User || now.Plan != "business" {
				t.Errorf("%q: %d accounts were made, %+v is there, and %+v was", point, v.whm.Made(), now, made)
			}
			if link, err := v.hosting.OpenPanel(t.Context(), v.tech, v.account, service); err != nil {
				t.Errorf("%q: its panel: %q, %v", point, link, err)
			}
		}
		asked := 0
		for _, call := range v.whm.Calls() {
			if call == "createacct" {
				asked++
			}
		}
		if asked != 2 {
			t.Errorf("the server was asked %d times for an account: %v", asked, v.whm.Calls())
		}
	})
}

// N7, R8: an account that has the name of ours and is somebody else's is not taken for ours: not to be made, not to be
// opened, and not to be removed.
func TestAForeignAccountOfTheSameNameIsNotAdopted(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newHarbour(t, w)
		service := v.order(t, "fresh.example")
		v.whm.Behave(server.Forgetful)
		v.follow(t, 1)
		v.whm.Behave(server.Working)
		ours, _ := v.whm.Of("fresh.example")
		foreign := server.Account{User: ours.User, Domain: "foreign.example", Plan: "shop", DiskMiB: 7}
		v.whm.Put(foreign)
		v.follow(t, 5)
		if state, work := v.state(t, service); state != hosting.Pending || !work.Failed {
			t.Errorf("it is %s, %+v", state, work)
		}
		if link, err := v.hosting.OpenPanel(t.Context(), v.tech, v.account, service); err == nil {
			t.Errorf("its panel opens: %q", link)
		}
		other := server.Account{User: "blog1", Domain: "other.example", Plan: "shop"} // where one of ours was
		v.whm.Put(other)
		if err := v.hosting.End(t.Context(), actor.NewSystem("test"), v.account, v.blog); err != nil {
			t.Fatal(err)
		}
		v.follow(t, 5)
		for _, was := range []server.Account{foreign, other} {
			got, there := v.whm.Account(was.User)
			if !there || got.Domain != was.Domain || got.Plan != was.Plan || got.Suspended {
				t.Errorf("the foreign account is %+v, %v", got, there)
			}
		}
		for _, call := range []string{"removeacct", "suspendacct", "changepackage", "create_user_session"} {
			if slices.Contains(v.whm.Calls(), call) {
				t.Errorf("the server was asked to %s", call)
			}
		}
	})
}
