package accounts_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
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
	"gatehouse/internal/verb"
	"gatehouse/policies"
)

// rounds is how often each race is run.
const rounds = 200

func TestMain(m *testing.M) {
	testkit.Main(m, map[string]testkit.Scenario{"contacts": contactsNode, "people": peopleNode})
}

// task is what one process does in a round: as the person with that session, in the account.
type task struct {
	Account id.Account
	Token   string
	Remove  id.Membership // a contact to remove
	Role    string        // or: the role to give to Contact
	Contact id.Membership
	Version int64
	Edit    bool // or: change the account's name
}

// node is where a process finds the database and the keys.
type node struct {
	Config db.Config
	KeyDir string
}

// contactsNode is one node of several.
func contactsNode(ctx context.Context, p testkit.Process) (testkit.Work, error) {
	var nodes []node
	if err := json.Unmarshal([]byte(p.Getenv("GATEHOUSE_TEST_NODES")), &nodes); err != nil {
		return nil, err
	}
	rooms, err := onNode(ctx, nodes[p.Number])
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, raw json.RawMessage) (any, error) {
		var tasks []task
		if err := json.Unmarshal(raw, &tasks); err != nil {
			return nil, err
		}
		err := perform(ctx, rooms, tasks[p.Number])
		if kind := fault.KindOf(err); err != nil && kind != fault.KindUnknown {
			return kind, nil
		}
		return "", err
	}, nil
}

func perform(ctx context.Context, rooms *accounts.Accounts, do task) error {
	v, err := rooms.BySession(ctx, do.Token, do.Account, door())
	switch {
	case err != nil || do.Token == "":
		return err
	case !do.Remove.IsZero():
		return rooms.Remove(ctx, v.Who, do.Account, do.Remove)
	case do.Role != "":
		return rooms.ChangeRole(ctx, v.Who, do.Account, do.Contact,
			accounts.RoleChange{Terms: role(do.Role), Version: do.Version})
	}
	now, err := rooms.Account(ctx, v.Who, do.Account)
	if err != nil {
		return err
	}
	return rooms.EditSettings(ctx, v.Who, do.Account, accounts.Settings{Version: now.Version})
}

func onNode(ctx context.Context, n node) (*accounts.Accounts, error) {
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
	return accounts.New(g, reader, box, rules, people, post), nil
}

func fleet(t *testing.T, w *testkit.World, configs []db.Config) *testkit.Processes {
	t.Helper()
	return fleetOf(t, "contacts", w, configs)
}

// fleetOf starts a process for each configuration.
func fleetOf(t *testing.T, scenario string, w *testkit.World, configs []db.Config) *testkit.Processes {
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
	return testkit.Fleet(t, len(configs), scenario, "GATEHOUSE_TEST_NODES="+string(env))
}

// kinds are how the processes fared: "" for success, otherwise the kind of fault.
func kinds(t *testing.T, answers []testkit.Answer) []fault.Kind {
	t.Helper()
	var out []fault.Kind
	for _, a := range answers {
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

// A4, R7: two owners remove each other on different nodes, one of them twice; one removal succeeds in every round.
func TestRaceOwnersOnThreeNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	raceOwners(t, w, []db.Config{w.Config, w.Config, w.Config})
}

func raceOwners(t *testing.T, w *testkit.World, configs []db.Config) {
	t.Helper()
	h := open(w)
	account := h.account(t, "Northwind", olivia)
	h.join(t, account, olivia, oscar, owner())
	h.as(t, oscar, account)
	first, second := h.contact(t, account, olivia, olivia), h.contact(t, account, olivia, oscar)
	processes := fleet(t, w, configs)
	for round := range rounds {
		fared := kinds(t, processes.Round(t, []task{
			{Account: account, Token: h.tokens[olivia], Remove: second.ID},
			{Account: account, Token: h.tokens[oscar], Remove: first.ID},
			{Account: account, Token: h.tokens[olivia], Remove: second.ID},
		}))
		succeeded := 0
		for _, kind := range fared {
			if kind == "" {
				succeeded++
			} else if kind != fault.KindNotFound && kind != fault.KindConflict {
				t.Fatalf("round %d: %v", round, fared)
			}
		}
		owners := w.Count(t, "memberships", "account_id = ? AND role = 'owner'", account.Bytes())
		if succeeded != 1 || owners != 1 {
			t.Fatalf("round %d: %d owners are left: %v", round, owners, fared)
		}
		putBack(t, w, account, first, second)
	}
}

// putBack makes whoever was removed an owner again.
func putBack(t *testing.T, w *testkit.World, account id.Account, contacts ...accounts.Contact) {
	t.Helper()
	err := w.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ContactsManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			for _, c := range contacts {
				var there int64
				if err := g.On(tx.Table("memberships")).Where("id = ?", c.ID).Count(&there).Error; err != nil {
					return gate.Entry{}, err
				}
				if there > 0 {
					continue
				}
				err := g.On(tx.DB).Exec("INSERT INTO memberships (id, account_id, person_id, role, created_at) "+
					"VALUES (?, ?, ?, 'owner', 0)", c.ID, account.Bytes(), c.Person).Error
				if err != nil {
					return gate.Entry{}, err
				}
			}
			return g.Entry(activity.ContactJoined, activity.Details{}), nil
		})
	if err != nil {
		t.Fatal(err)
	}
}

// A6: a role that is taken away on one node is worth nothing on the others from the next request on.
func TestRaceRevokedRoleOnThreeNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	raceRevoked(t, w, []db.Config{w.Config, w.Config, w.Config})
}

func raceRevoked(t *testing.T, w *testkit.World, configs []db.Config) {
	t.Helper()
	h := open(w)
	account := h.account(t, "Northwind", olivia)
	h.join(t, account, olivia, adam, role("billing"))
	h.as(t, adam, account)
	c := h.contact(t, account, olivia, adam)
	processes := fleet(t, w, configs)
	give := func(role string) {
		t.Helper()
		fared := kinds(t, processes.Round(t, []task{
			{Account: account, Token: h.tokens[olivia], Role: role, Contact: c.ID, Version: c.Version}, {}, {},
		}))
		if fared[0] != "" {
			t.Fatalf("give %s: %v", role, fared)
		}
		c.Version++
	}
	use := task{Account: account, Token: h.tokens[adam], Edit: true}
	for round := range rounds {
		give("administrator")
		if fared := kinds(t, processes.Round(t, []task{{}, use, {}})); fared[1] != "" {
			t.Fatalf("round %d: the new role did not hold: %v", round, fared)
		}
		give("billing")
		if fared := kinds(t, processes.Round(t, []task{{}, use, use})); fared[1] != fault.KindDenied ||
			fared[2] != fault.KindDenied {
			t.Fatalf("round %d: the old role still held: %v", round, fared)
		}
	}
}
