package hosting_test

import (
	"testing"
	"time"

	"gatehouse/internal/testkit"
)

// Links to panels do not stay for ever; when a panel was opened last is known for more than a year.
func TestOldLinksToPanelsAreRemoved(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		prune := func() int64 {
			t.Helper()
			if err := v.hosting.PruneLogins(t.Context()); err != nil {
				t.Fatal(err)
			}
			return w.Count(t, "panel_logins", "1 = 1")
		}
		v.link(t, v.owner, v.bakery)
		w.Offset.Advance(370 * 24 * time.Hour)
		if n := prune(); n != 1 {
			t.Fatalf("%d links are left after a year", n)
		}
		w.Offset.Advance(31 * 24 * time.Hour)
		if n := prune(); n != 0 {
			t.Fatalf("%d links are left", n)
		}
	})
}
