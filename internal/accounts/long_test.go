//go:build long

package accounts_test

import (
	"testing"

	"gatehouse/internal/platform/db"
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

// R6, A6, A7, R4: the races about invitations, demotions, roles and end dates, each process on a node of its own.
func TestLongPeopleOnThreeClusterNodes(t *testing.T) {
	cluster := testkit.Galera(t, 3)
	for name, race := range map[string]func(*testing.T, *testkit.World, []db.Config){
		"acceptance": raceAcceptance, "withdrawal": raceWithdrawal, "demotion and invitation": raceDemotion,
		"demotion and acceptance": raceDemotionAndAcceptance, "role edit": raceRoleEdit, "end date": raceEndDate,
	} {
		t.Run(name, func(t *testing.T) {
			configs := cluster.Migrated(t)
			if name != "acceptance" {
				configs = configs[:2]
			}
			race(t, testkit.Open(t, configs[0], ""), configs)
		})
	}
}
