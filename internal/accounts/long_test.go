//go:build long

package accounts_test

import (
	"testing"

	"gatehouse/internal/testkit"
)

// A4, R7, R4: the same over a cluster, each process on its own node.
func TestLongOwnersOnThreeClusterNodes(t *testing.T) {
	configs := testkit.Galera(t, 3).Migrated(t)
	raceOwners(t, testkit.Open(t, configs[0], ""), configs)
}

// A6, R4: the same over a cluster, each process on its own node.
func TestLongRevokedRoleOnThreeClusterNodes(t *testing.T) {
	configs := testkit.Galera(t, 3).Migrated(t)
	raceRevoked(t, testkit.Open(t, configs[0], ""), configs)
}
