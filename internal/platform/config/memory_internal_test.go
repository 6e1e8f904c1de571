package config

import "testing"

func TestAContainersLimitLeavesRoom(t *testing.T) {
	for text, want := range map[string]int64{
		"max\n": 0, "": 0, "-1\n": 0, "268435456\n": 214748364, "0": 0,
	} {
		if got := memoryLimit(text); got != want {
			t.Errorf("of %q the heap may have %d bytes, not %d", text, got, want)
		}
	}
}
