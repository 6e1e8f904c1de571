package streams_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"gatehouse/internal/streams"
	"gatehouse/internal/testkit"
)

// Two nodes that both think it is their turn lose nothing of one destination: entries come without a gap and in order,
// some of them twice, and the cursor only ever goes on in the newest turn.
func TestRaceTwoNodesOneDestination(t *testing.T) { // L6, R8
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		hook := newWebhook(t)
		cfg := local(hook.roots())
		h := open(t, w, cfg)
		cfg.Host, cfg.Provider, cfg.Timeout = "portal.example", "Harbour Hosting", unhurried
		other := streams.New(w.Gate, w.Reader, w.Box, cfg)
		stream, _ := h.add(t, hook.URL, true)
		h.fill(t, 250)

		var turn atomic.Int64
		var nodes sync.WaitGroup
		for _, node := range []*streams.Streams{h.streams, other} {
			nodes.Go(func() {
				for range 6 {
					if err := node.Deliver(t.Context(), turn.Add(1)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		nodes.Go(func() {
			for range 5 {
				h.fill(t, 20)
			}
		})
		nodes.Wait()
		h.fence = turn.Load()
		h.deliver(t)
		hook.holds(t, h.scope(), 1, h.end(t, h.scope()))
		if s := h.one(t, stream); s.Behind != 0 || s.Trouble != streams.NoTrouble {
			t.Errorf("in the end it is %+v", s)
		}
		if many := hook.most(); many > 2*6 {
			t.Errorf("something came %d times", many)
		}
	})
}
