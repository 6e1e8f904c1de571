//go:build long

package bench_test

import "testing"

// A page of five hundred takes at most twice the processor's time of the same page of ten.
func TestLongPagesOfManyTakeTwiceTheTimeAtMost(t *testing.T) {
	for _, g := range crowds(t, 12, 40) {
		if g.Many.Processor > 2*g.Few.Processor || g.Few.Processor == 0 {
			t.Errorf("%s: %v, and %v where there are many", g.Page, g.Few.Processor, g.Many.Processor)
		}
	}
}
