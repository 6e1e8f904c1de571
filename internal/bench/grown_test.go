package bench_test

import (
	"slices"
	"testing"

	"gatehouse/internal/bench"
)

// An account with five hundred contacts and an agency with five hundred clients: each page takes as many statements as
// that of a small one, a list three at most, and not twice as many objects in memory.
func TestPagesOfManyTakeWhatPagesOfFewTake(t *testing.T) {
	const most = 3
	lists := []string{"contacts", "search by name", "search by address", "all accounts", "search of accounts"}
	seen := 0
	for _, g := range crowds(t, 2, 20) {
		if g.Many.Statements > g.Few.Statements || g.Few.Statements == 0 {
			t.Errorf("%s: %d statements, and %d where there are many", g.Page, g.Few.Statements, g.Many.Statements)
		}
		if slices.Contains(lists, g.Page) {
			if seen++; g.Many.Statements > most {
				t.Errorf("%s: %d statements", g.Page, g.Many.Statements)
			}
		}
		if g.Many.Allocations > 2*g.Few.Allocations || g.Few.Allocations == 0 {
			t.Errorf("%s: %d objects, and %d where there are many", g.Page, g.Few.Allocations, g.Many.Allocations)
		}
	}
	if seen != len(lists) {
		t.Errorf("%d lists of %d were asked for", seen, len(lists))
	}
}

func crowds(t *testing.T, turns, requests int) []bench.Grown {
	t.Helper()
	list, err := bench.Crowds(t.Context(), t.TempDir(), turns, requests)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range list {
		t.Logf("%-20s %2d and %2d statements, %5d and %5d objects, %7v and %7v", g.Page, g.Few.Statements, g.Many.Statements,
			g.Few.Allocations, g.Many.Allocations, g.Few.Processor, g.Many.Processor)
	}
	return list
}
