package gate_test

import (
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// What a session did once is written once, and forgotten when no session lasts that long; its entry stays.
func TestWhatWasDoneOnceIsForgotten(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		once := func() {
			t.Helper()
			who := actor.Enter(actor.Details{Kind: actor.System, Name: "test", Now: w.Now(t)})
			err := w.Gate.Once(t.Context(), who, id.ProviderScope(), activity.AccountEntered, activity.Details{})
			if err != nil {
				t.Fatal(err)
			}
		}
		entries := func() int {
			page, err := w.Log.Page(t.Context(), id.ProviderScope(), activity.Filter{Action: activity.AccountEntered})
			if err != nil {
				t.Fatal(err)
			}
			return len(page.Entries)
		}
		once()
		once()
		w.Offset.Advance(30 * 24 * time.Hour)
		for _, left := range []int64{1, 0} {
			if err := w.Gate.PruneOnce(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := w.Count(t, "tallies", "window_start = 0"); n != left || entries() != 1 {
				t.Fatalf("%d tallies and %d entries are left", n, entries())
			}
			w.Offset.Advance(2 * 24 * time.Hour)
		}
	})
}
