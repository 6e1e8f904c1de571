//go:build long

package stripe_test

import (
	"testing"

	"gatehouse/internal/testkit"
)

// R1, R5, R8: the same, with more than fifty kills on each database.
func TestLongKilledWhilePaying(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { killEverywhere(t, newRig(t, testkit.NewSQLite(t)), 4) })
	t.Run("mariadb", func(t *testing.T) { killEverywhere(t, newRig(t, testkit.NewMariaDB(t)), 4) })
}

// R1, R5, R8: a charge to a card and each part of a Direct Debit, killed at every point, on each database.
func TestLongKilledWhileCollecting(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { killCollections(t, testkit.NewSQLite) })
	t.Run("mariadb", func(t *testing.T) { killCollections(t, testkit.NewMariaDB) })
}

func killCollections(t *testing.T, world func(testing.TB) *testkit.World) {
	t.Helper()
	kills := killCharging(t, newRig(t, world(t)), chargeSpots())
	kills += killCollecting(t, newRig(t, world(t)), 6)
	t.Logf("%d kills", kills)
}
