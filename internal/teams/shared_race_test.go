package teams_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/outbox"
	"gatehouse/internal/ownership"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/teams"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
	"gatehouse/policies"
)

// rounds is how often each race is run.
const rounds = 50

func TestMain(m *testing.M) {
	testkit.Main(m, map[string]testkit.Scenario{"access": accessNode})
}

// task is what one process does in a round: as the person with that session, in the account.
type task struct {
	Do         string
	Token      string
	Account    id.Account
	Pass       string
	Invitation id.Invitation
	Contact    id.Membership
	Version    int64
	Email      string
	Offer      id.Offer
	Team       id.Team
	Access     id.TeamAccess
}

// node is where a process finds the database and the keys.
type node struct {
	Config db.Config
	KeyDir string
}

// desks are the rooms of one process.
type desks struct {
	accounts  *accounts.Accounts
	ownership *ownership.Ownership
	teams     *teams.Teams
}

func accessNode(ctx context.Context, p testkit.Process) (testkit.Work, error) {
	var nodes []node
	if err := json.Unmarshal([]byte(p.Getenv("GATEHOUSE_TEST_NODES")), &nodes); err != nil {
		return nil, err
	}
	at, err := onNode(ctx, nodes[p.Number])
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, raw json.RawMessage) (any, error) {
		var tasks []task
		if err := json.Unmarshal(raw, &tasks); err != nil {
			return nil, err
		}
		err := at.perform(ctx, tasks[p.Number])
		if kind := fault.KindOf(err); err != nil && kind != fault.KindUnknown {
			return kind, nil
		}
		return "", err
	}, nil
}

func onNode(ctx context.Context, n node) (*desks, error) {
	n.Config.Offset = &clock.Offset{}
	writer, reader, err := db.Open(ctx, n.Config)
	if err != nil {
		return nil, err
	}
	box, err := secretbox.Open(n.KeyDir)
	if err != nil {
		return nil, err
	}
	rules, err := access.New(policies.Files())
	if err != nil {
		return nil, err
	}
	quiet := slog.New(slog.DiscardHandler)
	g := gate.New(writer, reader, rules, activity.New(reader, box), box, quiet)
	post := outbox.New(writer, reader, box, quiet)
	people := identity.New(g, reader, box, post, identity.Config{
		Brand: "Harbour Hosting", Hasher: passwords.NewQuickHasher(),
	})
	accs := accounts.New(g, reader, box, rules, people, post)
	return &desks{
		accounts: accs, ownership: ownership.New(g, reader, box, rules, accs, post),
		teams: teams.New(g, reader, box, rules, accs, post),
	}, nil
}

func (d *desks) perform(ctx context.Context, do task) error {
	v, err := d.accounts.BySession(ctx, do.Token, do.Account, house.Door())
	if err != nil || do.Do == "" {
		return err
	}
	switch do.Do {
	case "accept":
		_, err = d.accounts.Accept(ctx, v.Who, do.Pass, accounts.Acceptance{})
	case "withdraw":
		err = d.accounts.Withdraw(ctx, v.Who, do.Account, do.Invitation)
	case "invite":
		err = d.accounts.Invite(ctx, v.Who, do.Account, do.Email, house.Role("billing"))
	case "demote":
		err = d.accounts.ChangeRole(ctx, v.Who, do.Account, do.Contact,
			accounts.RoleChange{Terms: house.Role("billing"), Version: do.Version})
	case "propose":
		err = d.ownership.Propose(ctx, v.Who, do.Account, ownership.Proposal{To: do.Contact})
	case "take":
		err = d.ownership.Accept(ctx, v.Who, do.Account, do.Offer)
	case "take back":
		err = d.ownership.Withdraw(ctx, v.Who, do.Account, do.Offer)
	case "accept for team":
		err = d.teams.Accept(ctx, v.Who, do.Account, do.Access)
	case "end team":
		err = d.teams.End(ctx, v.Who, do.Account, do.Access)
	case "leave":
		err = d.teams.Remove(ctx, v.Who, do.Account, do.Team, do.Contact)
	case "use":
		err = d.accounts.Invite(ctx, v.Who, do.Account, do.Email, house.Role("billing"))
	}
	return err
}

// fleet starts a process for each configuration and returns what plays a round and how each process fared: "" for
// success, otherwise the kind of fault.
func fleet(t *testing.T, w *testkit.World, configs []db.Config) func(tasks ...task) []fault.Kind {
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
	processes := testkit.Fleet(t, len(configs), "access", "GATEHOUSE_TEST_NODES="+string(env))
	return func(tasks ...task) []fault.Kind {
		t.Helper()
		var out []fault.Kind
		for _, a := range processes.Round(t, tasks) {
			var kind fault.Kind
			if a.Error != "" {
				t.Fatalf("process %d: %s", a.Process, a.Error)
			}
			if err := json.Unmarshal(a.Value, &kind); err != nil {
				t.Fatal(err)
			}
			out = append(out, kind)
		}
		return out
	}
}

func won(fared []fault.Kind) int {
	n := 0
	for _, kind := range fared {
		if kind == "" {
			n++
		}
	}
	return n
}
