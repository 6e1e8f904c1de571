package identity_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/testkit"
)

// passkeyNode is one node of several: it shows the same answer of a passkey many times at once and says how often that
// opened a session.
func passkeyNode(ctx context.Context, p testkit.Process) (testkit.Work, error) {
	var nodes []node
	if err := json.Unmarshal([]byte(p.Getenv("GATEHOUSE_TEST_NODES")), &nodes); err != nil {
		return nil, err
	}
	people, err := onNode(ctx, nodes[p.Number], &clock.Offset{})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, raw json.RawMessage) (any, error) {
		var answer string
		if err := json.Unmarshal(raw, &answer); err != nil {
			return nil, err
		}
		var opened atomic.Int64
		var wait sync.WaitGroup
		failed := make(chan error, triesEach)
		for range triesEach {
			wait.Go(func() {
				switch _, err := people.SignInWithPasskey(ctx, stranger(), door, answer); {
				case err == nil:
					opened.Add(1)
				case fault.KindOf(err) != fault.KindInvalid:
					failed <- fmt.Errorf("a try ended otherwise: %w", err)
				}
			})
		}
		wait.Wait()
		select {
		case err := <-failed:
			return nil, err
		default:
			return opened.Load(), nil
		}
	}, nil
}

// S9: of fifty answers to one challenge at once on two nodes, one opens a session, in every round.
func TestRaceAChallengeOnTwoNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	h := open(w)
	d := withPasskey(t, h)
	person := h.passkeySession(t, d).Person
	cfg := w.Config
	cfg.Logger, cfg.Offset = nil, nil
	env, err := json.Marshal([]node{{Config: cfg, KeyDir: w.KeyDir}, {Config: cfg, KeyDir: w.KeyDir}})
	if err != nil {
		t.Fatal(err)
	}
	fleet := testkit.Fleet(t, 2, "passkey", "GATEHOUSE_TEST_NODES="+string(env))
	sessions := func() int64 { return w.Count(t, "sessions", "person_id = ?", person) }
	before := sessions()
	const rounds = 20
	for round := range rounds {
		answer, opened := d.answer(t, h.passkeyAsk(t, door)), int64(0)
		for _, a := range fleet.Round(t, answer) {
			var n int64
			if a.Error != "" || json.Unmarshal(a.Value, &n) != nil {
				t.Fatalf("round %d: %+v", round, a)
			}
			opened += n
		}
		if opened != 1 {
			t.Fatalf("round %d: %d answers to one challenge opened a session", round, opened)
		}
	}
	if got := sessions() - before; got != rounds {
		t.Errorf("%d sessions came of %d challenges", got, rounds)
	}
	if w.Count(t, "entries", "chain = ? AND action = 'factor.suspected'", id.PersonScope(person).Bytes()) != 0 {
		t.Error("an answer shown twice was taken for a copied key")
	}
}
