//go:build long

package teams_test

import (
	"fmt"
	"testing"
)

// A3, A4, A6, A7: ten thousand sequences, those of each seed in a database of its own.
func TestLongTheProgramFollowsTheModel(t *testing.T) {
	t.Parallel()
	const seeds, sequences = 20, 500
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint("seed ", seed+2), func(t *testing.T) {
			t.Parallel()
			play(t, sequences, seed+2)
		})
	}
}
