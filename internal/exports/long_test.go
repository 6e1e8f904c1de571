//go:build long

package exports_test

import "testing"

// The same with a file of a log as long as a busy account's year: 200,000 entries.
func TestLongExportsNeedTheSameMemory(t *testing.T) { sameMemory(t, 2_000, 198_000) }
