package stripe_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/stripe"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
	"gatehouse/policies"
)

const doomedVariable = "GATEHOUSE_DOOMED"

// doomed is what a process does that is killed on the way, and where.
type doomed struct {
	Config   db.Config
	KeyDir   string
	Ahead    time.Duration
	API      string
	Person   id.Person
	Member   id.Membership
	Account  id.Account
	Invoice  id.Invoice
	Checkout id.Checkout
	Header   http.Header // of a notice; none: the invoice is paid instead
	Body     []byte
	Work     string  // the job of a room, instead of either: "cards" or "debits"
	Card     id.Card // is to pay the invoices at once, instead of any of these
	Invoices []id.Invoice
	Payment  id.Payment // is to go back, instead of any of these
	Request  id.MoneyRequest
	Point    string
	Nth      int // which time the point is reached; 0: the first
}

// The points that are no statements.
const (
	beforeGateway = "before the gateway is asked"
	afterGateway  = "after the gateway has answered"
	afterCommit   = "after the commit"
)

// payingPoints are the named points of beginning to pay, and noticePoints of a notice, in their order.
func payingPoints() []string {
	return []string{
		"UPDATE heads", "INSERT INTO checkouts", "INSERT INTO entries", "INSERT INTO entry_personal", beforeGateway,
		afterGateway, afterCommit,
	}
}

func noticePoints() []string {
	return []string{
		"UPDATE heads", "INSERT INTO gateway_events", "UPDATE checkouts", "UPDATE invoices", "INSERT INTO payments",
		"INSERT INTO ledger_entries", "INSERT INTO outbox", "INSERT INTO entries", "INSERT INTO entry_personal", afterCommit,
	}
}

func TestMain(m *testing.M) {
	text := os.Getenv(doomedVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	if err := die(context.Background(), text); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(1) // it was to be killed
}

// dying is the gateway of a process that is killed beside it.
type dying struct {
	*stripe.Gateway
	point string
}

// Start asks the gateway, or dies.
func (d dying) Start(ctx context.Context, c billing.Checkout) (string, error) {
	if d.point == beforeGateway {
		testkit.Kill()
	}
	to, err := d.Gateway.Start(ctx, c)
	if d.point == afterGateway && err == nil {
		testkit.Kill()
	}
	return to, err
}

func die(ctx context.Context, text string) error {
	var d doomed
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return err
	}
	l, now, err := d.open(ctx)
	if err != nil {
		return err
	}
	at := ctx
	if d.Point != afterCommit {
		at = testkit.KillBefore(ctx, d.Point, max(d.Nth, 1))
	}
	switch {
	case !d.Payment.IsZero():
		err = l.payBack(at, d)
	case !d.Card.IsZero():
		err = l.payNow(at, d.person(now), d)
	case d.Work != "":
		err = l.work(at, d.Work)
	case d.Body != nil:
		err = l.billing.Receive(at, webhook(), stripe.Name, d.Header, d.Body)
	default:
		_, err = l.billing.Pay(at, d.person(now), d.Account, d.Invoice, billing.Order{Key: d.Checkout, Amount: gbp(5000)})
	}
	if err == nil && d.Point == afterCommit {
		testkit.Kill()
	}
	return fmt.Errorf("%q was never reached: %w", d.Point, err)
}

// person is whoever pays.
func (d doomed) person(now time.Time) actor.Actor {
	return actor.Enter(actor.Details{
		Kind: actor.Person, Person: d.Person, Name: "Olivia", Factor: "password", Now: now,
		Membership: actor.Membership{ID: d.Member, Account: d.Account, Role: "owner"},
	})
}

// open puts billing together as a process of its own does.
func (d doomed) open(ctx context.Context) (*living, time.Time, error) {
	w := &testkit.World{Offset: &clock.Offset{}, Logger: slog.New(slog.DiscardHandler)}
	w.Offset.Set(d.Ahead)
	d.Config.Offset = w.Offset
	var err error
	if w.Writer, w.Reader, err = db.Open(ctx, d.Config); err != nil {
		return nil, time.Time{}, err
	}
	if w.Box, err = secretbox.Open(d.KeyDir); err != nil {
		return nil, time.Time{}, err
	}
	if w.Access, err = access.New(policies.Files()); err != nil {
		return nil, time.Time{}, err
	}
	w.Log = activity.New(w.Reader, w.Box)
	w.Gate = gate.New(w.Writer, w.Reader, w.Access, w.Log, w.Box, w.Logger)
	w.Outbox = outbox.New(w.Writer, w.Reader, w.Box, w.Logger)
	gateway, err := stripe.New(config(d.API))
	if err != nil {
		return nil, time.Time{}, err
	}
	now, err := w.Reader.Now(ctx)
	bills := billing.New(w.Gate, w.Reader, w.Box, house.Open(w).Accounts, w.Outbox, dying{gateway, d.Point})
	return newLiving(w, bills), now, err
}

// kill runs a process that is killed at its point, and fails where it was not.
func (r *rig) kill(t *testing.T, d doomed) {
	t.Helper()
	owner := r.Contact(t, r.account, olivia)
	d.Config, d.KeyDir, d.Ahead, d.API = r.Config, r.KeyDir, r.Offset.Get(), r.stripe.URL
	d.Config.Logger, d.Config.Offset = nil, nil
	d.Person, d.Member, d.Account = owner.Person, owner.ID, r.account
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
		t.Fatalf("%s, %s: the process was not killed: %v %s", d.Work, d.Point, err, said)
	}
	if how, ok := ended.Sys().(syscall.WaitStatus); !ok || how.Signal() != syscall.SIGKILL {
		t.Fatalf("%s, %s: the process was not killed: %v %s", d.Work, d.Point, err, said)
	}
}

// wholeOrNothing says that all that one thing leaves behind is there, or nothing of it.
func (r *rig) wholeOrNothing(t *testing.T, point string, parts map[string]string) {
	t.Helper()
	first, counts := int64(-1), map[string]int64{}
	for table, where := range parts {
		n := r.Count(t, table, where)
		counts[table] = n
		if first < 0 {
			first = n
		}
		if n != first {
			t.Errorf("%s: not whole, and not nothing: %v", point, counts)
		}
	}
	if found, err := r.billing.Audit(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("%s: the audit says %q, %v", point, found, err)
	}
}

// killPaying kills whoever begins to pay, then begins with the same key again, as the browser's form does.
func (r *rig) killPaying(t *testing.T, point string) {
	t.Helper()
	invoice, checkout := r.issue(t, 5000), id.New[id.CheckoutKind]()
	begun := r.Count(t, "entries", "action = 'checkout.started'")
	r.kill(t, doomed{Invoice: invoice, Checkout: checkout, Point: point})
	r.wholeOrNothing(t, point, map[string]string{
		"checkouts": "1 = 1", "entries": "action = 'checkout.started'",
	})
	for range 2 {
		if _, err := r.pay(t, invoice, checkout, 5000); err != nil {
			t.Fatalf("%s: beginning again: %v", point, err)
		}
	}
	if n := r.Count(t, "entries", "action = 'checkout.started'"); n != begun+1 {
		t.Errorf("%s: begun %d times", point, n-begun)
	}
	if pages := r.stripe.Sessions(checkout.String()); len(pages) != 1 {
		t.Errorf("%s: %d pages", point, len(pages))
	}
}

// killNotice kills whoever takes a notice, then the gateway sends it again, twice.
func (r *rig) killNotice(t *testing.T, point string) {
	t.Helper()
	invoice := r.issue(t, 5000)
	_, page := r.begin(t, invoice, 5000)
	payments := r.Count(t, "payments", "1 = 1")
	r.stripe.Pay(page.ID)
	all := r.stripe.Notices()
	n := all[len(all)-1]
	r.kill(t, doomed{Header: n.Header, Body: n.Body, Point: point})
	r.wholeOrNothing(t, point, map[string]string{
		"payments": "1 = 1", "gateway_events": "outcome = 'paid'", "checkouts": "state = 'paid'",
		"invoices": "state = 'paid'", "entries": "action = 'invoice.paid'", "outbox": "kind = '" + billing.MailReceipt + "'",
	})
	for range 2 {
		if err := r.receive(t, n); err != nil {
			t.Fatalf("%s: sent again: %v", point, err)
		}
	}
	r.settled(t, invoice, billing.StatePaid, payments+1, 0)
	r.wholeOrNothing(t, point, map[string]string{
		"payments": "1 = 1", "entries": "action = 'invoice.paid'", "outbox": "kind = '" + billing.MailReceipt + "'",
	})
}

// killEverywhere kills at each named point, so many times round.
func killEverywhere(t *testing.T, r *rig, rounds int) {
	t.Helper()
	kills := 0
	for range rounds {
		for _, point := range payingPoints() {
			r.killPaying(t, point)
			kills++
		}
		for _, point := range noticePoints() {
			r.killNotice(t, point)
			kills++
		}
	}
	t.Logf("%d kills", kills)
}

// R1, R5, R8: killed at each named point of beginning to pay and of a notice: whole or nothing, and once after the
// retry.
func TestKilledWhilePaying(t *testing.T) {
	each(t, func(t *testing.T, r *rig) { killEverywhere(t, r, 1) })
}
