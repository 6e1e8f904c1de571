package gate_test

import (
	"errors"
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

// L1, L2: what somebody can leave again and again is written once in a half hour and counted then; it goes with its
// change, and with one that fails nothing is counted.
func TestWhatComesOftenIsCounted(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		broken := errors.New("broken")
		do := func(fails error) error {
			return w.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ClientsManage, id.ProviderScope(),
				func(_ *db.Tx, g gate.Grant) (gate.Entry, error) {
					return g.Often(activity.PasswordAccepted, activity.Details{}), fails
				})
		}
		seen := func() (entries, times int) {
			page, err := w.Log.Page(t.Context(), id.ProviderScope(),
				activity.Filter{Action: activity.PasswordAccepted, Limit: 200})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Entries {
				times += max(e.Count, 1)
			}
			return len(page.Entries), times
		}
		if err := do(broken); !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if n := w.Count(t, "tallies", "1 = 1"); n != 0 {
			t.Fatal("a change that failed was counted")
		}
		for range 30 {
			if err := do(nil); err != nil {
				t.Fatal(err)
			}
		}
		if entries, _ := seen(); entries != 1 {
			t.Fatalf("%d entries at once", entries)
		}
		w.Offset.Advance(31 * time.Minute)
		flush(t, w)
		if entries, times := seen(); entries != 2 || times != 30 {
			t.Fatalf("%d entries about %d times", entries, times)
		}
		if err := do(nil); err != nil {
			t.Fatal(err)
		}
		if entries, _ := seen(); entries != 3 {
			t.Fatal("the next half hour began without an entry")
		}
	})
}
