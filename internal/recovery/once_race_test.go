package recovery_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/recovery"
	"gatehouse/internal/testkit"
	"gatehouse/policies"
)

func TestMain(m *testing.M) {
	testkit.Main(m, map[string]testkit.Scenario{
		"prove": linkNode(func(ctx context.Context, r *recovery.Recovery, token string) error {
			return r.Prove(ctx, stranger(), token)
		}),
		"open": linkNode(func(ctx context.Context, r *recovery.Recovery, link string) error {
			_, err := r.Open(ctx, stranger(), link)
			return err
		}),
	})
}

// node is where a process finds the database and the keys.
type node struct {
	Config db.Config
	KeyDir string
}

// linkJob is a link that works once.
type linkJob struct {
	Token  string
	Offset time.Duration
}

// linkNode is one node of two: it follows a link many times at once and says how often that worked.
func linkNode(follow func(ctx context.Context, r *recovery.Recovery, token string) error) testkit.Scenario {
	return func(ctx context.Context, p testkit.Process) (testkit.Work, error) {
		var n node
		if err := json.Unmarshal([]byte(p.Getenv("GATEHOUSE_TEST_NODE")), &n); err != nil {
			return nil, err
		}
		offset := &clock.Offset{}
		n.Config.Offset = offset
		r, err := onNode(ctx, n)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, raw json.RawMessage) (any, error) {
			var job linkJob
			if err := json.Unmarshal(raw, &job); err != nil {
				return nil, err
			}
			offset.Set(job.Offset)
			return testkit.AtOnce(25, func(int) (bool, error) {
				err := follow(ctx, r, job.Token)
				if fault.KindOf(err) == fault.KindConflict {
					return false, nil
				}
				return err == nil, err
			})
		}, nil
	}
}

func onNode(ctx context.Context, n node) (*recovery.Recovery, error) {
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
	rules.LetStaffUseCodes()
	quiet := slog.New(slog.DiscardHandler)
	g := gate.New(writer, reader, rules, activity.New(reader, box), box, quiet)
	post := outbox.New(writer, reader, box, quiet)
	people := identity.New(g, reader, box, post, identity.Config{
		Brand: "Harbour Hosting", Hasher: passwords.NewQuickHasher(),
	})
	return recovery.New(g, reader, box, rules, people,
		accounts.New(g, reader, box, rules, people, post), post, wait), nil
}

func twoNodes(t *testing.T, w *testkit.World, scenario string) *testkit.Processes {
	t.Helper()
	cfg := w.Config
	cfg.Logger, cfg.Offset = nil, nil
	env, err := json.Marshal(node{Config: cfg, KeyDir: w.KeyDir})
	if err != nil {
		t.Fatal(err)
	}
	return testkit.Fleet(t, 2, scenario, "GATEHOUSE_TEST_NODE="+string(env))
}

// S15: of fifty who follow each link of a recovery at once on two nodes, one proves the mailbox, and one sets up the
// new factor. Everybody concerned reads of it once.
func TestRaceTheLinksOfARecoveryOnTwoNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	h := open(t, w)
	proving, opening := twoNodes(t, w, "prove"), twoNodes(t, w, "open")
	const rounds = 5
	for round := range rounds {
		token := h.asked(t, adam)
		if n := testkit.Total(t, proving.Round(t, linkJob{token, w.Offset.Get()})); n != 1 {
			t.Fatalf("round %d: %d proved the mailbox", round, n)
		}
		v, err := h.recovery.Status(t.Context(), token)
		if err != nil || v.State != recovery.Waiting {
			t.Fatalf("round %d: %+v, %v", round, v, err)
		}
		err = h.recovery.DecideForAccount(t.Context(), h.who(t, olivia, h.northwind), h.northwind, v.ID, true)
		if err != nil {
			t.Fatal(err)
		}
		h.ripe(t)
		if n := testkit.Total(t, opening.Round(t, linkJob{h.link(t, adam), w.Offset.Get()})); n != 1 {
			t.Fatalf("round %d: %d used the link", round, n)
		}
		if n := w.Count(t, "entries", "action = ?", string(activity.RecoveryOpened)); n != int64(round+1) {
			t.Fatalf("round %d: %d entries", round, n)
		}
		h.signIn(t, adam) // calls it off
	}
}
