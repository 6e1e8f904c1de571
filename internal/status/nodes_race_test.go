package status_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/status"
	"gatehouse/internal/testkit"
)

// Two nodes that both think it is their turn look at a part at the same moment: each time it goes
// down once, comes back once, and its minutes are counted once.
func TestRaceAPartGoesDownOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		door := &meeting{}
		door.expect(http.StatusOK, 1)
		m := &machine{Server: httptest.NewTLSServer(door)}
		t.Cleanup(m.Close)
		cfg := status.Config{Networks: loopback(), Roots: m.roots()}
		v, other := newWatch(t, w, cfg), newWatch(t, w, cfg)
		tern := v.add(t, status.NewComponent{Name: "tern", Kind: status.HTTP, Address: m.URL})
		v.round(t)
		const times = 4
		for range times {
			door.expect(http.StatusBadGateway, 1)
			v.round(t)
			for _, answer := range []int{http.StatusBadGateway, http.StatusOK} {
				door.expect(answer, 2)
				w.Offset.Advance(status.Every)
				var nodes sync.WaitGroup
				for _, node := range []*watch{v, other} {
					v.fence++
					fence := v.fence
					nodes.Go(func() { _ = node.status.Round(t.Context(), fence) }) // one comes too late, and says so
				}
				nodes.Wait()
			}
		}
		if p := v.part(t, tern); p.State != status.Up {
			t.Errorf("in the end it is %q", p.State)
		}
		down, up := v.log(t, activity.ComponentDown), v.log(t, activity.ComponentUp)
		if len(down) != times || len(up) != times {
			t.Errorf("the log says %d times down and %d times up", len(down), len(up))
		}
		days := v.part(t, tern).Days
		if today := days[len(days)-1]; today.Watched.Round(10*time.Second) != 3*times*time.Minute {
			t.Errorf("in %d minutes %s were counted", 3*times, today.Watched)
		}
	})
}

// meeting is a server that answers as many as are expected at the same moment.
type meeting struct {
	mu     sync.Mutex
	answer int
	all    *sync.WaitGroup
}

func (m *meeting) expect(answer, visits int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answer, m.all = answer, &sync.WaitGroup{}
	m.all.Add(visits)
}

// ServeHTTP answers.
func (m *meeting) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	m.mu.Lock()
	all, answer := m.all, m.answer
	m.mu.Unlock()
	all.Done()
	all.Wait()
	w.WriteHeader(answer)
}
