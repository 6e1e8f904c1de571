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
	kills += killNow(t, newRig(t, world(t)), nowSpots())
	kills += killCollecting(t, newRig(t, world(t)), 6)
	t.Logf("%d kills", kills)
}

// P4, P5, P6, P8, R8: the model of everything that moves money, from other beginnings and for longer.
func TestLongTheBooksAgreeWithTheGatewayWhateverHappens(t *testing.T) {
	did := map[string]int{}
	for seed := range uint64(12) {
		for what, n := range runWorld(t, testkit.NewSQLite(t), seed, 300) {
			did[what] += n
		}
	}
	for what, n := range runWorld(t, testkit.NewMariaDB(t), 99, 300) {
		did[what] += n
	}
	for _, what := range []string{
		"pages", "lost", "charged", "collected", "returned", "back", "fees", "promises", "altered", "payment", "refund",
		"write-off", "credit-note", "ordered", "changed", "cancelled", "days credited", "made by the run",
	} {
		if did[what] == 0 {
			t.Errorf("the model did not do enough: no %s", what)
		}
	}
}
