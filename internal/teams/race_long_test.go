//go:build long

package teams_test

import (
	"testing"

	"gatehouse/internal/testkit"
)

// R4, R6, R7, A6: the same over a cluster, each process on its own node.
func TestLongAccessOnTwoClusterNodes(t *testing.T) {
	configs := testkit.Galera(t, 3).Migrated(t)
	raceAll(t, testkit.Open(t, configs[0], ""), configs[:2])
}
