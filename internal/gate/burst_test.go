package gate_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// edit is a change of an account that leaves its entry and does nothing else.
func edit(ctx context.Context, g *gate.Gate, chain id.Scope, meanwhile func()) error {
	return g.Change(ctx, actor.NewSystem("test"), verb.AccountEdit, chain,
		func(_ *db.Tx, grant gate.Grant) (gate.Entry, error) {
			meanwhile()
			return grant.Entry(activity.AccountEdited, activity.Details{}), nil
		})
}

func newAccount(t *testing.T, w *testkit.World) id.Scope {
	t.Helper()
	chain := id.AccountScope(id.New[id.AccountKind]())
	testkit.OpenChain(t, w, chain)
	return chain
}

// L2: whoever changes one account waits for those who change it too; whoever changes another does not.
func TestAccountsDoNotWaitForOneAnother(t *testing.T) {
	t.Parallel()
	w := testkit.NewMariaDB(t) // the embedded database has one writer for all
	apart(t, w, []*testkit.World{w})
}

// apart holds the chain of one account on the first node, and wants those of others to be free on all.
func apart(t *testing.T, w *testkit.World, nodes []*testkit.World) {
	t.Helper()
	held, other := newAccount(t, w), newAccount(t, w)
	begun, leave := make(chan struct{}), make(chan struct{})
	var once sync.Once
	done := make(chan error)
	go func() {
		done <- edit(t.Context(), w.Gate, held, func() { once.Do(func() { close(begun) }); <-leave })
	}()
	<-begun
	// Many more wait for the same account than there are connections to the database.
	const waiting = 40
	var line sync.WaitGroup
	for range waiting {
		line.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			if err := edit(ctx, w.Gate, held, func() {}); err != nil {
				t.Error(err)
			}
		})
	}
	for i, node := range nodes {
		for range 20 {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			if err := edit(ctx, node.Gate, other, func() {}); err != nil {
				t.Errorf("node %d: %v", i, err)
			}
			cancel()
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	if err := edit(ctx, w.Gate, held, func() {}); err == nil {
		t.Error("two changed one account at once")
	}
	cancel()
	close(leave)
	if err := <-done; err != nil {
		t.Error(err)
	}
	line.Wait()
	whole(t, w, held, 1+waiting)
	whole(t, w, other, int64(20*len(nodes)))
}

// whole wants a chain to have so many entries, and to be in order.
func whole(t *testing.T, w *testkit.World, chain id.Scope, entries int64) {
	t.Helper()
	r, err := w.Log.Verify(t.Context(), activity.Check{Chain: chain})
	if err != nil || !r.OK() || r.Entries != entries {
		t.Errorf("%s: %+v, %v; want %d entries", chain, r, err, entries)
	}
}

// burst has many change one account at once, on all nodes, and returns how long the slowest change waited.
func burst(t *testing.T, nodes []*testkit.World, chain id.Scope, writers, each int) (longest, took time.Duration) {
	t.Helper()
	var all sync.WaitGroup
	var mu sync.Mutex
	var failed error
	begin := time.Now()
	for i := range writers {
		all.Go(func() {
			for range each {
				start := time.Now()
				err := edit(t.Context(), nodes[i%len(nodes)].Gate, chain, func() {})
				mu.Lock()
				failed, longest = errors.Join(failed, err), max(longest, time.Since(start))
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if failed != nil {
		t.Error(failed)
	}
	return longest, time.Since(begin)
}

// L2, L3: a burst on one account is held: nothing is lost, and the chain is whole.
func TestABurstOnOneAccountIsHeld(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		chain := newAccount(t, w)
		const writers, each = 8, 40
		longest, took := burst(t, []*testkit.World{w}, chain, writers, each)
		t.Logf("%.0f changes/s, the slowest took %v", writers*each/took.Seconds(), longest)
		whole(t, w, chain, writers*each)
	})
}

// However many change one account at once, whoever changes another is not at the end of their line: on the embedded
// database, too, where one change is written at a time.
func TestABurstKeepsNobodyElseWaiting(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		busy, other := newAccount(t, w), newAccount(t, w)
		const writers, each, few = 40, 12, 8
		var done atomic.Int64
		var all sync.WaitGroup
		for range writers {
			all.Go(func() {
				for range each {
					ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
					if err := edit(ctx, w.Gate, busy, func() {}); err != nil {
						t.Error(err)
					}
					cancel()
					done.Add(1)
				}
			})
		}
		for done.Load() < writers {
			time.Sleep(time.Millisecond)
		}
		before := done.Load()
		for range few {
			if err := edit(t.Context(), w.Gate, other, func() {}); err != nil {
				t.Error(err)
			}
		}
		if passed := done.Load() - before; passed > few*writers/2 {
			t.Errorf("%d changes of the busy account went before %d of another", passed, few)
		}
		all.Wait()
		whole(t, w, busy, writers*each)
		whole(t, w, other, few)
	})
}
