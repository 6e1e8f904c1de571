//go:build long

package identity_test

import (
	"testing"

	"gatehouse/internal/testkit"
)

// S6, R4: the same over a cluster, each process on its own node.
func TestLongACodeOnThreeClusterNodes(t *testing.T) {
	configs := testkit.Galera(t, 3).Migrated(t)
	raceCodes(t, testkit.Open(t, configs[0], ""), configs)
}
