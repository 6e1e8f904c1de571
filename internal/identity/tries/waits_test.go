package tries_test

import (
	"testing"
	"time"

	"gatehouse/internal/identity/tries"
	"gatehouse/internal/testkit"
)

// S4: nothing before the fifth failure, then longer and longer, thirty minutes from the tenth, shut after a hundred.
func TestWaits(t *testing.T) {
	t.Parallel()
	for failures, want := range map[int]time.Duration{
		0: 0, 4: 0, 5: 30 * time.Second, 6: time.Minute, 9: 8 * time.Minute, 10: 30 * time.Minute,
		99: 30 * time.Minute,
	} {
		if got := tries.WaitAfter(failures); got != want {
			t.Errorf("after %d failures: %s", failures, got)
		}
	}
	for failures := range 200 {
		if tries.WaitAfter(failures) > tries.WaitAfter(failures+1) {
			t.Errorf("the wait shrinks after %d failures", failures)
		}
	}
	if tries.WaitAfter(100) < 365*24*time.Hour {
		t.Error("guessing may go on after a hundred failures")
	}
}

// The wait that the database computes is the one that the program names.
func TestWaitsInSQL(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		for failures := range 120 {
			var ms int64
			err := w.Reader.With(t.Context()).Raw("SELECT "+tries.WaitCase("n")+" FROM (SELECT ? AS n) AS counted",
				failures).Scan(&ms).Error
			if err != nil || time.Duration(ms)*time.Millisecond != tries.WaitAfter(failures+1) {
				t.Fatalf("after %d and one more: %d ms, %v", failures, ms, err)
			}
		}
	})
}
