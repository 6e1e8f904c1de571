package billing_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/policies"
)

const (
	roundsVariable = "GATEHOUSE_ROUNDS"
	nodesVariable  = "GATEHOUSE_TEST_NODES"
	roundsOfARace  = 200
)

func TestMain(m *testing.M) {
	testkit.Main(m, map[string]testkit.Scenario{"billing": billingNode})
}

// task is what a process does in a round: it pays an invoice on a checkout of its own, takes a notice, or issues.
type task struct {
	Account id.Account
	Person  id.Person
	Member  id.Membership
	Invoice id.Invoice
	Amount  int64
	Header  http.Header
	Body    []byte
	Several []id.Invoice // or pays these together
	Issue   []id.Account // or issues an invoice to the account that stands at its number
}

// node is where a process finds the database and the keys.
type node struct {
	Config db.Config
	KeyDir string
}

func billingNode(ctx context.Context, p testkit.Process) (testkit.Work, error) {
	var nodes []node
	if err := json.Unmarshal([]byte(p.Getenv(nodesVariable)), &nodes); err != nil {
		return nil, err
	}
	bills, gateway, reader, err := onNode(ctx, nodes[p.Number])
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, raw json.RawMessage) (any, error) {
		var do task
		if err := json.Unmarshal(raw, &do); err != nil {
			return nil, err
		}
		if do.Issue != nil {
			return "", issueOn(ctx, bills, do.Issue[p.Number])
		}
		err := perform(ctx, bills, gateway, reader, do)
		if kind := fault.KindOf(err); kind != fault.KindUnknown {
			return kind, nil
		}
		return "", err
	}, nil
}

func perform(
	ctx context.Context, bills *billing.Billing, gateway *sandbox.Gateway, reader *db.Reader, do task,
) error {
	if do.Body != nil {
		return bills.Receive(ctx, webhook(), sandbox.Name, do.Header, do.Body)
	}
	now, err := reader.Now(ctx)
	if err != nil {
		return err
	}
	who := actor.Enter(actor.Details{
		Kind: actor.Person, Person: do.Person, Name: "Ben Okafor", Factor: "password", Now: now,
		Membership: actor.Membership{ID: do.Member, Account: do.Account, Role: "billing"},
	})
	key := id.New[id.CheckoutKind]()
	if do.Several == nil {
		_, err = bills.Pay(ctx, who, do.Account, do.Invoice, billing.Order{Key: key, Amount: gbp(do.Amount)})
	} else {
		o := billing.Together{Key: key, Invoices: do.Several, Amount: gbp(do.Amount)}
		o.Mark = bills.Mark(o)
		_, err = bills.PayTogether(ctx, who, do.Account, o)
	}
	if err != nil {
		return err
	}
	c, err := bills.Checkout(ctx, key)
	if err != nil {
		return err
	}
	return gateway.Decide(ctx, c, billing.OutcomePaid, now)
}

func issueOn(ctx context.Context, bills *billing.Billing, account id.Account) error {
	day := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	// As every request and job does, it reads first: a member of a cluster that is behind waits until it is not.
	if _, err := bills.ClientCredit(ctx, actor.NewSystem("race"), account); err != nil {
		return err
	}
	_, err := bills.Issue(ctx, actor.NewSystem("race"), account, billing.Draft{
		Key: id.New[id.InvoiceKind](), About: "Hosting", Issued: day, Due: day, Lines: []billing.Line{line(100)},
	})
	return err
}

func onNode(ctx context.Context, n node) (*billing.Billing, *sandbox.Gateway, *db.Reader, error) {
	n.Config.Offset = &clock.Offset{}
	writer, reader, err := db.Open(ctx, n.Config)
	if err != nil {
		return nil, nil, nil, err
	}
	box, err := secretbox.Open(n.KeyDir)
	if err != nil {
		return nil, nil, nil, err
	}
	rules, err := access.New(policies.Files())
	if err != nil {
		return nil, nil, nil, err
	}
	quiet := slog.New(slog.DiscardHandler)
	var bills *billing.Billing
	gateway, err := sandbox.New(sandbox.Config{
		Secret: []byte(secret), Merchant: merchant,
		Deliver: func(ctx context.Context, h http.Header, body []byte) error {
			return bills.Receive(ctx, webhook(), sandbox.Name, h, body)
		},
	})
	if err != nil {
		return nil, nil, nil, err
	}
	g := gate.New(writer, reader, rules, activity.New(reader, box), box, quiet)
	post := outbox.New(writer, reader, box, quiet)
	people := identity.New(g, reader, box, post, identity.Config{Hasher: passwords.NewQuickHasher()})
	rooms := accounts.New(g, reader, box, rules, people, post)
	bills = billing.New(g, reader, box, rooms, post, gateway)
	return bills, gateway, reader, nil
}

func fleet(t *testing.T, w *testkit.World, configs []db.Config) *testkit.Processes {
	t.Helper()
	nodes := []node{}
	for _, cfg := range configs {
		cfg.Logger, cfg.Offset = nil, nil
		nodes = append(nodes, node{Config: cfg, KeyDir: w.KeyDir})
	}
	env, err := json.Marshal(nodes)
	if err != nil {
		t.Fatal(err)
	}
	return testkit.Fleet(t, len(configs), "billing", nodesVariable+"="+string(env))
}

// rounds is how often a race is run: GATEHOUSE_ROUNDS, or else as many as are enough.
func rounds(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv(roundsVariable))
	if err != nil || n <= 0 {
		return roundsOfARace
	}
	return n
}

// taken counts the processes that succeeded; the others must have been told that there is nothing left to pay.
func taken(t *testing.T, answers []testkit.Answer) int64 {
	t.Helper()
	n := int64(0)
	for _, a := range answers {
		switch {
		case a.Error != "":
			t.Fatalf("process %d: %s", a.Process, a.Error)
		case string(a.Value) == `""`:
			n++
		case string(a.Value) != `"`+string(fault.KindConflict)+`"`:
			t.Fatalf("process %d: %s", a.Process, a.Value)
		}
	}
	return n
}

// P6, R5: three processes pay the same invoice; it is settled once, and what is on top is credited once each.
func TestRacePayingOnThreeNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	racePaying(t, w, []db.Config{w.Config, w.Config, w.Config}, rounds(t))
}

func racePaying(t *testing.T, w *testkit.World, configs []db.Config, rounds int) {
	t.Helper()
	r := newRig(t, w)
	processes := fleet(t, w, configs)
	for round := range rounds {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, ben.account, 10000)
		n := taken(t, processes.Round(t, task{
			Account: ben.account, Person: ben.person, Member: id.New[id.MembershipKind](), Invoice: invoice, Amount: 12000,
		}))
		if n == 0 {
			t.Fatalf("round %d: nobody could pay", round)
		}
		if begun := r.Count(t, "checkouts", "account_id = ?", ben.account.Bytes()); begun != started(t, r, ben.account) {
			t.Errorf("%d payments were begun, and the log tells of others", begun)
		}
		if r.settled(t, ben, invoice, billing.StatePaid, 12000, n, (n-1)*12000); t.Failed() {
			t.Fatalf("round %d, %d payments", round, n)
		}
	}
}

// started counts the payments that the log says were begun.
func started(t *testing.T, r *rig, account id.Account) (n int64) {
	t.Helper()
	for _, a := range actions(t, r, account) {
		if a == activity.CheckoutStarted {
			n++
		}
	}
	return n
}

// P5, R5: three processes take the same notice at once; it has its effect once.
func TestRaceNoticesOnThreeNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	raceNotices(t, w, []db.Config{w.Config, w.Config, w.Config}, rounds(t))
}

func raceNotices(t *testing.T, w *testkit.World, configs []db.Config, rounds int) {
	t.Helper()
	r := newRig(t, w)
	r.held = true
	processes := fleet(t, w, configs)
	for round := range rounds {
		ben := r.newPlace(t, "Ben Okafor", "billing")
		invoice := r.issue(t, ben.account, 10000)
		r.decide(t, r.begin(t, ben, invoice, 12000), billing.OutcomePaid)
		notice := r.sent[len(r.sent)-1]
		if n := taken(t, processes.Round(t, task{Header: notice.header, Body: notice.body})); n != 3 {
			t.Fatalf("round %d: %d of 3 notices were acknowledged", round, n)
		}
		r.settled(t, ben, invoice, billing.StatePaid, 12000, 1, 0)
		if got := actions(t, r, ben.account); len(got) != 3 || got[2] != activity.InvoicePaid {
			t.Errorf("the log says %v", got)
		}
		receipts := r.Count(t, "outbox", "kind = ?", billing.MailReceipt)
		if t.Failed() || receipts != int64(round)+1 {
			t.Fatalf("round %d, %d receipts", round, receipts)
		}
	}
}

// P8: three processes issue invoices at once; the numbers have no gap.
func TestRaceNumbersOnThreeNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	raceNumbers(t, w, []db.Config{w.Config, w.Config, w.Config}, rounds(t))
}

func raceNumbers(t *testing.T, w *testkit.World, configs []db.Config, rounds int) {
	t.Helper()
	r := newRig(t, w)
	processes := fleet(t, w, configs)
	var issue []id.Account
	for _, name := range []string{"A", "B", "C"} {
		issue = append(issue, r.newPlace(t, name, "owner").account)
	}
	for range rounds {
		taken(t, processes.Round(t, task{Issue: issue}))
	}
	if n := r.Count(t, "invoices", "1 = 1"); n != int64(3*rounds) {
		t.Errorf("%d invoices after %d rounds", n, rounds)
	}
	r.audited(t)
}
