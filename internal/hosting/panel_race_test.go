package hosting_test

import (
	"sync"
	"testing"

	"gatehouse/internal/fault"
	"gatehouse/internal/testkit"
)

func TestRaceFiftyAtTheDoorWithOneLink(t *testing.T) { // N7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		token := v.link(t, v.owner, v.bakery)
		var in, out, odd int
		var mu sync.Mutex
		var wait sync.WaitGroup
		for range 50 {
			wait.Go(func() {
				_, err := v.panel.Redeem(t.Context(), v.owner, token)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					in++
				} else if fault.KindOf(err) == fault.KindConflict {
					out++
				} else {
					odd++
					t.Log(err)
				}
			})
		}
		wait.Wait()
		if in != 1 || out != 49 || odd != 0 {
			t.Errorf("%d came in, %d were turned away, %d neither", in, out, odd)
		}
	})
}
