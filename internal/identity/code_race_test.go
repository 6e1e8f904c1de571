package identity_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/policies"
)

// rounds is how often each race is run.
const rounds = 200

func TestMain(m *testing.M) {
	testkit.Main(m, map[string]testkit.Scenario{
		"step-up": stepUpNode, "not-me": onceNode(followLink), "passkey": onceNode(showPasskey),
		"recovery-code": onceNode(useRecoveryCode), "reset": onceNode(resetPassword), "device": onceNode(comeBackRemembered),
		"code": onceNode(useCode), "sign-in": onceNode(signInByCode),
	})
}

// stepUpJob is one use of a code in a session.
type stepUpJob struct {
	Person   id.Person
	Sessions []id.Session // one for each process
	Code     string
	Offset   time.Duration
}

// node is where a process finds the database and the keys.
type node struct {
	Config db.Config
	KeyDir string
}

// stepUpNode is one node of several: it steps up in its session with the code that all the others use as well.
func stepUpNode(ctx context.Context, p testkit.Process) (testkit.Work, error) {
	var nodes []node
	if err := json.Unmarshal([]byte(p.Getenv("GATEHOUSE_TEST_NODES")), &nodes); err != nil {
		return nil, err
	}
	offset := &clock.Offset{}
	people, err := onNode(ctx, nodes[p.Number], offset)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, raw json.RawMessage) (any, error) {
		var job stepUpJob
		if err := json.Unmarshal(raw, &job); err != nil {
			return nil, err
		}
		offset.Set(job.Offset)
		who := actor.Enter(actor.Details{
			Kind: actor.Person, Person: job.Person, Name: "Olivia Marsh", Session: job.Sessions[p.Number],
		})
		_, err := people.StepUp(ctx, who, factors.Code(job.Code))
		return nil, err
	}, nil
}

func onNode(ctx context.Context, n node, offset *clock.Offset) (*identity.People, error) {
	n.Config.Offset = offset
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
	return identity.New(g, reader, box, post, identity.Config{
		Hasher: passwords.NewQuickHasher(),
		Brand:  "Harbour Hosting", PublicURL: publicURL(),
	}), nil
}

// S6: the same code used at once on three nodes opens one session, in every round.
func TestRaceACodeOnThreeNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	raceCodes(t, w, []db.Config{w.Config, w.Config, w.Config})
}

func raceCodes(t *testing.T, w *testkit.World, configs []db.Config) {
	t.Helper()
	h := open(w)
	person, secret := enrolled(t, h)
	job := stepUpJob{Person: person}
	nodes := []node{}
	for _, cfg := range configs {
		cfg.Logger, cfg.Offset = nil, nil
		nodes = append(nodes, node{Config: cfg, KeyDir: w.KeyDir})
		job.Sessions = append(job.Sessions, h.signIn(t, oliviasEmail, secret).Session)
		h.nextStep()
	}
	env, err := json.Marshal(nodes)
	if err != nil {
		t.Fatal(err)
	}
	fleet := testkit.Fleet(t, len(configs), "step-up", "GATEHOUSE_TEST_NODES="+string(env))
	for round := range rounds {
		job.Code, job.Offset = h.code(t, secret), w.Offset.Get()
		succeeded := 0
		answers := fleet.Round(t, job)
		for _, a := range answers {
			if a.Error == "" {
				succeeded++
			}
		}
		if succeeded != 1 {
			t.Fatalf("round %d: %d uses of one code succeeded: %+v", round, succeeded, answers)
		}
		h.nextStep()
	}
}
