//go:build long

package billing_test

import (
	"testing"

	"gatehouse/internal/testkit"
)

const manyRounds = 200

// P5, P6, P8, R4, R5: the same over a cluster, each process on its own node.
func TestLongMoneyOnThreeClusterNodes(t *testing.T) {
	cluster := testkit.Galera(t, 3)
	for name, race := range map[string]func(t *testing.T){
		"paying": func(t *testing.T) {
			configs := cluster.Migrated(t)
			racePaying(t, testkit.Open(t, configs[0], ""), configs, rounds(t, manyRounds))
		},
		"notices": func(t *testing.T) {
			configs := cluster.Migrated(t)
			raceNotices(t, testkit.Open(t, configs[0], ""), configs, rounds(t, manyRounds))
		},
		"numbers": func(t *testing.T) {
			configs := cluster.Migrated(t)
			raceNumbers(t, testkit.Open(t, configs[0], ""), configs, rounds(t, manyRounds))
		},
	} {
		t.Run(name, race)
	}
}
