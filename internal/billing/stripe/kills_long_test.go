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
