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
	"gatehouse/internal/identity"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/testkit"
)

// triesEach is how often each of two processes follows a link at once.
const triesEach = 25

// notMeNode is one node of several: it follows the link many times at once and says how often that worked.
func notMeNode(ctx context.Context, p testkit.Process) (testkit.Work, error) {
	var nodes []node
	if err := json.Unmarshal([]byte(p.Getenv("GATEHOUSE_TEST_NODES")), &nodes); err != nil {
		return nil, err
	}
	people, err := onNode(ctx, nodes[p.Number], &clock.Offset{})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, raw json.RawMessage) (any, error) {
		var token string
		if err := json.Unmarshal(raw, &token); err != nil {
			return nil, err
		}
		var done atomic.Int64
		var wait sync.WaitGroup
		failed := make(chan error, triesEach)
		for range triesEach {
			wait.Go(func() {
				switch err := people.NotMe(ctx, stranger(), token, ""); {
				case err == nil:
					done.Add(1)
				case fault.KindOf(err) != fault.KindConflict:
					failed <- fmt.Errorf("a try ended otherwise: %w", err)
				}
			})
		}
		wait.Wait()
		select {
		case err := <-failed:
			return nil, err
		default:
			return done.Load(), nil
		}
	}, nil
}

// S16: of fifty who follow a link at once on two nodes, one locks the sign-in: once, with one entry and one case.
func TestRaceALinkThatSaysThisWasntMe(t *testing.T) {
	w := testkit.NewMariaDB(t)
	h := open(w)
	person := h.olivia(t)
	cfg := w.Config
	cfg.Logger, cfg.Offset = nil, nil
	env, err := json.Marshal([]node{{Config: cfg, KeyDir: w.KeyDir}, {Config: cfg, KeyDir: w.KeyDir}})
	if err != nil {
		t.Fatal(err)
	}
	fleet := testkit.Fleet(t, 2, "not-me", "GATEHOUSE_TEST_NODES="+string(env))
	for round := range 10 {
		h.setPassword(t, person)
		token := h.alerted(t, h.signIn(t, oliviasEmail, ""), identity.AlertNewDevice, "")
		done := int64(0)
		for _, a := range fleet.Round(t, token) {
			var n int64
			if a.Error != "" || json.Unmarshal(a.Value, &n) != nil {
				t.Fatalf("round %d: %+v", round, a)
			}
			done += n
		}
		if done != 1 {
			t.Fatalf("round %d: %d tries locked the sign-in", round, done)
		}
		locked := w.Count(t, "entries", "chain = ? AND action = 'person.secured'", id.PersonScope(person).Bytes())
		cases := w.Count(t, "outbox", "kind = ?", identity.Secured)
		if locked != int64(round+1) || cases != int64(round+1) {
			t.Fatalf("round %d: %d entries, %d messages", round, locked, cases)
		}
	}
}
