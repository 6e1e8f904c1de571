package activity_test

import (
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// BenchmarkPage reads a page of a short and of a long log: the newest, and one far down.
func BenchmarkPage(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		w := testkit.NewSQLite(b)
		chain := id.AccountScope(id.New[id.AccountKind]())
		testkit.Entries(b, w, chain, n)
		for _, page := range []int64{1, 10, 1_000} {
			before := int64(n) + 1 - (page-1)*activity.PageLength
			if before <= activity.PageLength {
				continue
			}
			b.Run(fmt.Sprintf("entries=%d/page=%d", n, page), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := w.Log.Page(b.Context(), chain, activity.Filter{Before: before}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(fmt.Sprintf("entries=%d/verify", n), func(b *testing.B) {
			for b.Loop() {
				if r, err := w.Log.Verify(b.Context(), activity.Check{Chain: chain}); err != nil || !r.OK() {
					b.Fatal(err, r.Problems)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

// TestALongLogIsReadLikeAShortOne compares the first page with the thousandth, as often as it takes to see past a busy
// machine.
func TestALongLogIsReadLikeAShortOne(t *testing.T) {
	if testing.Short() {
		t.Skip("left out by -short: fills a log with 55,000 entries")
	}
	w := testkit.NewSQLite(t)
	chain := id.AccountScope(id.New[id.AccountKind]())
	testkit.Entries(t, w, chain, 55_000)
	took := func(f activity.Filter) time.Duration {
		begin := time.Now()
		if page, err := w.Log.Page(t.Context(), chain, f); err != nil || len(page.Entries) != activity.PageLength {
			t.Fatal(len(page.Entries), err)
		}
		return time.Since(begin)
	}
	first, thousandth, ratio := time.Hour, time.Hour, 0.0
	for round := 0; round < 1_000 && (round < 60 || ratio > 1.2); round++ {
		first = min(first, took(activity.Filter{}))
		thousandth = min(thousandth, took(activity.Filter{Before: 55_001 - 999*activity.PageLength}))
		ratio = float64(thousandth) / float64(first)
	}
	t.Logf("page 1: %v, page 1,000: %v, ratio %.2f", first, thousandth, ratio)
	if ratio > 1.2 {
		t.Errorf("page 1,000 takes %.2f times as long as page 1", ratio)
	}
}
