package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/fault"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/orders"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/testkit"
)

const doomedVariable = "GATEHOUSE_DOOMED_ORDER"

// doomed is a process that is killed while it carries an order out, and where.
type doomed struct {
	DataDir string
	DSN     string // of MariaDB; empty: SQLite, in the folder
	Ahead   time.Duration
	Account id.Account
	Server  id.Server
	Request id.Order
	Point   string
	Nth     int
}

// deadly is a named point: a statement that the process is killed before, when it comes to it for the nth time.
type deadly struct {
	before string
	nth    int
}

// orderPoints are the points between the approval of an order, the account on its server and its charge.
func orderPoints() []deadly {
	return []deadly{
		{"INSERT INTO services", 1},     // accepted, and there is no service yet
		{"UPDATE service_requests", 2},  // there is a service, and the request does not know it
		{"DELETE FROM service_work", 1}, // the server has made the account, and nobody has written that down
		{"INSERT INTO charges", 1},      // the service runs, and costs nothing yet
		{"INSERT INTO invoices", 1},     // what it costs is known, and nobody has billed it
	}
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
	cfg, err := config.Demo("localhost:8080", d.DataDir)
	if err != nil {
		return err
	}
	if d.DSN != "" {
		cfg.Database.Driver = config.MySQL
		cfg.Database.WriteDSN, cfg.Database.ReadDSN = config.NewSecret(d.DSN), config.NewSecret(d.DSN)
		cfg.Database.MigrateDSN = config.NewSecret(d.DSN)
	}
	a, err := app.Open(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	a.Offset.Set(d.Ahead)
	err = d.carryOut(testkit.KillBefore(ctx, d.Point, d.Nth), a)
	return fmt.Errorf("%q was never reached: %w", d.Point, err)
}

// carryOut accepts the order where that is still to be done, and lets happen what follows from it.
func (d doomed) carryOut(ctx context.Context, a *app.App) error {
	err := a.Orders.Decide(ctx, actor.NewSystem("test"), d.Account, d.Request, orders.Decision{
		Accept: true, Server: d.Server,
	})
	if err != nil && fault.KindOf(err) != fault.KindConflict {
		return err
	}
	for range 4 {
		if _, err := a.Outbox.Deliver(ctx); err != nil {
			return err
		}
		if err := a.Hosting.FollowUp(ctx); err != nil {
			return err
		}
	}
	return nil
}

// kill runs a process that is killed at its point, and fails where it was not.
func (d doomed) kill(t *testing.T) {
	t.Helper()
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), self)
	run.Env = append(os.Environ(), doomedVariable+"="+string(text))
	said, err := run.CombinedOutput()
	var ended *exec.ExitError
	if !errors.As(err, &ended) {
		t.Fatalf("%s: the process was not killed: %v %s", d.Point, err, said)
	}
	if how, ok := ended.Sys().(syscall.WaitStatus); !ok || how.Signal() != syscall.SIGKILL {
		t.Fatalf("%s: the process was not killed: %v %s", d.Point, err, said)
	}
}

// bench is a house in which orders are killed.
type bench struct {
	*counter
	product id.Product
	server  hosting.Server
	n       int
}

func (h *house) bench(t *testing.T) *bench {
	t.Helper()
	b := &bench{counter: h.counter(t)}
	servers, err := h.Hosting.Servers(t.Context(), actor.NewSystem("test"))
	if err != nil || len(servers) == 0 {
		t.Fatal(servers, err)
	}
	b.server = servers[0]
	b.product, err = h.Orders.AddProduct(t.Context(), actor.NewSystem("test"), orders.NewProduct{
		Name: "Agreed", PanelPlan: "agreed", Price: money.New(2500, money.GBP), Period: hosting.Monthly,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.deliver(t)
	return b
}

// orderer is the owner of the account, who has just proved who they are.
func (b *bench) orderer(t *testing.T) actor.Actor {
	t.Helper()
	now, err := b.Reader.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	page, err := b.Accounts.Contacts(t.Context(), actor.NewSystem("test"), b.here.account, id.Membership{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range page.Contacts {
		if c.Email == "owner@here.example" {
			return actor.Enter(actor.Details{
				Kind: actor.Person, Person: c.Person, Name: c.Name, Session: id.New[id.SessionKind](), SignedInAt: now,
				ProvedAt: now, FactorAt: now, Factor: actor.With(actor.ByPassword, actor.ByKey), Now: now,
				Membership: actor.Membership{ID: c.ID, Account: b.here.account, Role: c.Terms.Role},
			})
		}
	}
	t.Fatal("the owner is not there")
	return actor.Actor{}
}

// killOrder orders a service, kills the process that carries the order out, and lets another one go on.
func (b *bench) killOrder(t *testing.T, point deadly) {
	t.Helper()
	b.n++
	domain, request := "killed"+strconv.Itoa(b.n)+".example", id.New[id.OrderKind]()
	_, err := b.Orders.Ask(t.Context(), b.orderer(t), b.here.account, orders.Wish{
		Key: request, Product: b.product, Domain: domain,
	})
	if err != nil {
		t.Fatal(err)
	}
	b.deliver(t)
	d := doomed{
		DataDir: b.Config.DataDir, Ahead: b.Offset.Get(), Account: b.here.account, Server: b.server.ID, Request: request,
		Point: point.before, Nth: point.nth,
	}
	if b.Config.Database.Driver == config.MySQL {
		d.DSN = b.Config.Database.WriteDSN.Reveal()
	}
	d.kill(t)
	b.goOn(t, d)
	b.whole(t, d, domain)
}

// goOn is the program started anew, when nobody holds what the killed one had taken.
func (b *bench) goOn(t *testing.T, d doomed) {
	t.Helper()
	a, err := app.Open(t.Context(), b.Config, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for range 2 {
		a.Offset.Set(b.Offset.Advance(4 * time.Minute))
		if err := d.carryOut(t.Context(), a); err != nil {
			t.Fatalf("%s: after the restart: %v", d.Point, err)
		}
	}
	held, err := a.DemoPanel.List(t.Context(), hosting.Machine{Server: b.server, Credentials: "none"})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, one := range held {
		if strings.HasPrefix(one.Domain, "killed") {
			n++
		}
	}
	if n != b.n {
		t.Errorf("%s: the server has %d accounts for %d orders", d.Point, n, b.n)
	}
}

// whole says that an order has come to one service that runs, one charge and one invoice.
func (b *bench) whole(t *testing.T, d doomed, domain string) {
	t.Helper()
	system := actor.NewSystem("test")
	r, err := b.Orders.ForStaff(t.Context(), system, d.Account, d.Request)
	if err != nil || r.State != orders.Done {
		t.Fatalf("%s: the request is %s, %v", d.Point, r.State, err)
	}
	s, work, err := b.Hosting.ClientService(t.Context(), system, d.Account, r.Service)
	if err != nil || s.State != hosting.Active || s.Domain != domain || !work.Asked.IsZero() {
		t.Errorf("%s: the service is %s at %s, still to do is %+v, %v", d.Point, s.State, s.Domain, work, err)
	}
	charge, made := b.charged(t, r.Service) // which fails unless there is one charge
	if len(made) != 1 || charge.Price != money.New(2500, money.GBP) {
		t.Errorf("%s: charged is %s on %d invoices", d.Point, charge.Price, len(made))
	}
}

// R1, R8: killed at any named point between the approval of an order, the account on its server and its charge, the
// next process makes one account and one charge of it.
func TestKilledBetweenApprovalAndCharge(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, func(t *testing.T, h *house) {
		b := h.bench(t)
		for _, point := range orderPoints() {
			b.killOrder(t, point)
		}
	})
}
