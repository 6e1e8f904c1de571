//go:build long

package teams_test

import "testing"

// A3, A4, A6, A7: ten thousand sequences.
func TestLongTheProgramFollowsTheModel(t *testing.T) {
	for seed := range uint64(10) {
		play(t, 1000, seed+2)
	}
}
