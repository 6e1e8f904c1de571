//go:build long

package billing_test

import (
	"testing"

	"gatehouse/internal/testkit"
)

// P5, P6, P8, R4, R5: the same over a cluster, each process on its own node.
func TestLongMoneyOnThreeClusterNodes(t *testing.T) {
	cluster := testkit.Galera(t, 3)
	for name, race := range map[string]func(t *testing.T){
		"paying": func(t *testing.T) {
			configs := cluster.Migrated(t)
			racePaying(t, testkit.Open(t, configs[0], ""), configs, rounds(t))
		},
		"notices": func(t *testing.T) {
			configs := cluster.Migrated(t)
			raceNotices(t, testkit.Open(t, configs[0], ""), configs, rounds(t))
		},
		"numbers": func(t *testing.T) {
			configs := cluster.Migrated(t)
			raceNumbers(t, testkit.Open(t, configs[0], ""), configs, rounds(t))
		},
	} {
		t.Run(name, race)
	}
}

// P4, P5, P6, P8: the model for ten thousand steps.
func TestLongBooksHoldWhateverIsDone(t *testing.T) {
	for seed := range uint64(5) {
		runModel(t, testkit.NewSQLite(t), seed, 2000)
	}
}
